"""Flow velocity: how much work is done in a span of time."""

from streamgauge.metrics.metric import Better, Finished, Metric, Shape

FLOW_VELOCITY = Metric(
    name="flow_velocity",
    title="Flow velocity (throughput)",
    asks="How many pieces of work are finished?",
    formula="finished items / days in the window",
    leaves_out="Cancelled work. Size does not count; an item reopened within the grace counts once, at its last end.",
    unit="items/day",
    better=Better.HIGHER,
    source="definitions 2.1",
    shape=Shape.FREQUENCY,
    sql=Finished("CAST(1 AS DOUBLE)"),
)
