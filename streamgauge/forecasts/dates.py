"""Dates as seconds since a start: the spans of a calendar, the dates of a cadence, and rates that change in steps."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from streamgauge.forecasts.model import Cadence, Calendar

WEEK = 7 * 86_400


def since(start: datetime, instant: datetime) -> int:
    """Return the whole seconds from a start to an instant, negative before it."""
    return (instant.astimezone(UTC) - start.astimezone(UTC)) // timedelta(seconds=1)


def spans(calendar: Calendar, *, start: datetime, until: datetime) -> list[tuple[int, int, int]]:
    """Return when a calendar opens, the working seconds before, and for how long, for each day after a start."""
    found, before = [], 0
    for opens, closes in calendar.spans(start, until + timedelta(days=2)):
        first, last = max(since(start, opens), 0), since(start, closes)
        if first < last:
            found.append((first, before, last - first))
            before += last - first
    return found


def week_of(calendar: Calendar | None) -> float:
    """Return the working seconds of a usual week."""
    if calendar is None:
        return WEEK
    day = datetime(2001, 1, 1, tzinfo=UTC)
    opens, closes = (datetime.combine(day, t, UTC) for t in (calendar.opens, calendar.closes))
    return (closes - opens).total_seconds() * len(calendar.weekdays)


def dates(cadence: Cadence, *, start: datetime, until: datetime) -> Iterator[int]:
    """Give the dates of a cadence within `[start, until)`, in order."""
    given = sorted(since(start, at) for at in cadence.dates) if cadence.dates else _coming(cadence, start, until)
    yield from (at for at in given if 0 <= at < since(start, until))


def _coming(cadence: Cadence, start: datetime, until: datetime) -> Iterator[int]:
    zone = ZoneInfo(cadence.zone)
    day, last = start.astimezone(zone).date(), until.astimezone(zone).date()
    while day <= last:
        week = (day.toordinal() - 1) // 7
        is_one = day.weekday() in cadence.weekdays and (week - cadence.offset) % cadence.every == 0
        if is_one and day not in cadence.leaves_out:
            yield since(start, datetime.combine(day, cadence.at, zone))
        day += timedelta(days=1)


def in_turn(
    cadences: Sequence[tuple[datetime, Cadence]], *, start: datetime, until: datetime
) -> Iterator[tuple[int, int]]:
    """Give each date together with the place of its cadence, where each cadence holds until the next one's instant."""
    ends = [at for at, _ in cadences[1:]] + [until]
    for n, ((begins, cadence), ends_at) in enumerate(zip(cadences, ends, strict=True)):
        yield from (
            (at, n)
            for at in dates(cadence, start=start, until=min(until, ends_at))
            if n == 0 or at >= since(start, begins)
        )
