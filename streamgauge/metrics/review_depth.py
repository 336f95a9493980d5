"""Review depth: how much reviewers had to say."""

from streamgauge.metrics.metric import PULL_REQUEST, WANTED_ITEM, Better, Metric, Shape

REVIEW_DEPTH = Metric(
    name="review_depth",
    title="Review depth",
    asks="How much do reviewers say about a change before it is merged?",
    formula="review answers and comments by people other than the author, before the merge",
    leaves_out="Those of machines or with impossible instants; those that nobody reviewed (see unreviewed_share).",
    unit="comments",
    better=Better.NEITHER,
    source="definitions 3.1",
    shape=Shape.MEDIAN,
    sql=f"""
SELECT scope.slice, f.merged_at AS observed_at, CAST(f.reviews + f.comments AS DOUBLE) AS value, {PULL_REQUEST},
       coalesce(f.left_out, CASE WHEN f.first_review_at IS NULL THEN 'nobody reviewed it' END) AS left_out
FROM pull_request_phases AS f JOIN scope ON scope.line_id = f.line_id
WHERE f.merged_at IS NOT NULL AND {WANTED_ITEM}
""",
)
