"""The releases of a line one by one, with what they carried, how long it waited, and their verdict."""

from collections.abc import Mapping, Sequence
from datetime import UTC, timedelta
from typing import Any

from streamgauge.answers.own_files import FILES
from streamgauge.answers.service_delivery import Release
from streamgauge.answers.terms import LineTerms
from streamgauge.lake import View
from streamgauge.metrics.change_lead_time import CHANGE_LEAD_TIME
from streamgauge.metrics.metric import COUNTED_CHANGE, SCOPE
from streamgauge.metrics.observations import parameters

_RELEASES = f"""
WITH scope AS ({SCOPE.strip()}), lead AS ({CHANGE_LEAD_TIME.sql.strip()})
SELECT d.line_id, d.deployment, d.deployed_at, d.commit, d.commits, d.kind, d.verdict, d.is_inferred, d.why,
       d.restored_at, coalesce(c.changes, 0) AS changes, l.median
FROM deployments AS d JOIN scope ON scope.line_id = d.line_id
LEFT JOIN (SELECT s.line_id, s.deployment, count(*) AS changes FROM shipped AS s JOIN scope ON scope.line_id = s.line_id
           WHERE {COUNTED_CHANGE} IS NULL GROUP BY s.line_id, s.deployment) AS c
  ON c.line_id = d.line_id AND c.deployment = d.deployment
LEFT JOIN (SELECT slice, release, percentile(value, 0.5) AS median FROM lead WHERE left_out IS NULL
           GROUP BY slice, release) AS l
  ON l.slice = d.line_id AND l.release = d.deployment
WHERE d.left_out IS NULL AND (scope.since IS NULL OR d.deployed_at >= scope.since) AND d.deployed_at < scope.until
ORDER BY d.line_id, d.ordinal
"""
_SUM = "CAST(coalesce(sum(f.added), 0) AS BIGINT) AS added, CAST(coalesce(sum(f.deleted), 0) AS BIGINT) AS deleted"
_READ = FILES.format(condition=" AND has_lines")
_LINES = f"""
WITH sums AS (
  SELECT f.repository, f.id, 0 AS part, {_SUM} FROM {_READ} AS f
  WHERE f.repository IN (SELECT repository FROM asked_lines WHERE part = 0) GROUP BY f.repository, f.id
  UNION ALL
  SELECT f.repository, f.id, o.part, {_SUM} FROM {_READ} AS f
  JOIN own_files AS o ON o.repository = f.repository AND o.own_path = f.path GROUP BY f.repository, f.id, o.part),
carried AS (
  SELECT s.line_id, s.deployment, d.id AS read, sums.added, sums.deleted
  FROM shipped AS s JOIN asked_lines AS a ON a.line_id = s.line_id
  LEFT JOIN (SELECT repository, id FROM diffstats WHERE has_lines) AS d
    ON d.id = s.change AND d.repository = a.repository
  LEFT JOIN sums ON sums.id = s.change AND sums.repository = a.repository AND sums.part = a.part
  WHERE NOT s.is_merge AND s.is_inside)
SELECT line_id, deployment, CAST(sum(added) AS BIGINT) AS added, CAST(sum(deleted) AS BIGINT) AS deleted
FROM carried GROUP BY line_id, deployment HAVING count(*) = count(read)
"""


def releases(view: View, lines: Sequence[LineTerms], shown: Mapping[str, object]) -> dict[str, tuple[Release, ...]]:
    """Return the counted releases of each line in the window, oldest first.

    `shown` is what `own_files.show` returned for these lines.
    """
    found: dict[str, list[Release]] = {line.scope.line_id: [] for line in lines}
    by_id = {line.scope.line_id: line for line in lines}
    counted = _counted_lines(view, shown)
    for row in view.rows(_RELEASES, parameters([line.scope for line in lines])):
        line = by_id[row["line_id"]]
        added, deleted = counted.get((row["line_id"], row["deployment"]), (None, None))
        verdict, why = _verdict(row, line)
        found[row["line_id"]].append(
            Release(
                name=row["deployment"],
                at=row["deployed_at"].astimezone(UTC),
                commit=row["commit"],
                commits=row["commits"],
                changes=row["changes"],
                lead_time_p50_hours=row["median"],
                verdict=verdict,
                kind=row["kind"],
                why=why,
                lines_added=added,
                lines_deleted=deleted,
            )
        )
    return {key: tuple(rows) for key, rows in found.items()}


def _counted_lines(view: View, shown: Mapping[str, object]) -> dict[tuple[str, str], tuple[int, int]]:
    """Return added and deleted lines of the releases all of whose changes were read."""
    return {
        (row["line_id"], row["deployment"]): (row["added"] or 0, row["deleted"] or 0)
        for row in view.rows(_LINES, shown)
    }


def _verdict(row: dict[str, Any], line: LineTerms) -> tuple[str, str | None]:
    """Return the verdict as it is known at the moment asked about."""
    known_at = line.scope.known_at
    if row["verdict"] == "failed" and (not row["is_inferred"] or row["restored_at"] <= known_at):
        return "failed", row["why"]
    if row["verdict"] == "not measurable":
        return "not measurable", None
    young = row["deployed_at"] > known_at - timedelta(days=line.thresholds.maturity_days)
    return ("pending" if young else "ok"), None
