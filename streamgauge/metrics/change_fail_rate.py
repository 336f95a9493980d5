"""Change fail rate: the share of deployments that had to be mended."""

from streamgauge.metrics.metric import Better, Metric, Shape

CHANGE_FAIL_RATE = Metric(
    name="change_fail_rate",
    title="Change fail rate",
    asks="What share of deployments needs immediate intervention?",
    formula="counted deployments with at least one failure / counted deployments",
    leaves_out="The same as deployment frequency; a line where nothing shows failures is not measurable.",
    unit="share",
    better=Better.LOWER,
    source="definitions 1.3; DORA",
    shape=Shape.SHARE,
    is_cohort=True,
    is_inferred=True,
    sql="""
SELECT scope.slice, d.deployed_at AS observed_at,
       CASE WHEN d.verdict = 'failed' AND (NOT d.is_inferred OR d.restored_at <= scope.known_at)
            THEN CAST(1 AS DOUBLE) ELSE CAST(0 AS DOUBLE) END AS value,
       d.deployment AS evidence, d.deployment AS release, d.why AS detail,
       CASE WHEN d.left_out IS NOT NULL THEN d.left_out
            WHEN d.kind NOT IN ('normal', 'hotfix', 'config') THEN d.kind
            WHEN d.verdict = 'not measurable' THEN 'not measurable' END AS left_out
FROM deployments AS d JOIN scope ON scope.line_id = d.line_id
""",
)
