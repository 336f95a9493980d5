"""Merged and not delivered: what is finished for its author, and nobody has it."""

from streamgauge.metrics.metric import PULL_REQUEST, WANTED_ITEM, Better, Metric, Shape

_LEFT_OUT = "coalesce(f.left_out, CASE WHEN s.delivered_by IS NULL THEN 'no delivery of this code is known' END)"
MERGED_NOT_DELIVERED = Metric(
    name="merged_not_delivered",
    title="Merged not delivered",
    asks="How many merged changes wait to be delivered, and for how long already?",
    formula="pull requests that are merged, and that no delivery contains; the percentiles are of their age",
    leaves_out="Those of machines or with impossible instants. Repositories of which no delivery is known.",
    unit="pull requests",
    better=Better.LOWER,
    source="definitions 3.1",
    shape=Shape.INVENTORY,
    sql=f"""
SELECT scope.slice, f.merged_at AS observed_at,
       (unix_micros(least(scope.until, scope.known_at)) - unix_micros(f.merged_at)) / 3.6e9 AS value, {PULL_REQUEST},
       {_LEFT_OUT} AS left_out
FROM pull_request_phases AS f JOIN scope ON scope.line_id = f.line_id JOIN code_sets AS s ON s.line_id = f.line_id
WHERE f.merged_at < scope.until AND (f.deployed_at IS NULL OR f.deployed_at >= scope.until) AND {WANTED_ITEM}
""",
    series=f"""
SELECT scope.slice, f.merged_at AS observed_at, CAST(1 AS DOUBLE) AS value, CAST(NULL AS STRING) AS left_out
FROM pull_request_phases AS f JOIN scope ON scope.line_id = f.line_id JOIN code_sets AS s ON s.line_id = f.line_id
WHERE f.merged_at IS NOT NULL AND {_LEFT_OUT} IS NULL AND {WANTED_ITEM}
UNION ALL
SELECT scope.slice, f.deployed_at, CAST(-1 AS DOUBLE), CAST(NULL AS STRING)
FROM pull_request_phases AS f JOIN scope ON scope.line_id = f.line_id JOIN code_sets AS s ON s.line_id = f.line_id
WHERE f.merged_at IS NOT NULL AND f.deployed_at IS NOT NULL AND {_LEFT_OUT} IS NULL AND {WANTED_ITEM}
""",
)
