"""From start to end: how long a whole case takes, however often it was reopened."""

from streamgauge.metrics.metric import Better, Metric, Shape
from streamgauge.metrics.ways import CASES, of_cases

CASE_DURATION = Metric(
    name="case_duration",
    title="From start to end",
    asks="How long does a case take from its first start to its last end?",
    formula="last end - first start; in a log of events, last event - first event",
    leaves_out="Work that is not done yet, and work whose start nobody recorded; but in a log of events what was "
    "cancelled counts.",
    unit="hours",
    better=Better.LOWER,
    source="definitions 4.4",
    shape=Shape.MEDIAN,
    has_months=False,
    given=CASES,
    sql=of_cases("c.hours"),
)
