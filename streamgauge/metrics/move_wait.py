"""Time before a move: how long work stays in a status until it goes to a certain next one."""

from streamgauge.metrics.metric import Better, Metric, Of, Shape
from streamgauge.metrics.ways import MOVED, of_moves

MOVE_WAIT = Metric(
    name="move_wait",
    title="Time before a move",
    asks="How long does work stay in a status until it goes on to the other?",
    formula="entry into the other status - entry into the one; where a log marks starts and ends, start of the other "
    "- end of the one, 0 where that was earlier",
    leaves_out="Moves of items of a higher level.",
    unit="hours",
    better=Better.LOWER,
    source="definitions 4.4",
    shape=Shape.MEDIAN,
    has_months=False,
    of=Of.STATUSES,
    given=MOVED,
    sql=of_moves("CASE WHEN m.wait_hours IS NULL THEN 'the end of the one is not told' END"),
)
