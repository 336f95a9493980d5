"""Working time: how much of each stay was within the working hours of the team that had the item (definitions 0.1)."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from streamgauge.company import Company
from streamgauge.company.clock import WorkingTime
from streamgauge.facts.belonging import SPANS
from streamgauge.facts.off_tool import ENTERED_BY_HAND
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

Where the item went to another team meanwhile, each counts by its own calendar. There are none without a calendar in the
company file, nor where a team that had the item has none.
"""
SPAN = "SELECT min(entered_at) AS first, max(coalesce(left_at, entered_at)) AS last FROM visits WHERE line_id = $line"

_PASSED = "({day}.before_micros + greatest(least(unix_micros({at}), {day}.closes_micros) - {day}.opens_micros, 0))"
STATEMENT = f"""
WITH teams AS (
  SELECT CAST(get($calendar_teams, n) AS STRING) AS team, CAST(get($team_calendars, n) AS BIGINT) AS calendar
  FROM (SELECT unnest(places($calendar_teams)) AS n) AS given),
zones AS (SELECT DISTINCT calendar, zone FROM calendars WHERE line_id = $line),
stays AS (
  SELECT item, ordinal, entered_at, left_at, status, team FROM visits WHERE line_id = $line AND left_at IS NOT NULL),
handed AS (
  SELECT s.item, s.ordinal, c.since, s.left_at, c.value AS team
  FROM stays AS s JOIN ({SPANS}) AS c
    ON c.item = s.item AND c.field = 'team' AND c.since > s.entered_at AND c.since < s.left_at
    AND (c.until IS NULL OR c.until > c.since) AND s.status NOT LIKE '%{ENTERED_BY_HAND}'),
held AS (
  SELECT s.item, s.ordinal, s.entered_at, coalesce(h.since, s.left_at) AS left_at, s.team
  FROM stays AS s LEFT JOIN (SELECT item, ordinal, min(since) AS since FROM handed GROUP BY item, ordinal) AS h
    ON h.item = s.item AND h.ordinal = s.ordinal
  UNION ALL
  SELECT item, ordinal, since, coalesce(lead(since) OVER (PARTITION BY item, ordinal ORDER BY since), left_at), team
  FROM handed),
owned AS (
  SELECT h.item, h.ordinal, h.entered_at, h.left_at, coalesce(t.calendar, $company_calendar) AS calendar
  FROM held AS h LEFT JOIN teams AS t ON t.team = lower(h.team)),
dated AS (
  SELECT o.*, CAST(from_utc_timestamp(o.entered_at, z.zone) AS DATE) AS first_day,
         CAST(from_utc_timestamp(o.left_at, z.zone) AS DATE) AS last_day
  FROM owned AS o LEFT JOIN zones AS z ON z.calendar = o.calendar)
SELECT $line AS line_id, d.item, d.ordinal, min(d.entered_at) AS entered_at,
       sum({_PASSED.format(at="d.left_at", day="e")} - {_PASSED.format(at="d.entered_at", day="b")})
       / 3.6e9 AS working_hours
FROM dated AS d
LEFT JOIN calendars AS b ON b.line_id = $line AND b.calendar = d.calendar AND b.day = d.first_day
LEFT JOIN calendars AS e ON e.line_id = $line AND e.calendar = d.calendar AND e.day = d.last_day
GROUP BY d.item, d.ordinal HAVING count(*) = count(e.day)
"""
"""Yields the columns of WORKING of one dataset from its visits, calendars, and the teams that items were handed to.

A stay is of the team that had the item at its entry until it was given to another, whatever its status. A step that is
entered by hand is of the team that is told there.
"""


def working(view: View, key: Mapping[str, Any], company: Company) -> pa.Table:
    """Return the rows of WORKING for the stays that a view shows, of the dataset with this key."""
    if not company.calendars():
        return WORKING.empty_table()
    line_id = key["line"]
    (span,) = view.rows(SPAN, {"line": line_id})
    view.register("calendars", calendars(line_id, company, span["first"], span["last"]))
    return view.query(STATEMENT, dict(key) | terms(company)).cast(WORKING)


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
