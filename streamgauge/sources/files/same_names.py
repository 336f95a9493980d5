"""Columns of one name that hold one value each, as trackers write labels, as one column of lists."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace

import pyarrow as pa

from streamgauge.sources.files import vocabulary
from streamgauge.sources.files.sheet import Batch, Sheet
from streamgauge.sources.files.vocabulary import bare


def joined(sheet: Sheet, *, besides: Collection[str] = ()) -> Sheet:
    """Return the sheet with columns of labels that bear one name put into the first of them; else as it is."""
    if sheet.form not in ("csv", "tsv") or not (groups := _groups(sheet.columns, besides)):
        return sheet
    told = [f"The {len(more) + 1} columns '{name}' are read as one list." for name, more in groups.items()]
    gone = {column for more in groups.values() for column in more}
    left = tuple(name for name in sheet.columns if name not in gone)
    return replace(sheet, columns=left, notes=(*sheet.notes, *told), read=_reader(sheet, groups, left))


def _groups(columns: Sequence[str], besides: Collection[str]) -> dict[str, list[str]]:
    lists = {name for name in columns if bare(name) in vocabulary.names("labels", is_log=False)}
    found = {
        name: [c for c in columns if c.startswith(f"{name} (") and c[len(name) + 2 : -1].isdigit()] for name in lists
    }
    return {name: more for name, more in found.items() if more and not {name, *more} & set(besides)}


def _reader(sheet: Sheet, groups: Mapping[str, Sequence[str]], left: Sequence[str]) -> Callable[[int], Iterator[Batch]]:
    def read(size: int) -> Iterator[Batch]:
        for batch in sheet.read(size):
            columns = {name: batch.table[name] for name in left}
            for name, more in groups.items():
                columns[name] = _lists([batch.table[one] for one in (name, *more)])
            yield replace(batch, table=pa.table(columns))

    return read


def _lists(columns: Sequence[pa.ChunkedArray]) -> pa.Array:
    """Return the values of each row as a list in JSON, nothing where there are none."""
    rows = zip(*(column.cast(pa.string()).to_pylist() for column in columns), strict=True)
    told = ([value.strip() for value in row if value and value.strip()] for row in rows)
    return pa.array([json.dumps(row) if row else None for row in told], pa.string())
