"""A writer that writes nothing: it tells what would become of records."""

from collections.abc import Mapping

import pyarrow as pa

from streamgauge.lake import snapshots, tables, upkeep
from streamgauge.lake.failures import told
from streamgauge.lake.store import Store
from streamgauge.lake.writer import Streamed, Writer


class Trial(Writer):
    """What one run would write; needs no lease, and leaves a lake to the byte as it is.

    It compares with what a writer would compare with that began now. What it was given it does not see in its views.
    """

    def __init__(self, store: Store, lake_id: str, facts: Mapping[str, pa.Schema]) -> None:
        self._store, self._lake_id, self._facts, self._mark = store, lake_id, facts, None
        self._known = tables.known_tables(facts)
        self._emptied: set[str] = set()
        with told(store.address):
            self._snapshot = snapshots.newest(store, lake_id)
            self._open = self._opened()
            self._heal()

    def _heal(self) -> None:
        """Look at tables as they are once what a killed run left is taken back."""
        versions = self._snapshot.versions if self._snapshot else {}
        for name, table in list(self._open.items()):
            if name.startswith("facts/"):
                continue
            whole = upkeep.unmarked(table, versions.get(name, 0))
            if whole < table.version() and (former := tables.opened(self._store, name, whole)) is not None:
                self._open[name] = former

    def _append(self, name: str, rows: pa.Table, columns: pa.Schema) -> int:  # noqa: ARG002 - nothing is written
        return int(rows.num_rows)

    def _append_each(self, name: str, streamed: Streamed, columns: pa.Schema) -> None:  # noqa: ARG002 - the same
        for _ in () if streamed.is_empty else streamed.reader(columns):
            pass

    def _write(self, name: str, rows: pa.Table | pa.RecordBatchReader, **how: str) -> None:  # noqa: ARG002 - the same
        raise AssertionError("A trial writes nothing.")
