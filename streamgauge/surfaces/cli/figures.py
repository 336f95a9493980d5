"""Values as people read them: a unit that fits the size, three digits, thousands apart."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from streamgauge.surfaces.quantity import HOURS_A_DAY, NOTHING, Scale, digits, scale

if TYPE_CHECKING:
    from streamgauge.answers.service_delivery import Window


def text(unit: str, value: float | None) -> str:
    """Return one value with its unit; "no data" for null, never 0."""
    if value is None:
        return NOTHING
    shown_in = scale(unit, value)
    word = shown_in.word(value) if shown_in.whole and shown_in.short == shown_in.long else shown_in.short
    return f"{shown_in.figure(value)}{'' if word.startswith('/') else ' '}{word}".rstrip()


def brief(unit: str, value: float | None) -> str:
    """Return one value for a narrow column, where the measure's name says what is counted."""
    shown_in = scale(unit, value)
    return text(unit, value) if value is None or not shown_in.whole else shown_in.figure(value)


def span(shown_in: Scale, low: float | None, high: float | None) -> str:
    """Return an interval without its unit; empty where neither end is known, open where one is not."""
    if low is None and high is None:
        return ""
    if high is None or low is None:
        return f"≥ {shown_in.figure(low)}" if low is not None else f"≤ {shown_in.figure(high or 0.0)}"
    return f"{shown_in.figure(low)}–{shown_in.figure(high)}"


def days(hours: float) -> str:
    """Return hours as days, with three digits behind the point."""
    return f"{hours / HOURS_A_DAY:,.3f}"


def count(number: int) -> str:
    """Return a count with thousands apart."""
    return f"{number:,}"


def plural(number: int, one: str, many: str | None = None) -> str:
    """Return "1 change" or "12 changes"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def day(moment: datetime | None) -> str:
    """Return the UTC day of a moment."""
    return "" if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%d")


def days_of(window: "Window") -> str:
    """Return the first and the last day of a window, those of the zone that its instants are told in."""
    since = f"{window.since:%Y-%m-%d}" if window.since else "all history"
    return f"{since} to {last_day(window.until)}"


def last_day(until: datetime) -> str:
    """Return the last day inside of a half-open span that ends at `until`, in the zone that this is told in."""
    return f"{until - timedelta(microseconds=1):%Y-%m-%d}"


def minute(moment: datetime | None) -> str:
    """Return a moment to the minute, in UTC."""
    return "" if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M")


def size(octets: int) -> str:
    """Return a number of bytes in a unit that fits."""
    amount, units = float(octets), ["B", "kB", "MB", "GB", "TB"]
    while amount >= 1000 and len(units) > 1:
        amount, units = amount / 1000, units[1:]
    return f"{octets} B" if units[0] == "B" else f"{digits(amount)} {units[0]}"
