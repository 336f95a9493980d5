"""Values by group, whose keys are whole numbers from 0: sums and medians of many groups in one pass, in any order."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from streamgauge.metrics.statistics import Floats, summands, total

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Column = npt.NDArray[Any]
_NARROW = 2**15
"""Below so many groups their keys fit into 16 bits, which are sorted by counting."""
_FEW = 64
"""Up to so many values are as quickly sorted as parted."""


def totals(keys: Numbers, values: Floats, n: int, there: Flags | None = None) -> Floats:
    """Return the sum of each of `n` groups, in whatever order values come, of those values that are there."""
    if there is not None and not there.all():
        values = np.where(there, values, 0.0)
    parts = [np.bincount(keys, weights=part, minlength=n).astype(np.float64) for part in summands(values)]
    # Two numbers are rounded once anyhow.
    return sum(parts, np.zeros(n)) if len(parts) <= 2 else np.fromiter(map(math.fsum, zip(*parts, strict=True)), float)


def in_order(keys: Numbers) -> Numbers:
    """Return the places of all keys, of the smallest first; those of one group as they came."""
    narrow = keys.astype(np.int16) if len(keys) and keys.max() < _NARROW else keys
    return np.argsort(narrow, kind="stable")


def medians(keys: Numbers, values: Floats, n: int, there: Flags) -> Floats:
    """Return the median of each of `n` groups, of those values that are there, NaN without one; `keys` rise."""
    keys, values = keys[there], values[there]
    found = np.full(n, np.nan)
    if not len(keys):
        return found
    starts = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
    counts = np.diff(np.append(starts, len(keys)))
    below, above = starts + (counts - 1) // 2, starts + counts // 2
    if len(starts) < _NARROW:
        for start, count in zip(starts.tolist(), counts.tolist(), strict=True):
            _part(values[start : start + count], count)
    else:
        values = values[np.lexsort((values, keys))]
    low, high = values[below], values[above]
    found[keys[starts]] = low + (high - low) * ((counts - 1) * 0.5 % 1)
    return found


def between(bounds: Numbers, values: Column, kind: type) -> Column:
    """Return the sums of the values between each bound and the next, of this type."""
    rows = (slice(start, end) for start, end in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True))
    if values.dtype == np.bool_:
        return np.array([np.count_nonzero(values[some]) for some in rows], kind)
    return np.array([values[some].sum(dtype=kind) for some in rows], kind)


def totals_between(bounds: Numbers, values: Column, there: Flags) -> Floats:
    """Return the sums of those values that are there between each bound and the next, the same in whatever order."""
    if values.dtype.kind != "f":
        return between(bounds, values if there.all() else values * there, np.int64).astype(np.float64)
    rows = [slice(start, end) for start, end in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)]
    return np.array([total(np.where(there[some], values[some], 0.0)) for some in rows])


def medians_between(bounds: Numbers, values: Floats, there: Flags) -> Floats:
    """Return the median of those values that are there between each bound and the next, NaN without one."""
    found, every = np.full(len(bounds) - 1, np.nan), bool(there.all())
    for i, (start, end) in enumerate(zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)):
        mine = values[start:end].copy() if every else values[start:end][there[start:end]]
        if count := len(mine):
            _part(mine, count)
            low, high = mine[(count - 1) // 2], mine[count // 2]
            found[i] = low + (high - low) * ((count - 1) * 0.5 % 1)
    return found


def _part(values: Floats, count: int) -> None:
    """Bring the middle ones of values to their places."""
    if count <= _FEW:
        values.sort()
    else:
        values.partition(((count - 1) // 2, count // 2))
