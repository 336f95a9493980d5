"""Items through a stage: how much finished work went through it."""

from streamgauge.metrics.metric import Better, Metric, Of, Shape
from streamgauge.metrics.ways import WAYS, of_stays

STAGE_ITEMS = Metric(
    name="stage_items",
    title="Items through a stage",
    asks="How much of the finished work went through a stage?",
    formula="finished items that were in a status of the stage between their start and their end; each value is its "
    "time there",
    leaves_out="Items that did not go through it, work that is not done yet, and work whose start nobody recorded.",
    unit="items",
    better=Better.NEITHER,
    source="definitions 4.1",
    shape=Shape.COUNT,
    has_months=False,
    record_unit="hours",
    of=Of.STAGE,
    given=WAYS,
    sql=of_stays("s.hours"),
)
