"""Reads test repositories as the package does, and as git itself does."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from streamgauge.sources.git import history, read
from streamgauge.sources.git.repository import Repository as Opened
from streamgauge.sources.pseudonym import Pseudonyms

NOW = datetime(2026, 1, 1, tzinfo=UTC)
NAMES = Pseudonyms(b"k" * 32)


def raw(path: Path | str) -> pa.Table:
    """Return all raw commits of a repository."""
    opened = Opened(str(path))
    found = list(history.fetch(opened.path, opened.state().tips, [], NAMES))
    return pa.concat_tables(found) if found else history.RAW.empty_table()


def commits(path: Path | str) -> dict[str, dict[str, Any]]:
    """Return the Commit records of a repository by their hash."""
    boundary = Opened(str(path)).state().boundary
    rows = read.read(raw(path), repository="r", recorded_at=NOW, boundary=boundary).to_pylist()
    return {row["id"]: row for row in rows}


def read_one(message: str, **more: str) -> dict[str, Any]:
    """Return the Commit record of one raw commit with this message, masked as it would be."""
    masked = history._masked(pa.array([message], pa.string()), history.cleaner(NAMES)).to_pylist()
    values: dict[str, Any] = {
        "id": "a" * 40,
        "parents": "",
        "author": "p-1",
        "authored": "1 +0000",
        "committer": "p-1",
        "committed": "1 +0000",
        "is_bot": False,
    }
    table = pa.Table.from_pylist([values | {"message": masked[0]} | more], schema=history.RAW)
    (row,) = read.read(table, repository="r", recorded_at=NOW).to_pylist()
    found: dict[str, Any] = row
    return found
