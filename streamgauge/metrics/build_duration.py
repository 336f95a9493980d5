"""Build duration: how long a run of a pipeline takes until it passes."""

from streamgauge.metrics.metric import RUN, WANTED_ITEM, Better, Metric, Shape

BUILD_DURATION = Metric(
    name="build_duration",
    title="Build duration",
    asks="How long does a run of a pipeline take?",
    formula="end - begin of the runs that pass",
    leaves_out="Runs that do not pass: they end early; those of which the begin is not known.",
    unit="hours",
    better=Better.LOWER,
    source="definitions 3.3",
    shape=Shape.MEDIAN,
    sql=f"""
SELECT scope.slice, f.finished_at AS observed_at,
       (unix_micros(f.finished_at) - unix_micros(f.started_at)) / 3.6e9 AS value, {RUN},
       coalesce(f.left_out, CASE WHEN f.started_at IS NULL THEN 'its begin is not known'
                                WHEN f.outcome IS DISTINCT FROM 'success' THEN 'it did not pass' END) AS left_out
FROM runs AS f JOIN scope ON scope.line_id = f.line_id
WHERE f.finished_at IS NOT NULL AND {WANTED_ITEM}
""",
)
