"""A column of dates as instants; whether the day or the month stands first is decided from the whole of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.sources.files import layouts, zones
from streamgauge.sources.files.layouts import Layout
from streamgauge.sources.files.shapes import Bytes, groups

FORMATS = ("day-first", "month-first", "year-first", "epoch-s", "epoch-ms", "epoch-us", "epoch-ns", "excel")
"""Words for a date format, beside patterns such as `%d.%m.%Y %H:%M` or `dd.MM.yyyy HH:mm`."""
GOOD, STRANGE, IMPOSSIBLE, FAR, SKIPPED = range(5)
REASONS = {
    STRANGE: "is no date that is understood",
    IMPOSSIBLE: "is a date that does not exist",
    FAR: f"has a year outside of {zones.FIRST_YEAR} to {zones.LAST_YEAR}",
    SKIPPED: "is a time that no clock showed there: clocks were put forward over it",
}
"""What a fault means, behind the value."""

_MICROS = {"epoch-s": 10**6, "epoch-ms": 10**3, "epoch-us": 1, "epoch-ns": 0}
_BY_DIGITS = {5: "excel", 9: "epoch-s", 10: "epoch-s", 13: "epoch-ms", 16: "epoch-us", 19: "epoch-ns"}
_EXCEL_DAYS = 25_569  # from 1899-12-30 to 1970-01-01
_YEARS = (
    np.arange(f"{zones.FIRST_YEAR}-01", f"{zones.LAST_YEAR + 1}-02", dtype="M8[M]").astype("M8[D]").astype(np.int64)
)
_LENGTHS = np.diff(_YEARS)
_DAY = 86_400_000_000
_MOST_DAYS = 10**6
_AT_ONCE = 16_384  # so many texts fit into a core's own memory

Whole = npt.NDArray[np.int64]
Faults = npt.NDArray[np.uint8]


class AmbiguousDates(Exception):
    """Every value of the column reads well in several orders; `example` with its `readings` by order shows it."""

    def __init__(self, example: str, readings: dict[str, str]) -> None:
        super().__init__(example)
        self.example, self.readings = example, readings


@dataclass
class Instants:
    """What a column of dates says: `values` (timestamps, UTC, null where there is none) and one of the faults a row.

    `order` is the order that was found or given where it mattered; `twice` counts times that a clock showed twice,
    of which the first is taken; `local` counts values without an offset of their own.
    """

    values: pa.Array
    faults: Faults
    order: str | None = None
    local: int = 0
    twice: int = 0
    kinds: frozenset[str] = field(default_factory=frozenset)


def read(column: pa.ChunkedArray, *, given: str | None = None, zone: str = "UTC", order: str | None = None) -> Instants:
    """Return the instants of a column of texts, numbers or timestamps; local times are those of `zone`.

    `given` is a word of `FORMATS` or a pattern; `order` says which of `day-first` and the like other columns of the
    same table were found to have, for where this one does not settle it. Raises AmbiguousDates.
    """
    reading = _Reading(column, given, zone, order)
    parts = [reading.chunk(chunk) for chunk in column.chunks]
    micros = np.concatenate([part[0] for part in parts]) if parts else np.zeros(0, np.int64)
    faults = np.concatenate([part[1] for part in parts]) if parts else np.zeros(0, np.uint8)
    empty = np.concatenate([np.asarray(chunk.is_null()) for chunk in column.chunks]) if parts else np.zeros(0, bool)
    faults[empty] = GOOD
    values = pa.array(micros, pa.int64(), mask=empty | (faults != GOOD)).cast(pa.timestamp("us", "UTC"))
    return Instants(values, faults, reading.order, reading.local, reading.twice, frozenset(reading.kinds))


class _Reading:
    """One column on its way; the order of day and month is asked for when the first value needs it."""

    def __init__(self, column: pa.ChunkedArray, given: str | None, zone: str, elsewhere: str | None) -> None:
        self.column, self.zone, self.elsewhere = column, zone, elsewhere
        self.pattern = given if given is not None and given not in FORMATS else None
        self.order = given if given in layouts.ORDERS else None
        self.unit = given if given in _MICROS or given == "excel" else None
        self.local = self.twice = 0
        self.kinds: set[str] = set()

    def chunk(self, chunk: pa.Array) -> tuple[Whole, Faults]:
        if pa.types.is_dictionary(chunk.type):
            micros, faults = self.chunk(chunk.dictionary)
            codes = np.asarray(chunk.indices.fill_null(0)).astype(np.int64)
            return (micros[codes], faults[codes]) if len(micros) else _nothing(len(chunk))
        if pa.types.is_temporal(chunk.type):
            return self._typed(chunk)
        if pa.types.is_integer(chunk.type) or pa.types.is_floating(chunk.type):
            is_whole = pa.types.is_integer(chunk.type)
            floor = chunk if is_whole else pc.floor(chunk)
            whole = np.asarray(floor.cast(pa.int64(), safe=False).fill_null(0))
            return self._numbers(whole, 0.0 if is_whole else _past_the_mark(chunk), _digits(whole))
        micros, faults = _nothing(len(chunk))
        for first in range(0, len(chunk), _AT_ONCE):
            for group in groups(chunk.slice(first, _AT_ONCE)):
                rows = group.rows + first
                micros[rows], faults[rows] = self._group(group.shape, group.signs)
        return micros, faults

    def _typed(self, chunk: pa.Array) -> tuple[Whole, Faults]:
        """Take a timestamp as it is; one without a zone shows a local clock."""
        has_zone = pa.types.is_timestamp(chunk.type) and chunk.type.tz is not None
        wide = chunk.cast(pa.timestamp("us", "UTC" if has_zone else None), safe=False)
        micros = np.asarray(wide.cast(pa.int64()).fill_null(0)).copy()
        faults = np.where(_is_far(micros // _DAY), np.uint8(FAR), np.uint8(GOOD)).astype(np.uint8)
        return (micros, faults) if has_zone else self._from_local(micros, faults)

    def _group(self, shape: str, signs: Bytes) -> tuple[Whole, Faults]:
        found = layouts.directed(shape, self.pattern) if self.pattern else layouts.layout(shape)
        if found is None:
            return _nothing(len(signs))
        if found.is_number:
            digits = np.full(len(signs), found.places["n"][1])
            return self._numbers(_number(signs, found.places["n"]), _fraction(signs, found, "nf"), digits)
        if found.open:
            found = found.ordered(layouts.ORDERS[self._order(found)])
        micros, faults = _micros(signs, found)
        if found.has_zone:
            return micros - _offset(signs, found), faults
        return self._from_local(micros, faults)

    def _order(self, found: Layout) -> str:
        if self.order is None:
            self.order = _dotted(self.column, found) or decided(self.column, self.elsewhere)
        fits = found.may_be(layouts.ORDERS[self.order])
        return self.order if fits else layouts.DAY_FIRST

    def _numbers(self, whole: Whole, part: Any, digits: Any) -> tuple[Whole, Faults]:
        """Read numbers, in two so that no digit is lost: what is before the decimal mark, and what is past it."""
        micros, faults = _nothing(len(whole))
        for unit in {self.unit} if self.unit else {_BY_DIGITS[d] for d in np.unique(digits) if d in _BY_DIGITS}:
            here = np.ones(len(whole), bool) if self.unit else np.isin(digits, _digits_of(str(unit)))
            rest = np.broadcast_to(part, whole.shape)[here]
            self.kinds.add(str(unit))
            if unit == "excel":
                days = np.clip(whole[here] - _EXCEL_DAYS, -_MOST_DAYS, _MOST_DAYS)
                local = days * _DAY + np.round(rest * 86_400_000).astype(np.int64) * 1000
                micros[here], faults[here] = self._from_local(local, _far(local))
            else:
                micros[here] = _from_epoch(whole[here], rest, _MICROS[str(unit)])
                faults[here] = _far(micros[here])
        return micros, faults

    def _from_local(self, local: Whole, faults: Faults) -> tuple[Whole, Faults]:
        self.local += int((faults == GOOD).sum())
        if self.zone == "UTC":
            return local, faults
        micros, skipped, twice = zones.to_utc(local, self.zone)
        faults[skipped & (faults == GOOD)] = SKIPPED
        self.twice += int((twice & (faults == GOOD)).sum())
        return micros, faults


def decided(column: pa.ChunkedArray, elsewhere: str | None = None) -> str:
    """Return the order under which the fewest values of a column are impossible; raises AmbiguousDates."""
    wrong, seen = dict.fromkeys(layouts.ORDERS, 0), 0
    example = ""
    for signs, found in _open_groups(column):
        for order, letters in layouts.ORDERS.items():
            if found.may_be(letters):
                wrong[order] += int((_micros(signs, found.ordered(letters))[1] != GOOD).sum())
            else:
                wrong[order] += len(signs)
        seen += len(signs)
        example = example or signs[0].tobytes().decode("utf-8", "replace")
    # Two numbers for a year in front are rare: only a column that is half wrong otherwise is taken so.
    if min(wrong[layouts.DAY_FIRST], wrong[layouts.MONTH_FIRST]) * 2 < seen:
        del wrong[layouts.YEAR_FIRST]
    best = [order for order in wrong if wrong[order] == min(wrong.values())]
    if len(best) == 1:
        return best[0]
    if elsewhere in best:
        return str(elsewhere)
    raise AmbiguousDates(example.strip(), {order: _shown(example, order) for order in best})


def _open_groups(column: pa.ChunkedArray) -> Iterator[tuple[Bytes, Layout]]:
    for chunk in column.chunks:
        texts = chunk.dictionary if pa.types.is_dictionary(chunk.type) else chunk
        for first in range(0, len(texts), _AT_ONCE):
            for group in groups(texts.slice(first, _AT_ONCE)):
                found = layouts.layout(group.shape)
                if found is not None and found.open:
                    yield group.signs, found


def _dotted(column: pa.ChunkedArray, found: Layout) -> str | None:
    """Return day first where all open dates have dots between their numbers: nobody writes the month first so."""
    if not found.dotted:
        return None
    return layouts.DAY_FIRST if all(each.dotted for _, each in _open_groups(column)) else None


def _shown(example: str, order: str) -> str:
    read_so = read(pa.chunked_array([[example]]), given=order)
    return "no date" if read_so.values[0].as_py() is None else f"{read_so.values[0].as_py():%d %B %Y}"


def _micros(signs: Bytes, found: Layout) -> tuple[Whole, Faults]:
    """Return the clock time that the texts of one layout show (microseconds since 1970) and their faults."""
    days, faults = _days(signs, found)
    hour, minute, second = (_number(signs, found.places.get(name)) for name in "HMS")
    if found.is_afternoon is not None:
        faults[(hour < 1) | (hour > 12)] = IMPOSSIBLE
        hour = hour % 12 + 12 * found.is_afternoon
    midnight = (hour == 24) & (minute == 0) & (second == 0)
    faults[((hour > 23) & ~midnight) | (minute > 59) | (second > 60)] = IMPOSSIBLE
    micros = ((days * 24 + hour) * 60 + minute) * 60 + second
    part = np.floor(_fraction(signs, found, "f") * 1e6 + 1e-4).astype(np.int64) if "f" in found.places else 0
    return micros * 1_000_000 + part, faults


def _days(signs: Bytes, found: Layout) -> tuple[Whole, Faults]:
    """Return the days since 1970."""
    if "G" in found.places:
        return _days_of_week(signs, found)
    year = _year(signs, found)
    far = (year < zones.FIRST_YEAR) | (year > zones.LAST_YEAR)
    if "j" in found.places:
        month, day = np.ones_like(year), _number(signs, found.places["j"])
    else:
        month = np.full_like(year, found.month) if found.month else _number(signs, found.places["m"])
        day = _number(signs, found.places["d"])
    index = np.where(far, 0, (year - zones.FIRST_YEAR) * 12) + np.clip(month, 1, 12) - 1
    longest = (
        _YEARS[np.minimum(index + 12, len(_YEARS) - 1)] - _YEARS[index] if "j" in found.places else _LENGTHS[index]
    )
    faults = np.where(far, np.uint8(FAR), np.uint8(GOOD)).astype(np.uint8)
    faults[(month < 1) | (month > 12) | (day < 1) | (day > longest)] = IMPOSSIBLE
    return _YEARS[index] + day - 1, faults


def _days_of_week(signs: Bytes, found: Layout) -> tuple[Whole, Faults]:
    year, week = _number(signs, found.places["G"]), _number(signs, found.places["V"])
    weekday = _number(signs, found.places["u"]) if "u" in found.places else np.ones_like(year)
    fourth = (year - 1970).astype("M8[Y]").astype("M8[D]").astype(np.int64) + 3
    days = fourth - (fourth + 3) % 7 + (week - 1) * 7 + weekday - 1
    thursday = days - (days + 3) % 7 + 3
    same = thursday.astype("M8[D]").astype("M8[Y]").astype(np.int64) + 1970 == year
    faults = _far(days * _DAY)
    faults[~same | (week < 1) | (weekday < 1) | (weekday > 7)] = IMPOSSIBLE
    return days, faults


def _year(signs: Bytes, found: Layout) -> Whole:
    place = found.places.get("Y") or found.places["y"]
    year = _number(signs, place)
    return np.where(year < 69, year + 2000, year + 1900) if place[1] == 2 else year


def _offset(signs: Bytes, found: Layout) -> Whole:
    minutes = _number(signs, found.places.get("oh")) * 60 + _number(signs, found.places.get("om"))
    return (minutes * found.sign + (found.offset_minutes or 0)) * 60_000_000


def _number(signs: Bytes, place: tuple[int, int] | None) -> Whole:
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


def _fraction(signs: Bytes, found: Layout, name: str) -> Any:
    place = found.places.get(name)
    return 0 if place is None else _number(signs, place) / 10.0 ** place[1]


def _nothing(n: int) -> tuple[Whole, Faults]:
    return np.zeros(n, np.int64), np.full(n, STRANGE, np.uint8)


def _is_far(days: Whole) -> Any:
    return (days < _YEARS[0]) | (days >= _YEARS[-2])


def _far(micros: Whole) -> Faults:
    return np.where(_is_far(micros // _DAY), np.uint8(FAR), np.uint8(GOOD)).astype(np.uint8)


def _from_epoch(whole: Whole, part: Any, factor: int) -> Whole:
    """Return microseconds; a `factor` of 0 stands for nanoseconds. What lies too far off stays so without overflow."""
    if factor == 0:
        return whole // 1000
    reach = 10**17 // factor
    micros: Whole = np.clip(whole, -reach, reach) * factor + np.round(part * factor).astype(np.int64)
    return micros


def _past_the_mark(chunk: pa.Array) -> Any:
    return np.asarray(pc.subtract(chunk, pc.floor(chunk)).cast(pa.float64()).fill_null(0.0))


def _digits(whole: Whole) -> Any:
    """Return how many digits whole numbers have."""
    return np.searchsorted(10 ** np.arange(1, 19, dtype=np.int64), np.abs(whole), side="right") + 1


def _digits_of(unit: str) -> list[int]:
    return [digits for digits, known in _BY_DIGITS.items() if known == unit]
