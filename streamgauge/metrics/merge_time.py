"""Merge time: how long an approved pull request waits to be merged."""

from streamgauge.metrics.metric import Better, Metric, Shape, span_of_pull_requests

MERGE_TIME = Metric(
    name="merge_time",
    title="Merge time (approval to merge)",
    asks="How long does a change that is approved wait until it is merged?",
    formula="merge - last approval that still stood; of one that nobody reviewed: merge - ready for review",
    leaves_out="Those of machines or with impossible instants; those that were reviewed but not approved.",
    unit="hours",
    better=Better.LOWER,
    source="definitions 3.1",
    shape=Shape.MEDIAN,
    sql=span_of_pull_requests(
        "coalesce(f.approved_at, f.ready_at)",
        "f.merged_at",
        "CASE WHEN f.first_review_at IS NOT NULL AND f.approved_at IS NULL THEN 'merged without an approval' END",
    ),
)
