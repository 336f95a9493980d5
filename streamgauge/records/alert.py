"""An alert: a rule found something that a person should see."""

from datetime import datetime
from typing import ClassVar

from streamgauge.records.record import Record


class Alert(Record, frozen=True, kw_only=True):
    """One firing of a rule. `id` is the tool's key or fingerprint with the time of the firing."""

    table: ClassVar[str] = "alerts"
    rule: str
    """Name of the rule."""
    service: str | None
    """Name of the service."""
    severity: str | None
    """The tool's severity, in its own words."""
    fired_at: datetime
    """When it fired."""
    acknowledged_at: datetime | None
    """When a person took it."""
    resolved_at: datetime | None
    """When it went silent."""
    incident: str | None
    """Id of the incident that it led to."""
