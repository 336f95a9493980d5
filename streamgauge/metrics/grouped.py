"""Values by group, each group's in their order: percentiles and sums of many groups in one pass."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]
_NARROW = 2**15
"""Below so many groups their keys fit into 16 bits, which are sorted by counting."""
_MANY = 10_000


@dataclass(frozen=True)
class Groups:
    """The groups that there are, by rising key: the values of `keys[i]` are `values[starts[i]:starts[i] + counts[i]]`.

    Within a group values rise, so that nothing depends on the order in which they came.
    """

    keys: Numbers
    starts: Numbers
    counts: Numbers
    values: Floats

    def percentiles(self, share: float) -> Floats:
        """Return the linear percentile (Hyndman-Fan type 7) of each group."""
        place = (self.counts - 1) * share
        low = np.floor(place).astype(np.int64)
        high = np.minimum(low + 1, self.counts - 1)
        below, above = self.values[self.starts + low], self.values[self.starts + high]
        found: Floats = below + (above - below) * (place - low)
        return found

    def ranked(self, share: float) -> Floats:
        """Return of each group its smallest value that at least this share of it does not exceed."""
        place = np.maximum(np.ceil(self.counts * share).astype(np.int64) - 1, 0)
        found: Floats = self.values[self.starts + place]
        return found

    def sums(self) -> Floats:
        """Return the sum of each group."""
        found: Floats = np.add.reduceat(self.values, self.starts) if len(self.starts) else np.empty(0)
        return found


def grouped(keys: npt.NDArray[np.integer], values: Floats) -> Groups:
    """Return values by their keys, whole numbers from 0; a value that is not there (NaN) is in no group."""
    missing = np.isnan(values)
    if missing.any():
        keys, values = keys[~missing], values[~missing]
    if not len(keys):
        none = np.empty(0, np.int64)
        return Groups(none, none, none, np.empty(0))
    is_narrow = int(keys.max()) < _NARROW
    if is_narrow:
        small = keys.astype(np.int16)
        order = np.argsort(small, kind="stable")
        starts, of = _runs(small[order])
        values = values[order]
        for start, end in zip(starts, [*starts[1:], len(values)], strict=True):
            values[start:end].sort()
    else:
        order = np.lexsort((values, keys))
        starts, of = _runs(keys[order])
        values = values[order]
    counts = np.diff(np.append(starts, len(values)))
    return Groups(of.astype(np.int64), starts, counts, values)


def _runs(keys: npt.NDArray[np.integer]) -> tuple[Numbers, npt.NDArray[np.integer]]:
    """Return where each run of equal keys begins, and its key."""
    starts = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
    return starts, keys[starts]


def in_pairs(values: Floats, weights: Floats) -> npt.NDArray[np.intp]:
    """Return the one order of pairs that depends on nothing but them.

    By value and among equal values by weight; the other way round where most of very many values are equal.
    """
    order = np.argsort(values)
    tied = _tied(values[order])
    if len(values) > _MANY and 2 * np.count_nonzero(tied) > len(values):
        values, weights = weights, values
        order = np.argsort(values)
        tied = _tied(values[order])
    among = np.flatnonzero(tied)
    if len(among):
        part = order[among]
        order[among] = part[np.lexsort((weights[part], values[part]))]
    return order


def _tied(risen: Floats) -> npt.NDArray[np.bool_]:
    """Return which of rising values are not alone."""
    same = risen[1:] == risen[:-1]
    tied = np.zeros(len(risen), np.bool_)
    tied[1:] |= same
    tied[:-1] |= same
    return tied
