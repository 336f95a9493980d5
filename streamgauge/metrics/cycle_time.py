"""Cycle time: from the first work on an item until it is done."""

from streamgauge.metrics.metric import HIGHER_LEVEL, WANTED_ITEM, Better, Metric, Shape

CYCLE_TIME = Metric(
    name="cycle_time",
    title="Cycle time (first worked on to done)",
    asks="How long does a piece of work take, from the first work on it until it is done?",
    formula="entry into done - first entry into a status that is worked on",
    leaves_out="Work that is not done yet, cancelled work, and work that no status says was worked on.",
    unit="hours",
    better=Better.LOWER,
    source="definitions 2.1",
    shape=Shape.MEDIAN,
    sql=f"""
SELECT scope.slice, f.finished_at AS observed_at,
       (unix_micros(f.finished_at) - unix_micros(f.first_active_at)) / 3.6e9 AS value,
       f.item AS evidence, CAST(NULL AS STRING) AS release, f.title AS detail,
       coalesce({HIGHER_LEVEL}, CASE
         WHEN f.left_truncated THEN 'begun before what the tool tells'
         WHEN f.first_active_at IS NULL OR f.first_active_at > f.finished_at
         THEN 'never seen being worked on' END) AS left_out
FROM flow_items AS f JOIN scope ON scope.line_id = f.line_id
WHERE f.finished_at IS NOT NULL AND {WANTED_ITEM}
""",
)
