"""Red streaks: the spans in which a pipeline failed on the default branch until it passed again (definitions 3.3)."""

import pyarrow as pa

from streamgauge.facts.outcomes import FAILED
from streamgauge.records.record import UTC_INSTANT

RED_STREAKS = pa.schema(
    [
        pa.field("line_id", pa.string()),
        pa.field("repository", pa.string()),
        pa.field("pipeline", pa.string()),
        pa.field("branch", pa.string()),
        pa.field("service", pa.string()),
        pa.field("team", pa.string()),
        pa.field("type", pa.string()),
        pa.field("streams", pa.list_(pa.string())),
        pa.field("build", pa.string()),
        pa.field("broken_at", UTC_INSTANT),
        pa.field("fixed_by", pa.string()),
        pa.field("fixed_at", UTC_INSTANT),
        pa.field("failures", pa.int64()),
    ]
)
"""One row per streak. `build` is the run that failed first, at `broken_at`; `fixed_by` the first later one that passed,
null while it is open. A failure in between does not begin it anew. Runs that were cancelled or skipped say nothing.
`service`, `team`, `type` and `streams` are those of the run that failed first."""

_STREAK = "PARTITION BY line_id, pipeline, branch, passed"
STATEMENT = f"""
WITH ended AS (
  SELECT r.line_id, r.repository, r.pipeline, r.branch, r.service, r.team, r.type, r.streams, r.build, r.finished_at,
         r.outcome {FAILED} AS is_red,
         sum(CASE WHEN r.outcome = 'success' THEN 1 ELSE 0 END) OVER (
           PARTITION BY r.line_id, r.pipeline, r.branch ORDER BY r.finished_at, r.build
           ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS passed
  FROM runs AS r JOIN sets AS s ON s.line_id = r.line_id
  WHERE r.is_default_branch AND r.finished_at IS NOT NULL AND r.left_out IS NULL
    AND (r.outcome = 'success' OR r.outcome {FAILED})),
streaks AS (
  SELECT *, row_number() OVER ({_STREAK} ORDER BY finished_at, build) AS place, count(*) OVER ({_STREAK}) AS failures
  FROM ended WHERE is_red)
SELECT k.line_id, k.repository, k.pipeline, k.branch, k.service, k.team, k.type, k.streams, k.build,
       k.finished_at AS broken_at,
       g.build AS fixed_by, g.finished_at AS fixed_at, k.failures
FROM streaks AS k LEFT JOIN ended AS g ON g.line_id = k.line_id AND g.pipeline = k.pipeline
  AND g.branch IS NOT DISTINCT FROM k.branch AND NOT g.is_red AND g.passed = k.passed + 1
WHERE k.place = 1
"""
"""Yields the rows of RED_STREAKS for the code sets in `sets`, after their runs."""
