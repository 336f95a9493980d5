"""Review time: from the first review of a pull request to the approval that let it go."""

from streamgauge.metrics.metric import Better, Metric, Shape, span_of_pull_requests

REVIEW_TIME = Metric(
    name="review_time",
    title="Review time (first review to approval)",
    asks="How long does a review take, from its first word to the approval?",
    formula="last approval that still stood at the merge - first review; to the merge where nobody approved",
    leaves_out="Those of machines or with impossible instants; those that nobody reviewed (see unreviewed_share).",
    unit="hours",
    better=Better.LOWER,
    source="definitions 3.1",
    shape=Shape.MEDIAN,
    sql=span_of_pull_requests(
        "f.first_review_at",
        "coalesce(f.approved_at, f.merged_at)",
        "CASE WHEN f.first_review_at IS NULL THEN 'nobody reviewed it' END",
    ),
)
