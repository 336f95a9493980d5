"""Lead time of a stage: all the time from when work is available to it until it is handed on."""

from streamgauge.metrics.metric import Better, Metric, Of, Shape
from streamgauge.metrics.ways import WAYS, of_stays

STAGE_LEAD_TIME = Metric(
    name="stage_lead_time",
    title="Lead time of a stage",
    asks="How long does work stay at a stage, waiting and being worked on?",
    formula="time of an item in all statuses of the stage, over all its visits",
    leaves_out="Items that did not go through it, work that is not done yet, and work whose start nobody recorded.",
    unit="hours",
    better=Better.LOWER,
    source="definitions 4.1",
    shape=Shape.MEDIAN,
    has_months=False,
    of=Of.STAGE,
    given=WAYS,
    sql=of_stays("s.hours", "CASE WHEN s.hours IS NULL THEN 'when it left is not told' END"),
)
