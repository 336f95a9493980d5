"""Coding time: the first phase of a pull request, from its first commit until it is ready for review."""

from streamgauge.metrics.metric import Better, Metric, Shape, span_of_pull_requests

CODING_TIME = Metric(
    name="coding_time",
    title="Coding time (first commit to ready for review)",
    asks="How long is a change written before others are asked to review it?",
    formula="ready for review - earliest author time of its commits, at least 0; time as a draft is coding",
    leaves_out="Those of machines or with impossible instants; those of which no commit is known.",
    unit="hours",
    better=Better.LOWER,
    source="definitions 3.1",
    shape=Shape.MEDIAN,
    sql=span_of_pull_requests(
        "f.started_at",
        "f.ready_at",
        "CASE WHEN f.started_at IS NULL THEN 'no commit of it is known' END",
    ),
)
