"""Share of ping-pong: how much work went from one team to another and back."""

from streamgauge.metrics.metric import HIGHER_LEVEL, WANTED_ITEM, Better, Metric, Shape

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
    sql=f"""
SELECT scope.slice, f.finished_at AS observed_at,
       CASE WHEN p.item IS NULL THEN CAST(0 AS DOUBLE) ELSE CAST(1 AS DOUBLE) END AS value,
       f.item AS evidence, CAST(NULL AS STRING) AS release, f.title AS detail,
       coalesce({HIGHER_LEVEL}, CASE WHEN f.team IS NULL AND f.handoffs = 0 THEN 'no team is known' END) AS left_out
FROM flow_items AS f JOIN scope ON scope.line_id = f.line_id
LEFT JOIN (
  SELECT DISTINCT line_id, item, episode FROM (
    SELECT t.*, lead(team) OVER way AS then_team, lead(team, 2) OVER way AS last_team
    FROM (SELECT i.line_id, i.item, i.episode, v.ordinal, v.team,
                 lag(v.team) OVER (PARTITION BY i.line_id, i.item, i.episode ORDER BY v.ordinal) AS former_team
          FROM flow_items AS i JOIN visits AS v ON v.line_id = i.line_id AND v.item = i.item
            AND v.entered_at >= i.started_at AND v.entered_at <= i.finished_at AND v.team IS NOT NULL
          WHERE i.handoffs >= 2 AND i.line_id IN (SELECT line_id FROM scope)) AS t
    WHERE former_team IS DISTINCT FROM team
    WINDOW way AS (PARTITION BY line_id, item, episode ORDER BY ordinal)) AS turns
  WHERE last_team = team) AS p ON p.line_id = f.line_id AND p.item = f.item AND p.episode = f.episode
WHERE f.finished_at IS NOT NULL AND {WANTED_ITEM}
""",
)
