"""A review: one answer of one reviewer to a pull request."""

from datetime import datetime
from typing import ClassVar

from streamgauge.records.record import Record


class Review(Record, frozen=True, kw_only=True):
    """A review or review comment. `id` is the tool's key of it."""

    table: ClassVar[str] = "reviews"
    pull_request: str
    """Id of the pull request, in the same repository."""
    reviewer: str | None
    """Pseudonym of the reviewer."""
    is_bot: bool
    """Whether a machine reviewed."""
    is_author: bool
    """Whether the author of the pull request answered themself, which is no review."""
    state: str
    """`approved`, `changes requested`, `commented` or `dismissed`."""
    submitted_at: datetime
    """When it was given."""
    comments: int | None
    """How many comments it holds."""
