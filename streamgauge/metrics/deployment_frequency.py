"""Deployment frequency: how often users get something new."""

from streamgauge.metrics.metric import Better, Metric, Shape

DEPLOYMENT_FREQUENCY = Metric(
    name="deployment_frequency",
    title="Deployment frequency",
    asks="How often do we put change in front of users?",
    formula="counted deployments / calendar days in the window",
    leaves_out="Rollbacks, redeployments of one artifact, flag flips; pre-releases and further names of a release.",
    unit="deployments/day",
    better=Better.HIGHER,
    source="definitions 1.1; DORA",
    shape=Shape.FREQUENCY,
    sql="""
SELECT scope.slice, d.deployed_at AS observed_at, CAST(1 AS DOUBLE) AS value, d.deployment AS evidence,
       d.deployment AS release, d.kind AS detail,
       CASE WHEN d.left_out IS NOT NULL THEN d.left_out
            WHEN d.kind NOT IN ('normal', 'hotfix', 'config') THEN d.kind
            WHEN d.deployment_group IS NOT NULL AND row_number() OVER (
              PARTITION BY scope.slice, d.deployment_group,
                d.left_out IS NULL AND d.kind IN ('normal', 'hotfix', 'config')
              ORDER BY d.deployed_at, d.line_id, d.deployment) > 1
            THEN 'same pipeline run' END AS left_out
FROM deployments AS d JOIN scope ON scope.line_id = d.line_id
""",
)
