"""The order of a log's events: by case and time, and at one time by what the whole file says of its own order."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Places = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]
_MOSTLY = 0.9


@dataclass(frozen=True)
class Ordered:
    """`places` of the events in their order, and how they were put there.

    `tied` counts events at the time of the one before them in their case; `direction` is 1 where the file goes from old
    to new, -1 where it goes from new to old, 0 where it does neither or nothing depends on it.
    """

    places: Places
    tied: int = 0
    direction: int = 0


def ordered(case: Codes, at: Places, sequence: Places | None = None, mark: Places | None = None) -> Ordered:
    """Return events in the order of case, time, the tool's own sequence, and the place in the file.

    All arrays are as long as there are events, in the order of the file. Of a file that goes from new to old, what
    stands further down happened first. `mark` tells start (0) from end (1) where a row tells of both, one after the
    other: these stay as they are.
    """
    places = _sorted(case, at)
    tied = _tied(case[places], at[places])
    if not tied:
        return Ordered(places)
    ends = np.ones(len(at), bool) if mark is None else mark > 0
    way = direction(case[ends], at[ends])
    if way < 0:
        back = np.arange(len(at))[::-1] if mark is None else _rows_turned(mark)
        places = back[_sorted(case[back], at[back])]
    if sequence is not None:
        places = places[np.lexsort((sequence[places], at[places], case[places]))]
    return Ordered(places, tied, way)


def _rows_turned(mark: Places) -> Places:
    """Return the places with the rows the other way round, but the start of each before its end."""
    row = np.cumsum((mark == 0) | np.append(True, mark[:-1] > 0))
    return np.lexsort((mark, -row))


def direction(case: Codes, at: Places) -> int:
    """Return 1 where nearly all events are later than the one above them, -1 where earlier, 0 where it is neither.

    Events of the same case are compared; only where that says nothing, events that stand below each other.
    """
    by_case = np.argsort(case, kind="stable")
    same = case[by_case][1:] == case[by_case][:-1]
    return _way(at[by_case], same) or _way(at, np.ones(max(len(at) - 1, 0), bool))


def contradicts(case: Codes, at: Places, sequence: Places) -> bool:
    """Return whether a sequence falls where time goes on, in more than one of ten steps: it numbers something else."""
    places = _sorted(case, at)
    case, at, sequence = case[places], at[places], sequence[places]
    steps = (case[1:] == case[:-1]) & (at[1:] > at[:-1])
    return bool((sequence[1:] < sequence[:-1])[steps].sum() > (1 - _MOSTLY) * steps.sum())


def _way(at: Places, counts: npt.NDArray[np.bool_]) -> int:
    later, earlier = int((counts & (at[1:] > at[:-1])).sum()), int((counts & (at[1:] < at[:-1])).sum())
    if max(later, earlier) == 0 or max(later, earlier) < _MOSTLY * (later + earlier):
        return 0
    return 1 if later > earlier else -1


def _tied(case: Codes, at: Places) -> int:
    return int(((case[1:] == case[:-1]) & (at[1:] == at[:-1])).sum())


def _sorted(case: Codes, at: Places) -> Places:
    """Return the places in the order of case, time and file; logs mostly come in the order of one of the first two."""
    if len(case) and not _descends(case) and not _descends_within(case, at):
        return np.arange(len(case))
    by_time = np.argsort(at, kind="stable") if _descends(at) else np.arange(len(at))
    return by_time[np.argsort(case[by_time], kind="stable")]


def _descends(keys: npt.NDArray[Any]) -> bool:
    return bool((keys[1:] < keys[:-1]).any())


def _descends_within(case: Codes, at: Places) -> bool:
    return bool(((at[1:] < at[:-1]) & (case[1:] == case[:-1])).any())
