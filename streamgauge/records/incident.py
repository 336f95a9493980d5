"""An incident: a service was worse than promised, and somebody had to act."""

from datetime import datetime
from typing import ClassVar

from streamgauge.records.record import Record


class Incident(Record, frozen=True, kw_only=True):
    """An incident. `id` is its key in the tool."""

    table: ClassVar[str] = "incidents"
    title: str | None
    """What it is called, addresses masked."""
    service: str | None
    """Name of the service that suffered."""
    team: str | None
    """Name of the team that mended it."""
    severity: str | None
    """The tool's severity, in its own words."""
    urgency: str | None
    """The tool's urgency, where it has one."""
    status: str | None
    """The tool's status now."""
    cause: str | None
    """Confirmed cause: `change`, `infrastructure`, `dependency`, `load`, `data`, `human` or the company's own
    word."""
    deployments: list[str]
    """Ids of deployments that the tool names as the cause."""
    changes: list[str]
    """Ids of changes that the tool names as the cause."""
    duplicate_of: str | None
    """Id of the incident that it was merged into."""
    is_false_alarm: bool
    """Whether it turned out to be none."""
    impact_started_at: datetime | None
    """When users began to suffer; null where nobody knows."""
    detected_at: datetime | None
    """When somebody or something noticed."""
    acknowledged_at: datetime | None
    """When a person took it."""
    mitigated_at: datetime | None
    """When users were fine again."""
    resolved_at: datetime | None
    """When the cause was removed."""
