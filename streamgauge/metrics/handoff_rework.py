"""Rework loop of a handoff: how long what came back took until the receiver worked on it again."""

from streamgauge.metrics.metric import Better, Metric, Of, Shape
from streamgauge.metrics.ways import PASSED, of_handoffs

HANDOFF_REWORK = Metric(
    name="handoff_rework",
    title="Rework loop of a handoff",
    asks="How long does it take on average until what was given back is accepted again?",
    formula="when the receiver worked on it again - when it gave it back",
    leaves_out="Work of which no team is known; work that is not done yet, and work whose start nobody recorded.",
    unit="hours",
    better=Better.LOWER,
    source="definitions 4.3",
    shape=Shape.MEAN,
    has_months=False,
    of=Of.TEAMS,
    given=PASSED,
    sql=of_handoffs(
        "p.loop_hours",
        "CASE WHEN NOT p.is_bounced THEN 'it did not come back' "
        "WHEN p.loop_hours IS NULL THEN 'the receiver did not get it again' END",
    ),
)
