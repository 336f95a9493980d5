"""First-pass yield: the work that went through without any return."""

from streamgauge.metrics.metric import Better, Metric, Shape
from streamgauge.metrics.ways import CASES, of_cases

FIRST_PASS_YIELD = Metric(
    name="first_pass_yield",
    title="First-pass yield",
    asks="What share of the work never went back?",
    formula="cases without a return to an earlier stage / cases that ended",
    leaves_out="Work that is not done yet, and work whose start nobody recorded; but in a log of events what was "
    "cancelled counts.",
    unit="share",
    better=Better.HIGHER,
    source="definitions 4.1",
    shape=Shape.SHARE,
    has_months=False,
    given=CASES,
    sql=of_cases("CASE WHEN c.returns = 0 THEN CAST(1 AS DOUBLE) ELSE CAST(0 AS DOUBLE) END"),
)
