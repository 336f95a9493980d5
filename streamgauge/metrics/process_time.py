"""Process time of a stage: how long work is worked on there."""

from streamgauge.metrics.metric import Better, Metric, Of, Shape
from streamgauge.metrics.ways import NOTHING_MORE, TOUCHED

PROCESS_TIME = Metric(
    name="process_time",
    title="Process time of a stage",
    asks="How long is a piece of work worked on at a stage?",
    formula="time of an item in statuses of the stage that are worked on, without time blocked (an upper bound: it "
    "holds what idles there); where a log marks start and end, its time in hand",
    leaves_out="Items that did not go through it, work that is not done yet, and work whose start nobody recorded.",
    unit="hours",
    better=Better.NEITHER,
    source="definitions 4.1",
    shape=Shape.MEDIAN,
    has_months=False,
    of=Of.STAGE,
    given=TOUCHED,
    sql=f"""
SELECT s.slice, s.stage AS place, {NOTHING_MORE}, s.ended_at AS observed_at,
       CASE WHEN s.has_active THEN s.active END AS value, s.item AS evidence, s.title AS detail,
       coalesce(s.left_out, CASE WHEN NOT s.has_active THEN 'no status says that it was worked on there' END)
         AS left_out
FROM stays AS s WHERE s.stage NOT IN (SELECT stage FROM touched WHERE left_out IS NULL)
UNION ALL
SELECT t.slice, t.stage, CAST(NULL AS STRING), CAST(NULL AS STRING), min(t.ended_at), sum(t.touched_hours), t.item,
       min(t.title), CASE WHEN count(CASE WHEN t.left_out IS NULL THEN 1 END) = 0 THEN min(t.left_out) END
FROM touched AS t WHERE t.stage IN (SELECT stage FROM touched WHERE left_out IS NULL)
GROUP BY t.slice, t.stage, t.line_id, t.item
""",
)
