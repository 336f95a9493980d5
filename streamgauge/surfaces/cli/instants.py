"""Dates as people write them, turned into instants."""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from streamgauge.errors import BadOption

_AGO = re.compile(r"(?P<count>\d{1,5})\s*(?P<unit>[dwmy])(?:\s+ago)?", re.IGNORECASE)
_MONTHS = {"m": 1, "y": 12}
_DAYS = {"d": 1, "w": 7}
ALLOWED = (
    "Allowed: a day (2025-03-01), an instant (2025-03-01T12:00:00Z, 2025-03-01T12:00+01:00),"
    " or a time ago (90d, 12w, 6m, 2y)."
)


def instant(option: str, given: str, *, zone: tzinfo, now: datetime) -> datetime:
    """Return the instant, in UTC, that `given` means; `now` is what "ago" counts from.

    A bare day, and a day so long ago, is the start of that day in `zone`; a time without a zone is in `zone`.
    Raises BadOption.
    """
    try:
        moment = _ago(given.strip(), zone, now) or _written(given.strip(), zone)
        moment = moment.astimezone(UTC)
        if not 1970 <= moment.year < 9999:
            raise ValueError(given)
        return moment
    except (ValueError, OverflowError):
        raise BadOption(f"{option}: '{given}' is not a date that can be understood.", advice=ALLOWED) from None


def _ago(text: str, zone: tzinfo, now: datetime) -> datetime | None:
    match = _AGO.fullmatch(text)
    if match is None:
        return None
    number, unit, today = int(match["count"]), match["unit"].lower(), now.astimezone(zone).date()
    if unit in _DAYS:
        return _start(today - timedelta(days=number * _DAYS[unit]), zone)
    return _start(_months_before(today, number * _MONTHS[unit]), zone)


def _months_before(today: date, months: int) -> date:
    """Return the same day that many months ago, or the last day of that month if it is shorter."""
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(today.day, (following - timedelta(days=1)).day))


def _written(text: str, zone: tzinfo) -> datetime:
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return _start(date.fromisoformat(text), zone)
    if not re.match(r"\d{4}-\d\d-\d\d[T ]", text):
        raise ValueError(text)
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment


def _start(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone)
