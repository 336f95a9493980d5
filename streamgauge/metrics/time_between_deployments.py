"""Time between deployments: the gap from one release to the next."""

from streamgauge.metrics.metric import Better, Metric, Shape

TIME_BETWEEN_DEPLOYMENTS = Metric(
    name="time_between_deployments",
    title="Time between deployments",
    asks="How long do users wait from one release to the next?",
    formula="time of the deployment - time of the counted deployment before it, in the order of time",
    leaves_out="The first deployment, which has none before it; the same as deployment frequency.",
    unit="hours",
    better=Better.LOWER,
    source="definitions 1.1 (the alternative that DORA allows)",
    shape=Shape.MEDIAN,
    sql="""
SELECT o.slice, o.observed_at, o.value, o.evidence, o.release, o.detail,
       CASE WHEN o.left_out IS NOT NULL THEN o.left_out WHEN o.value IS NULL THEN 'first deployment' END AS left_out
FROM (SELECT scope.slice, d.deployed_at AS observed_at, d.deployment AS evidence, d.deployment AS release, d.left_out,
             (unix_micros(d.deployed_at) - unix_micros(lag(d.deployed_at) OVER (
               PARTITION BY scope.slice, d.left_out IS NULL AND d.kind IN ('normal', 'hotfix', 'config')
               ORDER BY d.deployed_at, d.ordinal))) / 3.6e9 AS value,
             CAST(NULL AS STRING) AS detail
      FROM deployments AS d JOIN scope ON scope.line_id = d.line_id
      WHERE d.left_out IS NOT NULL OR d.kind IN ('normal', 'hotfix', 'config')) AS o
""",
)
