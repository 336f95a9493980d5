"""Keeps a lake quick: merges small files and removes what no reader needs; and says how large it is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from streamgauge.lake import limits, snapshots, tables
from streamgauge.lake.store import Store

if TYPE_CHECKING:
    from deltalake import DeltaTable, WriterProperties
    from deltalake.transaction import AddAction

MARK = "streamgauge.whole"
"""Name, in a commit, of the run that it is a part of: without the publishing of the run it does not count."""

_OWN = frozenset({"id", tables.CONTENT_HASH.name})
"""Columns in which nearly every row has a value of its own."""


@dataclass(frozen=True)
class TableStatus:
    """One table as the newest snapshot shows it."""

    name: str
    version: int
    rows: int
    files: int
    bytes: int


@dataclass(frozen=True)
class Status:
    """How large a lake is, and what was last published."""

    address: str
    lake_id: str
    snapshot: str | None
    published_at: datetime | None
    """UTC."""
    tables: tuple[TableStatus, ...]
    cursors: Mapping[str, str]


def status(store: Store, lake_id: str) -> Status:
    """Return the tables of the newest snapshot with their rows, files and bytes."""
    snapshot = snapshots.newest(store, lake_id)
    versions = snapshot.versions if snapshot else {}
    return Status(
        address=store.address,
        lake_id=lake_id,
        snapshot=snapshot.id if snapshot else None,
        published_at=snapshot.published_at if snapshot else None,
        tables=tuple(_table(store, name, versions[name]) for name in sorted(versions)),
        cursors=snapshot.cursors if snapshot else {},
    )


def _table(store: Store, name: str, version: int) -> TableStatus:
    files = tables.stored(tables.demanded(store, name, version)).files
    rows, size = sum(file.rows for file in files), sum(file.size for file in files)
    return TableStatus(name=name, version=version, rows=rows, files=len(files), bytes=size)


def write(table: "DeltaTable", rows: pa.Table | pa.RecordBatchReader, mark: str | None = None, **how: Any) -> None:
    """Write rows in one commit of the table, which then stands at its new version; `mark` names it as part of a run."""
    from deltalake import CommitProperties, write_deltalake

    said = CommitProperties(custom_metadata={MARK: mark}) if mark else None
    write_deltalake(table, rows, writer_properties=compressed(rows.schema), commit_properties=said, **how)


def commit(table: "DeltaTable", files: "list[AddAction]", lines: Sequence[str] | None, mark: str | None = None) -> None:
    """Add files of facts that are written to the table, in the place of all that `lines` hold where those are given."""
    from deltalake import CommitProperties

    table.create_write_transaction(
        list(files),
        mode="append" if lines is None else "overwrite",
        schema=table.schema(),
        partition_by=[tables.LINE.name],
        partition_filters=None if lines is None else [(tables.LINE.name, "in", list(lines))],
        commit_properties=CommitProperties(custom_metadata={MARK: mark}) if mark else None,
    )
    table.update_incremental()


def unmarked(table: "DeltaTable", published: int) -> int:
    """Return the newest version, from the published one on, that is no part of a run that had to be seen as a whole."""
    version = table.version()
    for commit in table.history(limit=version - published) if version > published else ():
        if MARK not in commit:
            break
        version = int(commit["version"]) - 1
    return version


def compressed(columns: pa.Schema) -> "WriterProperties":
    """Return how files are written: row groups small enough that two threads share a table.

    Values that hardly repeat get no dictionary: making one takes longer than the rest, and the file is larger with it.
    Instants are told by their differences, which is read in half the time. Facts are packed so that they are read
    quickly, for they are made again at will; what records say is packed well.
    """
    from deltalake import ColumnProperties, WriterProperties

    plain = ColumnProperties(dictionary_enabled=False)
    near = ColumnProperties(dictionary_enabled=False, encoding="DELTA_BINARY_PACKED")
    is_fact = tables.LINE.name in columns.names
    return WriterProperties(
        compression="LZ4_RAW" if is_fact else "ZSTD",
        compression_level=None if is_fact else 1,
        max_row_group_size=limits.ROWS_OF_GROUP,
        column_properties={
            field.name: near if pa.types.is_timestamp(field.type) else plain
            for field in columns
            if hardly_repeats(field)
        },
    )


def hardly_repeats(field: pa.Field) -> bool:
    """Return whether a dictionary of a column's values takes more than it spares."""
    return field.name in _OWN or pa.types.is_timestamp(field.type) or pa.types.is_floating(field.type)


def merge_small(open_tables: "Iterable[DeltaTable]") -> bool:
    """Merge the files of tables that have too many; return whether there was one."""
    crowded = [table for table in open_tables if _spare_files(table) > limits.FILES_WORTH_MERGING]
    merge(crowded)
    return bool(crowded)


def merge(open_tables: "Iterable[DeltaTable]") -> None:
    """Merge the files of each table that has more than it needs."""
    for table in open_tables:
        if _spare_files(table):
            table.optimize.compact(writer_properties=compressed(pa.schema(table.schema())))
            table.create_checkpoint()


def merge_snapshots(store: Store, at_least: int = limits.FILES_WORTH_MERGING) -> None:
    """Merge the rows of the snapshot table into one file when there are too many."""
    table = tables.opened(store, snapshots.TABLE)
    if table is not None and len(table.file_uris()) >= at_least:
        table.optimize.compact()
        table.create_checkpoint()


def vacuum(store: Store, open_tables: "Iterable[DeltaTable]", days_kept: int) -> None:
    """Remove files that no version of the last so many days needs, and log entries older than their own 30 days."""
    history = tables.opened(store, snapshots.TABLE)
    for table in [*open_tables, *([history] if history else [])]:
        table.vacuum(retention_hours=24 * days_kept, dry_run=False, enforce_retention_duration=False)
        table.cleanup_metadata()


def _spare_files(table: "DeltaTable") -> int:
    return len(table.file_uris()) - max(1, len(table.partitions()))
