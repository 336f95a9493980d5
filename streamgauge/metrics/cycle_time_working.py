"""Cycle time in working time, by the calendar of the team that had the item."""

from streamgauge.metrics.metric import Better, Metric, Shape, working_span_of_finished

CYCLE_TIME_WORKING = Metric(
    name="cycle_time_working",
    title="Cycle time (first worked on to done, working time)",
    asks="How much working time passes, from the first work on a piece of work until it is done?",
    formula="working hours between first entry into a status that is worked on, and entry into done",
    leaves_out="Time outside of the team's hours; work of teams without a calendar; and what cycle_time leaves out.",
    unit="working hours",
    better=Better.LOWER,
    source="definitions 0.1 and 2.1",
    shape=Shape.MEDIAN,
    needs="calendar",
    sql=working_span_of_finished("f.first_active_at"),
)
