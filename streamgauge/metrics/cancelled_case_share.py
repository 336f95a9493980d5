"""Share of cases that were cancelled: of a log of events, what of it ended so."""

from streamgauge.metrics.metric import Better, Metric, Shape
from streamgauge.metrics.ways import CASES, of_cases

CANCELLED_CASE_SHARE = Metric(
    name="cancelled_case_share",
    title="Share of cases that were cancelled",
    asks="What share of the cases ended as cancelled?",
    formula="cases that ended as cancelled / cases that ended",
    leaves_out="Work that is not done yet, and work whose start nobody recorded; but in a log of events what was "
    "cancelled counts.",
    unit="share",
    better=Better.LOWER,
    source="definitions 4.4",
    shape=Shape.SHARE,
    has_months=False,
    given=CASES,
    sql=of_cases("CASE WHEN c.is_cancelled THEN CAST(1 AS DOUBLE) ELSE CAST(0 AS DOUBLE) END"),
)
