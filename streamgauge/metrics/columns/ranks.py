"""Finds what stands at places of the order of values, of any piece of the rows, without putting these into order."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from streamgauge.metrics.columns.spread import Flags, Floats, Numbers
from streamgauge.metrics.statistics import pieces, whole_pieces

_CELLS = 2**13
"""Of 64 powers of two 128 each; all that is less than the greatest value by more than these is in the first cell."""
_SHIFT = 45
_NOWHERE = _CELLS


@dataclass(frozen=True, eq=False)
class Ranks:
    """The rows of values by cell. A greater value is never in a lesser cell, so that counts tell where a place is.

    `cells` says of each row its cell, of what does not count the last; `rows` are those of one cell after the other,
    each rising, from `starts` on; `before` counts what each cell has before each of the `pieces` of all rows.
    """

    values: Floats
    cells: npt.NDArray[np.uint16]
    rows: npt.NDArray[np.int32]
    starts: Numbers
    before: Numbers

    def at(self, piece: slice, places: Sequence[int]) -> dict[int, float]:
        """Return by place the value that so many of the piece's are before, in their order."""
        so_far = self._counts(piece).cumsum()
        found: dict[int, float] = {}
        cells = np.searchsorted(so_far, places, side="right").tolist()
        risen: dict[int, Floats] = {}
        for place, cell in zip(places, cells, strict=True):
            if cell not in risen:
                risen[cell] = np.sort(self._of(cell, piece))
            found[place] = float(risen[cell][place - (int(so_far[cell - 1]) if cell else 0)])
        return found

    def _of(self, cell: int, piece: slice) -> Floats:
        rows = self.rows[self.starts[cell] : self.starts[cell + 1]]
        return self.values[rows[slice(*np.searchsorted(rows, (piece.start, piece.stop)).tolist())]]

    def _counts(self, piece: slice) -> Numbers:
        """Return how many of a piece are in each cell."""
        first, last, edges = whole_pieces(piece)
        return sum((_counted(self.cells[rows]) for rows in edges), self.before[last] - self.before[first])


def ranks(values: Floats, counts: Flags | None) -> Ranks:
    """Return the ranks of values, of those that count, none of which is NaN."""
    bits = values.view(np.int64) >> _SHIFT
    greatest = bits.max(initial=0) if counts is None else bits.max(initial=0, where=counts)
    bits -= greatest - _CELLS + 1
    np.clip(bits, 0, _CELLS - 1, out=bits)
    cells = bits.astype(np.uint16)
    if counts is not None:
        cells[~counts] = _NOWHERE
    each = [np.zeros(_CELLS, np.int64), *(_counted(cells[rows]) for rows in pieces(len(cells)))]
    before = np.cumsum(each, axis=0)
    starts = np.concatenate(([0], before[-1].cumsum()))
    return Ranks(values, cells, np.argsort(cells, kind="stable").astype(np.int32), starts, before)


def _counted(cells: npt.NDArray[np.uint16]) -> Numbers:
    return np.bincount(cells, minlength=_CELLS + 1)[:_CELLS]
