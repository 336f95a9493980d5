"""Share of handoffs that come back: what the receiver gave back to the sender."""

from streamgauge.metrics.metric import Better, Metric, Of, Shape
from streamgauge.metrics.ways import PASSED, of_handoffs

HANDOFF_BOUNCES = Metric(
    name="handoff_bounces",
    title="Share of handoffs that come back",
    asks="What share of what a team gives to another does that give back?",
    formula="handoffs that the receiver gave back, to the sender or an earlier stage / all of them",
    leaves_out="Work of which no team is known; work that is not done yet, and work whose start nobody recorded.",
    unit="share",
    better=Better.LOWER,
    source="definitions 4.3",
    shape=Shape.SHARE,
    has_months=False,
    of=Of.TEAMS,
    given=PASSED,
    sql=of_handoffs("CASE WHEN p.is_bounced THEN CAST(1 AS DOUBLE) ELSE CAST(0 AS DOUBLE) END"),
)
