"""What a thing keeps while something else of it changes, where each change tells of what changed alone."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from streamgauge.sources.files import intervals
from streamgauge.sources.files.columns import Coded

BESIDE = ("team", "type")
"""What of a thing matters whenever it changes."""
Mask = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]


def carried(texts: Mapping[str, Coded], others: Mapping[str, pa.Array], good: Mask) -> dict[str, Coded]:
    """Return the states, teams and types, each carried on in its case by time and the tool's own sequence.

    A state goes on only into rows that tell of another team or type, so that no other change becomes an event.
    """
    there = [name for name in BESIDE if name in texts]
    told = np.zeros(len(good), bool)
    for name in there:
        told |= ~texts[name].is_null
    usable = good & np.asarray(others["at"].is_valid())
    case, order = texts["case"].codes, _ordered(texts["case"], others)
    made = {name: _filled(texts[name], usable, case, order) for name in there}
    return made | {"activity": _filled(texts["activity"], usable, case, order, into=told)}


def _filled(column: Coded, usable: Mask, case: npt.NDArray[np.int32], order: Places, into: Mask | None = None) -> Coded:
    """Return a column with the value that the rows of a case had last, in the usable rows that have none."""
    codes, place = column.codes[order], np.arange(len(order))
    last = np.maximum.accumulate(np.where((codes >= 0) & usable[order], place, -1))
    before = np.full(len(order), -1, column.codes.dtype)
    before[order] = np.where((last >= 0) & (case[order][last] == case[order]), codes[last], -1)
    fits = column.is_null & usable & (before >= 0)
    return Coded(column.values, np.where(fits if into is None else fits & into, before, column.codes))


def _ordered(case: Coded, others: Mapping[str, pa.Array]) -> Places:
    at = intervals.micros(others["at"])
    if "sequence" not in others:
        return np.lexsort((at, case.codes))
    return np.lexsort((np.asarray(others["sequence"].fill_null(0)), at, case.codes))
