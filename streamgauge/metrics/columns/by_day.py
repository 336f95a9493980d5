"""Days of a zone, and advances by day: how many pieces of work came from which place to which one on each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.lake import View
from streamgauge.lake.instants import instant, micros
from streamgauge.metrics.columns.reading import of_lines
from streamgauge.metrics.columns.spread import Numbers
from streamgauge.metrics.metric import HIGHER_LEVEL
from streamgauge.metrics.observations import Scope

QUARTER = 900_000_000
"""A quarter of an hour in microseconds. Days begin with one in every zone, so that its day is that of all within it."""
_OF_A_DAY = 96
_NARROWED = {"team": "f.team = $team", "type": "f.type = $type", "stream": "array_contains(f.streams, $stream)"}


@dataclass(frozen=True)
class Days:
    """All days of a zone from one instant to another: `begins` are the quarters with which they begin."""

    begins: Numbers

    @property
    def parts(self) -> list[int]:
        """The different quarters of a day in UTC with which these begin: what lies between two of them is of one."""
        return sorted(set((self.begins % _OF_A_DAY).tolist()))

    def of(self, quarters: npt.NDArray[np.integer]) -> Numbers:
        """Return the place of the day that each quarter is in."""
        first, last = int(self.begins[0]), int(self.begins[-1]) + 200
        table = np.searchsorted(self.begins, np.arange(first, last), side="right") - 1
        found: Numbers = table[quarters - first]
        return found


def days(first: int, last: int, zone: str) -> Days:
    """Return the days of a zone that these instants and all between them are in."""
    one, other = (instant(at).astimezone(ZoneInfo(zone)).date() for at in (first, last))
    each = (one + timedelta(days=n) for n in range((other - one).days + 1))
    return Days(np.array([_begin(day, zone) // QUARTER for day in each], np.int64))


def _begin(day: date, zone: str) -> int:
    return micros(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)))


def parts(zone: str, last: int) -> list[int]:
    """Return with which quarters of a day in UTC days of a zone have begun in the ten years before an instant."""
    end = instant(last).astimezone(ZoneInfo(zone)).date()
    # What a zone changes lasts for more than a week.
    return sorted({_begin(end - timedelta(days=n), zone) // QUARTER % _OF_A_DAY for n in range(0, 3653, 7)})


@dataclass(frozen=True, eq=False)
class Advances:
    """How many pieces of work came to a place behind all before on each day of a zone.

    Of each place it says the furthest one before and its stage; null stands for the end. `quarter` is one of the day,
    and `last` the instant of the last of all, in microseconds.
    """

    table: pa.Table
    zone: str
    last: int

    def before(self, end: int) -> pa.Table | None:
        """Return what came before an instant; None where that is within a day of it."""
        if end > self.last:
            return self.table
        day = instant(end).astimezone(ZoneInfo(self.zone)).date()
        if end != _begin(day, self.zone):
            return None
        return self.table.filter(pc.less(self.table["quarter"], end // QUARTER))


def begin(view: View, said: Mapping[str, object], zone: str, until: datetime) -> None:
    """Begin to read the advances of all items of datasets until an instant, beside what is read meanwhile."""
    view.begin("advances", _statement(said, (), parts(zone, micros(until))), said)


def advances(view: View, said: Mapping[str, object], scope: Scope, zone: str) -> Advances | None:
    """Read the advances of the items of datasets that are asked for and count beside their parts; None of none.

    They are found among the days of the last years, or read once more.
    """
    bound = {name: value for name in _NARROWED if (value := getattr(scope, name)) is not None}
    begins = parts(zone, micros(scope.known_at))
    for _ in range(2):
        table = view.query(_statement(said, tuple(bound), begins), {**said, **bound})
        if not len(table):
            return None
        last = pc.max(table["last"]).as_py()
        found = days(pc.min(table["quarter"]).as_py() * QUARTER, last, zone)
        if set(found.parts) <= set(begins):
            break
        begins = found.parts
    return Advances(table.drop_columns("last"), zone, last)


def _statement(said: Mapping[str, object], narrowed: Sequence[str], parts: Sequence[int]) -> str:
    # Only what is asked for is spoken of, so that no other column is read.
    wanted = "".join(f" AND {_NARROWED[name]}" for name in narrowed)
    # With each beginning of a day this sum grows by one.
    day = " + ".join(f"floor((moved - {part * QUARTER}) / {_OF_A_DAY * QUARTER})" for part in parts)
    return f"""
WITH moves AS (
  SELECT unix_micros(f.moved_at) AS moved, f.former_place, f.place, f.stage
  FROM advances AS f WHERE {of_lines(said)} AND {HIGHER_LEVEL} IS NULL{wanted})
SELECT CAST(floor(min(moved) / {QUARTER}) AS BIGINT) AS quarter, former_place AS former, place, stage, count(*) AS n,
       max(moved) AS last
FROM moves GROUP BY {day}, former_place, place, stage"""
