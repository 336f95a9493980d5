"""Values by group, whose keys are whole numbers from 0: sums and medians of many groups in one pass, in any order."""

import numpy as np
import numpy.typing as npt

from streamgauge.metrics.statistics import Floats, summands

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
_NARROW = 2**15
"""Below so many groups their keys fit into 16 bits, which are sorted by counting."""
_FEW = 64
"""Up to so many values are as quickly sorted as parted."""


def totals(keys: Numbers, values: Floats, n: int, there: Flags | None = None) -> Floats:
    """Return the sum of each of `n` groups, in whatever order values come, of those values that are there."""
    if there is not None and not there.all():
        values = np.where(there, values, 0.0)
    found = np.zeros(n)
    for part in summands(values):
        found += np.bincount(keys, weights=part, minlength=n)
    return found


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


def _part(values: Floats, count: int) -> None:
    """Bring the middle ones of values to their places."""
    if count <= _FEW:
        values.sort()
    else:
        values.partition(((count - 1) // 2, count // 2))
