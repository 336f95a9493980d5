"""Share of blocked time: how much of the flow time work could not go on."""

from streamgauge.metrics.metric import HIGHER_LEVEL, WANTED_ITEM, Better, Metric, Shape

BLOCKED_TIME_SHARE = Metric(
    name="blocked_time_share",
    title="Share of time blocked",
    asks="How much of the time that work takes is it blocked?",
    formula="sum of the time under a flag or in a status that says blocked / sum of flow time",
    leaves_out="Work that is not done yet, cancelled work, and work whose start nobody recorded.",
    unit="share",
    better=Better.LOWER,
    source="definitions 2.0",
    shape=Shape.RATIO,
    sql=f"""
SELECT scope.slice, f.finished_at AS observed_at, f.blocked_hours + coalesce(b.hours, 0.0) AS value,
       f.active_hours + f.waiting_hours + f.unmapped_hours AS weight,
       f.item AS evidence, CAST(NULL AS STRING) AS release, f.title AS detail,
       coalesce({HIGHER_LEVEL}, CASE
         WHEN f.left_truncated THEN 'begun before what the tool tells'
         WHEN f.started_at IS NULL THEN 'done without having been started' END) AS left_out
FROM flow_items AS f JOIN scope ON scope.line_id = f.line_id
LEFT JOIN (
  SELECT i.line_id, i.item, i.episode,
         sum((unix_micros(v.left_at) - unix_micros(v.entered_at)) / 3.6e9 - v.blocked_hours) AS hours
  FROM visits AS v
  JOIN (SELECT DISTINCT line_id, status FROM meanings WHERE stage = 'Blocked' AND state = 'waiting') AS m
    ON m.line_id = v.line_id AND m.status = v.status
  JOIN flow_items AS i ON i.line_id = v.line_id AND i.item = v.item
    AND v.entered_at >= i.started_at AND v.entered_at < i.finished_at
  WHERE v.line_id IN (SELECT line_id FROM scope) AND v.state = 'waiting'
  GROUP BY i.line_id, i.item, i.episode) AS b ON b.line_id = f.line_id AND b.item = f.item AND b.episode = f.episode
WHERE f.finished_at IS NOT NULL AND {WANTED_ITEM}
""",
)
