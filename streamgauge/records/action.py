"""An action: what somebody promised to do about something that went wrong or was decided."""

from datetime import datetime
from typing import ClassVar

from streamgauge.records.record import Record


class Action(Record, frozen=True, kw_only=True):
    """One action. `id` is its key."""

    table: ClassVar[str] = "actions"
    title: str | None
    """What is to be done, addresses masked."""
    origin_kind: str | None
    """`postmortem`, `gate`, `review`, `assessment` or `risk`."""
    origin: str | None
    """Id of what it comes from."""
    type: str | None
    """`prevent`, `detect`, `mitigate` or the company's own word."""
    team: str | None
    """Name of the team that owns it."""
    owner: str | None
    """Pseudonym of the owner."""
    created_at: datetime | None
    """When it was promised."""
    due_at: datetime | None
    """By when."""
    closed_at: datetime | None
    """When it was done."""
    status: str | None
    """`open`, `done` or `dropped`."""
