"""Friction of a handoff: all the time that work waited there, and that what came back took."""

from streamgauge.metrics.metric import Better, Metric, Of, Shape
from streamgauge.metrics.ways import PASSED, of_handoffs

HANDOFF_FRICTION = Metric(
    name="handoff_friction",
    title="Friction of a handoff",
    asks="How much time does work lose between one team and another?",
    formula="n * mean wait + what came back * mean rework loop, in item hours; where the loop of one that came back "
    "is not known it counts with the mean",
    leaves_out="Work of which no team is known; work that is not done yet, and work whose start nobody recorded.",
    unit="hours",
    better=Better.LOWER,
    source="definitions 4.3",
    shape=Shape.TOTAL,
    has_months=False,
    of=Of.TEAMS,
    given=PASSED,
    sql=of_handoffs("""p.wait_hours + CASE WHEN p.is_bounced THEN coalesce(p.loop_hours, avg(
           CASE WHEN p.left_out IS NULL THEN p.loop_hours END) OVER (PARTITION BY p.sender, p.team), 0.0)
         ELSE 0.0 END"""),
)
