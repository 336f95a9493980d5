"""Open pull requests: what is written, and neither merged nor given up."""

from streamgauge.metrics.metric import PULL_REQUEST, WANTED_ITEM, Better, Metric, Shape

OPEN_PULL_REQUESTS = Metric(
    name="open_pull_requests",
    title="Open pull requests",
    asks="How many changes are open, and for how long already?",
    formula="pull requests that are opened, and neither merged nor closed; the percentiles are of their age",
    leaves_out="Machines' pull requests.",
    unit="pull requests",
    better=Better.LOWER,
    source="definitions 3.1",
    shape=Shape.INVENTORY,
    sql=f"""
SELECT scope.slice, f.created_at AS observed_at,
       (unix_micros(least(scope.until, scope.known_at)) - unix_micros(f.created_at)) / 3.6e9 AS value, {PULL_REQUEST},
       f.left_out AS left_out
FROM pull_request_phases AS f JOIN scope ON scope.line_id = f.line_id
WHERE f.created_at < scope.until AND (f.closed_at IS NULL OR f.closed_at >= scope.until) AND {WANTED_ITEM}
""",
    series=f"""
SELECT scope.slice, f.created_at AS observed_at, CAST(1 AS DOUBLE) AS value, CAST(NULL AS STRING) AS left_out
FROM pull_request_phases AS f JOIN scope ON scope.line_id = f.line_id
WHERE f.created_at IS NOT NULL AND f.left_out IS NULL AND {WANTED_ITEM}
UNION ALL
SELECT scope.slice, f.closed_at, CAST(-1 AS DOUBLE), CAST(NULL AS STRING)
FROM pull_request_phases AS f JOIN scope ON scope.line_id = f.line_id
WHERE f.created_at IS NOT NULL AND f.closed_at IS NOT NULL AND f.left_out IS NULL AND {WANTED_ITEM}
""",
)
