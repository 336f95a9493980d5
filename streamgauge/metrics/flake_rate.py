"""Flake rate: how many runs of pipelines fail and pass on the same code."""

from streamgauge.metrics.metric import RUN, SAYS_NOTHING, WANTED_ITEM, Better, Metric, Shape

FLAKE_RATE = Metric(
    name="flake_rate",
    title="Flake rate",
    asks="What share of the runs of pipelines fails and passes on the same code?",
    formula="runs with a failed attempt whose pipeline passed on the same commit / runs that pass or fail",
    leaves_out="Runs that were cancelled or skipped, or still run; attempts that were repeated.",
    unit="share",
    better=Better.LOWER,
    source="definitions 3.3",
    shape=Shape.SHARE,
    sql=f"""
SELECT scope.slice, coalesce(f.finished_at, f.started_at, f.queued_at) AS observed_at,
       CASE WHEN f.is_flaky THEN CAST(1 AS DOUBLE) ELSE CAST(0 AS DOUBLE) END AS value, {RUN},
       CASE WHEN NOT f.is_final THEN 'repeated: a later attempt stands for it' ELSE {SAYS_NOTHING} END AS left_out
FROM runs AS f JOIN scope ON scope.line_id = f.line_id
WHERE {WANTED_ITEM}
""",
)
