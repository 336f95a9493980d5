"""The memory of a simulation while it is laid out: tables at their addresses, and what many of them share."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from itertools import accumulate
from typing import Any

import numpy as np
import numpy.typing as npt

from streamgauge.forecasts import dates
from streamgauge.forecasts import layout as at
from streamgauge.forecasts.model import Calendar, Duration, Shape

Numbers = npt.NDArray[np.int64]
SHAPES = {shape: n for n, shape in enumerate(Shape)}


def key(*words: object) -> int:
    """Return the key of a name, the same wherever it is declared: 64 bits, with a sign."""
    digest = blake2b("\0".join(map(str, words)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True)


def millionths(value: float) -> int:
    """Return a factor, size or share as it is kept."""
    return round(value * at.MILLION)


def chance(probability: float) -> int:
    """Return a probability as it is kept."""
    return round(probability * at.CERTAIN)


@dataclass(frozen=True, kw_only=True)
class Table:
    """Rows at an address of the memory."""

    base: int
    rows: Numbers

    def address(self, row: int) -> int:
        """Return the address of a row."""
        return self.base + row * int(self.rows.shape[1])

    def addresses(self) -> Numbers:
        """Return the addresses of all rows."""
        places: Numbers = self.base + np.arange(len(self.rows), dtype=np.int64) * self.rows.shape[1]
        return places

    def put(self, row: int, cells: Mapping[int, int]) -> None:
        """Set cells of a row by their columns."""
        for column, value in cells.items():
            self.rows[row, column] = value


class Draft:
    """A memory that grows by tables; durations and calendars that are alike are kept once."""

    def __init__(self, start: datetime, until: datetime) -> None:
        self.start, self.until = start, until
        self._size = 0
        self._tables: list[Table] = []
        self._floats: list[float] = []
        self._durations: dict[Duration, int] = {}
        self._calendars: dict[Calendar | None, int] = {None: at.NONE}
        self.spans: dict[int, list[tuple[int, int, int]]] = {}

    def table(self, rows: int, width: int, *, fill: int = 0) -> Table:
        """Return a new table, each cell of which holds `fill`."""
        made = Table(base=self._size, rows=np.full((rows, width), fill, dtype=np.int64))
        self._size += rows * width
        self._tables.append(made)
        return made

    def listed(self, rows: Iterable[Sequence[int]], width: int) -> Table:
        """Return a new table that holds these rows."""
        given = np.array(list(rows), dtype=np.int64).reshape(-1, width)
        made = self.table(len(given), width)
        made.rows[:] = given
        return made

    def floats(self, numbers: Iterable[float]) -> int:
        """Keep floating-point numbers and return the address of the first."""
        address = len(self._floats)
        self._floats += numbers
        return address

    def duration(self, duration: Duration) -> int:
        """Return the address of a duration; its numbers are kept in seconds."""
        if duration not in self._durations:
            numbers = [hours * 3600 for hours in duration.samples] or [duration.hours * 3600, duration.spread]
            row = (SHAPES[duration.shape], int(duration.elapsed), self.floats(numbers), len(duration.samples))
            self._durations[duration] = self.listed([row], at.SPREAD_WIDTH).base
        return self._durations[duration]

    def calendar(self, calendar: Calendar | None) -> int:
        """Return the address of a calendar; -1 for one that is always open."""
        if calendar not in self._calendars:
            found = dates.spans(calendar, start=self.start, until=self.until) if calendar else []
            table = self.listed(found, at.SPAN_WIDTH)
            address = self.listed([(table.base, len(found))], at.CALENDAR_WIDTH).base
            self._calendars[calendar], self.spans[address] = address, found
        return self._calendars[calendar]

    def worked(self, calendar: int, instant: int) -> int:
        """Return the working seconds of a calendar from the start to an instant."""
        if calendar == at.NONE:
            return instant
        return sum(max(0, min(instant - opens, length)) for opens, _, length in self.spans[calendar])

    def weights(self, weights: Mapping[str, float], addresses: Mapping[str, int]) -> Table:
        """Return a table to draw from: what each name stands for, and up to where it is found."""
        names = sorted(name for name in weights if weights[name] > 0)
        total = sum(weights[name] for name in names)
        up_to = [chance(part / total) for part in accumulate(weights[name] for name in names)]
        rows = [(addresses[name], limit) for name, limit in zip(names, up_to, strict=True)]
        return self.listed(rows, at.WEIGHT_WIDTH)

    def finished(self) -> tuple[Numbers, Any]:
        """Return the memory, and its floating-point numbers."""
        return np.concatenate([t.rows.ravel() for t in self._tables]), np.array([*self._floats, 0.0], dtype=np.float64)
