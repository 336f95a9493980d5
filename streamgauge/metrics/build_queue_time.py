"""Build queue time: how long a run of a pipeline waits before it begins."""

from streamgauge.metrics.metric import RUN, WANTED_ITEM, Better, Metric, Shape

BUILD_QUEUE_TIME = Metric(
    name="build_queue_time",
    title="Build queue time",
    asks="How long does a run of a pipeline wait before it begins?",
    formula="begin - request, of each attempt",
    leaves_out="Runs of which the tool does not say when they were asked for.",
    unit="hours",
    better=Better.LOWER,
    source="definitions 3.3",
    shape=Shape.MEDIAN,
    sql=f"""
SELECT scope.slice, f.started_at AS observed_at,
       (unix_micros(f.started_at) - unix_micros(f.queued_at)) / 3.6e9 AS value, {RUN},
       coalesce(f.left_out, CASE WHEN f.queued_at IS NULL THEN 'when it was asked for is not known' END) AS left_out
FROM runs AS f JOIN scope ON scope.line_id = f.line_id
WHERE f.started_at IS NOT NULL AND {WANTED_ITEM}
""",
)
