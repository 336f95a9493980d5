"""Columns of a sheet in memory: texts as codes into their distinct values, all else as it came."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.sources.files import nulls
from streamgauge.sources.files.sheet import BadRow, Sheet

Codes = npt.NDArray[np.int32]


def same(value: Any, kind: pa.DataType, n: int) -> pa.Array:
    """Return one value so many times, as values of a type."""
    return pa.repeat(pa.scalar(value, kind), n) if n else pa.array([], kind)


@dataclass(frozen=True)
class Coded:
    """A column of texts: `codes` points into `values` (distinct, none null), -1 is null."""

    values: pa.Array
    codes: Codes

    def mapped(self, values: Any) -> "Coded":
        """Return the column with other values in the place of its own, of which some may be alike or null."""
        return _coded([pa.array(values, pa.string()) if isinstance(values, list) else values], [self.codes])

    def taken(self, rows: Any) -> "Coded":
        """Return the column at these places, or where a mask is true."""
        return Coded(self.values, self.codes[rows])

    def texts(self) -> pa.Array:
        """Return the column as an array of texts."""
        return self.values.take(pa.array(self.codes, mask=self.codes < 0))

    @property
    def is_null(self) -> npt.NDArray[np.bool_]:
        """Where there is no text."""
        return self.codes < 0


def _coded(dictionaries: Sequence[pa.Array], codes: Sequence[Codes]) -> Coded:
    """Return one column of parts that each have values of their own."""
    joined = pa.concat_arrays(dictionaries) if dictionaries else pa.array([], pa.string())
    distinct = joined.dictionary_encode()
    new = np.append(np.asarray(distinct.indices.fill_null(-1)), -1).astype(np.int32)
    starts = np.cumsum([0, *(len(dictionary) for dictionary in dictionaries)])
    parts = [new[np.where(part < 0, len(joined), part + start)] for part, start in zip(codes, starts, strict=False)]
    return Coded(distinct.dictionary, np.concatenate(parts) if parts else np.zeros(0, np.int32))


def coded(column: pa.ChunkedArray, tokens: Sequence[str] = (), *, is_key: bool = False) -> Coded:
    """Return a column as texts without blanks at their ends; tokens for nothing are null.

    The usual ones are so too, but not in a key, where `NA` or `-` may be the name of something.
    """
    usual = () if is_key else nulls.USUAL
    parts = [_encoded(chunk) for chunk in _as_texts(column).chunks]
    return _coded(
        [nulls.emptied(part.dictionary, tokens, usual=usual) for part in parts],
        [np.asarray(part.indices.fill_null(-1)).astype(np.int32) for part in parts],
    )


def _encoded(chunk: pa.Array) -> pa.DictionaryArray:
    return chunk if pa.types.is_dictionary(chunk.type) else chunk.dictionary_encode()


def _as_texts(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column as texts; whole numbers that came as floats lose their `.0`."""
    kind = column.type
    if pa.types.is_floating(kind):
        whole = pc.all(pc.equal(pc.floor(column), column)).as_py()
        column = column.cast(pa.int64()) if whole is not False and not pc.any(pc.is_inf(column)).as_py() else column
    if pa.types.is_dictionary(kind) or pa.types.is_string(kind):
        return column
    return column.cast(pa.string())


@dataclass(frozen=True)
class Gathered:
    """The asked-for columns of a whole sheet: `texts` as codes, `others` as they came, and the line of each row."""

    texts: dict[str, Coded]
    others: dict[str, pa.ChunkedArray]
    line: npt.NDArray[np.int64]
    bad: tuple[BadRow, ...]
    notes: tuple[str, ...]

    @property
    def rows(self) -> int:
        """How many rows are no bad ones."""
        return len(self.line)


def gather(
    sheet: Sheet,
    texts: Sequence[str],
    others: Sequence[str],
    *,
    tokens: Sequence[str] = (),
    keys: Collection[str] = (),
    step: Callable[[int], None] = lambda _: None,
) -> Gathered:
    """Read a sheet once and keep these columns of it; `step` is told of the rows so far.

    In columns of `keys` only the `tokens` that a user named stand for nothing.
    """
    parts: dict[str, list[pa.DictionaryArray]] = {name: [] for name in texts}
    whole: dict[str, list[pa.Array]] = {name: [] for name in others}
    lines: list[npt.NDArray[np.int64]] = []
    bad: list[BadRow] = []
    notes: dict[str, None] = {}
    rows = 0
    for batch in sheet.batches():
        for name in texts:
            parts[name] += [_encoded(chunk) for chunk in _as_texts(pa.chunked_array(batch.table[name])).chunks]
        for name in others:
            whole[name] += batch.table[name].chunks
        lines.append(np.asarray(batch.line))
        bad += batch.bad
        notes |= dict.fromkeys(batch.notes)
        rows += batch.table.num_rows
        step(rows)
    line = np.concatenate(lines) if lines else np.zeros(0, np.int64)
    return Gathered(
        {
            name: coded(pa.chunked_array(found, _dictionary(found)), tokens, is_key=name in keys)
            for name, found in parts.items()
        },
        {name: _chunked(found) for name, found in whole.items()},
        line,
        tuple(bad),
        tuple(notes),
    )


def _dictionary(found: Sequence[pa.DictionaryArray]) -> pa.DataType:
    return found[0].type if found else pa.dictionary(pa.int32(), pa.string())


def _chunked(found: Sequence[pa.Array]) -> pa.ChunkedArray:
    kinds = {chunk.type for chunk in found}
    if len(kinds) > 1:
        return pa.chunked_array([chunk.cast(pa.string()) for chunk in found])
    return pa.chunked_array(found, kinds.pop() if kinds else pa.string())
