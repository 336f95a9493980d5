"""Share of risk work: a part of the flow distribution."""

from streamgauge.metrics.metric import Better, Metric, Shape, share_of_kind

RISK_SHARE = Metric(
    name="risk_share",
    title="Flow distribution: work against risks",
    asks="How much of the finished work guards against harm?",
    formula="finished items of a type that is of the kind risk / finished items of any of the four kinds",
    leaves_out="Items of a type that is of no kind; work that is not done yet, and cancelled work.",
    unit="share",
    better=Better.NEITHER,
    source="definitions 2.1",
    shape=Shape.SHARE,
    sql=share_of_kind("risk"),
)
