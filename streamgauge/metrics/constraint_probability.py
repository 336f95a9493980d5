"""Chance that a stage is the constraint: how often it would hold the most waiting, had other items come."""

from streamgauge.metrics.metric import Better, Metric, Of, Shape
from streamgauge.metrics.ways import OF_WAITS, WAITED

CONSTRAINT_PROBABILITY = Metric(
    name="constraint_probability",
    title="Chance that a stage is the constraint",
    asks="How likely is it that most waiting is at a stage?",
    formula="how often the stage holds the largest sum of waiting among all stages, where blocks of neighbouring "
    "items are drawn anew; a bottleneck only where another signal agrees; of the recent past",
    leaves_out="Items that did not go through it, work that is not done yet, and work whose start nobody recorded.",
    unit="share",
    better=Better.LOWER,
    source="definitions 4.2",
    shape=Shape.LIKELIHOOD,
    has_months=False,
    record_unit="hours",
    of=Of.STAGE,
    given=WAITED,
    sql=OF_WAITS,
)
