"""Review to merge: from the first review of a pull request to its merge, as several tools measure it."""

from streamgauge.metrics.metric import Better, Metric, Shape, span_of_pull_requests

REVIEW_TO_MERGE_TIME = Metric(
    name="review_to_merge_time",
    title="Review to merge time",
    asks="How long does it take from the first review of a change to its merge?",
    formula="merge - first review",
    leaves_out="Those of machines or with impossible instants; those that nobody reviewed (see unreviewed_share).",
    unit="hours",
    better=Better.LOWER,
    source="definitions 3.1",
    shape=Shape.MEDIAN,
    sql=span_of_pull_requests(
        "f.first_review_at",
        "f.merged_at",
        "CASE WHEN f.first_review_at IS NULL THEN 'nobody reviewed it' END",
    ),
)
