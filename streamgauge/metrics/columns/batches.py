"""Columns of Arrow batches as plain numbers, and numbers for what several columns say together."""

import json
from collections.abc import Callable, Hashable, Iterable, Sequence
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
_NEVER_IN_HOURS = NEVER / HOUR
"""What is NEVER, exactly, in microseconds."""


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

    def number(self, thing: Hashable) -> int:
        """Return the number that a thing has here, once it came."""
        with self._lock:
            return self._numbers.setdefault(thing, len(self._numbers))

    def numbers(self, said: Said) -> Column:
        """Return the number that what each row says has here."""
        numbers, things = said
        known = [self.number(thing) for thing in things]
        return np.array(known, np.min_scalar_type(max(known, default=0)))[numbers]


class Kinds:
    """Numbers for kinds, of which facts hold texts, and for the groups of these; both from 0, safe among threads.

    `made` makes a kind of what such a text says (see facts.kinds) and of why a row is left out; `group` is what it
    belongs to. The group 0 is None.
    """

    def __init__(self, made: Callable[[list[Any], Any], Hashable], group: Callable[[Any], Hashable]) -> None:
        self._made, self._group = made, group
        self._known: dict[tuple[str, Hashable], tuple[int, int]] = {}
        self.kinds, self.groups = Register(), Register((None,))

    def numbers(self, batch: pa.RecordBatch, left_out: Column | None, reasons: Sequence[Hashable]) -> list[Column]:
        """Return the numbers of each row's kind and of its group; `left_out` is the place of its reason, 0 for all."""
        column, reasons = batch.column("kind"), reasons if left_out is not None else reasons[:1]
        numbers = np.asarray(column.indices)
        numbers = numbers if left_out is None else numbers * np.int32(len(reasons)) + left_out
        known = [self._number(text, reason) for text in column.dictionary.to_pylist() for reason in reasons]
        tables = np.array(known, np.int64).reshape(-1, 2).T
        return [table.astype(np.min_scalar_type(int(table.max(initial=0))))[numbers] for table in tables]

    def _number(self, text: str, reason: Hashable) -> tuple[int, int]:
        known = self._known.get((text, reason))
        if known is None:
            kind = self._made(json.loads(text), reason)
            known = self.kinds.number(kind), self.groups.number(self._group(kind))
            self._known[text, reason] = known
        return known


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


def joined(parts: Sequence[dict[str, Column]]) -> dict[str, Column]:
    """Return the columns of several batches, of which there is at least one, as one each; they are taken from these."""
    return {name: np.concatenate([part.pop(name) for part in parts]) for name in tuple(parts[0])}


def _filled(column: pa.Array, nothing: float) -> Column:
    return np.asarray(column.fill_null(nothing) if column.null_count else column)


def _flags(column: pa.Array) -> Flags:
    found: Flags = np.asarray(pc.cast(column, pa.uint8()).fill_null(0)).view(np.bool_)
    return found
