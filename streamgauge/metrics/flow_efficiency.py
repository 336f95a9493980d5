"""Flow efficiency: how much of the flow time is work."""

from streamgauge.metrics.metric import HIGHER_LEVEL, WANTED_ITEM, Better, Metric, Shape

FLOW_EFFICIENCY = Metric(
    name="flow_efficiency",
    title="Flow efficiency",
    asks="How much of the time that work takes is spent working on it?",
    formula="sum of active time / sum of active and waiting time",
    leaves_out="Items of which a status is not understood, or whose start nobody recorded; work that is not done yet.",
    unit="share",
    better=Better.HIGHER,
    source="definitions 2.1",
    shape=Shape.RATIO,
    sql=f"""
SELECT scope.slice, f.finished_at AS observed_at, f.active_hours AS value,
       f.active_hours + f.waiting_hours AS weight,
       f.item AS evidence, CAST(NULL AS STRING) AS release, f.title AS detail,
       coalesce({HIGHER_LEVEL}, CASE
         WHEN f.left_truncated THEN 'begun before what the tool tells'
         WHEN f.started_at IS NULL THEN 'done without having been started'
         WHEN f.unmapped_hours > 0 THEN 'a status is not understood' END) AS left_out
FROM flow_items AS f JOIN scope ON scope.line_id = f.line_id
WHERE f.finished_at IS NOT NULL AND {WANTED_ITEM}
""",
)
