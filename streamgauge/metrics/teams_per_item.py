"""Teams per item: how many teams a piece of work needs."""

from streamgauge.metrics.metric import HIGHER_LEVEL, Better, Finished, Metric, Shape

TEAMS_PER_ITEM = Metric(
    name="teams_per_item",
    title="Teams per item",
    asks="How many teams does a piece of work need?",
    formula="distinct teams that owned an item between its start and its end, mean over finished items",
    leaves_out="Items of which no team is known; work that is not done yet, and cancelled work.",
    unit="teams",
    better=Better.LOWER,
    source="definitions 4.4",
    shape=Shape.MEAN,
    sql=Finished(
        "CAST(greatest(f.teams, 1) AS DOUBLE)",
        f"coalesce({HIGHER_LEVEL}, CASE WHEN f.teams = 0 AND f.team IS NULL THEN 'no team is known' END)",
    ),
)
