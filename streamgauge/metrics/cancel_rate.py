"""Cancel rate: how much of the work that ends was given up."""

from streamgauge.metrics.metric import HAS_VANISHED, HIGHER_LEVEL, WANTED_ITEM, Better, Metric, Shape

CANCEL_RATE = Metric(
    name="cancel_rate",
    title="Cancel rate",
    asks="What share of the work that ends was given up after its start?",
    formula="cancelled / (cancelled + done)",
    leaves_out="Work that was given up before anybody began it, and what vanished from its tool.",
    unit="share",
    better=Better.LOWER,
    source="definitions 2.0",
    shape=Shape.SHARE,
    sql=f"""
SELECT scope.slice, coalesce(f.finished_at, f.cancelled_at) AS observed_at,
       CASE WHEN f.cancelled_at IS NOT NULL THEN CAST(1 AS DOUBLE) ELSE CAST(0 AS DOUBLE) END AS value,
       f.item AS evidence, CAST(NULL AS STRING) AS release, f.title AS detail,
       coalesce({HIGHER_LEVEL}, CASE WHEN {HAS_VANISHED} THEN 'vanished from its tool'
                                     WHEN f.cancelled_at IS NOT NULL AND f.started_at IS NULL
                                     THEN 'given up before its start' END) AS left_out
FROM flow_items AS f JOIN scope ON scope.line_id = f.line_id
WHERE coalesce(f.finished_at, f.cancelled_at) IS NOT NULL AND {WANTED_ITEM}
""",
)
