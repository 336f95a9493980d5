"""Runs of pipelines: how long each waited and took, how it ended, and whether it only flaked (definitions 3.3)."""

import pyarrow as pa

from streamgauge.facts.outcomes import FAILED, outcome_of
from streamgauge.records.record import UTC_INSTANT

RUNS = pa.schema(
    [
        pa.field("line_id", pa.string()),
        pa.field("repository", pa.string()),
        pa.field("build", pa.string()),
        pa.field("pipeline", pa.string()),
        pa.field("branch", pa.string()),
        pa.field("is_default_branch", pa.bool_()),
        pa.field("commit", pa.string()),
        pa.field("pull_request", pa.string()),
        pa.field("service", pa.string()),
        pa.field("team", pa.string()),
        pa.field("type", pa.string()),
        pa.field("streams", pa.list_(pa.string())),
        pa.field("trigger", pa.string()),
        pa.field("is_first", pa.bool_()),
        pa.field("is_final", pa.bool_()),
        pa.field("is_flaky", pa.bool_()),
        pa.field("outcome", pa.string()),
        pa.field("queued_at", UTC_INSTANT),
        pa.field("started_at", UTC_INSTANT),
        pa.field("finished_at", UTC_INSTANT),
        pa.field("left_out", pa.string()),
    ]
)
"""One row per attempt of a run of a pipeline on a state of the code.

Attempts that follow each other on one commit and branch are one run: `is_first` and `is_final` are its ends. `outcome`
is success, failure, timeout, startup failure, cancelled or skipped, whatever the tool calls it. A run `is_flaky`, said
of its final attempt, where one of its attempts failed and the same pipeline passed on the same commit. `service`,
`team`, `type` and `streams` are those of the pull request that it ran for, or whose merge it ran on. `left_out` says
that its instants are in an impossible order.
"""

_ONE = "PARTITION BY line_id, pipeline, coalesce(commit, id), branch, run"
STATEMENT = f"""
WITH mine AS (
  SELECT s.line_id, s.service, b.repository, b.id, b.pipeline, b.branch, b.commit, b.pull_request, b.trigger, b.attempt,
         b.queued_at, b.started_at, b.finished_at, {outcome_of("b.outcome")} AS outcome,
         coalesce(b.is_default_branch,
                  b.pull_request IS NULL AND (b.branch = s.default_branch
                    OR s.default_branch IS NULL AND lower(b.branch) IN ('main', 'master', 'trunk')))
           AS is_default_branch,
         coalesce(b.queued_at, b.started_at, b.finished_at) AS began_at
  FROM builds AS b JOIN sets AS s ON s.source = b.source AND s.repository = b.repository),
numbered AS (
  SELECT *, sum(CASE WHEN attempt <= 1 THEN 1 ELSE 0 END) OVER (
           PARTITION BY line_id, pipeline, coalesce(commit, id), branch ORDER BY began_at, attempt, id
           ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS run
  FROM mine),
placed AS (
  SELECT *, row_number() OVER ({_ONE} ORDER BY attempt, began_at, id) AS place,
         row_number() OVER ({_ONE} ORDER BY attempt DESC, began_at DESC, id DESC) AS place_from_end,
         bool_or(coalesce(outcome {FAILED}, FALSE)) OVER ({_ONE}) AS has_failed,
         bool_or(coalesce(outcome = 'success', FALSE)) OVER (PARTITION BY line_id, pipeline, coalesce(commit, id))
           AS commit_passed
  FROM numbered),
merged AS (
  SELECT p.line_id, p.change, min(p.pull_request) AS pull_request
  FROM pull_request_phases AS p JOIN sets AS s ON s.line_id = p.line_id
  WHERE p.change IS NOT NULL AND p.merged_at IS NOT NULL GROUP BY p.line_id, p.change)
SELECT b.line_id, b.repository, b.id AS build, b.pipeline, b.branch, b.is_default_branch, b.commit, b.pull_request,
       coalesce(p.service, b.service) AS service, p.team, p.type, p.streams, b.trigger,
       b.place = 1 AS is_first, b.place_from_end = 1 AS is_final,
       b.place_from_end = 1 AND b.has_failed AND b.commit_passed AS is_flaky,
       b.outcome, b.queued_at, b.started_at, b.finished_at,
       CASE WHEN b.started_at < b.queued_at THEN 'impossible: started before it was asked for'
            WHEN b.finished_at < b.started_at THEN 'impossible: ended before it started' END AS left_out
FROM placed AS b LEFT JOIN merged AS m ON m.line_id = b.line_id AND m.change = b.commit
LEFT JOIN pull_request_phases AS p
  ON p.line_id = b.line_id AND p.pull_request = coalesce(b.pull_request, m.pull_request)
"""
"""Yields the rows of RUNS for the code sets in `sets`, after their pull requests."""
