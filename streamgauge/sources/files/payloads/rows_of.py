"""All rows of a sheet in memory: what is told of one thing may stand in several of them."""

from streamgauge.sources.files import flat
from streamgauge.sources.files.sheet import BadRow, Sheet


def rows_of(sheet: Sheet) -> tuple[list[flat.Flat], list[int], tuple[BadRow, ...]]:
    """Return the rows of a sheet with their lines, and its bad rows."""
    rows, lines, bad = list[flat.Flat](), list[int](), list[BadRow]()
    for batch in sheet.batches():
        rows += batch.table.to_pylist()
        lines += batch.line.to_pylist()
        bad += batch.bad
    return rows, lines, tuple(bad)
