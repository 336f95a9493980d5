"""Effective number of initiatives: over how many things a team really spreads its work."""

from streamgauge.metrics.metric import HIGHER_LEVEL, INITIATIVES, Better, Metric, Shape

EFFECTIVE_INITIATIVES = Metric(
    name="effective_initiatives",
    title="Effective number of initiatives of a team",
    asks="Over how many initiatives does a team spread its work?",
    formula="exp(Shannon entropy of the active time by initiative), so that a token item hardly counts; "
    "the median over the teams",
    leaves_out="Work of no known team, and work without a parent.",
    unit="initiatives",
    better=Better.LOWER,
    source="definitions 2.3",
    shape=Shape.MEDIAN,
    needs="parent of an item",
    has_months=False,
    sql=f"""
SELECT t.slice, CAST(NULL AS TIMESTAMPTZ) AS observed_at,
       exp(ln(sum(t.hours)) - sum(t.hours * ln(t.hours)) / sum(t.hours)) AS value,
       t.team AS evidence, CAST(NULL AS STRING) AS release,
       concat(CAST(count(*) AS STRING), ' initiatives') AS detail, CAST(NULL AS STRING) AS left_out
FROM (
  SELECT scope.slice, v.team, n.initiative,
         sum((unix_micros(least(v.left_at, scope.until, scope.known_at))
              - unix_micros(greatest(v.entered_at, scope.since))) / 3.6e9) AS hours
  FROM visits AS v JOIN scope ON scope.line_id = v.line_id
  JOIN {INITIATIVES} AS n ON n.line_id = v.line_id AND n.item = v.item
  JOIN (SELECT *, row_number() OVER (PARTITION BY line_id, item ORDER BY episode DESC) AS nth FROM flow_items) AS f
    ON f.line_id = v.line_id AND f.item = v.item AND f.nth = 1
  WHERE v.state = 'active' AND v.team IS NOT NULL AND v.entered_at < least(scope.until, scope.known_at)
    AND (v.left_at IS NULL OR scope.since IS NULL OR v.left_at > scope.since)
    AND (scope.team IS NULL OR v.team = scope.team) AND (scope.type IS NULL OR f.type = scope.type)
    AND (scope.stream IS NULL OR array_contains(f.streams, scope.stream)) AND {HIGHER_LEVEL} IS NULL
  GROUP BY scope.slice, v.team, n.initiative) AS t
WHERE t.hours > 0 GROUP BY t.slice, t.team
""",
)
