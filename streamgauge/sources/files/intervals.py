"""Logs whose rows tell of work from its start to its end: each row is two events."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.sources.files.columns import Coded
from streamgauge.sources.files.mapping import Plan
from streamgauge.sources.files.values import Understanding

_MOSTLY = 0.99
Rows = npt.NDArray[np.int64]


def are_there(plan: Plan, texts: Mapping[str, Coded], others: Mapping[str, pa.Array], found: Understanding) -> bool:
    """Return whether rows tell of a start and an end; puts rows aside that end before they start, if asked for so.

    A column that is only guessed counts where it can be one: no start is marked otherwise, hardly any row ends before
    it starts, and the start is not that of the whole case.
    """
    if "start" not in others:
        return False
    start, end = others["start"], others["at"]
    backwards = np.asarray(pc.greater(start, end).fill_null(fill_value=False)) & ~found.bad
    if "start" not in plan.guessed:
        found.fault(plan.columns.get("start", "start"), "is later than the end of the same row", backwards)
        return True
    column, told = plan.columns["start"], int((np.asarray(start.is_valid()) & ~found.bad).sum())
    if not told or _marks_starts(texts) or backwards.sum() > (1 - _MOSTLY) * told or _is_of_case(texts, start):
        found.notes.append(f"'{column}' is not read as the start of each row's work.")
        return False
    found.notes.append(f"Each row is two events: its start by '{column}', and its end.")
    return True


def both(rows: Rows, start: Rows, end: Rows) -> tuple[Rows, Rows, Rows]:
    """Return the rows twice, start before end, with the time of each and 0 or 1 for which it is.

    `start` is of all rows of the table, `end` of these `rows`. A row that has no start, or one after its end, is an end
    alone.
    """
    begins = start[rows]
    is_there = (begins != np.iinfo(np.int64).min) & (begins <= end)
    twice = np.repeat(rows, 1 + is_there)
    mark = np.ones(len(twice), np.int64)
    ends = np.cumsum(1 + is_there) - 1
    mark[ends[is_there] - 1] = 0
    at = np.repeat(end, 1 + is_there)
    at[ends[is_there] - 1] = begins[is_there]
    return twice, at, mark


def _marks_starts(texts: Mapping[str, Coded]) -> bool:
    if "lifecycle" not in texts:
        return False
    words = pc.utf8_lower(texts["lifecycle"].values)
    return bool(pc.any(pc.is_in(words, value_set=pa.array(["start", "begin", "started"]))).as_py())


def _is_of_case(texts: Mapping[str, Coded], start: pa.Array) -> bool:
    """Return whether all rows of each case have the same start, where cases have several rows."""
    case, at = texts["case"].codes, np.asarray(start.cast(pa.int64()).fill_null(0))
    order = np.argsort(case, kind="stable")
    same = case[order][1:] == case[order][:-1]
    return bool(same.any() and not (at[order][1:] != at[order][:-1])[same].any())
