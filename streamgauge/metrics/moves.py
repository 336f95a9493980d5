"""Moves from one status to another: how often the one directly follows the other."""

from streamgauge.metrics.metric import Better, Metric, Of, Shape
from streamgauge.metrics.ways import MOVED, of_moves

MOVES = Metric(
    name="moves",
    title="Moves from one status to another",
    asks="How often does work go directly from one status to another?",
    formula="times that the one status directly followed the other, of open items too; each value is how long the "
    "item had stayed",
    leaves_out="Moves of items of a higher level.",
    unit="moves",
    better=Better.NEITHER,
    source="definitions 4.4",
    shape=Shape.COUNT,
    has_months=False,
    record_unit="hours",
    of=Of.STATUSES,
    given=MOVED,
    sql=of_moves(),
)
