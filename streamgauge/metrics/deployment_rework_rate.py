"""Deployment rework rate: the share of deployments made only to mend others."""

from streamgauge.metrics.metric import Better, Metric, Shape

DEPLOYMENT_REWORK_RATE = Metric(
    name="deployment_rework_rate",
    title="Deployment rework rate",
    asks="What share of deployments was unplanned, to mend a fault in production?",
    formula="(hotfix + rollback) / (normal + hotfix + rollback + config)",
    leaves_out="Redeployments and flag flips; pre-releases and further names of a release.",
    unit="share",
    better=Better.LOWER,
    source="definitions 1.5; DORA",
    shape=Shape.SHARE,
    is_cohort=True,
    is_inferred=True,
    sql="""
SELECT scope.slice, d.deployed_at AS observed_at,
       CASE WHEN d.kind IN ('hotfix', 'rollback') THEN CAST(1 AS DOUBLE) ELSE CAST(0 AS DOUBLE) END AS value,
       d.deployment AS evidence, d.deployment AS release, d.kind AS detail,
       CASE WHEN d.left_out IS NOT NULL THEN d.left_out
            WHEN d.kind NOT IN ('normal', 'hotfix', 'rollback', 'config') THEN d.kind
            WHEN d.verdict = 'not measurable' THEN 'not measurable' END AS left_out
FROM deployments AS d JOIN scope ON scope.line_id = d.line_id
""",
)
