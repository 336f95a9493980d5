"""Undeployed changes: what is committed and in no release yet."""

from streamgauge.metrics.metric import Better, Metric, Shape

UNDEPLOYED_CHANGES = Metric(
    name="undeployed_changes",
    title="Undeployed changes",
    asks="How many commits wait for a release, and for how long already?",
    formula="commits of the default branch that no release contains; the percentiles are of their age",
    leaves_out="Commits outside of the service's paths. Merge commits count.",
    unit="commits",
    better=Better.LOWER,
    source="definitions 1.2 (undeployed inventory)",
    shape=Shape.INVENTORY,
    caveats=("For a past day: commits made before it that no release of that day contained.",),
    sql="""
SELECT scope.slice, w.committed_at AS observed_at,
       CASE WHEN w.committed_at <= least(scope.until, scope.known_at)
            THEN (unix_micros(least(scope.until, scope.known_at)) - unix_micros(w.committed_at)) / 3.6e9 END AS value,
       w.change AS evidence,
       CAST(NULL AS STRING) AS release, CAST(NULL AS STRING) AS detail,
       CASE WHEN NOT w.is_inside THEN 'outside of the service''s paths' END AS left_out
FROM (SELECT line_id, change, committed_at, is_inside, CAST(NULL AS TIMESTAMPTZ) AS deployed_at FROM undeployed
      UNION ALL SELECT line_id, change, committed_at, is_inside, deployed_at FROM shipped) AS w
JOIN scope ON scope.line_id = w.line_id
WHERE (w.deployed_at IS NULL OR w.deployed_at >= scope.until)
  AND (w.committed_at IS NULL OR w.committed_at < scope.until
       OR (w.deployed_at IS NULL AND scope.until > scope.known_at))
""",
    series="""
SELECT scope.slice, w.committed_at AS observed_at, CAST(1 AS DOUBLE) AS value, CAST(NULL AS STRING) AS left_out
FROM (SELECT line_id, committed_at, is_inside FROM undeployed
      UNION ALL SELECT line_id, committed_at, is_inside FROM shipped) AS w JOIN scope ON scope.line_id = w.line_id
WHERE w.is_inside AND w.committed_at IS NOT NULL
UNION ALL
SELECT scope.slice, greatest(s.deployed_at, s.committed_at), CAST(-1 AS DOUBLE), CAST(NULL AS STRING)
FROM shipped AS s JOIN scope ON scope.line_id = s.line_id WHERE s.is_inside AND s.committed_at IS NOT NULL
""",
)
