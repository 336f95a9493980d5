"""Time at the limit: whether limits on work in progress ever bind."""

from streamgauge.metrics.metric import Better, Metric, Shape

_SPANS = """(
              SELECT v.line_id, v.item, v.stage, CASE WHEN h.item IS NULL THEN v.team ELSE h.team END AS team,
                     greatest(v.entered_at, h.since) AS from_at, least(v.left_at, h.until) AS to_at
              FROM visits AS v LEFT JOIN held AS h ON h.line_id = v.line_id AND h.item = v.item
                AND (h.until IS NULL OR h.until > v.entered_at) AND (v.left_at IS NULL OR h.since < v.left_at)
              WHERE v.state IN ('waiting', 'active', 'unmapped'))"""
# What changes its team while it stays in a stage is its new team's from then on.
MEASURED = "(scope.type IS NULL AND (scope.team IS NULL OR l.team = lower(scope.team)))"
"""Whether all that a limit is on is asked for, within the value stream. A part of it says nothing of the limit."""
LEVELS = f"""(
  SELECT slice, team, stage, wip_limit, wip, least(next_at, end_at) AS to_at,
         greatest((unix_micros(least(next_at, end_at)) - unix_micros(greatest(moment, since))) / 3.6e9, 0.0) AS hours
  FROM (
    SELECT m.*, sum(step) OVER (PARTITION BY slice, team, stage ORDER BY moment, step, item
                                ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS wip,
           lead(moment) OVER (PARTITION BY slice, team, stage ORDER BY moment, step, item) AS next_at
    FROM (
      SELECT scope.slice, l.team, l.stage, l.wip_limit, scope.since, least(scope.until, scope.known_at) AS end_at,
             v.item, v.moment, v.step
      FROM (SELECT line_id, item, team, stage, from_at AS moment, 1 AS step FROM {_SPANS} AS s
            UNION ALL
            SELECT line_id, item, team, stage, to_at, -1 FROM {_SPANS} AS s WHERE to_at IS NOT NULL) AS v
      JOIN scope ON scope.line_id = v.line_id
      JOIN wip_limits AS l ON l.line_id = v.line_id AND (l.team IS NULL OR l.team = lower(v.team))
        AND (l.stage IS NULL OR l.stage = v.stage)
      JOIN (SELECT DISTINCT i.line_id, i.item FROM flow_items AS i JOIN scope ON scope.line_id = i.line_id
            WHERE (i.level IS NULL OR i.level NOT IN ('theme', 'initiative', 'epic'))
              AND (scope.stream IS NULL OR array_contains(i.streams, scope.stream))) AS f
        ON f.line_id = v.line_id AND f.item = v.item
      WHERE {MEASURED} AND v.moment < least(scope.until, scope.known_at)) AS m) AS w)"""
"""How much was under way against each limit, and for how many hours of the window; `to_at` is when it changed."""

TIME_AT_WIP_LIMIT = Metric(
    name="time_at_wip_limit",
    title="Share of time at or over the WIP limits",
    asks="How much of the time is as much under way as the limits on work in progress allow, or more?",
    formula="time in which as many items as the limit or more were under way / time, summed over all limits",
    leaves_out=(
        "Limits on more than the work that is asked for: of one team its own limits count, of one type none; of a "
        "value stream all count, over its own work. Time before the first item of a limit. Blocked work counts; "
        "themes, initiatives and epics do not."
    ),
    unit="share",
    better=Better.NEITHER,
    source="definitions 2.3",
    shape=Shape.RATIO,
    needs="WIP limit",
    has_months=False,
    sql=f"""
SELECT s.slice, CAST(NULL AS TIMESTAMPTZ) AS observed_at,
       sum(CASE WHEN s.wip >= s.wip_limit THEN s.hours ELSE 0.0 END) AS value, sum(s.hours) AS weight,
       concat_ws(' / ', s.team, s.stage) AS evidence, CAST(NULL AS STRING) AS release,
       concat('limit ', CAST(s.wip_limit AS STRING)) AS detail, CAST(NULL AS STRING) AS left_out
FROM {LEVELS} AS s
GROUP BY s.slice, s.team, s.stage, s.wip_limit HAVING sum(s.hours) > 0
""",
)
