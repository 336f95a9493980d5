"""Rewritten lines: how much of each change of the default branch replaced lines that were young (definitions 3.2)."""

import pyarrow as pa

from streamgauge.records.record import UTC_INSTANT

REWRITTEN_LINES = pa.schema(
    [
        pa.field("line_id", pa.string()),
        pa.field("repository", pa.string()),
        pa.field("commit", pa.string()),
        pa.field("service", pa.string()),
        pa.field("team", pa.string()),
        pa.field("type", pa.string()),
        pa.field("streams", pa.list_(pa.string())),
        pa.field("happened_at", UTC_INSTANT),
        pa.field("changed_lines", pa.int64()),
        pa.field("rewritten_lines", pa.int64()),
    ]
)
"""One row per change of a default branch that was read for it, with the lines that it changed, and how many of them
replace or take away a line that is younger than `churn_days`. `service`, `team`, `type` and `streams` are those of the
pull request whose merge it is."""

STATEMENT = """
WITH pulls AS (
  SELECT change, min(service) AS service, min(team) AS team, min(type) AS type, min_by(streams, pull_request) AS streams
  FROM pull_request_phases WHERE merged_at IS NOT NULL AND change IS NOT NULL GROUP BY change)
SELECT s.line_id, r.repository, r.id AS commit, coalesce(p.service, s.service) AS service, p.team, p.type, p.streams,
       r.happened_at, r.changed_lines, r.rewritten_lines
FROM rewritings AS r JOIN sets AS s ON s.source = r.source AND s.repository = r.repository
LEFT JOIN pulls AS p ON p.change = r.id
WHERE r.within_days = $churn_days
"""
"""Yields the rows of REWRITTEN_LINES for the code sets in `sets`, after their pull requests."""
