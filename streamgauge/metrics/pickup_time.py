"""Pickup time: how long a pull request that is ready waits for its first review."""

from streamgauge.metrics.metric import Better, Metric, Shape, span_of_pull_requests

PICKUP_TIME = Metric(
    name="pickup_time",
    title="Pickup time (ready to first review)",
    asks="How long does a change that is ready wait until somebody reviews it?",
    formula="first review by a person other than the author - ready for review",
    leaves_out="Those of machines or with impossible instants; those that nobody reviewed (see unreviewed_share).",
    unit="hours",
    better=Better.LOWER,
    source="definitions 3.1",
    shape=Shape.MEDIAN,
    sql=span_of_pull_requests(
        "f.ready_at",
        "f.first_review_at",
        "CASE WHEN f.first_review_at IS NULL THEN 'nobody reviewed it' END",
    ),
)
