"""Initiatives per team: on how many things a team works at a time."""

from streamgauge.metrics.metric import HIGHER_LEVEL, INITIATIVES, PRESENT, WANTED_ITEM, Better, Metric, Shape

INITIATIVES_PER_TEAM = Metric(
    name="initiatives_per_team",
    title="Initiatives per team",
    asks="On how many initiatives does a team work at a time?",
    formula="different initiatives of the items that a team has under way and that were touched lately, and one more "
    "where much of its work has no parent; the median over the teams",
    leaves_out="Work of no known team, and work that nobody touched for `initiative_days`.",
    unit="initiatives",
    better=Better.LOWER,
    source="definitions 2.3",
    shape=Shape.MEDIAN,
    needs="parent of an item",
    has_months=False,
    sql=f"""
SELECT w.slice, CAST(NULL AS TIMESTAMPTZ) AS observed_at,
       CAST(count(DISTINCT w.initiative)
            + CASE WHEN avg(CASE WHEN w.initiative IS NULL THEN 1.0 ELSE 0.0 END) > max(w.unlinked_share)
                   THEN 1 ELSE 0 END AS DOUBLE) AS value,
       w.team AS evidence, CAST(NULL AS STRING) AS release,
       concat(CAST(count(*) AS STRING), ' items under way') AS detail, CAST(NULL AS STRING) AS left_out
FROM (
  SELECT scope.slice, scope.unlinked_share, f.team, n.initiative
  FROM {PRESENT} AS f JOIN scope ON scope.line_id = f.line_id
  LEFT JOIN {INITIATIVES} AS n ON n.line_id = f.line_id AND n.item = f.item
  JOIN (SELECT s.line_id, t.item, max(t.happened_at) AS touched_at
        FROM transitions AS t JOIN datasets AS d ON d.source = t.source AND d.dataset = t.repository
        JOIN scope AS s ON s.line_id = d.line_id AND t.happened_at < least(s.until, s.known_at)
        GROUP BY s.line_id, t.item) AS e
    ON e.line_id = f.line_id AND e.item = f.item
    AND unix_micros(e.touched_at) >= unix_micros(least(scope.until, scope.known_at)) - scope.initiative_days * 8.64e10
  WHERE f.began_at < least(scope.until, scope.known_at)
    AND (f.ended_at IS NULL OR f.ended_at >= least(scope.until, scope.known_at))
    AND f.team IS NOT NULL AND {HIGHER_LEVEL} IS NULL AND {WANTED_ITEM}) AS w
GROUP BY w.slice, w.team
""",
)
