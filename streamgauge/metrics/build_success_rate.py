"""Build success rate: how many runs of pipelines pass in the end."""

from streamgauge.metrics.metric import RUN, SAYS_NOTHING, WANTED_ITEM, Better, Metric, Shape

BUILD_SUCCESS_RATE = Metric(
    name="build_success_rate",
    title="Build success rate",
    asks="What share of the runs of pipelines passes?",
    formula="runs that pass / runs that pass or fail, by the final attempt of each",
    leaves_out="Runs that were cancelled or skipped, or still run; attempts that were repeated.",
    unit="share",
    better=Better.HIGHER,
    source="definitions 3.3",
    shape=Shape.SHARE,
    sql=f"""
SELECT scope.slice, coalesce(f.finished_at, f.started_at, f.queued_at) AS observed_at,
       CASE WHEN f.outcome = 'success' THEN CAST(1 AS DOUBLE) ELSE CAST(0 AS DOUBLE) END AS value, {RUN},
       CASE WHEN NOT f.is_final THEN 'repeated: a later attempt stands for it' ELSE {SAYS_NOTHING} END AS left_out
FROM runs AS f JOIN scope ON scope.line_id = f.line_id
WHERE {WANTED_ITEM}
""",
)
