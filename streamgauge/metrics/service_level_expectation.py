"""Service level expectation: within which time most of the work is done."""

from streamgauge.metrics.metric import Better, Metric, Shape, span_of_finished

SERVICE_LEVEL_EXPECTATION = Metric(
    name="service_level_expectation",
    title="Service level expectation",
    asks="Within which time is so large a share of the work done that it can be promised?",
    formula="percentile of the flow times of the last days; the share and the days stand in the company file",
    leaves_out="Work that is not done yet (see work_item_age), cancelled work, and work whose start nobody recorded.",
    unit="hours",
    better=Better.LOWER,
    source="definitions 2.3",
    shape=Shape.PROMISE,
    has_months=False,
    sql=span_of_finished(
        "f.started_at",
        "WHEN f.left_truncated THEN 'begun before what the tool tells' "
        "WHEN f.started_at IS NULL THEN 'done without having been started'",
    ),
)
