"""Flow efficiency: how much of the flow time is work."""

from streamgauge.metrics.metric import HIGHER_LEVEL, Better, Finished, Metric, Shape

FLOW_EFFICIENCY = Metric(
    name="flow_efficiency",
    title="Flow efficiency",
    asks="How much of the time that work takes is spent working on it?",
    formula="sum of active time / sum of active and waiting time",
    leaves_out="Items of which a status is not understood, or whose start nobody recorded; work that is not done yet.",
    unit="share",
    better=Better.HIGHER,
    source="definitions 2.1",
    shape=Shape.RATIO,
    sql=Finished(
        "f.active_hours",
        f"""coalesce({HIGHER_LEVEL}, CASE
         WHEN f.left_truncated THEN 'begun before what the tool tells'
         WHEN f.started_at IS NULL THEN 'done without having been started'
         WHEN f.unmapped_hours > 0 THEN 'a status is not understood' END)""",
        weight="f.active_hours + f.waiting_hours",
    ),
)
