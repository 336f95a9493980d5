"""Change lead time: from the commit to the first release that contains it."""

from streamgauge.metrics.metric import COUNTED_CHANGE, Better, Metric, Shape

NEGATIVE = "NEGATIVE_DURATION"

CHANGE_LEAD_TIME = Metric(
    name="change_lead_time",
    title="Change lead time",
    asks="How long does a committed change take to reach users?",
    formula="time of the first release that contains the change - time of the change",
    leaves_out="Merge commits unless asked for; changes not released yet (see undeployed_changes); negative spans.",
    unit="hours",
    better=Better.LOWER,
    source="definitions 1.2; DORA",
    shape=Shape.MEDIAN,
    follows_policy=True,
    sql=f"""
SELECT o.slice, o.observed_at, o.value, o.evidence, o.release, o.detail,
       CASE WHEN o.left_out IS NOT NULL THEN o.left_out
            WHEN o.value IS NULL THEN 'no readable time'
            WHEN o.value < 0 THEN '{NEGATIVE}' END AS left_out
FROM (SELECT scope.slice, s.deployed_at AS observed_at, s.change AS evidence, s.deployment AS release,
             (unix_micros(s.deployed_at)
              - unix_micros(CASE WHEN scope.from_committed THEN s.committed_at ELSE s.authored_at END)) / 3.6e9
             AS value,
             CAST(NULL AS STRING) AS detail, {COUNTED_CHANGE} AS left_out
      FROM shipped AS s JOIN scope ON scope.line_id = s.line_id) AS o
""",
)
