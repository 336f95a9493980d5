"""Ageing percentile: how much of the finished work took no longer than an open item's age."""

from streamgauge.metrics.metric import HIGHER_LEVEL, WANTED_ITEM, Better, Metric, Of, Shape

_HOURS = "(unix_micros(f.finished_at) - unix_micros(f.started_at)) / 3.6e9"
AGE_PERCENTILE = Metric(
    name="age_percentile",
    title="Ageing percentile",
    asks="What share of the finished work took no longer than this item is old?",
    formula="finished items whose flow time is at most the age of the item / finished items",
    leaves_out="Work that is not done yet, and work whose start nobody recorded.",
    unit="share",
    better=Better.LOWER,
    source="definitions 2.3",
    shape=Shape.SHARE,
    has_months=False,
    of=Of.ITEM,
    sql=f"""
SELECT scope.slice, f.finished_at AS observed_at,
       CASE WHEN {_HOURS} <= $age THEN CAST(1 AS DOUBLE) ELSE CAST(0 AS DOUBLE) END AS value,
       f.item AS evidence, CAST(NULL AS STRING) AS release, f.title AS detail,
       coalesce({HIGHER_LEVEL}, CASE
         WHEN f.left_truncated THEN 'begun before what the tool tells'
         WHEN f.started_at IS NULL THEN 'done without having been started' END) AS left_out
FROM flow_items AS f JOIN scope ON scope.line_id = f.line_id
WHERE f.finished_at IS NOT NULL AND {WANTED_ITEM}
""",
)
