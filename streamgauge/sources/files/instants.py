"""A column of dates as instants; whether the day or the month stands first is decided from the whole of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.sources.files import clock_times, layouts, orders, powers, zones
from streamgauge.sources.files.clock_times import (
    CONTRARY,
    DAY,
    FAR,
    GOOD,
    IMPOSSIBLE,
    ROUNDED,
    SKIPPED,
    STRANGE,
    Faults,
    Whole,
)
from streamgauge.sources.files.layouts import Layout
from streamgauge.sources.files.shapes import AT_ONCE, Bytes, groups

FORMATS = ("day-first", "month-first", "year-first", "epoch-s", "epoch-ms", "epoch-us", "epoch-ns", "excel")
"""Words for a date format, beside patterns such as `%d.%m.%Y %H:%M` or `dd.MM.yyyy HH:mm`."""
REASONS = {
    STRANGE: "is no date that is understood",
    IMPOSSIBLE: "is a date that does not exist",
    FAR: f"has a year outside of {zones.FIRST_YEAR} to {zones.LAST_YEAR}",
    SKIPPED: "is a time that no clock showed there: clocks were put forward over it",
    CONTRARY: "is a date only with day and month the other way round than in the rest of the column",
    ROUNDED: "is a number that a spreadsheet rounded by more than a day: export it with all its digits",
}
"""What a fault means, behind the value."""

_MICROS = {"epoch-s": 10**6, "epoch-ms": 10**3, "epoch-us": 1, "epoch-ns": 0}
_BY_DIGITS = {5: "excel", 9: "epoch-s", 10: "epoch-s", 13: "epoch-ms", 16: "epoch-us", 19: "epoch-ns"}
_WRITTEN = (8, 14, 17)
"""So many digits hold year, month and day, and hour, minute and second, and their thousandths."""
_EXCEL_DAYS = 25_569  # from 1899-12-30 to 1970-01-01
_MOST_DAYS = 10**6
_SECOND = 10**6
_FIRST_DAY, _LAST_DAY = 29_221, 58_500  # 1980 to 2060: a number of five digits beyond them is no day


@dataclass
class Instants:
    """What a column of dates says: `values` (timestamps, UTC, null where there is none) and one of the faults a row.

    `order` is the order that was found or given where it mattered; `twice` counts times that a clock showed twice,
    of which the first is taken; `local` counts values without an offset of their own; `rounded` those that are known
    only to within `known_to` microseconds.
    """

    values: pa.Array
    faults: Faults
    order: str | None = None
    local: int = 0
    twice: int = 0
    rounded: int = 0
    known_to: int = 0
    kinds: frozenset[str] = field(default_factory=frozenset)


def known(texts: Sequence[str], *, zone: str) -> pa.Array:
    """Return texts as instants (timestamps, UTC), null where one is not understood; `zone` is of those without one."""
    found = read(pa.chunked_array([pa.array(texts, pa.string())]), zone=zone)
    return pc.if_else(pa.array(found.faults == GOOD), found.values, pa.scalar(None, found.values.type))


def read(
    column: pa.ChunkedArray,
    *,
    given: str | None = None,
    zone: str = "UTC",
    order: str | None = None,
    has_days: bool = False,
) -> Instants:
    """Return the instants of a column of texts, numbers or timestamps; local times are those of `zone`.

    `given` is a word of `FORMATS` or a pattern; `order` says which of `day-first` and the like other columns of the
    same table were found to have, for where this one does not settle it. `has_days` says that a column of
    whole numbers may be days of a spreadsheet, which texts and fractions may be anyhow. Raises UnclearDates.
    """
    reading = _Reading(column, given, zone, order)
    reading.has_days = has_days or not pa.types.is_integer(column.type)
    parts = [reading.chunk(chunk) for chunk in column.chunks]
    micros = np.concatenate([part[0] for part in parts]) if parts else np.zeros(0, np.int64)
    faults = np.concatenate([part[1] for part in parts]) if parts else np.zeros(0, np.uint8)
    empty = np.concatenate([np.asarray(chunk.is_null()) for chunk in column.chunks]) if parts else np.zeros(0, bool)
    faults[empty] = GOOD
    values = pa.array(micros, pa.int64(), mask=empty | (faults != GOOD)).cast(pa.timestamp("us", "UTC"))
    return Instants(
        values,
        faults,
        order=reading.order or None,
        local=reading.local,
        twice=reading.twice,
        rounded=reading.rounded,
        known_to=reading.known_to,
        kinds=frozenset(reading.kinds),
    )


class _Reading:
    """One column on its way; the order of day and month is asked for when the first value needs it."""

    def __init__(self, column: pa.ChunkedArray, given: str | None, zone: str, elsewhere: str | None) -> None:
        self.column, self.zone, self.elsewhere = column, zone, elsewhere
        self.pattern = given if given is not None and given not in FORMATS else None
        self.order = given if given in layouts.ORDERS else None
        self.unit = given if given in _MICROS or given == "excel" else None
        self.local = self.twice = self.rounded = self.known_to = 0
        self.decimals: int | None = None
        self.kinds: set[str] = set()
        self.has_days = True

    def chunk(self, chunk: pa.Array) -> tuple[Whole, Faults]:
        if pa.types.is_dictionary(chunk.type):
            micros, faults = self.chunk(chunk.dictionary)
            codes = np.asarray(chunk.indices.fill_null(0)).astype(np.int64)
            return (micros[codes], faults[codes]) if len(micros) else _nothing(len(chunk))
        if pa.types.is_temporal(chunk.type):
            return self._typed(chunk)
        if pa.types.is_integer(chunk.type) or pa.types.is_floating(chunk.type):
            if (texts := self._spelt(chunk)) is not None:
                return self.chunk(texts)
            is_whole = pa.types.is_integer(chunk.type)
            floor = chunk if is_whole else pc.floor(chunk)
            whole = np.asarray(floor.cast(pa.int64(), safe=False).fill_null(0))
            return self._numbers(whole, 0.0 if is_whole else _past_the_mark(chunk), _digits(whole))
        micros, faults = _nothing(len(chunk))
        for first in range(0, len(chunk), AT_ONCE):
            for group in groups(chunk.slice(first, AT_ONCE)):
                rows = group.rows + first
                micros[rows], faults[rows] = self._group(group.shape, group.signs)
        return micros, faults

    def _spelt(self, chunk: pa.Array) -> pa.Array | None:
        """Return numbers as texts where a pattern is given or their digits write a date, as 20250120; else null."""
        told = chunk.drop_null()
        if self.unit or not len(told):
            return None
        if pa.types.is_floating(told.type) and not pc.all(pc.equal(pc.floor(told), told)).as_py():
            return None
        found = _digits(np.asarray(told.cast(pa.int64(), safe=False)))
        is_written = bool(np.isin(found, _WRITTEN).any())
        return chunk.cast(pa.int64(), safe=False).cast(pa.string()) if is_written or self.pattern else None

    def _typed(self, chunk: pa.Array) -> tuple[Whole, Faults]:
        """Take a timestamp as it is; one without a zone shows a local clock."""
        has_zone = pa.types.is_timestamp(chunk.type) and chunk.type.tz is not None
        wide = chunk.cast(pa.timestamp("us", "UTC" if has_zone else None), safe=False)
        micros = np.asarray(wide.cast(pa.int64()).fill_null(0)).copy()
        faults = np.where(clock_times.is_far(micros // DAY), np.uint8(FAR), np.uint8(GOOD)).astype(np.uint8)
        return (micros, faults) if has_zone else self._from_local(micros, faults)

    def _group(self, shape: str, signs: Bytes) -> tuple[Whole, Faults]:
        found = layouts.directed(shape, self.pattern) if self.pattern else layouts.layout(shape)
        if found is None:
            number = None if self.pattern else powers.power(shape)
            return self._powers(signs, number) if number else _nothing(len(signs))
        if found.is_number:
            whole, digits = clock_times.number(signs, found.places["n"]), np.full(len(signs), found.places["n"][1])
            return self._numbers(whole, clock_times.fraction(signs, found, "nf"), digits)
        return self._of_order(signs, found) if found.open else self._shown(signs, found)

    def _powers(self, signs: Bytes, found: powers.Power) -> tuple[Whole, Faults]:
        """Read numbers with a power of ten; of those that a spreadsheet wrote it is known how far they are off."""
        whole, part, digits = powers.read(signs, found)
        micros, faults = self._numbers(whole, part, digits)
        if found.is_rounded:
            if self.decimals is None:
                self.decimals = powers.kept_decimals(self.column)
            lost = 10.0 ** (digits - 1 - self.decimals) * self._micros_of(digits)
            faults[(lost > DAY) & (faults == GOOD)] = ROUNDED
            rounded = (lost > _SECOND) & (faults == GOOD)
            self.rounded += int(rounded.sum())
            self.known_to = max(self.known_to, int(lost[rounded].max(initial=0)))
        return micros, faults

    def _micros_of(self, digits: Whole) -> Any:
        """Return of numbers of so many digits how many microseconds a one stands for."""
        units = [self.unit or _BY_DIGITS.get(int(n), "excel") for n in digits]
        return np.array([DAY if one == "excel" else _MICROS[one] or 1e-3 for one in units])

    def _of_order(self, signs: Bytes, found: Layout) -> tuple[Whole, Faults]:
        """Read three numbers in the order of the whole column; what is a date in another order only is said to be."""
        if self.order is None:
            self.order = orders.decided(self.column, self.elsewhere)
        order = self.order or layouts.DAY_FIRST
        other = orders.OTHER.get(order)
        if not found.may_be(layouts.ORDERS[order]):
            return np.zeros(len(signs), np.int64), np.full(len(signs), CONTRARY, np.uint8)
        micros, faults = self._shown(signs, found.ordered(layouts.ORDERS[order]))
        wrong = np.flatnonzero(faults == IMPOSSIBLE)
        if other is not None and len(wrong):
            turned = clock_times.micros(signs[wrong], found.ordered(layouts.ORDERS[other]))[1]
            faults[wrong[turned == GOOD]] = CONTRARY
        return micros, faults

    def _shown(self, signs: Bytes, found: Layout) -> tuple[Whole, Faults]:
        micros, faults = clock_times.micros(signs, found)
        if found.has_zone:
            return micros - clock_times.offset(signs, found), faults
        return self._from_local(micros, faults)

    def _numbers(self, whole: Whole, part: Any, digits: Any) -> tuple[Whole, Faults]:
        """Read numbers, in two so that no digit is lost: what is before the decimal mark, and what is past it."""
        micros, faults = _nothing(len(whole))
        for unit in {self.unit} if self.unit else {_BY_DIGITS[d] for d in np.unique(digits) if d in _BY_DIGITS}:
            here = np.ones(len(whole), bool) if self.unit else np.isin(digits, _digits_of(str(unit)))
            if unit == "excel" and not self.unit:
                here &= self._may_be_days(whole)
            rest = np.broadcast_to(part, whole.shape)[here]
            self.kinds |= {str(unit)} if here.any() else set()
            if unit == "excel":
                days = np.clip(whole[here] - _EXCEL_DAYS, -_MOST_DAYS, _MOST_DAYS)
                local = days * DAY + np.round(rest * 86_400_000).astype(np.int64) * 1000
                micros[here], faults[here] = self._from_local(local, clock_times.far(local))
            else:
                micros[here] = _from_epoch(whole[here], rest, _MICROS[str(unit)])
                faults[here] = clock_times.far(micros[here])
        return micros, faults

    def _may_be_days(self, whole: Whole) -> Any:
        """Return which numbers may be days of a spreadsheet: those of the years in which there were any."""
        return self.has_days & (whole >= _FIRST_DAY) & (whole <= _LAST_DAY)

    def _from_local(self, local: Whole, faults: Faults) -> tuple[Whole, Faults]:
        self.local += int((faults == GOOD).sum())
        if self.zone == "UTC":
            return local, faults
        micros, skipped, twice = zones.to_utc(local, self.zone)
        faults[skipped & (faults == GOOD)] = SKIPPED
        self.twice += int((twice & (faults == GOOD)).sum())
        return micros, faults


def _nothing(n: int) -> tuple[Whole, Faults]:
    return np.zeros(n, np.int64), np.full(n, STRANGE, np.uint8)


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
