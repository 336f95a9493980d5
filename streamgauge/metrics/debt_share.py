"""Share of debt work: a part of the flow distribution."""

from streamgauge.metrics.metric import Better, Metric, Shape, share_of_kind

DEBT_SHARE = Metric(
    name="debt_share",
    title="Flow distribution: work that makes later work easier",
    asks="How much of the finished work makes later work easier?",
    formula="finished items of a type that is of the kind debt / finished items of any of the four kinds",
    leaves_out="Items of a type that is of no kind; work that is not done yet, and cancelled work.",
    unit="share",
    better=Better.NEITHER,
    source="definitions 2.1",
    shape=Shape.SHARE,
    sql=share_of_kind("debt"),
)
