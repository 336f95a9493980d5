"""Unreviewed share: how many pull requests were merged without anybody's review."""

from streamgauge.metrics.metric import PULL_REQUEST, WANTED_ITEM, Better, Metric, Shape

UNREVIEWED_SHARE = Metric(
    name="unreviewed_share",
    title="Unreviewed share (merged without a review)",
    asks="What share of the changes was merged without a review by a second person?",
    formula="merged pull requests without a review by a person other than the author / merged pull requests",
    leaves_out="Those of machines or with impossible instants; repositories of which no review is known at all.",
    unit="share",
    better=Better.LOWER,
    source="definitions 3.1",
    shape=Shape.SHARE,
    sql=f"""
SELECT scope.slice, f.merged_at AS observed_at,
       CASE WHEN f.first_review_at IS NULL THEN CAST(1 AS DOUBLE) ELSE CAST(0 AS DOUBLE) END AS value,
       {PULL_REQUEST},
       coalesce(f.left_out, CASE WHEN s.reviews = 0 THEN 'no review of this code is known' END) AS left_out
FROM pull_request_phases AS f JOIN scope ON scope.line_id = f.line_id JOIN code_sets AS s ON s.line_id = f.line_id
WHERE f.merged_at IS NOT NULL AND {WANTED_ITEM}
""",
)
