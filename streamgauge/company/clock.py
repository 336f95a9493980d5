"""Time as durations: elapsed by default, working time beside it (definitions 0.1)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def elapsed(start: datetime, end: datetime) -> timedelta:
    """Return the real time between two instants of any zones; a day with a clock change has 23 or 25 hours.

    Raises ValueError for a time without a zone: subtracting in one zone would ignore the change of its clock.
    """
    if start.tzinfo is None or end.tzinfo is None:
        raise ValueError("A duration needs instants with a zone.")
    return end.astimezone(UTC) - start.astimezone(UTC)


@dataclass(frozen=True, kw_only=True)
class WorkingTime:
    """The hours that a team works: local times of day, working weekdays (Monday is 0), and holidays."""

    zone: str = "UTC"
    opens: time = time(9)
    closes: time = time(17)
    weekdays: frozenset[int] = frozenset(range(5))
    holidays: frozenset[date] = field(default_factory=frozenset)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return the working time within `[start, end)`; negative where `end` is before `start`."""
        if end < start:
            return -self.between(end, start)
        spans = (min(end, closes) - max(start, opens) for opens, closes in self.spans(start, end))
        return sum((span for span in spans if span > timedelta(0)), timedelta(0))

    def spans(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Give opening and closing in UTC of each working day that the span touches."""
        zone = ZoneInfo(self.zone)
        day, last = start.astimezone(zone).date(), end.astimezone(zone).date()
        while day <= last:
            if day.weekday() in self.weekdays and day not in self.holidays:
                opens, closes = (datetime.combine(day, t, zone).astimezone(UTC) for t in (self.opens, self.closes))
                yield opens, closes
            day += timedelta(days=1)
