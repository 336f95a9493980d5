"""Reads a clean block of delimited text with pyarrow, bad rows by their number, line numbers from its structure."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from streamgauge.sources.files.careful import ragged
from streamgauge.sources.files.dialect import Dialect
from streamgauge.sources.files.sheet import BadRow, Batch
from streamgauge.sources.files.stray_quotes import suspected
from streamgauge.sources.files.structure import Structure, line_by_line
from streamgauge.sources.files.totals import TOTAL, speaks_of_a_total

_PART = 1 << 20


class NotUTF8(ValueError):
    """The block holds bytes that are not UTF-8."""


def read(
    block: bytes | memoryview, structure: Structure, *, line: int, columns: tuple[str, ...], dialect: Dialect
) -> Batch | None:
    """Return the rows of a block that begins at a physical line; null where it is to be read with care instead.

    Raises NotUTF8 where its bytes are not that.
    """
    if structure.is_split and suspected(block, structure, dialect.delimiter, len(columns)):
        return None
    table, odd = _parsed(block, structure, columns, dialect)
    if odd:  # only one thread numbers its rows
        table, odd = _parsed(block, structure, columns, dialect, threads=False)
    if table is None or any("\n" in row.text or "\r" in row.text for row in odd):
        return None
    rows = table.num_rows + len(odd)
    if structure.starts is None and rows != structure.lines:
        structure = line_by_line(block)
    if structure.starts is not None and rows != len(structure.starts):
        return None
    begins = structure.begins(line, rows)
    places = np.array([row.number - 1 for row in odd], np.int64)
    bad = tuple(_bad(row, int(begins[place])) for row, place in zip(odd, places, strict=True) if row.text.strip())
    return Batch(table=table, line=pa.array(np.delete(begins, places) if odd else begins), bad=bad)


def _parsed(
    block: bytes | memoryview, structure: Structure, columns: tuple[str, ...], dialect: Dialect, *, threads: bool = True
) -> tuple[pa.Table | None, list[Any]]:
    odd: list[Any] = []

    def keep_aside(row: Any) -> str:
        odd.append(row)
        return "skip"

    parsing = pa_csv.ParseOptions(
        delimiter=dialect.delimiter,
        quote_char=dialect.quote or False,
        double_quote=not dialect.escape,
        newlines_in_values=structure.is_split,
        invalid_row_handler=keep_aside,
    )
    converting = pa_csv.ConvertOptions(column_types=dict.fromkeys(columns, pa.string()), strings_can_be_null=False)
    for part in (_PART, len(block) + 1):
        odd.clear()
        together = threads and len(block) > part
        reading = pa_csv.ReadOptions(column_names=list(columns), use_threads=together, block_size=part)
        try:
            return pa_csv.read_csv(pa.BufferReader(pa.py_buffer(block)), reading, parsing, converting), odd
        except pa.ArrowInvalid as fault:
            if "UTF8" in str(fault):
                raise NotUTF8 from None
    return None, []


def _bad(row: Any, line: int) -> BadRow:
    reason = TOTAL if speaks_of_a_total(row.text) else ragged(row.actual_columns, row.expected_columns)
    return BadRow(line=line, reason=reason, columns_found=row.actual_columns)
