"""Fetches which files commits changed, and by how many lines: the dear pass, run side by side over ranges."""

import math
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from itertools import accumulate
from typing import Any

import pyarrow as pa

from streamgauge.records import Diffstat, schema
from streamgauge.sources.git.program import stream
from streamgauge.sources.git.texts import decoded as text

_LONGEST_RANGE = 10_000
"""At most so many commits for one run of git; each new run has to unpack again what the one before had unpacked."""
_SHORTEST_RANGE, _RANGES_A_CORE = 250, 3
"""Equal numbers of commits are not equal work: with several ranges a core, none waits long for the last one."""
_FILE = pa.struct(
    [("path", pa.string()), ("renamed_from", pa.string()), ("added", pa.int64()), ("deleted", pa.int64())]
)
_Row = tuple[str, str | None, int | None, int | None]


def fetch(
    path: str, commits: Sequence[str], *, repository: str, recorded_at: datetime, has_lines: bool = True
) -> Iterator[pa.Table]:
    """Give Diffstat records for `commits` (none of them a merge), range by range, in the order given.

    Renames are followed, so that a moved file counts only its changed lines. With `has_lines` false only names are
    read, which is many times cheaper. Raises BrokenRepository where git misses a file's content.
    """
    side_by_side = min(4, os.cpu_count() or 1)
    size = min(_LONGEST_RANGE, max(_SHORTEST_RANGE, math.ceil(len(commits) / (side_by_side * _RANGES_A_CORE))))
    with ThreadPoolExecutor(side_by_side) as pool:
        ranges = [commits[i : i + size] for i in range(0, len(commits), size)]
        for part, found in zip(ranges, pool.map(lambda r: _changes(path, r, has_lines), ranges), strict=True):
            yield _records(part, found, repository, recorded_at, has_lines)


def _changes(path: str, commits: Sequence[str], has_lines: bool) -> dict[str, list[_Row]]:
    form = ["--numstat"] if has_lines else ["--name-status"]
    arguments = ["diff-tree", "--stdin", "-r", "--root", "-z", "-M", "--no-ext-diff", "--no-textconv", *form]
    with stream(path, arguments, commits) as output:
        tokens = output.read().split(b"\0")
    return _numstat(tokens, set(commits)) if has_lines else _names(tokens, set(commits))


def _numstat(tokens: list[bytes], commits: set[str]) -> dict[str, list[_Row]]:
    """Read `added TAB deleted TAB path`; a rename has an empty path and two more tokens, old and new."""
    found: dict[str, list[_Row]] = {}
    rows: list[_Row] = []
    rest = iter(tokens)
    for token in rest:
        parts = token.split(b"\t", 2)
        if len(parts) == 3:
            added, deleted = (None if p == b"-" else int(p) for p in parts[:2])
            old = None if parts[2] else text(next(rest))
            rows.append((text(parts[2] or next(rest)), old, added, deleted))
        elif token:
            rows = found.setdefault(token.decode(), [])
    return {commit: rows for commit, rows in found.items() if commit in commits}


def _names(tokens: list[bytes], commits: set[str]) -> dict[str, list[_Row]]:
    """Read `status, path` pairs; renames and copies have two paths."""
    found: dict[str, list[_Row]] = {}
    rows: list[_Row] = []
    rest = iter(tokens)
    for token in rest:
        if len(token) >= 40:
            rows = found.setdefault(token.decode(), [])
        elif token:
            old = text(next(rest)) if token[:1] in b"RC" else None
            rows.append((text(next(rest)), old, None, None))
    return {commit: rows for commit, rows in found.items() if commit in commits}


def _records(
    commits: Sequence[str], found: dict[str, list[_Row]], repository: str, recorded_at: datetime, has_lines: bool
) -> pa.Table:
    n = len(commits)
    lengths = [len(found.get(commit, ())) for commit in commits]
    rows = [row for commit in commits for row in found.get(commit, ())]
    columns_of_files = list(zip(*rows, strict=True)) or [()] * len(_FILE)
    fields = [pa.array(values, f.type) for values, f in zip(columns_of_files, _FILE, strict=True)]
    files = pa.ListArray.from_arrays(
        pa.array([0, *accumulate(lengths)], pa.int32()), pa.StructArray.from_arrays(fields, fields=list(_FILE))
    )
    columns: dict[str, Any] = {
        "source": ["git"] * n,
        "repository": [repository] * n,
        "id": list(commits),
        "recorded_at": [recorded_at] * n,
        "deleted": [False] * n,
        "url": [None] * n,
        "files": files.cast(pa.list_(_FILE)),
        "has_lines": [has_lines] * n,
    }
    return pa.table({f.name: columns[f.name] for f in schema(Diffstat)}, schema=schema(Diffstat))
