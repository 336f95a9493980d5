"""Days of a zone, and advances as plain columns: how many came from which place to which one on each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from streamgauge.lake import View
from streamgauge.lake.instants import instant, micros
from streamgauge.metrics.columns.reading import Names, named, number, of_lines
from streamgauge.metrics.columns.spread import Numbers, different
from streamgauge.metrics.columns.spread import places as places_among
from streamgauge.metrics.metric import HIGHER_LEVEL

QUARTER = 900_000_000
"""A quarter of an hour in microseconds. Days begin with one in every zone, so that its day is that of all within it."""
_FIELDS = ("quarter", "former", "place", "n", "stage")


@dataclass(frozen=True)
class Days:
    """All days of a zone from one instant to another: `begins` are the quarters with which they begin."""

    begins: Numbers

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
    begins = [micros(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))) // QUARTER for day in each]
    return Days(np.array(begins, np.int64))


@dataclass(frozen=True, eq=False)
class Advances:
    """When each piece of work came to a place behind all before: the quarter of an hour, and the place among `kinds`.

    Of each of these it says the furthest place before (-1 for none), the place (-1 for the end) and its stage. `first`
    and `last` are the instants of the first and the last one, in microseconds.
    """

    quarters: npt.NDArray[np.int32]
    codes: npt.NDArray[Any]
    kinds: Sequence[tuple[int, int, str | None]]
    first: int
    last: int
    _whole: dict[str, pa.Table] = field(default_factory=dict)

    def by_day(self, zone: str, end: int) -> pa.Table | None:
        """Return how many of each kind there were on each day before an instant, where `quarter` begins the day.

        None where the instant is within a quarter of an hour of them.
        """
        if end > self.last:
            if zone not in self._whole:
                self._whole[zone] = self._counted(slice(None), zone)
            return self._whole[zone]
        return None if end % QUARTER else self._counted(np.flatnonzero(self.quarters < end // QUARTER), zone)

    def _counted(self, rows: Numbers | slice, zone: str) -> pa.Table:
        quarters, codes, many = self.quarters[rows], self.codes[rows], len(self.kinds)
        if not len(quarters):
            return pa.table({name: pa.array([], pa.string() if name == "stage" else pa.int64()) for name in _FIELDS})
        of = days(self.first, self.last, zone)
        counts = np.bincount(of.of(quarters) * many + codes, minlength=len(of.begins) * many)
        cells = np.flatnonzero(counts)
        day, kind = np.divmod(cells, many)
        former, place, stage = (list(values) for values in zip(*self.kinds, strict=True))
        return pa.table(
            {
                "quarter": of.begins[day],
                "former": np.array(former, np.int64)[kind],
                "place": np.array(place, np.int64)[kind],
                "n": counts[cells],
                "stage": pa.array(stage, pa.string()).take(pa.array(kind)),
            }
        )


def advances(view: View, said: Mapping[str, object]) -> Advances | None:
    """Read the advances of the items of datasets that count beside their parts; None of none."""
    names, table = named(view, "advances", said, {"stage": "stage"}, lambda known: _statement(said, known["stage"]))
    at, stages = table["at"].to_numpy(), names["stage"]
    if not len(at):
        return None
    former, place, stage = (table[name].to_numpy().astype(np.int32) for name in ("former", "place", "stage"))
    places, many = int(place.max()) + 2, len(stages)
    keys = ((former + 1) * places + place + 1) * many + stage
    cells = int(keys.max()) + 1
    found = np.array(different(keys, cells), np.int64)
    codes = places_among(keys, found, cells).astype(np.uint8 if len(found) < 256 else np.int32)
    kinds = [(key // many // places - 1, key // many % places - 1, stages[key % many]) for key in found.tolist()]
    return Advances((at // QUARTER).astype(np.int32), codes, kinds, int(at.min()), int(at.max()))


def _statement(said: Mapping[str, object], stages: Names) -> str:
    return f"""
SELECT unix_micros(f.moved_at) AS at, CAST(f.former_place AS INTEGER) AS former,
       coalesce(CAST(f.place AS INTEGER), -1) AS place, {number("f.stage", "stage", stages, "stage")}
FROM advances AS f WHERE {of_lines(said)} AND {HIGHER_LEVEL} IS NULL"""
