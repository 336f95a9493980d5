"""The files that most changes touch, over the commits whose files were read."""

from streamgauge.answers.service_delivery import HotSpot
from streamgauge.answers.terms import LineTerms
from streamgauge.lake import View

_CHANGES = """
SELECT change, committed_at FROM shipped WHERE line_id = $line AND NOT is_merge AND is_inside
UNION SELECT change, committed_at FROM undeployed WHERE line_id = $line AND NOT is_merge AND is_inside
"""
_RECENT = f"SELECT change FROM ({_CHANGES}) AS c WHERE committed_at >= $since AND committed_at < $until"
_READ = f"""
SELECT count(*) AS changes, count(d.id) AS read, min(d.has_lines) AS has_lines FROM ({_RECENT}) AS c
LEFT JOIN (SELECT id, has_lines FROM diffstats WHERE repository = $repository) AS d ON d.id = c.change
"""
_FILES = f"""
SELECT path, count(*) AS commits, CAST(sum(coalesce(added, 0) + coalesce(deleted, 0)) AS BIGINT) AS lines,
       count(added) AS counted
FROM (SELECT id, file.path AS path, file.added AS added, file.deleted AS deleted
      FROM (SELECT id, unnest(files) AS file FROM diffstats WHERE repository = $repository) AS d) AS f
JOIN ({_RECENT}) AS c ON c.change = f.id
WHERE NOT regexp_full_match(path, $generated) AND regexp_full_match(path, $own)
GROUP BY path ORDER BY commits DESC, lines DESC, path LIMIT 10
"""


def hot_spots(view: View, line: LineTerms) -> tuple[tuple[HotSpot, ...], str | None]:
    """Return the files, most touched first, and on which commits that rests; none where no files were read."""
    days = line.thresholds.hot_spot_days
    asked = {
        "line": line.scope.line_id,
        "repository": line.repository,
        "since": line.hot_since,
        "until": line.end,
        "generated": line.generated_files,
        "own": line.own_files,
    }
    (read,) = view.rows(_READ, asked)
    if not read["read"]:
        return (), None
    rows = view.rows(_FILES, asked)
    spots = tuple(
        HotSpot(path=r["path"], commits=r["commits"], lines=r["lines"] if r["counted"] else None) for r in rows
    )
    return spots, f"{read['read']:,} of the {read['changes']:,} changes of the last {days} days, whose files were read"
