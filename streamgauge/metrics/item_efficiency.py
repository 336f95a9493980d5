"""Efficiency of an item: how much of the flow time of a single piece of work is work."""

from streamgauge.metrics.metric import HIGHER_LEVEL, Better, Finished, Metric, Shape

ITEM_EFFICIENCY = Metric(
    name="item_efficiency",
    title="Efficiency of an item",
    asks="How much of its flow time is half of the work worked on at most?",
    formula="active time / active and waiting time of each item",
    leaves_out="Items of which a status is not understood, or whose start nobody recorded; what took no time; work "
    "that is not done yet.",
    unit="share",
    better=Better.HIGHER,
    source="definitions 2.1",
    shape=Shape.MEDIAN,
    sql=Finished(
        "try_divide(f.active_hours, f.active_hours + f.waiting_hours)",
        f"""coalesce({HIGHER_LEVEL}, CASE
         WHEN f.left_truncated THEN 'begun before what the tool tells'
         WHEN f.started_at IS NULL THEN 'done without having been started'
         WHEN f.unmapped_hours > 0 THEN 'a status is not understood'
         WHEN f.active_hours + f.waiting_hours = 0 THEN 'took no time' END)""",
    ),
)
