"""A diffstat: which files a commit changed, and by how many lines."""

from typing import ClassVar

import msgspec

from streamgauge.records.record import Record


class FileChange(msgspec.Struct, frozen=True):
    """One changed file; `added` and `deleted` are lines, null for a binary file or where only names were read."""

    path: str
    renamed_from: str | None
    added: int | None
    deleted: int | None


class Diffstat(Record, frozen=True, kw_only=True):
    """Files of one commit against its first parent; none for a merge. `id` is the commit's hash."""

    table: ClassVar[str] = "diffstats"
    files: list[FileChange]
    """The changed files, in git's order."""
    has_lines: bool
    """Whether lines were counted, or names only."""
