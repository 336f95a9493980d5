"""Lead time of a request: from its creation until it is done."""

from streamgauge.metrics.metric import END_NOT_TOLD, Better, Metric, Shape, span_of_finished

REQUEST_LEAD_TIME = Metric(
    name="request_lead_time",
    title="Lead time (created to done)",
    asks="How long does the one who asked wait?",
    formula="entry into done - creation",
    leaves_out="Requests that are not done yet, those of which nothing tells when they were, and cancelled ones."
    " Another number than change lead time.",
    unit="hours",
    better=Better.LOWER,
    source="definitions 2.1",
    shape=Shape.MEDIAN,
    sql=span_of_finished(
        "f.created_at",
        f"{END_NOT_TOLD} WHEN f.created_at IS NULL THEN 'no readable time' "
        "WHEN f.episode > 1 THEN 'reopened: a new episode, asked for before' "
        "WHEN f.created_at > f.finished_at THEN 'NEGATIVE_DURATION'",
    ),
)
