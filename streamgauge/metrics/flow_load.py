"""Flow load: how much work is under way."""

from streamgauge.metrics.metric import HIGHER_LEVEL, PRESENT, WANTED_ITEM, Better, Metric, Shape

FLOW_LOAD = Metric(
    name="flow_load",
    title="Flow load (work in progress)",
    asks="How much work is under way?",
    formula="items that are started, and neither done nor cancelled; the percentiles are of their age",
    leaves_out="Work that nobody has committed to yet. Blocked work counts.",
    unit="items",
    better=Better.LOWER,
    source="definitions 2.1",
    shape=Shape.INVENTORY,
    sql=f"""
SELECT scope.slice, f.started_at AS observed_at,
       (unix_micros(least(scope.until, scope.known_at)) - unix_micros(f.started_at)) / 3.6e9 AS value,
       f.item AS evidence, CAST(NULL AS STRING) AS release, f.status AS detail, {HIGHER_LEVEL} AS left_out
FROM {PRESENT} AS f JOIN scope ON scope.line_id = f.line_id
WHERE f.began_at < scope.until AND (f.ended_at IS NULL OR f.ended_at >= scope.until) AND {WANTED_ITEM}
""",
    series=f"""
SELECT scope.slice, f.began_at AS observed_at, CAST(1 AS DOUBLE) AS value, CAST(NULL AS STRING) AS left_out
FROM {PRESENT} AS f JOIN scope ON scope.line_id = f.line_id
WHERE {HIGHER_LEVEL} IS NULL AND {WANTED_ITEM}
UNION ALL
SELECT scope.slice, f.ended_at, CAST(-1 AS DOUBLE), CAST(NULL AS STRING)
FROM {PRESENT} AS f JOIN scope ON scope.line_id = f.line_id
WHERE f.ended_at IS NOT NULL AND {HIGHER_LEVEL} IS NULL AND {WANTED_ITEM}
""",
)
