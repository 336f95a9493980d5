"""Teams per item: how many teams a piece of work needs."""

from streamgauge.metrics.metric import HIGHER_LEVEL, WANTED_ITEM, Better, Metric, Shape

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
    sql=f"""
SELECT scope.slice, f.finished_at AS observed_at, CAST(coalesce(h.teams, 1) AS DOUBLE) AS value,
       f.item AS evidence, CAST(NULL AS STRING) AS release, f.title AS detail,
       coalesce({HIGHER_LEVEL}, CASE WHEN h.teams IS NULL AND f.team IS NULL THEN 'no team is known' END) AS left_out
FROM flow_items AS f JOIN scope ON scope.line_id = f.line_id
LEFT JOIN (
  SELECT line_id, item, episode, count(DISTINCT team) AS teams FROM (
    SELECT line_id, item, episode, sender AS team FROM handoffs WHERE line_id IN (SELECT line_id FROM scope)
    UNION ALL
    SELECT line_id, item, episode, receiver FROM handoffs WHERE line_id IN (SELECT line_id FROM scope)) AS t
  GROUP BY line_id, item, episode) AS h ON h.line_id = f.line_id AND h.item = f.item AND h.episode = f.episode
WHERE f.finished_at IS NOT NULL AND {WANTED_ITEM}
""",
)
