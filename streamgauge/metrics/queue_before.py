"""Queue before a stage: how long work waits there until somebody takes it up."""

from streamgauge.metrics.metric import Better, Metric, Of, Shape
from streamgauge.metrics.ways import WAYS, of_stays

QUEUE_BEFORE = Metric(
    name="queue_before",
    title="Queue before a stage",
    asks="How long does work wait before a stage, or in it, until somebody takes it up?",
    formula="time of an item in statuses of the stage that wait, and time blocked in it",
    leaves_out="Items that did not go through it, work that is not done yet, and work whose start nobody recorded.",
    unit="hours",
    better=Better.LOWER,
    source="definitions 4.1",
    shape=Shape.MEDIAN,
    has_months=False,
    of=Of.STAGE,
    given=WAYS,
    sql=of_stays(
        "CASE WHEN s.is_known THEN s.waiting END",
        "CASE WHEN NOT s.is_known THEN 'no status says whether it waited there' END",
    ),
)
