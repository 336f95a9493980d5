"""Rows told of items as plain numbers, and the order in which they follow each other."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.facts.ways import Flags, Numbers, starts_of

Values = npt.NDArray[Any]


@dataclass(frozen=True)
class Rows:
    """Rows told of items, those of a piece as they follow each other; what stands in codes is NONE where it is null.

    `step` is the status of the step before, `team` who acted.
    """

    item: Values
    at: Numbers
    meaning: Values
    status_no: Values
    state: Values
    step: Values
    team: Values
    is_inferred: Flags
    is_event: Flags
    is_held: Flags

    def taken(self, rows: Numbers) -> "Rows":
        """Return some of them."""
        return Rows(**{name: values[rows] for name, values in vars(self).items()})


def in_order(item: Values, at: Numbers, sequence: Values, ids: Callable[[Numbers], pa.Array]) -> Numbers:
    """Return the order of rows by item (of few), instant, sequence and id, which is looked at where all else is alike.

    `ids` gives the ids of some of the rows.
    """
    near = item.astype(np.uint16)
    order = np.lexsort((sequence, at, near))
    alike = ~(starts_of(near[order]) | starts_of(at[order]) | starts_of(sequence[order]))
    if not alike.any():
        return order
    tied = order[alike | np.append(alike[1:], False)]
    rank = np.zeros(len(item), np.int64)
    rank[tied] = np.asarray(pc.rank(ids(tied), tiebreaker="dense"))
    return np.lexsort((rank, sequence, at, near))
