"""Cycle time: from the first work on an item until it is done."""

from streamgauge.metrics.metric import Better, Metric, Shape, span_of_finished

CYCLE_TIME = Metric(
    name="cycle_time",
    title="Cycle time (first worked on to done)",
    asks="How long does a piece of work take, from the first work on it until it is done?",
    formula="entry into done - first entry into a status that is worked on",
    leaves_out="Work that is not done yet, cancelled work, and work that no status says was worked on.",
    unit="hours",
    better=Better.LOWER,
    source="definitions 2.1",
    shape=Shape.MEDIAN,
    sql=span_of_finished(
        "f.first_active_at",
        "WHEN f.left_truncated THEN 'begun before what the tool tells' "
        "WHEN f.first_active_at IS NULL OR f.first_active_at > f.finished_at THEN 'never seen being worked on'",
    ),
)
