"""Handovers at a stage: how often the team that owns the work changes on the way in or within it."""

from streamgauge.metrics.metric import Better, Metric, Of, Shape
from streamgauge.metrics.ways import NOTHING_MORE, WAYS

STAGE_HANDOVERS = Metric(
    name="stage_handovers",
    title="Handovers at a stage",
    asks="How often does the owning team change on the way into a stage or within it?",
    formula="visits of the stage whose team is not that of the visit before",
    leaves_out="Visits of which no team is known; work that is not done yet.",
    unit="handovers",
    better=Better.LOWER,
    source="definitions 4.1",
    shape=Shape.COUNT,
    has_months=False,
    of=Of.STAGE,
    given=WAYS,
    sql=f"""
SELECT h.slice, h.stage AS place, {NOTHING_MORE}, h.ended_at AS observed_at, CAST(NULL AS DOUBLE) AS value,
       h.item AS evidence, concat(h.former_team, ' to ', h.team) AS detail, h.left_out
FROM (SELECT *, lag(team) OVER (PARTITION BY slice, line_id, item, episode ORDER BY ordinal) AS former_team
      FROM steps WHERE team IS NOT NULL) AS h
WHERE h.team <> h.former_team
""",
)
