"""Fetches which files commits changed, and by how many lines: the dear pass, run side by side over ranges."""

import math
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.errors import BrokenRepository
from streamgauge.records import Diffstat, schema
from streamgauge.sources.git.program import stream
from streamgauge.sources.git.texts import decoded, lists, places, split, strings

_LONGEST_RANGE, _SHORTEST_RANGE = 10_000, 250
"""For so many commits git runs once. Each new run has to unpack again what the one before had unpacked."""
_MOST_FAULTS = 16
_FILE = schema(Diffstat).field("files").type.value_type


def fetch(
    path: str, commits: Sequence[str], *, repository: str, recorded_at: datetime, has_lines: bool = True
) -> Iterator[pa.Table]:
    """Give Diffstat records for `commits` (none of them a merge), range by range, in the order given.

    Renames are followed, so that a moved file counts only its changed lines. With `has_lines` false only names are
    read, which is many times cheaper and needs no contents: where these are missing, as in a partial clone, a move is
    told as two files. Where git misses what it needs of some commits, gives all others, and then raises
    BrokenRepository; after so many faults that most must be missing, it looks no further.
    """
    side_by_side = min(4, _cores())
    ranges = _ranges(commits, side_by_side)
    faults: list[BrokenRepository] = []
    with ThreadPoolExecutor(side_by_side) as pool:
        for pieces in pool.map(lambda part: list(_readable(path, part, has_lines, faults)), ranges):
            for piece, files in pieces:
                yield _records(piece, files, repository, recorded_at, has_lines)
    if faults:
        raise faults[0]


def _readable(
    path: str, commits: Sequence[str], has_lines: bool, faults: list[BrokenRepository]
) -> Iterator[tuple[Sequence[str], pa.ListArray]]:
    """Give those of the commits that can be read, in the order given, with their files; halve what cannot."""
    if len(faults) > _MOST_FAULTS:
        return
    try:
        yield commits, _files(path, commits, has_lines)
    except BrokenRepository as fault:
        if len(commits) == 1:
            faults.append(fault)
            return
        middle = len(commits) // 2
        for half in (commits[:middle], commits[middle:]):
            yield from _readable(path, half, has_lines, faults)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _ranges(commits: Sequence[str], side_by_side: int) -> list[Sequence[str]]:
    """Cut commits into ranges that become shorter, so that no core waits long for another at the end."""
    ranges, begin = [], 0
    while begin < len(commits):
        share = math.ceil((len(commits) - begin) / (2 * side_by_side)) if side_by_side > 1 else len(commits)
        end = begin + min(_LONGEST_RANGE, max(_SHORTEST_RANGE, share))
        ranges.append(commits[begin:end])
        begin = end
    return ranges


def _files(path: str, commits: Sequence[str], has_lines: bool) -> pa.ListArray:
    """Return the changed files of each commit."""
    if has_lines:
        return _numstat(_differences(path, commits, "-M", "--numstat"), commits)
    try:
        return _names(_differences(path, commits, "-M", "--name-status"), commits)
    except BrokenRepository:  # to tell what moved git compares contents
        return _names(_differences(path, commits, "--no-renames", "--name-status"), commits)


def _differences(path: str, commits: Sequence[str], *form: str) -> bytes:
    arguments = ["diff-tree", "--stdin", "-r", "--root", "-z", *form, "--no-ext-diff", "--no-textconv"]
    with stream(path, arguments, commits) as output:
        return output.read()


def _numstat(content: bytes, commits: Sequence[str]) -> pa.ListArray:
    """Read the hash of a commit, then for each file `added TAB deleted TAB path`, all of them ended by NUL.

    A rename has an empty path and two more tokens, the old path and the new one.
    """
    ends, tabs = places(content, b"\0"), places(content, b"\t")
    starts = np.concatenate([[0], ends + 1])[:-1]
    first = np.searchsorted(tabs, starts)
    second = np.concatenate([tabs, [len(content)] * 2])[first + 1]
    is_file, is_moved, is_path = second < ends, *_moved(second == ends - 1)
    is_file &= ~is_path
    marks = np.sort(np.concatenate([ends, tabs[first[is_file]], second[is_file]]))
    parts, part = split(content, marks), 2 * np.searchsorted(marks, starts)
    hashes, file, moved = np.flatnonzero(~is_file & ~is_path), np.flatnonzero(is_file), np.flatnonzero(is_moved)
    path, old = part + 4, np.full(len(part), -1)
    path[moved], old[moved] = part[moved + 2], part[moved + 1]
    columns = [
        strings(parts.take(pa.array(path[file]))),
        strings(parts.take(pa.array(old[file], mask=old[file] < 0))),
        _count(parts.take(pa.array(part[file]))),
        _count(parts.take(pa.array(part[file] + 2))),
    ]
    of = pc.index_in(parts.take(pa.array(part[hashes])), value_set=pa.array(commits, pa.binary())).to_numpy()
    lengths = np.bincount(of[np.searchsorted(hashes, file) - 1], minlength=len(commits))
    return lists(lengths, pa.StructArray.from_arrays(columns, fields=list(_FILE)))


def _moved(has_no_path: npt.NDArray[np.bool_]) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Return which tokens begin a rename, and which are its two paths: these may look like anything, so go in order."""
    is_moved, is_path = np.zeros_like(has_no_path), np.zeros_like(has_no_path)
    for token in np.flatnonzero(has_no_path).tolist():
        if not is_path[token]:
            is_moved[token] = is_path[token + 1] = is_path[token + 2] = True
    return is_moved, is_path


def _count(numbers: pa.BinaryArray) -> pa.Array:
    """Return numbers of lines; a file that git takes for binary has none."""
    texts = numbers.cast(pa.string())
    return pc.if_else(pc.equal(texts, "-"), pa.scalar(None, pa.string()), texts).cast(pa.int64())


def _names(content: bytes, commits: Sequence[str]) -> pa.ListArray:
    """Read the hash of a commit, then `status, path` pairs; renames and copies have two paths."""
    order = {commit.encode(): i for i, commit in enumerate(commits)}
    lengths = np.zeros(len(commits), np.int64)
    rows: list[dict[str, str | None]] = []
    at = -1
    rest = iter(content.split(b"\0"))
    for token in rest:
        if len(token) >= 40:
            at = order[token]
        elif token:
            old = decoded(next(rest)) if token[:1] in b"RC" else None
            rows.append({"path": decoded(next(rest)), "renamed_from": old})
            lengths[at] += 1
    return lists(lengths, pa.array(rows, _FILE))


def _records(
    commits: Sequence[str], files: pa.ListArray, repository: str, recorded_at: datetime, has_lines: bool
) -> pa.Table:
    n = len(commits)
    same = {"source": "git", "repository": repository, "recorded_at": recorded_at, "deleted": False}
    columns: dict[str, Any] = {name: pa.repeat(pa.scalar(value), n) for name, value in same.items()}
    columns |= {"id": pa.array(commits), "url": pa.nulls(n, pa.string()), "files": files}
    columns["has_lines"] = pa.repeat(pa.scalar(has_lines), n)
    kind = schema(Diffstat)
    return pa.table([columns[field.name].cast(field.type) for field in kind], schema=kind)
