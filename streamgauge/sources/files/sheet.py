"""What every reader gives: sheets, made of batches of text columns with line numbers, and bad rows with a reason."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pyarrow as pa

BLOCK = 8 << 20
"""So many bytes of a file become one batch, about."""
_GLANCE = 64 << 10


@dataclass(frozen=True, kw_only=True)
class BadRow:
    """A row that is no row of its table. Its text is nowhere kept, for people may be in it.

    `line` counts as in `Batch`; `columns_found` is 0 where the row could not be taken apart.
    """

    line: int
    reason: str
    columns_found: int = 0


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Rows of a sheet, in its order, with exactly its columns.

    `line` (int64, one value a row, from 1) is the physical line of the file at which the row begins; in Excel the row
    of the worksheet; in Parquet, databases and documents of one piece the ordinal of the row; in XES that of the event.
    `notes` say what had to be assumed for some of these very rows.
    """

    table: pa.Table
    line: pa.Array
    bad: tuple[BadRow, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One table of a file. `member` is its name within an archive or workbook, empty for a file that is one table.

    `within` is its own name in a file that may hold several tables, the same however many there are; empty else.
    `form` is what was found ("csv", "tsv", "json", "json lines", "parquet", "xlsx", "xes", "ocel json",
    "ocel sqlite"); `notes` are sentences on what was assumed: encoding, delimiter, header line, quoting.
    `read` gives the batches, each made from about so many bytes; it may be called again and again.
    """

    file: str
    member: str = ""
    within: str = ""
    name: str
    form: str
    columns: tuple[str, ...]
    notes: tuple[str, ...] = ()
    read: Callable[[int], Iterator[Batch]]

    def batches(self) -> Iterator[Batch]:
        """Give all rows, from the first on, at every call. Raises BadFile where the file breaks off or changes."""
        return self.read(BLOCK)

    def peek(self, rows: int = 100) -> Batch:
        """Return the first rows only, and what is bad among them; reads no more of the file than that takes."""
        found, count = [], 0
        for batch in self.read(_GLANCE):
            found.append(batch)
            count += batch.table.num_rows
            if count >= rows:
                break
        return _first(found, rows, self.columns)


def _first(batches: list[Batch], rows: int, columns: tuple[str, ...]) -> Batch:
    if not batches:
        return Batch(
            table=pa.table({name: pa.nulls(0, pa.string()) for name in columns}), line=pa.array([], pa.int64())
        )
    line = pa.concat_arrays([batch.line for batch in batches]).slice(0, rows)
    last = line[-1].as_py() if len(line) == rows else None
    bad = (one for batch in batches for one in batch.bad)
    return Batch(
        table=pa.concat_tables([batch.table for batch in batches], promote_options="permissive").slice(0, rows),
        line=line,
        bad=tuple(one for one in bad if last is None or one.line <= last),
        notes=tuple(dict.fromkeys(note for batch in batches for note in batch.notes)),
    )
