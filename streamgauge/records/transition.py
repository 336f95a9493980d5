"""A transition: one field of one work item took a new value."""

from datetime import datetime
from typing import ClassVar

from streamgauge.records.record import Record


class Transition(Record, frozen=True, kw_only=True):
    """A change of a field (status, type, team, flag, estimate, parent). `id` is the event's own key in its tool."""

    table: ClassVar[str] = "transitions"
    item: str
    """Id of the work item."""
    field: str
    """Which field changed, such as `status` or `type`."""
    value: str | None
    """What it holds from then on; null where it was emptied."""
    happened_at: datetime
    """When it changed."""
