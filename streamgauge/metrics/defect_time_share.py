"""Share of time for defects: a part of the flow distribution by the time that was worked."""

from streamgauge.metrics.metric import Better, Metric, Shape, time_share_of_kind

DEFECT_TIME_SHARE = Metric(
    name="defect_time_share",
    title="Flow distribution by time: defects",
    asks="How much of the time that was worked went into what mends what does not do what it should?",
    formula="active time of finished items of the kind defect / that of finished items of any of the four kinds",
    leaves_out="Items of a type that is of no kind; work that is not done yet, and cancelled work.",
    unit="share",
    better=Better.NEITHER,
    source="definitions 2.1",
    shape=Shape.RATIO,
    sql=time_share_of_kind("defect"),
)
