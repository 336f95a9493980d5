"""Chance to keep the expectation: that an open item is still done within what is promised."""

from streamgauge.metrics.metric import HIGHER_LEVEL, WANTED_ITEM, Better, Metric, Of, Shape

_HOURS = "(unix_micros(f.finished_at) - unix_micros(f.started_at)) / 3.6e9"
CHANCE_TO_KEEP = Metric(
    name="chance_to_keep",
    title="Chance to keep the expectation",
    asks="How likely is it that this item is still done within the service level expectation?",
    formula="finished items that were done within the expectation / finished items, of those that took longer than "
    "the item is old",
    leaves_out="What took no longer than the item is old already; work that is not done yet.",
    unit="share",
    better=Better.HIGHER,
    source="definitions 2.3",
    shape=Shape.SHARE,
    has_months=False,
    of=Of.ITEM,
    sql=f"""
SELECT scope.slice, f.finished_at AS observed_at,
       CASE WHEN {_HOURS} <= $promise THEN CAST(1 AS DOUBLE) ELSE CAST(0 AS DOUBLE) END AS value,
       f.item AS evidence, CAST(NULL AS STRING) AS release, f.title AS detail,
       coalesce({HIGHER_LEVEL}, CASE
         WHEN f.left_truncated THEN 'begun before what the tool tells'
         WHEN f.started_at IS NULL THEN 'done without having been started'
         WHEN {_HOURS} <= $age THEN 'took no longer than the item is old' END) AS left_out
FROM flow_items AS f JOIN scope ON scope.line_id = f.line_id
WHERE f.finished_at IS NOT NULL AND {WANTED_ITEM}
""",
)
