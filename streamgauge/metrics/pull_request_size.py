"""Size of pull requests: how many lines one change touches, which is the batch size of development."""

from streamgauge.metrics.metric import PULL_REQUEST, WANTED_ITEM, Better, Metric, Shape

PULL_REQUEST_SIZE = Metric(
    name="pull_request_size",
    title="Pull request size",
    asks="How many lines does one change touch?",
    formula="lines added + lines deleted of each merged pull request, as its tool counts them",
    leaves_out="Those of machines or with impossible instants; those of which the tool counts no lines.",
    unit="lines",
    better=Better.LOWER,
    source="definitions 3.2",
    shape=Shape.MEDIAN,
    sql=f"""
SELECT scope.slice, f.merged_at AS observed_at, CAST(f.lines AS DOUBLE) AS value, {PULL_REQUEST},
       coalesce(f.left_out, CASE WHEN f.lines IS NULL THEN 'its lines are not counted' END) AS left_out
FROM pull_request_phases AS f JOIN scope ON scope.line_id = f.line_id
WHERE f.merged_at IS NOT NULL AND {WANTED_ITEM}
""",
)
