"""Batch size: how many changes one release carries."""

from streamgauge.metrics.metric import COUNTED_CHANGE, Better, Metric, Shape

BATCH_SIZE = Metric(
    name="batch_size",
    title="Batch size",
    asks="How much change does one release carry?",
    formula="counted changes that the release is the first to contain",
    leaves_out="Releases whose history a shallow clone cuts; the same as deployment frequency.",
    unit="changes",
    better=Better.LOWER,
    source="definitions 3.2",
    shape=Shape.MEDIAN,
    follows_policy=True,
    sql=f"""
SELECT scope.slice, d.deployed_at AS observed_at, CAST(coalesce(c.changes, 0) AS DOUBLE) AS value,
       d.deployment AS evidence, d.deployment AS release, CAST(NULL AS STRING) AS detail,
       CASE WHEN d.left_out IS NOT NULL THEN d.left_out
            WHEN d.kind NOT IN ('normal', 'hotfix', 'config') THEN d.kind
            WHEN d.is_cut THEN 'history cut: a shallow clone hides what it held before' END AS left_out
FROM deployments AS d JOIN scope ON scope.line_id = d.line_id
LEFT JOIN (SELECT s.line_id, s.deployment, count(*) AS changes FROM shipped AS s JOIN scope ON scope.line_id = s.line_id
           WHERE {COUNTED_CHANGE} IS NULL GROUP BY s.line_id, s.deployment) AS c
  ON c.line_id = d.line_id AND c.deployment = d.deployment
""",
)
