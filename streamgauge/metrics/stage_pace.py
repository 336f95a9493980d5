"""Pace of a stage: how old finished work was when it left the stage."""

from streamgauge.metrics.metric import Better, Metric, Of, Shape
from streamgauge.metrics.ways import WAYS, of_stays

STAGE_PACE = Metric(
    name="stage_pace",
    title="Pace of a stage",
    asks="How old is work when it leaves a stage?",
    formula="last exit from the stage - start of the item; 85 % of the items were no older",
    leaves_out="Items that did not go through it, work that is not done yet, and work whose start nobody recorded.",
    unit="hours",
    better=Better.LOWER,
    source="definitions 2.3",
    shape=Shape.PROMISE,
    has_months=False,
    of=Of.STAGE,
    given=WAYS,
    sql=of_stays(
        "(unix_micros(s.left_at) - unix_micros(s.started_at)) / 3.6e9",
        "CASE WHEN s.left_at IS NULL THEN 'when it left is not told' END",
    ),
)
