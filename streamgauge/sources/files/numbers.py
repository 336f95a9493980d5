"""A column of numbers, whichever mark stands before its decimals and whichever between its thousands."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.sources.files import durations

POINT, COMMA = ".", ","
_GAPS = "[ \u00a0\u202f\u2009'’]"
_GROUPED = {
    POINT: rf"^[1-9]\d{{0,2}}(?:(?:,\d{{3}})+|(?:{_GAPS}\d{{3}})+)(?:\.\d+)?$",
    COMMA: rf"^[1-9]\d{{0,2}}(?:(?:\.\d{{3}})+|(?:{_GAPS}\d{{3}})+)(?:,\d+)?$",
}
_PLAIN = {POINT: r"^(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$", COMMA: r"^(?:\d+,?\d*|,\d+)(?:[eE][+-]?\d+)?$"}
_SIGNS = r"^\s*[$€£¥]?\s*([+\-−]?)\s*[$€£¥]?\s*(.*?)\s*(?:%|[$€£¥])?\s*$"


class AmbiguousNumbers(Exception):
    """Every value reads as a number under either decimal mark, and not as the same one; `example` shows it."""

    def __init__(self, example: str, readings: dict[str, str]) -> None:
        super().__init__(example)
        self.example, self.readings = example, readings


@dataclass
class Numbers:
    """What a column of numbers says: `values` (floats, null where there is none), `strange` marks what is no number.

    `decimal` is the mark that was found or given where it mattered; `percents` and `durations` count values that were
    divided by 100, or read as hours.
    """

    values: pa.Array
    strange: npt.NDArray[np.bool_]
    decimal: str | None = None
    percents: int = 0
    durations: int = 0


def read(column: pa.ChunkedArray, *, decimal: str | None = None) -> Numbers:
    """Return the numbers of a column; percent is a share, a duration in words is hours. Raises AmbiguousNumbers."""
    kind = column.type
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return Numbers(_joined(column.cast(pa.float64())), np.zeros(len(column), bool))
    texts = _joined(column.cast(pa.string()))
    distinct = texts.dictionary_encode()
    found = _texts(distinct.dictionary, decimal)
    codes = distinct.indices
    return Numbers(
        found.values.take(codes),
        np.asarray(pa.array(found.strange).take(codes).fill_null(fill_value=False)),
        found.decimal,
        _times(found.percents, codes),
        _times(found.durations, codes),
    )


@dataclass
class _Found:
    values: pa.Array
    strange: npt.NDArray[np.bool_]
    decimal: str | None
    percents: pa.Array
    durations: pa.Array


def _texts(texts: pa.Array, decimal: str | None) -> _Found:
    """Read distinct texts; those that are no numbers may be durations."""
    is_percent = pc.match_substring(texts, "%")
    sign, bare = _bare(texts)
    mark, needed = (decimal, True) if decimal else _decided(bare)
    values = _plain(bare, mark)
    values = pc.if_else(pc.equal(sign, "-"), pc.negate(values), values)
    values = pc.if_else(is_percent, pc.divide(values, 100.0), values)
    spans = [durations.hours(text) if value is None else None
             for text, value in zip(texts.to_pylist(), values.to_pylist(), strict=True)]  # fmt: skip
    hours = pa.array(spans, pa.float64())
    values = pc.coalesce(values, hours)
    return _Found(values, np.asarray(values.is_null()), mark if needed else None, is_percent, hours.is_valid())


def _bare(texts: pa.Array) -> tuple[pa.Array, pa.Array]:
    parts = pc.extract_regex(texts, _SIGNS.replace("([+", "(?P<sign>[+").replace("(.*?)", "(?P<bare>.*?)"))
    sign = pc.struct_field(parts, "sign")
    return pc.if_else(pc.equal(sign, "−"), "-", sign), pc.struct_field(parts, "bare")


def _decided(bare: pa.Array) -> tuple[str, bool]:
    """Return the decimal mark under which most values are numbers, and whether it mattered."""
    fits = {mark: _fits(bare, mark) for mark in (POINT, COMMA)}
    counts = {mark: pc.sum(mask).as_py() or 0 for mark, mask in fits.items()}
    if counts[POINT] != counts[COMMA]:
        return max(counts, key=lambda mark: counts[mark]), True
    read_so = {mark: _plain(bare, mark) for mark in fits}
    other = pc.not_equal(read_so[POINT], read_so[COMMA])
    if not pc.any(other).as_py():
        return POINT, False
    place = pc.index(other, pa.scalar(value=True)).as_py()
    readings = {mark: f"{values[place].as_py():.12g}" for mark, values in read_so.items()}
    raise AmbiguousNumbers(bare[place].as_py(), readings)


def _fits(bare: pa.Array, mark: str) -> pa.Array:
    return pc.or_(pc.match_substring_regex(bare, _PLAIN[mark]), pc.match_substring_regex(bare, _GROUPED[mark]))


def _plain(bare: pa.Array, mark: str) -> pa.Array:
    """Return the values under one decimal mark, null where a text is no number under it."""
    fits = _fits(bare, mark)
    without = pc.replace_substring_regex(bare, f"{_GAPS}|[{'.' if mark == COMMA else ','}]", "")
    pointed = pc.replace_substring(without, ",", ".")
    return pc.if_else(fits, pointed, pa.scalar(None, pa.string())).cast(pa.float64())


def _times(marks: pa.Array, codes: pa.Array) -> int:
    return int(pc.sum(marks.take(codes)).as_py() or 0)


def _joined(column: Any) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
