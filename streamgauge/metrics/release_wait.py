"""Release wait: how long a merged pull request waits until its users have it."""

from streamgauge.metrics.metric import Better, Metric, Shape, span_of_pull_requests

RELEASE_WAIT = Metric(
    name="release_wait",
    title="Release wait (merge to delivery)",
    asks="How long does a merged change wait until its users have it?",
    formula="first deployment to production that contains it (else the first release) - merge",
    leaves_out="Those of machines or with impossible instants; those not delivered yet (see merged_not_delivered).",
    unit="hours",
    better=Better.LOWER,
    source="definitions 3.1",
    shape=Shape.MEDIAN,
    sql=span_of_pull_requests(
        "f.merged_at",
        "f.deployed_at",
        at="f.deployed_at",
    ),
)
