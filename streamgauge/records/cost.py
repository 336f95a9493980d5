"""A cost: money spent in an interval, and on what."""

from datetime import datetime
from typing import ClassVar

from streamgauge.records.attribute import Attribute
from streamgauge.records.record import Record


class Cost(Record, frozen=True, kw_only=True):
    """One amount. `id` is the tool's key of it."""

    table: ClassVar[str] = "costs"
    kind: str
    """`people`, `cloud`, `licence`, `contract` or the company's own word."""
    amount: float
    """How much."""
    currency: str
    """In which currency, by its ISO 4217 code."""
    team: str | None
    """Name of the team that it is spent on."""
    service: str | None
    """Name of the service that it is spent on."""
    item: str | None
    """Id of the initiative or theme that it is spent on."""
    began_at: datetime
    """Start of the interval."""
    ended_at: datetime
    """End of the interval, which does not belong to it."""
    attributes: list[Attribute]
    """Tags of the bill."""
