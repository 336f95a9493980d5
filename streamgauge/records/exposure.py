"""An exposure: from an instant on, a share of the users meets a feature."""

from datetime import datetime
from typing import ClassVar

from streamgauge.records.record import Record


class Exposure(Record, frozen=True, kw_only=True):
    """One step of a feature flag, canary or staged rollout. `id` is the tool's key of the step."""

    table: ClassVar[str] = "exposures"
    flag: str
    """Key of the flag, or name of the rollout."""
    feature: str | None
    """Name of the feature behind it."""
    service: str | None
    """Name of the service."""
    environment: str | None
    """Name of the environment."""
    variant: str | None
    """Which variant the share speaks of."""
    share: float
    """Share of the users from then on, 0 to 1."""
    changed_at: datetime
    """From when on."""
