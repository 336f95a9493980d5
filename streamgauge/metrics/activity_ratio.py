"""Activity ratio: how much of the time at the stages is work."""

from streamgauge.metrics.metric import Better, Metric, Shape
from streamgauge.metrics.ways import WAYS

ACTIVITY_RATIO = Metric(
    name="activity_ratio",
    title="Activity ratio",
    asks="How much of the time that work is at the stages is it worked on?",
    formula="sum of process time / sum of process time and waiting, over all stages",
    leaves_out="Work that is not done yet, and work whose start nobody recorded; but in a log of events what was "
    "cancelled counts.",
    unit="share",
    better=Better.HIGHER,
    source="definitions 4.1",
    shape=Shape.RATIO,
    has_months=False,
    given=WAYS,
    sql="""
SELECT s.slice, min(s.ended_at) AS observed_at, sum(s.active) AS value, sum(s.active + s.waiting) AS weight,
       s.item AS evidence, CAST(NULL AS STRING) AS release, min(s.title) AS detail,
       coalesce(min(s.left_out), CASE WHEN NOT bool_or(bool_or(s.has_active AND s.left_out IS NULL)) OVER ()
                                      THEN 'no status of any stage says that somebody works' END) AS left_out
FROM stays AS s GROUP BY s.slice, s.line_id, s.item, s.episode
""",
)
