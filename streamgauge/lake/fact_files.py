"""Files of facts in a folder, written by ourselves: text that stands in codes is handed on so, and no row is copied."""

import json
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import time
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.lake import limits
from streamgauge.lake.tables import LINE
from streamgauge.lake.upkeep import hardly_repeats

if TYPE_CHECKING:
    from deltalake.transaction import AddAction

_FEW_NAMES = 1000
"""So few names are written into every row group, whichever of them stand there."""


def are_many(rows: pa.Table) -> bool:
    """Return whether rows are so many that files of our own pay, and all of one line."""
    is_large = rows.num_rows > limits.ROWS_OF_GROUP and LINE.name in rows.column_names
    return is_large and len(rows[LINE.name].unique()) == 1


def write(folder: Path, rows: pa.Table) -> "list[AddAction]":
    """Write rows of one line into files below a table's folder, and return what a commit has to say of them."""
    line = rows[LINE.name][0].as_py()
    rows = _filled(rows.drop_columns([LINE.name]))
    place = folder / f"{LINE.name}={line}"
    place.mkdir(parents=True, exist_ok=True)
    half = -(-rows.num_rows // limits.FILES_AT_ONCE)
    half += -half % limits.ROWS_OF_GROUP
    parts = [rows.slice(start, half) for start in range(0, rows.num_rows, half)]
    files = [place / f"part-{number:05d}-{uuid.uuid4()}-c000.lz4raw.parquet" for number in range(len(parts))]
    try:
        with ThreadPoolExecutor(len(parts)) as pool:
            list(pool.map(_write, files, parts))
    except BaseException:
        for file in files:
            file.unlink(missing_ok=True)
        raise
    return [_said(folder, file, line, part.num_rows) for file, part in zip(files, parts, strict=True)]


def _filled(rows: pa.Table) -> pa.Table:
    """Return rows whose columns without a null say so: which rows have a value is then neither written nor read."""
    columns = [field.with_nullable(rows[field.name].null_count > 0) for field in rows.schema]
    return pa.Table.from_arrays(rows.columns, schema=pa.schema(columns))


def _said(folder: Path, file: Path, line: str, rows: int) -> "AddAction":
    from deltalake.transaction import AddAction

    return AddAction(
        path=file.relative_to(folder).as_posix(),
        size=file.stat().st_size,
        partition_values={LINE.name: line},
        modification_time=int(time() * 1000),
        data_change=True,
        stats=json.dumps({"numRecords": rows}),
    )


def _write(file: Path, rows: pa.Table) -> None:
    """Write one file, in row groups; names of a column are told of those of most rows that are asked for by them."""
    import pyarrow.parquet as pq

    repeating = [field for field in rows.schema if not hardly_repeats(field)]
    groups = _groups(rows)
    first = next(groups)
    with pq.ParquetWriter(
        file,
        first.schema,
        compression="lz4",
        use_dictionary=[f"{f.name}.list.element" if pa.types.is_list(f.type) else f.name for f in repeating],
        column_encoding={f.name: "DELTA_BINARY_PACKED" for f in rows.schema if pa.types.is_timestamp(f.type)},
        write_statistics=[f.name for f in rows.schema if f.name == "line_id" or not _is_text(f)],
        store_schema=False,
    ) as out:
        out.write_table(first, limits.ROWS_OF_GROUP)
        for group in groups:
            out.write_table(group, limits.ROWS_OF_GROUP)


def _is_text(field: pa.Field) -> bool:
    return any(is_one(field.type) for is_one in (pa.types.is_string, pa.types.is_dictionary, pa.types.is_list))


def _groups(rows: pa.Table) -> Iterator[pa.Table]:
    """Give the rows group by group, of many names only those that stand in the group."""
    for start in range(0, rows.num_rows, limits.ROWS_OF_GROUP):
        group = rows.slice(start, limits.ROWS_OF_GROUP)
        yield pa.Table.from_arrays([_whole(column) for column in group.columns], schema=group.schema)


def _whole(column: pa.ChunkedArray) -> pa.ChunkedArray | pa.Array:
    """Return a column whose names are one list for all of its parts; what does not stand in codes is not copied."""
    if not pa.types.is_dictionary(column.type):
        return column
    chunks = [_own_names(chunk) for chunk in column.chunks]
    return chunks[0] if len(chunks) == 1 else pa.chunked_array(chunks, column.type).unify_dictionaries()


def _own_names(coded: pa.DictionaryArray) -> pa.DictionaryArray:
    """Return what stands in codes with those of its names alone that lie between the first and the last of it."""
    if len(coded.dictionary) <= _FEW_NAMES:
        return coded
    ends = pc.min_max(coded.indices)
    first, last = ends["min"].as_py() or 0, ends["max"].as_py() or 0
    names = coded.dictionary.slice(first, last - first + 1)
    return pa.DictionaryArray.from_arrays(pc.subtract(coded.indices, pa.scalar(first, coded.indices.type)), names)
