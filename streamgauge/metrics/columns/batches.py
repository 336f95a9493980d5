"""Columns of Arrow batches as plain numbers, and numbers for what several columns say together."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.facts.ways import NEVER
from streamgauge.metrics.columns.reading import Column
from streamgauge.metrics.columns.spread import HOUR, Flags, Numbers

Said = tuple[Column, Sequence[Any]]
"""A number for each row, and what each number says."""
_MANY = 2**16 - 1
"""So many combinations are told apart by numbers of two bytes, without looking which of them there are."""
_NEVER_IN_HOURS = NEVER / HOUR
"""What is NEVER, exactly, in microseconds."""


@dataclass(frozen=True, eq=False)
class Together:
    """What several columns say together: a number for each row, below `cells`, and what the numbers say that there are.

    `places` are these numbers, rising.
    """

    numbers: Column
    cells: int
    places: Numbers
    things: list[tuple[Any, ...]]

    def as_(self, numbers: Sequence[int]) -> Column:
        """Return of each row the number that stands here for what it says; `numbers` are in the order of `things`."""
        kind = np.min_scalar_type(max(numbers, default=0))
        table = np.zeros(self.cells, kind)
        table[self.places] = numbers
        return table[self.numbers]


class Register:
    """Numbers for things, from 0, in the order in which they come; safe among threads."""

    def __init__(self, things: Iterable[Hashable] = ()) -> None:
        self._numbers: dict[Hashable, int] = {thing: number for number, thing in enumerate(things)}
        self._lock = Lock()

    @property
    def things(self) -> tuple[Any, ...]:
        """What has a number, in the order of the numbers."""
        return tuple(self._numbers)

    def get(self, thing: Hashable) -> int:
        """Return the number of a thing, one that no row has where it did not come."""
        return self._numbers.get(thing, -1)

    def number(self, things: Iterable[Hashable]) -> list[int]:
        """Return the number that each thing has here, once they came."""
        with self._lock:
            return [self._numbers.setdefault(thing, len(self._numbers)) for thing in things]

    def numbers(self, said: Said) -> Column:
        """Return the number that what each row says has here."""
        numbers, things = said
        known = self.number(things)
        return np.array(known, np.min_scalar_type(max(known, default=0)))[numbers]


def instants(batch: pa.RecordBatch, name: str, nothing: int = NEVER) -> Numbers:
    """Return instants in microseconds since 1970 in UTC, `nothing` where there is none."""
    return _filled(batch.column(name).cast(pa.int64()), nothing)


def wholes(batch: pa.RecordBatch, name: str, nothing: int = 0) -> Numbers:
    """Return whole numbers, `nothing` where there is none."""
    return _filled(batch.column(name), nothing)


def narrowed(whole: Numbers) -> Column:
    """Return whole numbers, none below 0, in as few bytes as they take."""
    return whole.astype(np.min_scalar_type(int(whole.max(initial=0))))


def micros(batch: pa.RecordBatch, name: str) -> Numbers:
    """Return hours in microseconds, NEVER where there are none."""
    return in_micros(_filled(batch.column(name), _NEVER_IN_HOURS))


def in_micros(hours: Column) -> Numbers:
    """Return hours in microseconds."""
    found = hours * HOUR
    np.rint(found, out=found)
    whole: Numbers = found.astype(np.int64)
    return whole


def flags(batch: pa.RecordBatch, name: str) -> Flags:
    """Return flags, not set where there is nothing."""
    return _flags(batch.column(name))


def text(batch: pa.RecordBatch, name: str) -> Said:
    """Return what a column of text in codes says, None where there is nothing."""
    column = batch.column(name)
    names = column.dictionary.to_pylist()
    return _filled(column.indices, len(names)), [*names, None]


def saying(batch: pa.RecordBatch, name: str, wanted: Sequence[str | None]) -> Flags:
    """Return which rows have one of the wanted names in a column of text in codes."""
    numbers, names = text(batch, name)
    found: Flags = np.array([one in wanted for one in names], np.bool_)[numbers]
    return found


def few(batch: pa.RecordBatch, name: str) -> Said:
    """Return what a column of whole numbers from 0 says of which there are few, None where there is nothing."""
    found = wholes(batch, name, -1)
    return found + 1, [None, *range(int(found.max(initial=-1)) + 1)]


def flag(batch: pa.RecordBatch, name: str) -> Said:
    """Return what a column of flags says, not set where there is nothing."""
    return flags(batch, name), (False, True)


def together(columns: Sequence[Said]) -> Together:
    """Return what several columns say together, as tuples."""
    numbers: Column = np.zeros(len(columns[0][0]), np.uint16)
    told: list[tuple[Any, ...]] = [()]
    names: list[Sequence[Any]] = []
    for codes, values in columns:
        if _cells(told, names) * len(values) > _MANY:
            if names:
                those = _there(numbers, told, names)
                numbers, told, names = those.as_(range(len(those.things))), those.things, []
            numbers = numbers.astype(np.int64 if len(told) * len(values) > _MANY else np.uint16)
        numbers *= numbers.dtype.type(len(values))
        numbers += codes.astype(numbers.dtype, copy=False)
        names.append(values)
    return _there(numbers, told, names)


def _cells(told: Sequence[Any], names: Sequence[Sequence[Any]]) -> int:
    return int(np.prod([len(told), *map(len, names)]))


def _there(numbers: Column, told: Sequence[tuple[Any, ...]], names: Sequence[Sequence[Any]]) -> Together:
    """Return what there is of all combinations."""
    cells = _cells(told, names)
    if cells <= _MANY:
        keys = places = np.flatnonzero(np.bincount(numbers))
    else:
        keys, numbers = np.unique(numbers, return_inverse=True)
        places, cells = np.arange(len(keys)), len(keys)
    first, *others = np.unravel_index(keys, (len(told), *map(len, names)))
    columns = [map(values.__getitem__, part.tolist()) for values, part in zip(names, others, strict=True)]
    found = [
        before + more
        for before, more in zip(map(told.__getitem__, first.tolist()), zip(*columns, strict=True), strict=True)
    ]
    return Together(numbers, cells, places, found)


def joined(parts: Sequence[dict[str, Column]]) -> dict[str, Column]:
    """Return the columns of several batches, of which there is at least one, as one each; they are taken from these."""
    return {name: np.concatenate([part.pop(name) for part in parts]) for name in tuple(parts[0])}


def _filled(column: pa.Array, nothing: float) -> Column:
    return np.asarray(column.fill_null(nothing) if column.null_count else column)


def _flags(column: pa.Array) -> Flags:
    found: Flags = np.asarray(pc.cast(column, pa.uint8()).fill_null(0)).view(np.bool_)
    return found
