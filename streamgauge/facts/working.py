"""Working time: how much of each stay was within the working hours of the team that had the item (definitions 0.1)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from streamgauge.company import Company
from streamgauge.company.clock import WorkingTime
from streamgauge.lake import View
from streamgauge.records.record import UTC_INSTANT

CALENDARS = pa.schema(
    [
        pa.field("line_id", pa.string()),
        pa.field("calendar", pa.int64()),
        pa.field("zone", pa.string()),
        pa.field("day", pa.date32()),
        pa.field("opens_micros", pa.int64()),
        pa.field("closes_micros", pa.int64()),
        pa.field("before_micros", pa.int64()),
    ]
)
"""One row per local day of each calendar of the company file, over the days that a dataset tells of.

Opening and closing are microseconds since 1970 in UTC, both zero on a day that is not worked; `before_micros` is the
working time since the first day, so that any span's is a difference of two rows.
"""
WORKING = pa.schema(
    [
        pa.field("line_id", pa.string()),
        pa.field("item", pa.string()),
        pa.field("ordinal", pa.int64()),
        pa.field("entered_at", UTC_INSTANT),
        pa.field("working_hours", pa.float64()),
    ]
)
"""One row per stay of an item that has ended, with the hours of it in which the team that had the item was at work.

There are none without a calendar in the company file, nor for teams that have none.
"""
SPAN = "SELECT min(entered_at) AS first, max(coalesce(left_at, entered_at)) AS last FROM visits WHERE line_id = $line"

_PASSED = "({day}.before_micros + greatest(least(unix_micros({at}), {day}.closes_micros) - {day}.opens_micros, 0))"
STATEMENT = f"""
WITH teams AS (
  SELECT CAST(get($calendar_teams, n) AS STRING) AS team, CAST(get($team_calendars, n) AS BIGINT) AS calendar
  FROM (SELECT unnest(places($calendar_teams)) AS n) AS given),
zones AS (SELECT DISTINCT calendar, zone FROM calendars WHERE line_id = $line),
owned AS (
  SELECT v.item, v.ordinal, v.entered_at, v.left_at, coalesce(t.calendar, $company_calendar) AS calendar
  FROM visits AS v LEFT JOIN teams AS t ON t.team = lower(v.team)
  WHERE v.line_id = $line AND v.left_at IS NOT NULL),
dated AS (
  SELECT o.*, CAST(from_utc_timestamp(o.entered_at, z.zone) AS DATE) AS first_day,
         CAST(from_utc_timestamp(o.left_at, z.zone) AS DATE) AS last_day
  FROM owned AS o JOIN zones AS z ON z.calendar = o.calendar)
SELECT $line AS line_id, d.item, d.ordinal, d.entered_at,
       ({_PASSED.format(at="d.left_at", day="e")} - {_PASSED.format(at="d.entered_at", day="b")})
       / 3.6e9 AS working_hours
FROM dated AS d
JOIN calendars AS b ON b.line_id = $line AND b.calendar = d.calendar AND b.day = d.first_day
JOIN calendars AS e ON e.line_id = $line AND e.calendar = d.calendar AND e.day = d.last_day
"""
"""Yields the columns of WORKING of one dataset from its visits and calendars."""


def working(view: View, line_id: str, company: Company) -> pa.Table:
    """Return the rows of WORKING for the stays that a view shows."""
    if not company.calendars():
        return WORKING.empty_table()
    (span,) = view.rows(SPAN, {"line": line_id})
    view.register("calendars", calendars(line_id, company, span["first"], span["last"]))
    return view.query(STATEMENT, {"line": line_id} | terms(company)).cast(WORKING)


def calendars(line_id: str, company: Company, first: datetime | None, last: datetime | None) -> pa.Table:
    """Return the days of every calendar between two instants, the days before and after included."""
    if first is None or last is None:
        return CALENDARS.empty_table()
    rows = [
        {"line_id": line_id, "calendar": number, "zone": hours.zone, **day}
        for number, hours in enumerate(company.calendars())
        for day in _days(hours, first - timedelta(days=1), last + timedelta(days=1))
    ]
    return pa.Table.from_pylist(rows, schema=CALENDARS)


def _days(hours: WorkingTime, first: datetime, last: datetime) -> Iterator[dict[str, Any]]:
    zone = ZoneInfo(hours.zone)
    worked = {opens.astimezone(zone).date(): (opens, closes) for opens, closes in hours.spans(first, last)}
    day, end, before = first.astimezone(zone).date(), last.astimezone(zone).date(), 0
    while day <= end:
        opens, closes = (_micros(at) for at in worked[day]) if day in worked else (0, 0)
        yield {"day": day, "opens_micros": opens, "closes_micros": closes, "before_micros": before}
        before += max(closes - opens, 0)
        day += timedelta(days=1)


def _micros(at: datetime) -> int:
    return (at.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def terms(company: Company) -> dict[str, Any]:
    """Return what STATEMENT takes as parameters: the calendar of each team, by its number in `company.calendars()`."""
    known = list(company.calendars())
    own = {team.name.lower(): team.calendar.hours(company.zone) for team in company.teams if team.calendar}
    return {
        "calendar_teams": list(own),
        "team_calendars": [known.index(hours) for hours in own.values()],
        "company_calendar": known.index(company.calendar.hours(company.zone)) if company.calendar else None,
    }
