"""Reads columns of records straight from their files beside the engine: text comes in codes, as it stands there."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from streamgauge.lake.failures import told

if TYPE_CHECKING:
    from pyarrow.parquet import FileMetaData, RowGroupMetaData

_AT_ONCE = 3
"""So many row groups are read at a time: few enough to spread over threads and to lie near the processor."""


@contextmanager
def reading(address: str) -> Iterator[None]:
    """Tell faults in own errors: what Arrow cannot read of a file is damaged."""
    with told(address):
        try:
            yield
        except pa.ArrowInvalid as fault:
            raise OSError(str(fault)) from None


def neighbours(about: "FileMetaData") -> Iterator[range]:
    """Give the row groups of a file, a few at a time."""
    for first in range(0, about.num_row_groups, _AT_ONCE):
        yield range(first, min(first + _AT_ONCE, about.num_row_groups))


@dataclass(frozen=True, eq=False)
class RowGroups:
    """Neighbouring row groups of a file of records."""

    address: str
    path: str
    about: "FileMetaData"
    groups: Sequence[int]

    def are_all(self, column: str, value: object) -> bool:
        """Return whether the file says of all rows that they have a value (or none: null) in a column."""
        return all(_is_all(self.about.row_group(group), column, value) for group in self.groups)

    def read(self, columns: pa.Schema, *, coded: Sequence[str] = ()) -> list[pa.RecordBatch]:
        """Return these columns batch by batch; null where the file does not have one yet.

        Those that are `coded` hold text in codes. The rows are the same, in one order, however often they are read.
        Raises the faults of the lake.
        """
        import pyarrow.parquet as pq

        with reading(self.address):
            file = pq.ParquetFile(self.path, metadata=self.about, read_dictionary=[*coded], memory_map=True)
            there = [name for name in columns.names if name in file.schema_arrow.names]
            there = [name for name in there if not self.are_all(name, None)]
            found = file.read_row_groups(list(self.groups), columns=there, use_threads=False)
        kinds = [pa.dictionary(pa.int32(), f.type) if f.name in coded else f.type for f in columns]
        whole = [
            found[name].cast(kind) if name in there else pa.nulls(len(found), kind)
            for name, kind in zip(columns.names, kinds, strict=True)
        ]
        batches: list[pa.RecordBatch] = pa.table(whole, names=columns.names).to_batches()
        return batches


def _is_all(group: "RowGroupMetaData", column: str, value: object) -> bool:
    """Return whether what is said of a column bounds it so. Long text may be cut, and then is not the value itself."""
    about = next((one for n in range(group.num_columns) if (one := group.column(n)).path_in_schema == column), None)
    said = about.statistics if about is not None and about.is_stats_set else None
    if said is None or not said.has_null_count:
        return False
    if value is None:
        return bool(said.null_count == group.num_rows)
    return bool(said.null_count == 0 and said.has_min_max and said.min == value == said.max)


def row_groups(address: str, paths: Sequence[str]) -> Iterator[RowGroups]:
    """Give the row groups of files of records, a few at a time, one file after the other."""
    import pyarrow.parquet as pq

    for path in paths:
        with reading(address):
            about = pq.read_metadata(path)
        for groups in neighbours(about):
            yield RowGroups(address, path, about, groups)
