"""Share of returns: how much finished work had gone back to an earlier stage."""

from streamgauge.metrics.metric import Better, Finished, Metric, Shape

RETURN_SHARE = Metric(
    name="return_share",
    title="Share of work that went back",
    asks="What share of the finished work had to go back to an earlier stage?",
    formula="finished items that came back to a stage before the furthest one so far / finished items",
    leaves_out="Work that is not done yet, and cancelled work.",
    unit="share",
    better=Better.LOWER,
    source="definitions 2.0 and 4.1",
    shape=Shape.SHARE,
    sql=Finished("CASE WHEN f.returns > 0 THEN CAST(1 AS DOUBLE) ELSE CAST(0 AS DOUBLE) END"),
)
