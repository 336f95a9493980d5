"""Which changed files count for which release line: those of its service; all but the generated where it names none."""

import re
from collections.abc import Iterator, Sequence

import pyarrow as pa

from streamgauge.answers.terms import LineTerms
from streamgauge.lake import View
from streamgauge.records.record import UTC_INSTANT

_PATHS = """
SELECT DISTINCT repository, file.path AS path FROM (
  SELECT repository, unnest(files) AS file FROM diffstats
  WHERE repository IN (SELECT repository FROM asked_lines WHERE part > 0)) AS d
"""
FILES = """(
  SELECT d.repository, d.id, d.file.path AS path, d.file.added AS added, d.file.deleted AS deleted FROM (
    SELECT repository, id, unnest(files) AS file FROM diffstats
    WHERE repository IN (SELECT repository FROM asked_lines){condition}) AS d
  WHERE NOT regexp_full_match(d.file.path, $generated))"""
"""The changed files of the repositories that are asked about, without the generated ones."""
ASKED = pa.schema(
    [
        pa.field("line_id", pa.string()),
        pa.field("repository", pa.string()),
        pa.field("part", pa.int64()),
        pa.field("hot_since", UTC_INSTANT),
        pa.field("hot_until", UTC_INSTANT),
    ]
)
_OWN = pa.schema([pa.field("repository", pa.string()), pa.field("part", pa.int64()), pa.field("own_path", pa.string())])


def show(view: View, lines: Sequence[LineTerms]) -> dict[str, object]:
    """Show `asked_lines` and `own_files` to statements, and return the parameter that FILES needs.

    `asked_lines` has a row per line, with the `part` of its repository that is its own: 0 is the whole of it. For every
    other part `own_files` has the paths. So statements are about all lines at once, and never one for each.
    """
    parts = {paths: number for number, paths in enumerate(dict.fromkeys(line.own_files for line in lines), start=1)}
    asked = [
        {
            "line_id": line.scope.line_id,
            "repository": line.repository,
            "part": parts[line.own_files] if line.paths else 0,
            "hot_since": line.hot_since,
            "hot_until": line.end,
        }
        for line in lines
    ]
    view.register("asked_lines", pa.Table.from_pylist(asked, schema=ASKED))
    own = list(_own(view, {(line.repository, line.own_files) for line in lines if line.paths}, parts))
    view.register("own_files", pa.Table.from_pylist(own, schema=_OWN))
    return {"generated": lines[0].generated_files}


def _own(view: View, wanted: set[tuple[str, str]], parts: dict[str, int]) -> Iterator[dict[str, object]]:
    if not wanted:
        return
    patterns: dict[str, list[tuple[int, re.Pattern[str]]]] = {}
    for repository, paths in wanted:
        patterns.setdefault(repository, []).append((parts[paths], re.compile(paths)))
    for row in view.rows(_PATHS):
        for part, pattern in patterns.get(row["repository"], ()):
            if pattern.fullmatch(row["path"]):
                yield {"repository": row["repository"], "part": part, "own_path": row["path"]}
