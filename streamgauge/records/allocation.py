"""An allocation: what share of a team is meant for what, over an interval."""

from datetime import datetime
from typing import ClassVar

from streamgauge.records.record import Record


class Allocation(Record, frozen=True, kw_only=True):
    """One share. `id` is made of team, purpose and start, where the tool has no key."""

    table: ClassVar[str] = "allocations"
    team: str
    """Name of the team."""
    purpose_kind: str
    """`value stream`, `initiative`, `theme`, `operation` or `absence`."""
    purpose: str
    """Name or id of what it is meant for."""
    people: float | None
    """Full-time people meant for it."""
    share: float | None
    """Share of the team, 0 to 1."""
    began_at: datetime
    """From when."""
    ended_at: datetime | None
    """Until when; null while it stands."""
