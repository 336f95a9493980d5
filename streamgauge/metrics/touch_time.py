"""Touch time at a stage: how long one piece of work is in hand there."""

from streamgauge.metrics.metric import Better, Metric, Of, Shape
from streamgauge.metrics.ways import NOTHING_MORE, TOUCHED

TOUCH_TIME = Metric(
    name="touch_time",
    title="Touch time at a stage",
    asks="How long is one piece of work in hand at a stage?",
    formula="end of the work - its start, as the log marks them, without the time in which it was suspended",
    leaves_out="Work of which start or end is not marked; work that is not done yet.",
    unit="hours",
    better=Better.LOWER,
    source="definitions 4.1",
    shape=Shape.MEDIAN,
    has_months=False,
    of=Of.STAGE,
    given=TOUCHED,
    sql=f"""
SELECT t.slice, t.stage AS place, {NOTHING_MORE}, t.ended_at AS observed_at, t.touched_hours AS value,
       t.item AS evidence, t.status AS detail, t.left_out
FROM touched AS t
""",
)
