"""Local clocks to UTC for whole columns, with the hours that a clock skips or shows twice."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

FIRST_YEAR, LAST_YEAR = 1950, 2100
"""Years outside of these are no instants of work: they stand for never, or are typing errors."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_STEP = 3 * 24 * 3600  # no clock keeps an offset for less
Micros = npt.NDArray[np.int64]
Marks = npt.NDArray[np.bool_]


def to_utc(local: Micros, zone: str) -> tuple[Micros, Marks, Marks]:
    """Return the instants (microseconds UTC) of local clock times, which of them no clock ever showed, and which twice.

    Of a time that was shown twice the first instant counts. Raises KeyError or ValueError for an unknown zone.
    """
    begins, offsets = _periods(zone)
    starts, ends = begins + offsets, np.append(begins[1:] + offsets[:-1], np.iinfo(np.int64).max)
    period = np.searchsorted(starts, local, side="right") - 1
    former = np.maximum(period - 1, 0)
    twice = (period > 0) & (local < ends[former])
    skipped = local >= ends[period]
    return local - offsets[np.where(twice, former, period)], skipped, twice


@cache
def _periods(zone: str) -> Any:
    """Return when each period of one offset begins (microseconds UTC) and the offset (microseconds)."""
    place = ZoneInfo(zone)
    first = _seconds(datetime(FIRST_YEAR - 1, 1, 1, tzinfo=UTC))
    last = _seconds(datetime(LAST_YEAR + 2, 1, 1, tzinfo=UTC))
    begins, offsets = [first], [_offset(place, first)]
    for at in range(first + _STEP, last, _STEP):
        offset = _offset(place, at)
        if offset != offsets[-1]:
            begins.append(_change(place, at - _STEP, at))
            offsets.append(offset)
    return np.array(begins, np.int64) * 1_000_000, np.array(offsets, np.int64) * 1_000_000


def _change(place: ZoneInfo, before: int, after: int) -> int:
    """Return the first second at which the offset is that of `after`."""
    new = _offset(place, after)
    while after - before > 1:
        middle = (before + after) // 2
        before, after = (before, middle) if _offset(place, middle) == new else (middle, after)
    return after


def _offset(place: ZoneInfo, seconds: int) -> int:
    offset = (_EPOCH + timedelta(seconds=seconds)).astimezone(place).utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0


def _seconds(instant: datetime) -> int:
    return (instant - _EPOCH) // timedelta(seconds=1)
