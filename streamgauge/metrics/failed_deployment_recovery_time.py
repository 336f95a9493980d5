"""Failed deployment recovery time: from the failed deployment to the one that mends it."""

from streamgauge.metrics.metric import Better, Metric, Shape

FAILED_DEPLOYMENT_RECOVERY_TIME = Metric(
    name="failed_deployment_recovery_time",
    title="Failed deployment recovery time",
    asks="How long does it take to restore service after a deployment failed?",
    formula="time restored - time the failure started (for plain git: mending release - failed release)",
    leaves_out="Nothing of the failed deployments; those not restored yet are censored, not dropped.",
    unit="hours",
    better=Better.LOWER,
    source="definitions 1.4; DORA",
    shape=Shape.RECOVERY,
    is_inferred=True,
    sql="""
SELECT scope.slice, CASE WHEN d.restored_at <= scope.known_at THEN d.restored_at ELSE d.failed_at END AS observed_at,
       (unix_micros(CASE WHEN d.restored_at <= scope.known_at THEN d.restored_at ELSE scope.known_at END)
        - unix_micros(d.failed_at)) / 3.6e9 AS value,
       d.deployment AS evidence, d.deployment AS release, d.why AS detail,
       NOT coalesce(d.restored_at <= scope.known_at, FALSE) AS censored, d.left_out AS left_out
FROM deployments AS d JOIN scope ON scope.line_id = d.line_id
WHERE d.verdict = 'failed' AND d.failed_at <= scope.known_at
  AND (NOT d.is_inferred OR d.restored_at <= scope.known_at)
""",
)
