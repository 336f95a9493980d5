"""The way of each finished item, status by status: what the value stream map and the insights look at."""

from streamgauge.metrics.metric import HIGHER_LEVEL, SCOPE, WANTED_ITEM

WALKED = f"""WITH scope AS ({SCOPE}),
chosen AS (
  SELECT f.line_id, f.item, f.episode, f.started_at, f.finished_at, f.returns, f.active_hours, f.waiting_hours
  FROM flow_items AS f JOIN scope ON scope.line_id = f.line_id
  WHERE f.finished_at IS NOT NULL AND f.started_at IS NOT NULL AND NOT f.left_truncated
    AND {WANTED_ITEM} AND {HIGHER_LEVEL} IS NULL
    AND (scope.since IS NULL OR f.finished_at >= scope.since) AND f.finished_at < scope.until),
walked AS (
  SELECT c.episode, v.*, (unix_micros(v.left_at) - unix_micros(v.entered_at)) / 3.6e9 AS hours,
         lag(v.stage) OVER way AS former_stage, lag(v.place) OVER way AS former_place
  FROM visits AS v JOIN chosen AS c ON c.line_id = v.line_id AND c.item = v.item
    AND v.entered_at >= c.started_at AND v.entered_at < c.finished_at
  WINDOW way AS (PARTITION BY v.line_id, v.item, c.episode ORDER BY v.ordinal))
"""
"""The way of each item that was finished in the window, from its start to its end."""
