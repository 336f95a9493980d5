"""First-attempt success: how many runs of pipelines pass without being repeated."""

from streamgauge.metrics.metric import RUN, SAYS_NOTHING, WANTED_ITEM, Better, Metric, Shape

FIRST_ATTEMPT_SUCCESS_RATE = Metric(
    name="first_attempt_success_rate",
    title="First attempt success rate",
    asks="What share of the runs of pipelines passes at the first attempt?",
    formula="first attempts that pass / first attempts that pass or fail",
    leaves_out="First attempts that were cancelled or skipped, or still run; repetitions.",
    unit="share",
    better=Better.HIGHER,
    source="definitions 3.3",
    shape=Shape.SHARE,
    sql=f"""
SELECT scope.slice, coalesce(f.finished_at, f.started_at, f.queued_at) AS observed_at,
       CASE WHEN f.outcome = 'success' THEN CAST(1 AS DOUBLE) ELSE CAST(0 AS DOUBLE) END AS value, {RUN},
       CASE WHEN NOT f.is_first THEN 'a repetition: the first attempt stands for it' ELSE {SAYS_NOTHING} END AS left_out
FROM runs AS f JOIN scope ON scope.line_id = f.line_id
WHERE {WANTED_ITEM}
""",
)
