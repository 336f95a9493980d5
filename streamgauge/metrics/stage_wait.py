"""Waiting at a stage: how long an item that comes through it waits there on average."""

from streamgauge.metrics.metric import Better, Metric, Of, Shape
from streamgauge.metrics.ways import OF_WAITS, WAITED

STAGE_WAIT = Metric(
    name="stage_wait",
    title="Waiting at a stage",
    asks="How long does an item wait at a stage, on average?",
    formula="time in statuses of the stage that wait, and time blocked; where a log marks the end of work, what then "
    "waits is before the next stage; of the recent past",
    leaves_out="Items that did not go through it, work that is not done yet, and work whose start nobody recorded.",
    unit="hours",
    better=Better.LOWER,
    source="definitions 4.2",
    shape=Shape.MEAN,
    has_months=False,
    of=Of.STAGE,
    given=WAITED,
    sql=OF_WAITS,
)
