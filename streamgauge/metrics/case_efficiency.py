"""Flow efficiency of the cases on the map: how much of their time is work, cancelled ones of a log of events too."""

from streamgauge.metrics.metric import Better, Metric, Shape
from streamgauge.metrics.ways import WAYS

CASE_EFFICIENCY = Metric(
    name="case_efficiency",
    title="Flow efficiency of the cases on the map",
    asks="How much of the time that the cases on the map take is spent working on them?",
    formula="sum of active time / sum of active and waiting time; of a log of events what was cancelled counts too, "
    "which flow_efficiency leaves out",
    leaves_out="Items of which a status is not understood, or whose start nobody recorded; work that is not done yet.",
    unit="share",
    better=Better.HIGHER,
    source="definitions 2.1",
    shape=Shape.RATIO,
    has_months=False,
    given=WAYS,
    sql="""
SELECT w.slice, w.ended_at AS observed_at, w.active_hours AS value, w.active_hours + w.waiting_hours AS weight,
       w.item AS evidence, CAST(NULL AS STRING) AS release, w.title AS detail,
       coalesce(w.left_out, CASE WHEN w.unmapped_hours = 0 THEN NULL ELSE 'a status is not understood' END) AS left_out
FROM ways AS w
""",
)
