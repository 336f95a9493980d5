"""A post-mortem: what was learned from an incident."""

from datetime import datetime
from typing import ClassVar

from streamgauge.records.record import Record


class Postmortem(Record, frozen=True, kw_only=True):
    """One post-mortem. `id` is its key."""

    table: ClassVar[str] = "postmortems"
    incident: str
    """Id of the incident."""
    causes: list[str]
    """Contributing causes, in the company's words."""
    status: str | None
    """`draft` or `published`."""
    started_at: datetime | None
    """When it was begun."""
    published_at: datetime | None
    """When everybody could read it."""
