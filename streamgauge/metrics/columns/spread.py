"""Whole numbers by group, put into cells by size, so that percentiles of any of them are found without a sort."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from streamgauge.facts.ways import NEVER, starts_of
from streamgauge.metrics.columns.rows import Rows, Wholes

Numbers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
HOUR = 3.6e9
"""Microseconds of an hour."""
LATE = int(np.iinfo(np.int64).max)
"""Stands for the end of what goes on."""
_STEPS = 512
"""Cells of a group: eight for each power of two."""
_MOST_CELLS = 2**20
"""Below so many different numbers a table of all of them is made."""
_ZERO = 1
"""The cell of a group in which all are 0, as many are; what is less is in the one before."""
_ONE = 127 << 3
"""What the number 1 has as its power and the next three binary digits."""


class Looked(Protocol):
    """Numbers of which some rows are looked up."""

    def __getitem__(self, rows: Numbers, /) -> Numbers:
        """Return the numbers in these rows."""


@dataclass(frozen=True, eq=False)
class Spread:
    """Microseconds by group, part by part as they were read.

    `cells` says of each row its group and roughly how much, below the first of any group for what is not there. A
    greater number of the same group is never in a lesser cell, so that counts by cell tell which one holds a
    percentile, and only its few numbers are looked at.
    """

    groups: int
    values: Sequence[Looked]
    cells: Sequence[npt.NDArray[Any]]

    @cached_property
    def _counts(self) -> Numbers:
        return self._counted(self.cells)

    def _counted(self, cells: Iterable[npt.NDArray[Any]]) -> Numbers:
        size, parts = (self.groups + 1) * _STEPS, list(cells)
        if size > sum(map(len, parts)):  # to count them all at once is less than to add up the counts of each part
            parts = [np.concatenate(parts)] if parts else []
        found = np.zeros(size, np.int64)
        for part in parts:
            found += np.bincount(part, minlength=size)
        found[:_STEPS] = 0
        return found.reshape(-1, _STEPS)

    def percentiles(self, shares: Sequence[float], kept: Rows | None = None) -> tuple[Numbers, list[Floats]]:
        """Return how many of the kept rows each group has, and by share its percentiles in hours, NaN where none.

        Percentiles are linear between neighbours (Hyndman-Fan type 7).
        """
        counts = self._counts
        if kept is not None:
            of_fewer = self._counted(part[rows] for part, rows in zip(self.cells, kept.fewer, strict=True))
            counts = kept.out_of(counts, of_fewer)
        so_far = counts.cumsum(axis=1)
        n = so_far[:, -1]
        places = [(n - 1) * share for share in shares]
        ranks = [np.maximum(rank, 0).astype(np.int64) for at in places for rank in (np.floor(at), np.ceil(at))]
        looked = [_cell(so_far, rank) for rank in ranks]
        wanted = np.zeros(counts.size, np.bool_)
        are_0 = [(n > 0) & (cell % _STEPS == _ZERO) for cell in looked]
        for cell, is_0 in zip(looked, are_0, strict=True):
            wanted[cell[(n > 0) & ~is_0]] = True
        found = self._sorted(wanted, kept)
        flat = counts.ravel()
        mine = np.where(wanted, flat, 0)
        starts, before = np.cumsum(mine) - mine, so_far.ravel() - flat
        hours = [
            np.where(is_0, 0.0, _taken(found, np.where((n > 0) & ~is_0, starts[cell] + rank - before[cell], -1)))
            for cell, rank, is_0 in zip(looked, ranks, are_0, strict=True)
        ]
        return n[1:], [
            (low * (1 - (at - np.floor(at))) + high * (at - np.floor(at)))[1:]
            for low, high, at in zip(hours[::2], hours[1::2], places, strict=True)
        ]

    def _sorted(self, wanted: Flags, kept: Rows | None) -> Numbers:
        """Return the kept numbers of the wanted cells, cell by cell, each rising."""
        if kept is None or kept.are_most:
            near = self._near(wanted)
            chosen = wanted[near.cells]
            if kept is not None:
                chosen &= np.concatenate(kept.flags)[near.rows]
            return near.values[chosen]
        return self._looked_up(wanted, kept.fewer).values

    def _near(self, wanted: Flags) -> "_Near":
        """Return what is in the wanted cells, and in others that were asked for before."""
        known = self._looked_at.get("near")
        new = wanted if known is None else wanted & ~known.seen
        if new.any():
            found = self._looked_up(new)
            known = found if known is None else known.with_more(found)
            self._looked_at["near"] = known
        return known if known is not None else self._looked_up(wanted)

    def _looked_up(self, wanted: Flags, among: Sequence[Numbers] | None = None) -> "_Near":
        """Return what is in these cells, of all rows or of some by part."""
        rows, values, cells = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)], [np.zeros(0, np.uint32)]
        before = 0
        for i, part in enumerate(self.cells):
            there = np.flatnonzero(wanted[part]) if among is None else among[i][wanted[part[among[i]]]]
            rows.append(there + before)
            values.append(self.values[i][there])
            cells.append(part[there].astype(np.uint32))
            before += len(part)
        flat, of = np.concatenate(values), np.concatenate(cells)
        order = np.lexsort((flat, of))
        return _Near(wanted, np.concatenate(rows)[order].astype(np.uint32), of[order], flat[order])

    @cached_property
    def _looked_at(self) -> dict[str, "_Near"]:
        """The rows of cells that held a percentile before: those of the next window mostly are in the same ones."""
        return {}


@dataclass(frozen=True, eq=False)
class _Near:
    """The rows of some cells, counted over all parts, with their cells and numbers: cell by cell, each rising."""

    seen: Flags
    rows: npt.NDArray[np.uint32]
    cells: npt.NDArray[np.uint32]
    values: Numbers

    def with_more(self, other: "_Near") -> "_Near":
        """Return these rows and those of other cells."""
        cells = np.concatenate((self.cells, other.cells))
        order = np.argsort(cells, kind="stable")
        rows, values = np.concatenate((self.rows, other.rows)), np.concatenate((self.values, other.values))
        return _Near(self.seen | other.seen, rows[order], cells[order], values[order])


def cells(codes: npt.NDArray[np.integer], values: Numbers) -> npt.NDArray[np.unsignedinteger]:
    """Return the cell of each row of one part; see Spread.

    Of what belongs to no group the code is 0, of the first group 1. What is NEVER is not there.
    """
    cell = values.astype(np.float32).view(np.int32)
    cell >>= 20
    cell -= _ONE - _ZERO - 1
    np.maximum(cell, _ZERO, out=cell)
    first = codes.astype(np.int32)
    first *= _STEPS
    cell += first
    below = np.flatnonzero(values < 0)
    if len(below):
        cell[below] = np.where(values[below] == NEVER, 0, first[below])
    return cell.astype(np.uint16 if int(codes.max(initial=0)) < 2**16 // _STEPS else np.uint32)


def _cell(so_far: Numbers, rank: Numbers) -> Numbers:
    """Return of each group the cell, counted over all groups, that holds the number with this many before it."""
    inside = np.minimum((so_far <= rank[:, None]).sum(axis=1), _STEPS - 1)
    found: Numbers = np.arange(len(so_far)) * _STEPS + inside
    return found


def _taken(values: Numbers, places: Numbers) -> Floats:
    """Return the numbers at these places in hours, NaN for a place below 0."""
    if not len(values):
        return np.full(len(places), np.nan)
    return np.where(places >= 0, values[np.maximum(places, 0)] / HOUR, np.nan)


def span(parts: Iterable[Numbers]) -> tuple[int, int]:
    """Return the least and the greatest of all numbers, LATE and NEVER of none."""
    first, last = LATE, NEVER
    for part in parts:
        first, last = min(first, int(part.min(initial=LATE))), max(last, int(part.max(initial=NEVER)))
    return first, last


def totals(codes: npt.NDArray[np.integer], groups: int, columns: Sequence[Numbers]) -> list[Wholes]:
    """Return the exact sums of each group for these columns of whole numbers; codes are below `groups`.

    What is NEVER adds nothing. Sums of several parts may be added: they are of Python's whole numbers, however large.
    """
    order = np.argsort(codes.astype(np.min_scalar_type(groups)), kind="stable")  # by digits, not by comparing
    there = codes[order]
    starts = np.flatnonzero(starts_of(there))
    found: list[Wholes] = []
    for values in columns:
        sums = np.zeros(groups, object)
        if len(starts):
            sums[there[starts]] = _summed(values[order], starts)
        found.append(sums)
    return found


def _summed(values: Numbers, starts: Numbers) -> Wholes:
    """Return the exact sums of numbers between neighbouring places."""
    least = int(values.min())
    if least == NEVER:
        values[values == NEVER] = 0
        least = int(values.min())
    if max(-least, int(values.max())) * len(values) < LATE:
        whole: Wholes = np.add.reduceat(values, starts, dtype=np.int64).astype(object)
        return whole
    high, low = (np.add.reduceat(part, starts).astype(object) for part in (values >> 24, values & 0xFFFFFF))
    found: Wholes = high * 2**24 + low
    return found


def exactly(values: Numbers) -> int:
    """Return the exact sum of numbers, however large; what is NEVER adds nothing."""
    if len(values) and values.min() == NEVER:
        values = values[values != NEVER]
    if len(values) and float(np.abs(values).max()) * len(values) < 2**62:
        return int(values.sum())
    return (int((values >> 24).sum()) << 24) + int((values & 0xFFFFFF).sum())


def different(keys: npt.NDArray[Any], cells: int) -> list[int]:
    """Return the different ones of many keys below `cells`."""
    found: list[int] = (np.flatnonzero(np.bincount(keys)) if cells < _MOST_CELLS else np.unique(keys)).tolist()
    return found


def places(values: npt.NDArray[Any], keys: Numbers, cells: int) -> Numbers:
    """Return the place of each value below `cells` among rising keys, behind all where it is none of them."""
    if cells < _MOST_CELLS:
        table = np.full(cells, len(keys))
        table[keys] = np.arange(len(keys))
        found: Numbers = table[values]
        return found
    place = np.searchsorted(keys, values)
    is_one = keys[np.minimum(place, len(keys) - 1)] == values if len(keys) else np.zeros(len(values), np.bool_)
    return np.where(is_one, place, len(keys))
