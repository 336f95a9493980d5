"""A commitment: what was promised, by when, with how much confidence."""

from datetime import datetime
from typing import ClassVar

from streamgauge.records.record import Record


class Commitment(Record, frozen=True, kw_only=True):
    """One promise. `id` is its key; a new baseline is a new version of it."""

    table: ClassVar[str] = "commitments"
    title: str | None
    """What is promised, addresses masked."""
    initiative: str | None
    """Id of the initiative that it is about."""
    team: str | None
    """Name of the team that promised."""
    scope: list[str]
    """Ids of the items that it covers."""
    due_at: datetime | None
    """When it is promised for."""
    confidence: float | None
    """How sure they were, 0 to 1."""
    planned_value: float | None
    """Business value planned, in the company's unit."""
    actual_value: float | None
    """Business value reached, in the same unit."""
    is_committed: bool
    """Whether it was a commitment; false for an objective that was only hoped for."""
    baselined_at: datetime
    """When it was given in this form."""
    status: str | None
    """`open`, `kept`, `missed` or `withdrawn`."""
