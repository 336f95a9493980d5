"""Flow time: from the commitment to a piece of work until it is done."""

from streamgauge.metrics.metric import HIGHER_LEVEL, WANTED_ITEM, Better, Metric, Shape

FLOW_TIME = Metric(
    name="flow_time",
    title="Flow time",
    asks="How long does a piece of work take, from the commitment to it until it is done?",
    formula="entry into done - first entry into a status that waits or is worked on",
    leaves_out="Work that is not done yet (see work_item_age), cancelled work, and work whose start nobody recorded.",
    unit="hours",
    better=Better.LOWER,
    source="definitions 2.1",
    shape=Shape.MEDIAN,
    sql=f"""
SELECT scope.slice, f.finished_at AS observed_at,
       (unix_micros(f.finished_at) - unix_micros(f.started_at)) / 3.6e9 AS value,
       f.item AS evidence, CAST(NULL AS STRING) AS release, f.title AS detail,
       coalesce({HIGHER_LEVEL}, CASE WHEN f.left_truncated THEN 'begun before what the tool tells'
            WHEN f.started_at IS NULL THEN 'done without having been started' END) AS left_out
FROM flow_items AS f JOIN scope ON scope.line_id = f.line_id
WHERE f.finished_at IS NOT NULL AND {WANTED_ITEM}
""",
)
