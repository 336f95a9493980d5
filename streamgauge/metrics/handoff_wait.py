"""Wait at a handoff: how long work that one team gives to another waits until that begins."""

from streamgauge.metrics.metric import Better, Metric, Of, Shape
from streamgauge.metrics.ways import PASSED, of_handoffs

HANDOFF_WAIT = Metric(
    name="handoff_wait",
    title="Wait at a handoff",
    asks="How long does work wait from when a team gives it to another until that one begins?",
    formula="first work of the receiver - when it got the work; in a log of activities from the sender's last one",
    leaves_out="Work of which no team is known; work that is not done yet, and work whose start nobody recorded.",
    unit="hours",
    better=Better.LOWER,
    source="definitions 4.3",
    shape=Shape.MEDIAN,
    has_months=False,
    of=Of.TEAMS,
    given=PASSED,
    sql=of_handoffs("p.wait_hours"),
)
