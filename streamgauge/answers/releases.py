"""The releases of a line one by one, with what they carried, how long it waited, and their verdict."""

from collections.abc import Sequence
from datetime import UTC, timedelta
from typing import Any

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
_LINES = """
WITH carried AS (
  SELECT s.line_id, s.deployment, s.change, f.change AS read, f.added, f.deleted
  FROM shipped AS s
  LEFT JOIN (SELECT d.id AS change, d.repository,
                    coalesce(sum(u.added), 0) AS added, coalesce(sum(u.deleted), 0) AS deleted
             FROM diffstats AS d LEFT JOIN (
               SELECT * FROM (SELECT id, repository, unnest(files, recursive := true) FROM diffstats) AS f
               WHERE NOT regexp_full_match(f.path, $generated) AND regexp_full_match(f.path, $own)) AS u
               ON u.id = d.id AND u.repository = d.repository
             WHERE d.has_lines GROUP BY d.id, d.repository) AS f
    ON f.change = s.change AND f.repository = $repository
  WHERE s.line_id IN (SELECT unnest($lines)) AND NOT s.is_merge AND s.is_inside)
SELECT line_id, deployment, CAST(sum(added) AS BIGINT) AS added, CAST(sum(deleted) AS BIGINT) AS deleted
FROM carried GROUP BY line_id, deployment HAVING count(*) = count(read)
"""


def releases(view: View, lines: Sequence[LineTerms]) -> dict[str, tuple[Release, ...]]:
    """Return the counted releases of each line in the window, oldest first."""
    found: dict[str, list[Release]] = {line.scope.line_id: [] for line in lines}
    by_id = {line.scope.line_id: line for line in lines}
    counted = _counted_lines(view, lines)
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


def _counted_lines(view: View, lines: Sequence[LineTerms]) -> dict[tuple[str, str], tuple[int, int]]:
    """Return added and deleted lines of the releases all of whose changes were read."""
    found = {}
    for repository, own in {(line.repository, line.own_files) for line in lines}:
        mine = [line for line in lines if (line.repository, line.own_files) == (repository, own)]
        keys = [line.scope.line_id for line in mine]
        asked = {"repository": repository, "own": own, "generated": mine[0].generated_files, "lines": keys}
        for row in view.rows(_LINES, asked):
            found[row["line_id"], row["deployment"]] = (row["added"] or 0, row["deleted"] or 0)
    return found


def _verdict(row: dict[str, Any], line: LineTerms) -> tuple[str, str | None]:
    """Return the verdict as it is known at the moment asked about."""
    known_at = line.scope.known_at
    if row["verdict"] == "failed" and (not row["is_inferred"] or row["restored_at"] <= known_at):
        return "failed", row["why"]
    if row["verdict"] == "not measurable":
        return "not measurable", None
    young = row["deployed_at"] > known_at - timedelta(days=line.thresholds.maturity_days)
    return ("pending" if young else "ok"), None
