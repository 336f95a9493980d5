"""Days of a zone, and advances by day: how many pieces of work came from which place to which one on each."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property, partial
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.facts.ways import NEVER
from streamgauge.lake import View, limits
from streamgauge.lake.instants import instant, micros
from streamgauge.lake.pieces import Piece
from streamgauge.metrics.columns.batches import Register, Said, instants, saying, text, wholes
from streamgauge.metrics.columns.narrow import HIGHER
from streamgauge.metrics.columns.reading import Column, of_lines
from streamgauge.metrics.columns.spread import LATE, Numbers
from streamgauge.metrics.metric import HIGHER_LEVEL
from streamgauge.metrics.observations import Scope

QUARTER = 900_000_000
"""A quarter of an hour in microseconds. Days begin with one in every zone, so that its day is that of all within it."""
_OF_A_DAY = 96
_KINDS = (pa.int64(), pa.int64(), pa.string())
_BYTES_OF_ADVANCE = 10
"""So much memory an advance takes while it is read."""
FACTS = ("advances",)
"""What is read."""
_NARROWED = {"team": "f.team = $team", "type": "f.type = $type", "stream": "array_contains(f.streams, $stream)"}


@dataclass(frozen=True)
class Days:
    """All days of a zone from one instant to another: `begins` are the quarters with which they begin."""

    begins: Numbers

    @property
    def parts(self) -> list[int]:
        """The different quarters of a day in UTC with which these begin: what lies between two of them is of one."""
        return sorted(set((self.begins % _OF_A_DAY).tolist()))

    def of(self, quarters: npt.NDArray[np.integer]) -> Column:
        """Return the place of the day that each quarter is in."""
        found: Column = self._table[quarters - int(self.begins[0])]
        return found

    @cached_property
    def _table(self) -> Column:
        """The place of the day of each quarter from the first day on; the last one has some more of them."""
        lengths = np.append(np.diff(self.begins), 200)
        return np.repeat(np.arange(len(self.begins), dtype=np.int32), lengths)


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


def read_all(zone: str, pieces: Mapping[str, Sequence[Piece]]) -> Advances | None:
    """Return the advances of all items that count beside their parts, on days of a zone; None of none, or too many."""
    mine = pieces["advances"]
    if sum(piece.rows for piece in mine) * _BYTES_OF_ADVANCE > limits.BYTES_OF_COLUMNS:
        return None
    ways = Register()
    with ThreadPoolExecutor(limits.threads()) as beside:
        parts = [part for parts in beside.map(partial(_read, ways=ways), mine) for part in parts if len(part[0])]
    if not parts:
        return None
    last = max(int(at[-1]) for *_, at in parts)
    first = min(int(at[0]) for *_, at in parts)
    of, many = days(first, last, zone), len(ways.things)
    counts = np.zeros(len(of.begins) * many, np.int64)
    for quarters, way, _ in parts:
        counts += np.bincount(of.of(quarters).astype(np.int64) * many + way, minlength=len(counts))
    some = np.flatnonzero(counts)
    day, way = np.divmod(some, many)
    told = [pa.array(names) for names in zip(*ways.things, strict=True)]
    former, place, stage = (names.cast(kind).take(pa.array(way)) for names, kind in zip(told, _KINDS, strict=True))
    table = {"quarter": of.begins[day], "former": former, "place": place, "stage": stage, "n": counts[some]}
    return Advances(pa.table(table), zone, last)


def _read(piece: Piece, ways: Register) -> list[tuple[Column, Column, Numbers]]:
    """Return of each batch in which quarter each advance was, the number of its way, and the first and last instant.

    A way is from which place it came to which, of which stage.
    """
    found = []
    for batch, is_gone in piece.read(("moved_at", "former_place", "place", "stage", "level"), coded=("stage", "level")):
        at = instants(batch, "moved_at")
        numbers, things = _ways(batch)
        kept = ~saying(batch, "level", HIGHER)
        if is_gone is not None:
            kept &= ~is_gone
        if not kept.all():
            at, numbers = at[kept], numbers[kept]
        way = ways.numbers((numbers, things))
        found.append(((at // QUARTER).astype(np.int32), way, np.array([at.min(initial=LATE), at.max(initial=NEVER)])))
    return found


def _ways(batch: pa.RecordBatch) -> Said:
    """Return for each advance of a batch a number for its way, and which ways these are."""
    stages, names = text(batch, "stage")
    place = wholes(batch, "place", -1)
    former = wholes(batch, "former_place")
    many = int(max(place.max(initial=-1), former.max(initial=-1))) + 2
    keys = ((former + 1) * many + place + 1) * len(names) + stages
    seen = np.flatnonzero(np.bincount(keys, minlength=1))
    numbers = np.zeros(int(seen[-1]) + 1 if len(seen) else 1, np.int64)
    numbers[seen] = np.arange(len(seen))
    two, stage = np.divmod(seen, len(names))
    ways = zip(*(one.tolist() for one in np.divmod(two, many)), stage.tolist(), strict=True)
    return numbers[keys], [(one - 1, other - 1 if other else None, names[of]) for one, other, of in ways]


def advances(view: View, said: Mapping[str, object], scope: Scope, zone: str) -> Advances | None:
    """Ask for the advances of the items of datasets that are asked for and count beside their parts; None of none.

    They are found among the days of the last years, or asked for once more.
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
