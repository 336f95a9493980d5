"""A measurement: the value of any business metric over an interval."""

from datetime import datetime
from typing import ClassVar

from streamgauge.records.attribute import Attribute
from streamgauge.records.record import Record


class Measurement(Record, frozen=True, kw_only=True):
    """One value. `id` is the metric's key with its attributes and the start of the interval."""

    table: ClassVar[str] = "measurements"
    metric: str
    """Key of the metric."""
    unit: str | None
    """Its unit."""
    value: float | None
    """Its value; null where it was looked for and could not be had."""
    samples: int | None
    """How many observations are behind it."""
    began_at: datetime
    """Start of the interval."""
    ended_at: datetime | None
    """End of the interval; null for a reading at an instant."""
    attributes: list[Attribute]
    """What it is cut by, such as country, plan or variant."""
