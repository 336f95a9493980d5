"""Time to fix red: how long the default branch stays broken."""

from streamgauge.metrics.metric import WANTED_ITEM, Better, Metric, Shape

TIME_TO_FIX_RED = Metric(
    name="time_to_fix_red",
    title="Time to fix red",
    asks="How long does a broken default branch stay broken?",
    formula="first later success of the pipeline on the default branch - first failure of the streak",
    leaves_out="Other branches. A streak that is open is censored; failures within it do not begin it anew.",
    unit="hours",
    better=Better.LOWER,
    source="definitions 3.3",
    shape=Shape.RECOVERY,
    sql=f"""
SELECT scope.slice, CASE WHEN f.fixed_at < scope.until THEN f.fixed_at END AS observed_at,
       (unix_micros(least(coalesce(f.fixed_at, scope.known_at), scope.until, scope.known_at))
        - unix_micros(f.broken_at)) / 3.6e9 AS value,
       concat(f.repository, ' ', f.build) AS evidence, CAST(NULL AS STRING) AS release,
       concat(f.pipeline, coalesce(concat(', fixed by ', f.fixed_by), ', not fixed yet')) AS detail,
       f.fixed_at IS NULL OR f.fixed_at >= scope.until AS censored, CAST(NULL AS STRING) AS left_out
FROM red_streaks AS f JOIN scope ON scope.line_id = f.line_id
WHERE f.broken_at < scope.until AND {WANTED_ITEM}
""",
)
