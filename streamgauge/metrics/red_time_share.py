"""Red time share: how much of the time the default branch is broken."""

from streamgauge.metrics.metric import WANTED_ITEM, Better, Metric, Shape

_SINCE = "greatest(coalesce(scope.since, b.first_at), b.first_at)"
_UNTIL = "least(scope.until, scope.known_at, greatest(b.known_at, b.first_at))"
RED_TIME_SHARE = Metric(
    name="red_time_share",
    title="Red time share (of the default branch)",
    asks="What share of the time is the default branch broken?",
    formula="sum of red time / sum of time in the window from the first run to the last, of each pipeline on the "
    "default branch",
    leaves_out="Other branches; pipelines without a run that passed or failed before the end of the window.",
    unit="share",
    better=Better.LOWER,
    source="definitions 3.3",
    shape=Shape.RATIO,
    sql=f"""
SELECT b.slice, CAST(NULL AS TIMESTAMPTZ) AS observed_at, b.red / 3.6e9 AS value, b.whole / 3.6e9 AS weight,
       concat(b.repository, ' ', b.pipeline) AS evidence, CAST(NULL AS STRING) AS release,
       b.branch AS detail, CAST(NULL AS STRING) AS left_out
FROM (
  SELECT b.slice, b.repository, b.pipeline, b.branch, max(b.whole) AS whole,
         coalesce(sum(greatest(0, unix_micros(least(coalesce(k.fixed_at, b.until), b.until))
                                  - unix_micros(greatest(k.broken_at, b.since)))), 0) AS red
  FROM (
    SELECT scope.slice, b.line_id, b.repository, b.pipeline, b.branch, {_SINCE} AS since, {_UNTIL} AS until,
           unix_micros({_UNTIL}) - unix_micros({_SINCE}) AS whole
    FROM (SELECT f.line_id, f.repository, f.pipeline, f.branch, min(f.finished_at) AS first_at,
                 max(f.finished_at) AS known_at
          FROM runs AS f JOIN scope ON scope.line_id = f.line_id
          WHERE f.is_default_branch AND f.finished_at < scope.until AND {WANTED_ITEM}
            AND f.outcome IN ('success', 'failure', 'timeout', 'startup failure')
          GROUP BY f.line_id, f.repository, f.pipeline, f.branch) AS b
    JOIN scope ON scope.line_id = b.line_id) AS b
  LEFT JOIN red_streaks AS k ON k.line_id = b.line_id AND k.pipeline = b.pipeline
    AND k.branch IS NOT DISTINCT FROM b.branch AND k.broken_at < b.until
    AND (k.fixed_at IS NULL OR k.fixed_at > b.since)
  WHERE b.whole > 0
  GROUP BY b.slice, b.line_id, b.repository, b.pipeline, b.branch) AS b
""",
)
