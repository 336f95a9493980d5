"""Whole numbers by group, put into cells by size, so that percentiles of any of them are found without a sort."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
NEVER = int(np.iinfo(np.int64).min)
"""Stands for a number or an instant that is not there."""
HOUR = 3.6e9
"""Microseconds of an hour."""
LATE = int(np.iinfo(np.int64).max)
"""Stands for the end of what goes on."""
_STEPS = 512
"""Cells of a group: eight for each power of two."""
_ONE = 1023 << 3
"""What the number 1 has as its power and the next three binary digits."""


@dataclass(frozen=True, eq=False)
class Spread:
    """Microseconds by group: `cells` says of each row its group and roughly how much, of what is not there the last.

    A greater number of the same group is never in a lesser cell, so that counts by cell tell which cell holds a
    percentile, and only its few numbers are looked at.
    """

    groups: int
    values: Numbers
    cells: npt.NDArray[Any]

    @cached_property
    def counts(self) -> Numbers:
        """How many of all rows are in each cell (columns) of each group (rows)."""
        return self._counted(self.cells)

    def _counted(self, cells: npt.NDArray[Any]) -> Numbers:
        last = self.groups * _STEPS
        return np.bincount(cells, minlength=last + 1)[:last].reshape(self.groups, _STEPS)

    def percentiles(self, shares: Sequence[float], kept: Flags | None = None) -> tuple[Numbers, list[Floats]]:
        """Return how many of the kept rows each group has, and by share its percentiles in hours, NaN where none.

        Percentiles are linear between neighbours (Hyndman-Fan type 7).
        """
        cells = self.cells if kept is None else self.cells[kept]
        counts = self.counts if kept is None else self._counted(cells)
        so_far = counts.cumsum(axis=1)
        n = so_far[:, -1]
        places = [(n - 1) * share for share in shares]
        ranks = [np.maximum(rank, 0).astype(np.int64) for at in places for rank in (np.floor(at), np.ceil(at))]
        looked = [_cell(so_far, rank) for rank in ranks]
        wanted = np.zeros(self.groups * _STEPS + 1, np.bool_)
        for cell in looked:
            wanted[cell[n > 0]] = True
        rows = np.flatnonzero(wanted[cells])
        values = self.values[rows] if kept is None else self.values[np.flatnonzero(kept)[rows]]
        found = values[np.lexsort((values, cells[rows]))]
        flat = counts.ravel()
        starts = np.cumsum(np.where(wanted[:-1], flat, 0)) - np.where(wanted[:-1], flat, 0)
        before = so_far.ravel() - flat
        hours = [
            _taken(found, np.where(n > 0, starts[cell] + rank - before[cell], -1))
            for cell, rank in zip(looked, ranks, strict=True)
        ]
        return n, [
            low * (1 - (at - np.floor(at))) + high * (at - np.floor(at))
            for low, high, at in zip(hours[::2], hours[1::2], places, strict=True)
        ]


def spread(codes: npt.NDArray[np.integer], groups: int, values: Numbers) -> Spread:
    """Return numbers by group: `codes` are from 0, and what is none of the groups or NEVER is not there."""
    power = values.astype(np.float64).view(np.int64) >> 49
    power -= _ONE - 1
    np.clip(power, 0, _STEPS - 1, out=power)
    power += codes.astype(np.int64) * _STEPS
    power[(values == NEVER) | (codes >= groups)] = groups * _STEPS
    return Spread(groups, values, power.astype(np.uint16 if groups * _STEPS < 2**16 else np.uint32))


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


def totals(codes: npt.NDArray[np.integer], groups: int, values: npt.NDArray[np.integer]) -> list[int]:
    """Return the exact sum of the numbers of each group; what is NEVER or of none of the groups adds nothing."""
    there = codes < groups
    if values.dtype == np.int64:
        there &= values != NEVER
    if not there.all():
        codes, values = codes[there], values[there]
    codes = codes.astype(np.int64)
    if values.dtype != np.int64:
        return [int(one) for one in np.bincount(codes, weights=values, minlength=groups).tolist()]
    parts = (np.bincount(codes, weights=part, minlength=groups).tolist() for part in (values >> 24, values & 0xFFFFFF))
    return [(int(high) << 24) + int(low) for high, low in zip(*parts, strict=True)]


def median(values: Numbers) -> float | None:
    """Return the median of microseconds in hours, None of none; it moves them about."""
    n = len(values)
    if not n:
        return None
    low, high = (n - 1) // 2, n // 2
    values.partition((low, high) if low != high else low)
    return float(values[low] / HOUR * 0.5 + values[high] / HOUR * 0.5)


def exactly(values: Numbers) -> int:
    """Return the exact sum of numbers, however large; what is NEVER adds nothing."""
    if len(values) and values.min() == NEVER:
        values = values[values != NEVER]
    if len(values) and float(np.abs(values).max()) * len(values) < 2**62:
        return int(values.sum())
    return (int((values >> 24).sum()) << 24) + int((values & 0xFFFFFF).sum())
