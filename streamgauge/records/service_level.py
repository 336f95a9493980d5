"""A service level: how many events were good, of how many that count, in one interval."""

from datetime import datetime
from typing import ClassVar

from streamgauge.records.record import Record


class ServiceLevel(Record, frozen=True, kw_only=True):
    """One interval of one objective. `id` is the objective's key with the start of the interval."""

    table: ClassVar[str] = "service_levels"
    objective: str
    """Key of the objective."""
    service: str | None
    """Name of the service."""
    indicator: str | None
    """What is measured: `availability`, `latency`, `quality`, `freshness`, `correctness` and the like."""
    target: float | None
    """Share of good events that is promised, 0 to 1, as it held in the interval."""
    window_days: int | None
    """Length of the window that the promise speaks of."""
    began_at: datetime
    """Start of the interval."""
    ended_at: datetime
    """End of the interval, which does not belong to it."""
    good: float | None
    """Good events, or good seconds; null where the telemetry is missing."""
    valid: float | None
    """Events that count, or seconds; 0 is no traffic."""
