"""Looks whether a lake is sound: every file there, every row readable, nothing twice."""

from collections.abc import Callable, Mapping, Sequence

import pyarrow as pa

from streamgauge.errors import StreamgaugeError
from streamgauge.lake import snapshots, tables
from streamgauge.lake.failures import told
from streamgauge.lake.showing import show
from streamgauge.lake.snapshots import Snapshot
from streamgauge.lake.store import DataFile, Store
from streamgauge.lake.view import View
from streamgauge.records import KINDS


def problems(
    store: Store, lake_id: str, facts: Mapping[str, pa.Schema], checks: Sequence[Callable[[View], list[str]]]
) -> list[str]:
    """Return what is wrong in words, nothing for a sound lake; raises StoreUnreachable, NoPermission."""
    with told(store.address):
        try:
            with told(store.address):
                snapshot = snapshots.newest(store, lake_id)
        except StreamgaugeError as fault:
            return [f"The table of snapshots is not readable: {fault.wrong}"]
        if snapshot is None:
            return []
        found = [problem for name in snapshot.versions for problem in _table(store, lake_id, snapshot, name)]
        return found or _rows(store, lake_id, snapshot, facts, checks)


def _table(store: Store, lake_id: str, snapshot: Snapshot, name: str) -> list[str]:
    try:
        with told(store.address):
            table = tables.stored(tables.demanded(store, name, snapshot.versions[name]))
    except StreamgaugeError as fault:
        return [f"{name} is not readable: {fault.wrong}"]
    return [problem for file in table.files for problem in _file(store, lake_id, name, file)]


def _file(store: Store, lake_id: str, name: str, file: DataFile) -> list[str]:
    """Read the file whole, which no wrong byte in it survives unseen by its own format."""
    import pyarrow.parquet as pq

    size = store.size(name, file.path)
    if size is None:
        return [f"{name}: {file.path} is missing."]
    if size != file.size:
        return [f"{name}: {file.path} has {size} bytes, the log says {file.size}."]
    try:
        parts = pq.ParquetFile(store.local(name, [file], lake_id)[0]).iter_batches()
        rows = sum(part.num_rows for part in parts)
    except (OSError, pa.ArrowException) as fault:
        return [f"{name}: {file.path} is not readable ({str(fault).splitlines()[0][:200]})."]
    return [] if rows == file.rows else [f"{name}: {file.path} has {rows} rows, the log says {file.rows}."]


def _rows(
    store: Store,
    lake_id: str,
    snapshot: Snapshot,
    facts: Mapping[str, pa.Schema],
    checks: Sequence[Callable[[View], list[str]]],
) -> list[str]:
    with show(store, lake_id, tables.shelf(store, snapshot.versions), facts, None) as view:
        looks = [*(_twice(kind.table) for kind in KINDS), *checks]
        return [problem for look in looks for problem in look(view)]


def _twice(table: str) -> Callable[[View], list[str]]:
    def look(view: View) -> list[str]:
        several = view.rows(
            "SELECT count(*) AS n FROM "
            f"(SELECT 1 FROM {table} GROUP BY source, repository, id HAVING count(*) > 1) AS twice"
        )[0]["n"]
        return [f"records/{table}: {several} things have two newest versions."] if several else []

    return look
