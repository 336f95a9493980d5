"""What the texts of one layout show: the time on a clock, and why a text shows none."""

from typing import Any

import numpy as np
import numpy.typing as npt

from streamgauge.sources.files import zones
from streamgauge.sources.files.layouts import Layout
from streamgauge.sources.files.shapes import Bytes

GOOD, STRANGE, IMPOSSIBLE, FAR, SKIPPED, CONTRARY, ROUNDED = range(7)
"""What is wrong with a text that should be a date; GOOD where nothing is."""

DAY = 86_400_000_000
"""Microseconds of a day."""
_YEARS = (
    np.arange(f"{zones.FIRST_YEAR}-01", f"{zones.LAST_YEAR + 1}-02", dtype="M8[M]").astype("M8[D]").astype(np.int64)
)
_LENGTHS = np.diff(_YEARS)

Whole = npt.NDArray[np.int64]
Faults = npt.NDArray[np.uint8]


def micros(signs: Bytes, found: Layout) -> tuple[Whole, Faults]:
    """Return the clock time that the texts of one layout show (microseconds since 1970) and their faults."""
    days, faults = _days(signs, found)
    hour, minute, second = (number(signs, found.places.get(name)) for name in "HMS")
    if found.is_afternoon is not None:
        faults[(hour < 1) | (hour > 12)] = IMPOSSIBLE
        hour = hour % 12 + 12 * found.is_afternoon
    midnight = (hour == 24) & (minute == 0) & (second == 0)
    faults[((hour > 23) & ~midnight) | (minute > 59) | (second > 60)] = IMPOSSIBLE
    seconds = ((days * 24 + hour) * 60 + minute) * 60 + second
    part = np.floor(fraction(signs, found, "f") * 1e6 + 1e-4).astype(np.int64) if "f" in found.places else 0
    return seconds * 1_000_000 + part, faults


def _days(signs: Bytes, found: Layout) -> tuple[Whole, Faults]:
    """Return the days since 1970."""
    if "G" in found.places:
        return _days_of_week(signs, found)
    year = _year(signs, found)
    is_out = (year < zones.FIRST_YEAR) | (year > zones.LAST_YEAR)
    if "j" in found.places:
        month, day = np.ones_like(year), number(signs, found.places["j"])
    else:
        month = np.full_like(year, found.month) if found.month else number(signs, found.places["m"])
        day = number(signs, found.places["d"])
    index = np.where(is_out, 0, (year - zones.FIRST_YEAR) * 12) + np.clip(month, 1, 12) - 1
    longest = (
        _YEARS[np.minimum(index + 12, len(_YEARS) - 1)] - _YEARS[index] if "j" in found.places else _LENGTHS[index]
    )
    faults = np.where(is_out, np.uint8(FAR), np.uint8(GOOD)).astype(np.uint8)
    faults[(month < 1) | (month > 12) | (day < 1) | (day > longest)] = IMPOSSIBLE
    return _YEARS[index] + day - 1, faults


def _days_of_week(signs: Bytes, found: Layout) -> tuple[Whole, Faults]:
    year, week = number(signs, found.places["G"]), number(signs, found.places["V"])
    weekday = number(signs, found.places["u"]) if "u" in found.places else np.ones_like(year)
    fourth = (year - 1970).astype("M8[Y]").astype("M8[D]").astype(np.int64) + 3
    days = fourth - (fourth + 3) % 7 + (week - 1) * 7 + weekday - 1
    thursday = days - (days + 3) % 7 + 3
    same = thursday.astype("M8[D]").astype("M8[Y]").astype(np.int64) + 1970 == year
    faults = far(days * DAY)
    faults[~same | (week < 1) | (weekday < 1) | (weekday > 7)] = IMPOSSIBLE
    return days, faults


def _year(signs: Bytes, found: Layout) -> Whole:
    place = found.places.get("Y") or found.places["y"]
    year = number(signs, place)
    return np.where(year < 69, year + 2000, year + 1900) if place[1] == 2 else year


def offset(signs: Bytes, found: Layout) -> Whole:
    """Return how far the clock of each text is ahead of UTC (microseconds)."""
    minutes = number(signs, found.places.get("oh")) * 60 + number(signs, found.places.get("om"))
    return (minutes * found.sign + (found.offset_minutes or 0)) * 60_000_000


def number(signs: Bytes, place: tuple[int, int] | None) -> Whole:
    """Return the digits at a place as whole numbers, 0 where the layout has no such place."""
    if place is None:
        return np.zeros(len(signs), np.int64)
    start, length = place
    total: Any = signs[:, start].astype(np.int32 if length < 9 else np.int64) - 48
    for column in range(start + 1, start + length):
        total *= 10
        total += signs[:, column]
        total -= 48
    whole: Whole = total.astype(np.int64)
    return whole


def fraction(signs: Bytes, found: Layout, name: str) -> Any:
    """Return the digits at a place as the part of one that stands behind a decimal mark."""
    place = found.places.get(name)
    return 0 if place is None else number(signs, place) / 10.0 ** place[1]


def is_far(days: Whole) -> Any:
    """Return which days since 1970 lie outside of the years that work is dated in."""
    return (days < _YEARS[0]) | (days >= _YEARS[-2])


def far(micros: Whole) -> Faults:
    """Return the fault of each instant: FAR or GOOD."""
    return np.where(is_far(micros // DAY), np.uint8(FAR), np.uint8(GOOD)).astype(np.uint8)
