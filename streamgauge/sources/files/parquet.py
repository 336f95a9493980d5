"""Reads Parquet: its own types where they are plain, text for dates and decimals, JSON text for what is nested."""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.errors import BadFile
from streamgauge.sources.files import flat
from streamgauge.sources.files.opening import Content
from streamgauge.sources.files.options import Options
from streamgauge.sources.files.sheet import Batch, Sheet

_ROWS = 64 << 10
_ADVICE = "Write it again, or export it as CSV."


def sheets(content: Content, options: Options) -> Iterator[Sheet]:  # noqa: ARG001 - a Parquet file tells all itself
    """Give the one sheet of a Parquet file. Raises BadFile where it is damaged or unpacks to too much."""
    with _opened(content) as file:
        _check(file, content)
        columns = tuple(file.schema_arrow.names)
    twice = len(set(columns)) < len(columns)
    if twice:
        raise content.bad("two columns have the same name", advice=_ADVICE)

    def read(size: int) -> Iterator[Batch]:  # noqa: ARG001 - the file has blocks of its own
        return _batches(content)

    yield Sheet(file=content.file, member=content.member, name=content.stem, form="parquet", columns=columns, read=read)


class _opened:  # noqa: N801 - used as a word: with _opened(content) as file
    """An open Parquet file; its faults, and those while it is read, are ours."""

    def __init__(self, content: Content) -> None:
        self._content = content

    def __enter__(self) -> Any:
        import pyarrow.parquet as pq

        self._stream = self._content.start() if self._content.path else None
        source = pa.PythonFile(self._stream, "r") if self._stream else pa.BufferReader(self._content.whole())
        try:
            return pq.ParquetFile(source)
        except (pa.ArrowException, OSError, ValueError):
            if self._stream is not None:
                self._stream.close()
            raise self._content.bad("the Parquet file is damaged", advice=_ADVICE) from None

    def __exit__(self, kind: Any, fault: Any, trace: Any) -> None:
        if self._stream is not None:
            self._stream.close()
        if isinstance(fault, pa.ArrowException | OSError | ValueError) and not isinstance(fault, BadFile):
            raise self._content.bad("the Parquet file is damaged", advice=_ADVICE) from None


def _check(file: Any, content: Content) -> None:
    about, limits = file.metadata, content.limits
    sizes = [about.row_group(n).total_byte_size for n in range(about.num_row_groups)]
    if sum(sizes) > limits.unpacked or max(sizes, default=0) > limits.whole * 4:
        raise content.bad(f"it unpacks to {sum(sizes):,} bytes", advice=f"At most {limits.unpacked:,} bytes are read.")
    if len(file.schema_arrow.names) > limits.columns:
        raise content.bad("too many columns", advice=f"At most {limits.columns:,} columns are read.")


def _batches(content: Content) -> Iterator[Batch]:
    with _opened(content) as file:
        names, begin = file.schema_arrow.names, 1
        for part in file.iter_batches(batch_size=_ROWS):
            table = pa.table([plain(column) for column in part.columns], names=names)
            yield Batch(table=table, line=pa.array(range(begin, begin + table.num_rows), pa.int64()))
            begin += table.num_rows
        if begin == 1:
            empty = [plain(pa.array([], kind)) for kind in file.schema_arrow.types]
            yield Batch(table=pa.table(empty, names=names), line=pa.array([], pa.int64()))


def plain(column: pa.Array) -> pa.Array:
    """Return a column as text, int64, float64, bool or instants; lists and structs as JSON text."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return plain(column.dictionary_decode())
    if pa.types.is_boolean(kind) or kind in (pa.string(), pa.int64(), pa.float64()):
        return column
    if pa.types.is_timestamp(kind):
        return pc.cast(column, pa.timestamp("us", "UTC" if kind.tz else None), safe=False)
    if pa.types.is_floating(kind):
        return column.cast(pa.float64())
    if pa.types.is_integer(kind) and kind != pa.uint64():
        return column.cast(pa.int64())
    return _as_text(column)


def _as_text(column: pa.Array) -> pa.Array:
    try:
        return column.cast(pa.string())
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
        return pa.array([_told(value) for value in column.to_pylist()], pa.string())


def _told(value: object) -> str | None:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return flat.text(value)
