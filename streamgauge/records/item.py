"""An item: one piece of work, of whatever size, as a tool for work tracks it."""

from datetime import datetime
from typing import ClassVar

from streamgauge.records.attribute import Attribute
from streamgauge.records.record import Record


class Item(Record, frozen=True, kw_only=True):
    """A work item: an idea, theme, initiative, epic, feature, story, defect, request, case.

    `id` is its key in the tool. What it says now; how it got there is in its transitions.
    """

    table: ClassVar[str] = "items"
    title: str | None
    """What it is called, addresses masked."""
    type: str | None
    """The tool's type, such as `story`, `bug` or `request`."""
    level: str | None
    """Where it stands in the hierarchy: `theme`, `initiative`, `epic`, `feature`, `story` or `task`; null where
    the tool has none."""
    status: str | None
    """The tool's status now, in its own words."""
    parent: str | None
    """Id of the item that it is a part of."""
    team: str | None
    """Name of the team or group that owns it now."""
    service: str | None
    """Name of the service or component that it changes."""
    assignee: str | None
    """Pseudonym of who has it now."""
    reporter: str | None
    """Pseudonym of who raised it."""
    priority: str | None
    """The tool's priority, in its own words."""
    class_of_service: str | None
    """`standard`, `fixed date`, `expedite` or `intangible`, where that is said."""
    estimate: float | None
    """Size as the team guessed it, in the tool's unit (points, hours)."""
    labels: list[str]
    """Labels, tags and components."""
    created_at: datetime | None
    """When it was created in the tool."""
    due_at: datetime | None
    """When it is promised for."""
    attributes: list[Attribute]
    """Further values that were asked for by name."""
