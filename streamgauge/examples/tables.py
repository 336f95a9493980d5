"""From numpy columns to the Arrow table of a record kind; no Python object per row."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.examples.chance import Bools, Ints
from streamgauge.records import Record, schema
from streamgauge.records.record import UTC_INSTANT

NEVER = -1
"""Stands for an instant that is not there."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Batch = tuple[type[Record], pa.Table]


def table(kind: type[Record], start: datetime, rows: int, /, **columns: Any) -> pa.Table:
    """Return the rows of a record kind; what is not given is null, lists are empty.

    A column is an Arrow array, a numpy array, or one value for all rows. In columns of instants numbers are seconds
    since `start`, NEVER is null.
    """
    if strange := set(columns) - set(schema(kind).names):
        raise ValueError(f"{kind.__name__} has no column {', '.join(sorted(strange))}.")
    arrays = [_column(field, columns.get(field.name), rows, start) for field in schema(kind)]
    return pa.table(arrays, schema=schema(kind))


def _column(field: pa.Field, given: Any, rows: int, start: datetime) -> pa.Array:
    if field.name == "deleted" and given is None:
        given = False
    if given is None:
        return _nothing(field.type, rows)
    if isinstance(given, np.ndarray):
        return instants(given, start) if field.type == UTC_INSTANT else pa.array(given, field.type)
    if isinstance(given, pa.ChunkedArray):
        given = given.combine_chunks()
    if isinstance(given, pa.Array):
        return given if given.type == field.type else given.cast(field.type)
    return pa.repeat(pa.scalar(given, field.type), rows)


def _nothing(kind: pa.DataType, rows: int) -> pa.Array:
    if not pa.types.is_list(kind):
        return pa.nulls(rows, kind)
    return pa.ListArray.from_arrays(pa.array(np.zeros(rows + 1, np.int32)), pa.nulls(0, kind.value_type), type=kind)


def instants(seconds: Ints, start: datetime) -> pa.Array:
    """Return seconds since `start` as instants; NEVER is null."""
    first = (start - EPOCH) // timedelta(microseconds=1)
    return pa.array(first + np.asarray(seconds, np.int64) * 1_000_000, UTC_INSTANT, mask=np.asarray(seconds) < 0)


def words(choices: Sequence[str | None], index: Ints | Bools) -> pa.Array:
    """Return the choice at each position; a negative position is null."""
    index = np.asarray(index, np.int64)
    return pa.array(list(choices), pa.string()).take(pa.array(index, pa.int64(), mask=index < 0))


def joined(*parts: Any, between: str = "") -> pa.Array:
    """Return texts put together, row by row; a part is an array of texts or numbers, or one text for all rows."""
    texts = [part if isinstance(part, str) else _text(part) for part in parts]
    return pc.binary_join_element_wise(*texts, between)


def _text(part: Any) -> pa.Array:
    array = pa.array(part) if isinstance(part, np.ndarray) else part
    return array if array.type == pa.string() else array.cast(pa.string())


def lists(counts: Ints, values: pa.Array) -> pa.Array:
    """Return one list a row, so many values in each, in order."""
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), values)


def single(values: pa.Array, here: Bools | None = None) -> pa.Array:
    """Return lists of one value each, empty where it is not here (or null)."""
    present = np.asarray(values.is_valid()) if here is None else here & np.asarray(values.is_valid())
    return lists(present.astype(np.int64), values.filter(pa.array(present)))


def hashes(draws: np.random.Generator, rows: int) -> pa.Array:
    """Return so many commit hashes of 40 hexadecimal digits."""
    digits = draws.bytes(20 * rows).hex().encode()
    offsets = np.arange(0, 40 * rows + 1, 40, dtype=np.int32)
    return pa.StringArray.from_buffers(rows, pa.py_buffer(offsets), pa.py_buffer(digits))
