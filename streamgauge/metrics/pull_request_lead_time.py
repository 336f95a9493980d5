"""Lead time of pull requests: from the first commit until users have the change; the sum of its phases."""

from streamgauge.metrics.metric import Better, Metric, Shape, span_of_pull_requests

PULL_REQUEST_LEAD_TIME = Metric(
    name="pull_request_lead_time",
    title="Pull request lead time (first commit to delivery)",
    asks="How long does a change take, from its first commit until its users have it?",
    formula="first delivery to production that contains it (else release) - earliest author time: its phases together",
    leaves_out="Those of machines or with impossible instants; what is not delivered yet; what has no known commit.",
    unit="hours",
    better=Better.LOWER,
    source="definitions 3.1",
    shape=Shape.MEDIAN,
    sql=span_of_pull_requests(
        "f.started_at",
        "f.deployed_at",
        "CASE WHEN f.started_at IS NULL THEN 'no commit of it is known' END",
        at="f.deployed_at",
    ),
)
