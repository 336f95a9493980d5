"""Lead time of a stage in the working time of the teams that had the work."""

from streamgauge.metrics.metric import Better, Metric, Of, Shape
from streamgauge.metrics.ways import NOTHING_MORE, WAYS

STAGE_LEAD_TIME_WORKING = Metric(
    name="stage_lead_time_working",
    title="Lead time of a stage in working time",
    asks="How much working time does work stay at a stage?",
    formula="working time of the team that had the item, over its visits of the stage",
    leaves_out="Items that did not go through it, work that is not done yet, and work whose start nobody recorded.",
    unit="working hours",
    better=Better.LOWER,
    source="definitions 4.1",
    shape=Shape.MEDIAN,
    has_months=False,
    needs="calendar",
    of=Of.STAGE,
    given=WAYS,
    sql=f"""
SELECT s.slice, s.stage AS place, {NOTHING_MORE}, min(s.ended_at) AS observed_at, sum(w.working_hours) AS value,
       s.item AS evidence, min(s.title) AS detail,
       coalesce(min(s.left_out), CASE WHEN count(w.working_hours) = 0 THEN 'a team that had it has no calendar' END)
         AS left_out
FROM steps AS s LEFT JOIN working AS w ON w.line_id = s.line_id AND w.item = s.item AND w.ordinal = s.ordinal
WHERE s.state NOT IN ('done', 'cancelled') GROUP BY s.slice, s.stage, s.line_id, s.item, s.episode
""",
)
