"""The small table that makes whole runs visible: each row names a version of every table."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from streamgauge import __version__
from streamgauge.lake import tables
from streamgauge.lake.store import DataFile, Store

if TYPE_CHECKING:
    from deltalake import DeltaTable

TABLE = "snapshots"
_COLUMNS = pa.schema(
    [
        pa.field("number", pa.int64()),
        pa.field("id", pa.string()),
        pa.field("published_at", pa.timestamp("us", tz="UTC")),
        pa.field("versions", pa.string()),
        pa.field("cursors", pa.string()),
        pa.field("made_by", pa.string()),
    ]
)


@dataclass(frozen=True)
class Snapshot:
    """What one run published: the version of each table, and how far each source was read."""

    id: str
    number: int
    """Rises by one with each snapshot of a lake."""
    published_at: datetime
    """UTC."""
    versions: Mapping[str, int]
    """Version of each table, by its name inside the lake such as `records/commits`."""
    cursors: Mapping[str, str]
    """How far each source was read, by the name that its reader chose."""


class Newest:
    """The newest published snapshot of a lake; its table is opened again only where its log went on."""

    def __init__(self, store: Store, lake_id: str) -> None:
        self._store, self._lake_id = store, lake_id
        self._known: tuple[Snapshot | None, int, bytes] | None = None

    def __call__(self) -> Snapshot | None:
        """Return the newest published snapshot, none when nothing was published yet."""
        known = self._known
        if known is not None and self._entry(known[1]) == known[2] and self._entry(known[1] + 1) is None:
            return known[0]
        table = tables.opened(self._store, TABLE)
        if table is None:
            return None
        found, version = _read(self._store, table, self._lake_id), table.version()
        entry = self._entry(version)
        self._known = (found, version, entry) if entry is not None else None
        return found

    def _entry(self, version: int) -> bytes | None:
        return self._store.read(f"{TABLE}/_delta_log/{version:020d}.json")


def newest(store: Store, lake_id: str) -> Snapshot | None:
    """Return the newest published snapshot, none when nothing was published yet."""
    table = tables.opened(store, TABLE)
    return None if table is None else _read(store, table, lake_id)


def _read(store: Store, table: "DeltaTable", lake_id: str) -> Snapshot | None:
    import pyarrow.parquet as pq

    actions = pa.table(table.get_add_actions(flatten=True)).to_pylist()
    if not actions:
        return None
    last = max(actions, key=lambda action: int(action["max.number"]))
    file = DataFile(last["path"], last["size_bytes"], last["num_records"])
    rows = pq.ParquetFile(store.local(TABLE, [file], lake_id)[0]).read().to_pylist()
    return _from_row(max(rows, key=lambda row: int(row["number"])))


def publish(store: Store, former: Snapshot | None, versions: Mapping[str, int], cursors: Mapping[str, str]) -> Snapshot:
    """Append the next snapshot in one commit and return it."""
    from deltalake import write_deltalake

    snapshot = Snapshot(
        id=uuid.uuid4().hex,
        number=former.number + 1 if former else 1,
        published_at=datetime.now(UTC),
        versions=dict(versions),
        cursors=dict(cursors),
    )
    table = tables.opened(store, TABLE) or tables.made(store, TABLE, _COLUMNS)
    write_deltalake(table, pa.Table.from_pylist([_to_row(snapshot)], schema=_COLUMNS), mode="append")
    return snapshot


def _to_row(snapshot: Snapshot) -> dict[str, Any]:
    return {
        "number": snapshot.number,
        "id": snapshot.id,
        "published_at": snapshot.published_at,
        "versions": json.dumps(snapshot.versions, sort_keys=True),
        "cursors": json.dumps(snapshot.cursors, sort_keys=True),
        "made_by": __version__,
    }


def _from_row(row: Mapping[str, Any]) -> Snapshot:
    return Snapshot(
        id=row["id"],
        number=row["number"],
        published_at=row["published_at"].astimezone(UTC),
        versions=json.loads(row["versions"]),
        cursors=json.loads(row["cursors"]),
    )
