"""Share of ping-pong: how much work went from one team to another and back."""

from streamgauge.metrics.metric import HIGHER_LEVEL, Better, Finished, Metric, Shape

PING_PONG_SHARE = Metric(
    name="ping_pong_share",
    title="Share of work that went to and fro between teams",
    asks="What share of the finished work went from one team to another and back to the first?",
    formula="finished items that team A gave to team B and B gave back to A / finished items",
    leaves_out="Work of which no team is known; work that is not done yet, and cancelled work.",
    unit="share",
    better=Better.LOWER,
    source="definitions 4.4",
    shape=Shape.SHARE,
    sql=Finished(
        "CASE WHEN f.to_and_fro THEN CAST(1 AS DOUBLE) ELSE CAST(0 AS DOUBLE) END",
        f"coalesce({HIGHER_LEVEL}, CASE WHEN f.team IS NULL AND f.handoffs = 0 THEN 'no team is known' END)",
    ),
)
