"""A pull request: a change offered for review and merge (merge request, change list)."""

from datetime import datetime
from typing import ClassVar

from streamgauge.records.record import Record


class PullRequest(Record, frozen=True, kw_only=True):
    """A pull or merge request. `id` is its number or key in its repository."""

    table: ClassVar[str] = "pull_requests"
    title: str | None
    """What it is called, addresses masked."""
    state: str
    """`open`, `merged` or `closed`."""
    author: str | None
    """Pseudonym of who opened it."""
    is_bot: bool
    """Whether a machine opened it."""
    source_branch: str | None
    """Branch that the change comes from."""
    target_branch: str | None
    """Branch that it is to be merged into."""
    commits: list[str]
    """Hashes of its own commits, oldest first, as they were before a squash or rebase."""
    merge_commit: str | None
    """Hash of the commit by which it came into the target branch."""
    first_commit_at: datetime | None
    """Earliest author time among its commits."""
    created_at: datetime
    """When it was opened."""
    ready_at: datetime | None
    """When it was first ready for review: opened, or the last move out of draft before the first review."""
    merged_at: datetime | None
    """When it was merged."""
    closed_at: datetime | None
    """When it was closed, merged or not."""
    added_lines: int | None
    """Lines added."""
    deleted_lines: int | None
    """Lines deleted."""
    changed_files: int | None
    """Files changed."""
    labels: list[str]
    """Labels."""
    issue_keys: list[str]
    """Keys of work items that title, branch or text name."""
