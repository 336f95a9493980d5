"""Flow time: from the commitment to a piece of work until it is done."""

from streamgauge.metrics.metric import Better, Metric, Shape, span_of_finished

FLOW_TIME = Metric(
    name="flow_time",
    title="Flow time",
    asks="How long does a piece of work take, from the commitment to it until it is done?",
    formula="entry into done - first entry into a status that waits or is worked on",
    leaves_out="Work that is not done yet (see work_item_age), cancelled work, and work whose start nobody recorded.",
    unit="hours",
    better=Better.LOWER,
    source="definitions 2.1",
    shape=Shape.MEDIAN,
    sql=span_of_finished(
        "f.started_at",
        "WHEN f.left_truncated THEN 'begun before what the tool tells' "
        "WHEN f.started_at IS NULL THEN 'done without having been started'",
    ),
)
