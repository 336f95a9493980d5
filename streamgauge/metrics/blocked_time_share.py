"""Share of blocked time: how much of the flow time work could not go on."""

from streamgauge.metrics.metric import HIGHER_LEVEL, Better, Finished, Metric, Shape

BLOCKED_TIME_SHARE = Metric(
    name="blocked_time_share",
    title="Share of time blocked",
    asks="How much of the time that work takes is it blocked?",
    formula="sum of the time under a flag or in a status that says blocked / sum of flow time",
    leaves_out="Work that is not done yet, cancelled work, and work whose start nobody recorded.",
    unit="share",
    better=Better.LOWER,
    source="definitions 2.0",
    shape=Shape.RATIO,
    sql=Finished(
        "f.blocked_hours + coalesce(f.held_hours, 0.0)",
        f"""coalesce({HIGHER_LEVEL}, CASE
         WHEN f.left_truncated THEN 'begun before what the tool tells'
         WHEN f.started_at IS NULL THEN 'done without having been started' END)""",
        weight="f.active_hours + f.waiting_hours + f.unmapped_hours",
    ),
)
