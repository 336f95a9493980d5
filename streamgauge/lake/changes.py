"""Finds what was written to a table since one of its versions, from the table's own log."""

import json
from collections.abc import Iterator
from typing import Any

from streamgauge.lake.store import DataFile, Store

_MOST = 500
"""More commits than this are not looked through: reading the whole is quicker."""


def added(store: Store, name: str, since: int, until: int) -> list[DataFile] | None:
    """Return the files with the rows that were written after one version of a table, up to another.

    None where the log does not tell, or where rows were taken away. A file that was merged into another since is still
    there, as long as the lake keeps former files; its rows are the same.
    """
    if not 0 <= until - since <= _MOST:
        return None
    found: dict[str, DataFile] = {}
    for version in range(since + 1, until + 1):
        entry = store.read(f"{name}/_delta_log/{version:020d}.json")
        if entry is None:
            return None
        for action in _changing(entry):
            if action is None:
                return None
            found[action.path] = action
    return [file for file in found.values() if file.rows] if all(_is_there(store, name, f) for f in found) else None


def _changing(entry: bytes) -> Iterator[DataFile | None]:
    """Give each file that a commit added rows with; None where it took rows away, or names a file in another way."""
    for line in entry.splitlines():
        action = json.loads(line)
        if (taken := action.get("remove")) is not None and taken.get("dataChange", True):
            yield None
        if (given := action.get("add")) is not None and given.get("dataChange", True):
            yield _file(given)


def _file(given: dict[str, Any]) -> DataFile | None:
    path, rows = str(given["path"]), json.loads(given.get("stats") or "{}").get("numRecords")
    is_plain = "%" not in path and ":" not in path and ".." not in path.split("/") and not path.startswith("/")
    return DataFile(path, int(given["size"]), int(rows)) if is_plain and rows is not None else None


def _is_there(store: Store, name: str, path: str) -> bool:
    return store.size(name, path) is not None
