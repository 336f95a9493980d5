"""Logs whose rows tell of work from its start to its end: each row is two events."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.sources.files.columns import Coded
from streamgauge.sources.files.mapping import Plan
from streamgauge.sources.files.values import Understanding

NEVER = np.iinfo(np.int64).min
"""Stands for an instant that is not told."""
_MOSTLY, _USUALLY = 0.99, 0.9
_MOMENT = 1_000_000
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

    `start` is of all rows of the table, `end` of these `rows`; `NEVER` stands for none. A row that has no start, or one
    after its end, is an end alone; one that has no end is a start alone.
    """
    begins = start[rows]
    is_open = end == NEVER
    is_both = (begins != NEVER) & (begins <= end)
    twice = np.repeat(rows, 1 + is_both)
    mark = np.ones(len(twice), np.int64)
    lasts = np.cumsum(1 + is_both) - 1
    mark[lasts[is_both] - 1] = 0
    mark[lasts[is_open]] = 0
    at = np.repeat(np.where(is_open, begins, end), 1 + is_both)
    at[lasts[is_both] - 1] = begins[is_both]
    return twice, at, mark


def are_stays(texts: Mapping[str, Coded], others: Mapping[str, pa.Array], found: Understanding) -> bool:
    """Return whether rows are stays in a state, each of which ends when the next one of the same case begins."""
    case, start, end = texts["case"].codes, micros(others["start"]), micros(others["at"])
    rows = np.flatnonzero(~found.bad & (start != NEVER))
    rows = rows[np.lexsort((end[rows], start[rows], case[rows]))]
    follows = (case[rows][1:] == case[rows][:-1]) & (end[rows][:-1] != NEVER)
    gap = np.abs(start[rows][1:] - end[rows][:-1])[follows]
    return bool(len(gap) and (gap <= _MOMENT).mean() >= _USUALLY)


def micros(instants: pa.Array) -> Rows:
    """Return instants as microseconds since 1970, `NEVER` for a null."""
    return np.asarray(instants.cast(pa.int64()).fill_null(NEVER))


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
