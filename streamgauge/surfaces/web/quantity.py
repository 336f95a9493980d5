"""Numbers and days of an answer in the words of a page: "12.4 days", "10.5 %", "2.1 per month"."""

from datetime import date, datetime, timedelta

from streamgauge.surfaces.quantity import NOTHING, is_rate, scale


def judgement(value: float, unit: str) -> str:
    """Return what one record says where the number is relative: yes or no to a share, nothing more to a rate."""
    return "–" if is_rate(unit) else "yes" if value else "no"


def amount(value: float | None, unit: str) -> str:
    """Return value and unit as a person says them; "no data" where there is no value, never 0."""
    if value is None:
        return NOTHING
    shown_in = scale(unit, value)
    return f"{shown_in.figure(value)} {shown_in.word(value)}".rstrip()


def interval(low: float | None, high: float | None, value: float | None, unit: str) -> str | None:
    """Return "9.1 to 15.8 days" in the scale of `value`, or nothing where no interval exists."""
    if value is None or (low is None and high is None):
        return None
    shown_in = scale(unit, value)
    if low is None or high is None:
        bound, word = (high, "up to") if low is None else (low, "at least")
        return f"{word} {shown_in.figure(bound or 0)} {shown_in.long}".rstrip()
    return f"{shown_in.figure(low)} to {shown_in.figure(high)} {shown_in.long}".rstrip()


def count(value: int, noun: str = "") -> str:
    """Return a count with thousands marked, and its noun in the right number: "1 release", "1,204 releases"."""
    if not noun:
        return f"{value:,}"
    return f"{value:,} {noun}" if value == 1 else f"{value:,} {noun}s"


def day(moment: datetime | None) -> str:
    """Return the day in the zone that a moment is told in, "12 Mar 2025"."""
    return f"{moment.day} {moment:%b %Y}" if moment else "–"


def last_day(until: datetime) -> str:
    """Return the last day inside of a half-open span that ends at `until`, in the zone that this is told in."""
    return day(until - timedelta(microseconds=1))


def minute(moment: datetime | None) -> str:
    """Return the UTC minute, "2025-03-12 14:05"."""
    return f"{moment:%Y-%m-%d %H:%M}" if moment else "–"


def month(bucket: str) -> str:
    """Return a bucket "2025-03" as "Mar 2025"."""
    year, number = bucket.split("-")
    return f"{date(int(year), int(number), 1):%b %Y}"


def parts(value: float, unit: str) -> tuple[str, str]:
    """Return digits and unit apart, so that the digits can be set larger."""
    shown_in = scale(unit, value)
    return shown_in.figure(value), shown_in.word(value)
