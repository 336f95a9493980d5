"""Lead time of a request: from its creation until it is done."""

from streamgauge.metrics.metric import HIGHER_LEVEL, WANTED_ITEM, Better, Metric, Shape

REQUEST_LEAD_TIME = Metric(
    name="request_lead_time",
    title="Lead time (created to done)",
    asks="How long does the one who asked wait?",
    formula="entry into done - creation",
    leaves_out="Requests that are not done yet, and cancelled ones. Another number than change lead time.",
    unit="hours",
    better=Better.LOWER,
    source="definitions 2.1",
    shape=Shape.MEDIAN,
    sql=f"""
SELECT scope.slice, f.finished_at AS observed_at,
       (unix_micros(f.finished_at) - unix_micros(f.created_at)) / 3.6e9 AS value,
       f.item AS evidence, CAST(NULL AS STRING) AS release, f.title AS detail,
       coalesce({HIGHER_LEVEL}, CASE WHEN f.created_at IS NULL THEN 'no readable time'
            WHEN f.episode > 1 THEN 'reopened: a new episode, asked for before'
            WHEN f.created_at > f.finished_at THEN 'NEGATIVE_DURATION' END) AS left_out
FROM flow_items AS f JOIN scope ON scope.line_id = f.line_id
WHERE f.finished_at IS NOT NULL AND {WANTED_ITEM}
""",
)
