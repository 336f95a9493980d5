"""The Delta tables of a lake: their names, their columns as stored, and their making."""

import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from streamgauge.errors import DamagedLake
from streamgauge.lake.failures import failure
from streamgauge.lake.store import DataFile, Store
from streamgauge.records import KINDS, Record, schema

if TYPE_CHECKING:
    from deltalake import DeltaTable

RAW = pa.schema(
    [
        pa.field("source", pa.string()),
        pa.field("repository", pa.string()),
        pa.field("kind", pa.string()),
        pa.field("id", pa.string()),
        pa.field("fetched_at", pa.timestamp("us", tz="UTC")),
        pa.field("payload", pa.binary()),
    ]
)
"""An item as its tool gave it."""
CONTENT_HASH = pa.field("content_hash", pa.int64())
"""Hash of what a version says, without when we learned it; it may change with the engine's version."""
AGAIN = pa.field("again", pa.bool_())
"""Whether another version of the same thing was there already when this one was written, earlier or later."""
LINE = pa.field("line", pa.string())
"""Copy of a fact's `line_id`: the table is cut by it, so that replacing a line touches that line's files only."""
GENERATION = pa.field("generation", pa.int64())
"""Which writing a row of a fact about single items comes from: a later one may have renewed the item."""
RENEWED = pa.schema([LINE, pa.field("line_id", pa.string()), pa.field("item", pa.string()), GENERATION])
"""The items of a line whose facts were renewed, and by which writing: rows of earlier ones are seen no more."""
RENEWED_TABLE = "facts/renewed_items"

_MOVE_AWAY = "A lake is filled again from its sources: move this one away and run again."
_AT_ONCE = 8
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_SETTINGS: Mapping[str, str | None] = {
    "delta.checkpointInterval": "20",
    "delta.logRetentionDuration": "interval 30 days",
    "delta.enableExpiredLogCleanup": "false",
}


@dataclass(frozen=True)
class Stored:
    """One version of one table: its files and the names of its columns."""

    version: int
    files: tuple[DataFile, ...]
    again: bool
    schema: pa.Schema

    @property
    def filled(self) -> list[DataFile]:
        """The files that hold rows, the largest first.

        An engine takes the first one to be like the others when it guesses how many rows there are, and orders joins by
        that: what was added last is a few rows beside millions.
        """
        return sorted((file for file in self.files if file.rows), key=lambda file: (-file.rows, file.path))


def record_table(kind: type[Record]) -> str:
    """Return the name of a record kind's table inside the lake."""
    return f"records/{checked(kind.table)}"


def raw_table(source: str) -> str:
    """Return the name of a source's table of raw items."""
    return f"raw/{checked(source)}"


def fact_table(name: str) -> str:
    """Return the name of a fact's table."""
    return f"facts/{checked(name)}"


def checked(name: str) -> str:
    """Return a name that may stand in a path and in a statement; raises ValueError for any other."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"'{name}' is no table name: small letters, digits and underscores, a letter first.")
    return name


def record_schema(kind: type[Record]) -> pa.Schema:
    """Return a record table's columns as stored; what the lake adds stands first, where Delta keeps statistics."""
    return pa.schema([CONTENT_HASH, AGAIN, *schema(kind)])


def fact_schema(given: pa.Schema) -> pa.Schema:
    """Return a fact table's columns as stored."""
    lines = [LINE] if "line_id" in given.names else []
    return pa.schema([*lines, *given, *([GENERATION] if is_keyed(given) else [])])


def is_keyed(given: pa.Schema) -> bool:
    """Whether the rows of a fact are each about one item of a line, so that they can be renewed item by item."""
    return {"line_id", "item"} <= set(given.names)


def known_tables(facts: Mapping[str, pa.Schema]) -> dict[str, pa.Schema]:
    """Return every record and fact table by name with the columns that this version stores."""
    records = {record_table(kind): record_schema(kind) for kind in KINDS}
    return records | {fact_table(name): fact_schema(given) for name, given in facts.items()} | {RENEWED_TABLE: RENEWED}


def same_columns(one: pa.Schema, other: pa.Schema) -> bool:
    """Whether two tables have the same columns of the same types, in whatever order."""
    return _shape(one) == _shape(other)


def _shape(columns: pa.Schema) -> dict[str, str]:
    # An array's item is called `item` by one library and `element` by another, which means nothing.
    return {field.name: re.sub(r"(item|element): ", "", str(field.type)) for field in columns}


def opened(store: Store, name: str, version: int | None = None) -> "DeltaTable | None":
    """Return the table at a version, the current one when none is given; none when it was never made."""
    from deltalake import DeltaTable
    from deltalake.exceptions import TableNotFoundError

    try:
        return DeltaTable(store.uri(name), version=version, storage_options=store.options)
    except TableNotFoundError:
        return None


def demanded(store: Store, name: str, version: int) -> "DeltaTable":
    """Return the table at a version that a snapshot names; raises DamagedLake when it is not there."""
    table = opened(store, name, version)
    if table is None:
        raise failure(DamagedLake, store.address, f"table {name} version {version} is gone")
    return table


def all_opened(store: Store, names: Mapping[str, int | None]) -> "dict[str, DeltaTable]":
    """Return the tables at these versions by name, those never made left out; side by side, a bucket is far away."""
    with ThreadPoolExecutor(_AT_ONCE if store.options is not None else 1) as pool:
        found = pool.map(lambda name: opened(store, name, names[name]), names)
        return {name: table for name, table in zip(names, found, strict=True) if table is not None}


def shelf(store: Store, versions: Mapping[str, int]) -> dict[str, Stored]:
    """Return the tables that a snapshot names; raises DamagedLake when one is not there."""
    found = all_opened(store, versions)
    if gone := sorted(set(versions) - set(found)):
        raise failure(DamagedLake, store.address, f"table {gone[0]} version {versions[gone[0]]} is gone")
    return {name: stored(table) for name, table in found.items()}


def made(store: Store, name: str, columns: pa.Schema) -> "DeltaTable":
    """Make an empty table; its version 0 stays empty for ever, so that a table can be emptied by going back to it."""
    from deltalake import DeltaTable

    return DeltaTable.create(
        store.uri(name),
        columns,
        partition_by=[LINE.name] if columns.names[0] == LINE.name else None,
        configuration=_SETTINGS,
        storage_options=store.options,
    )


def _inside(path: str) -> str:
    """Return a file's path, which a log that was tampered with could lead out of the lake."""
    if path.startswith("/") or "://" in path or ".." in path.split("/"):
        raise DamagedLake(f"A table of the lake names the file '{path}', which lies outside of it.", advice=_MOVE_AWAY)
    return path


def stored(table: "DeltaTable") -> Stored:
    """Return what the open table holds."""
    actions: dict[str, list[Any]] = pa.table(table.get_add_actions(flatten=True)).to_pydict()
    files = zip(map(_inside, actions["path"]), actions["size_bytes"], actions["num_records"], strict=True)
    again = actions.get(f"max.{AGAIN.name}", [True])
    return Stored(
        version=table.version(),
        files=tuple(DataFile(path, size, rows or 0) for path, size, rows in files),
        again=any(seen is None or seen for seen in again),
        schema=pa.schema(table.schema()),
    )
