"""The files that most changes touch, over the commits whose files were read."""

from collections.abc import Mapping, Sequence

from streamgauge.answers.own_files import FILES
from streamgauge.answers.service_delivery import HotSpot
from streamgauge.answers.terms import LineTerms
from streamgauge.lake import View

_RECENT = """
SELECT c.line_id, a.repository, a.part, c.change FROM (
  SELECT line_id, change, committed_at FROM shipped WHERE NOT is_merge AND is_inside
  UNION SELECT line_id, change, committed_at FROM undeployed WHERE NOT is_merge AND is_inside) AS c
JOIN asked_lines AS a ON a.line_id = c.line_id
WHERE c.committed_at >= a.hot_since AND c.committed_at < a.hot_until
"""
_READ = f"""
SELECT c.line_id, count(*) AS changes, count(d.id) AS read FROM ({_RECENT}) AS c
LEFT JOIN (SELECT repository, id FROM diffstats) AS d ON d.id = c.change AND d.repository = c.repository
GROUP BY c.line_id HAVING count(d.id) > 0
"""
_FILES = f"""
SELECT line_id, path, commits, lines, counted FROM (
  SELECT line_id, path, commits, lines, counted,
         row_number() OVER (PARTITION BY line_id ORDER BY commits DESC, lines DESC, path) AS place
  FROM (SELECT c.line_id, f.path, count(*) AS commits, count(f.added) AS counted,
               CAST(sum(coalesce(f.added, 0) + coalesce(f.deleted, 0)) AS BIGINT) AS lines
        FROM ({_RECENT}) AS c JOIN {FILES.format(condition="")} AS f ON f.id = c.change AND f.repository = c.repository
        LEFT JOIN own_files AS o ON o.repository = c.repository AND o.part = c.part AND o.own_path = f.path
        WHERE c.part = 0 OR o.own_path IS NOT NULL
        GROUP BY c.line_id, f.path) AS t) AS ranked
WHERE place <= 10 ORDER BY line_id, place
"""
HotSpots = tuple[tuple[HotSpot, ...], str | None]
"""The files, most touched first, and on which commits that rests."""


def hot_spots(view: View, lines: Sequence[LineTerms], shown: Mapping[str, object]) -> dict[str, HotSpots]:
    """Return the hot spots of each line; none where no files were read. `shown` is what `own_files.show` returned."""
    read = {row["line_id"]: row for row in view.rows(_READ)}
    spots: dict[str, list[HotSpot]] = {key: [] for key in read}
    for r in view.rows(_FILES, shown) if read else ():
        lines_touched = r["lines"] if r["counted"] else None
        spots[r["line_id"]].append(HotSpot(path=r["path"], commits=r["commits"], lines=lines_touched))
    return {
        line.scope.line_id: (tuple(spots[line.scope.line_id]), _basis(read[line.scope.line_id], line))
        if line.scope.line_id in read
        else ((), None)
        for line in lines
    }


def _basis(read: Mapping[str, int], line: LineTerms) -> str:
    days = line.thresholds.hot_spot_days
    return f"{read['read']:,} of the {read['changes']:,} changes of the last {days} days, whose files were read"
