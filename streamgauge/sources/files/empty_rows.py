"""Leaves out rows of a text in which no cell holds anything: spreadsheets write them for every row of their area."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.sources.files.sheet import Batch


def left_out(batches: Iterator[Batch]) -> Iterator[Batch]:
    """Give batches of texts without the rows that hold nothing but separators."""
    for batch in batches:
        filled = _filled(batch.table)
        yield (
            batch
            if filled is None
            else replace(batch, table=batch.table.filter(filled), line=batch.line.filter(filled))
        )


def _filled(table: pa.Table) -> pa.Array | None:
    """Return which rows hold anything, null where all do: most tables are told by their first columns."""
    empty = np.ones(table.num_rows, bool)
    for column in table.columns:
        empty &= np.asarray(pc.equal(pc.binary_length(column), 0))
        if not empty.any():
            return None
    return pa.array(~empty) if len(empty) else None
