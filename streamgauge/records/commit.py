"""A commit: one change to the code, as version control keeps it."""

from datetime import datetime
from typing import ClassVar

import msgspec

from streamgauge.records.record import Record


class Trailer(msgspec.Struct, frozen=True):
    """A `Key: value` line at the end of a commit message; people in it are pseudonyms."""

    key: str
    value: str


class Commit(Record, frozen=True, kw_only=True):
    """A commit. `id` is its hash (40 hexadecimal digits, 64 in a SHA-256 repository)."""

    table: ClassVar[str] = "commits"
    parents: list[str]
    """Hashes of its parents, the first parent first; empty for a root."""
    is_truncated: bool
    """Whether a shallow clone cut its parents away, so that what came before is unknown."""
    authored_at: datetime | None
    """When the change was written; null where git's text is no instant."""
    authored_offset_minutes: int | None
    """Offset of the author's zone from UTC."""
    committed_at: datetime | None
    """When the commit object was made."""
    committed_offset_minutes: int | None
    """Offset of the committer's zone from UTC."""
    author: str
    """Pseudonym of the author, after `.mailmap`."""
    committer: str
    """Pseudonym of the committer, after `.mailmap`."""
    co_authors: list[str]
    """Pseudonyms named in `Co-authored-by` trailers."""
    is_bot: bool
    """Whether the author is a machine by name or address."""
    subject: str
    """First line of the message, addresses masked."""
    reverts: list[str]
    """Hashes, possibly shortened, that the message says it reverts."""
    cherry_picked_from: list[str]
    """Hashes that the message says it was picked from."""
    issue_keys: list[str]
    """Keys such as `ABC-123` in the message."""
    pull_requests: list[int]
    """Numbers of pull or merge requests that the message names as its own."""
    trailers: list[Trailer]
    """Trailers of the message."""
