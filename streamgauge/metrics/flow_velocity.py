"""Flow velocity: how much work is done in a span of time."""

from streamgauge.metrics.metric import END_NOT_TOLD, HIGHER_LEVEL, Better, Finished, Metric, Shape

FLOW_VELOCITY = Metric(
    name="flow_velocity",
    title="Flow velocity (throughput)",
    asks="How many pieces of work are finished?",
    formula="finished items / days in the window",
    leaves_out="Cancelled work, and what is done nobody knows since when. Size does not count; an item reopened within"
    " the grace counts once, at its last end.",
    unit="items/day",
    better=Better.HIGHER,
    source="definitions 2.1",
    shape=Shape.FREQUENCY,
    sql=Finished("CAST(1 AS DOUBLE)", f"coalesce({HIGHER_LEVEL}, CASE {END_NOT_TOLD} END)"),
)
