"""Reading a lake with SQL."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

import pyarrow as pa

from streamgauge.lake import dialect, latest, limits
from streamgauge.lake.attached import attach
from streamgauge.lake.failures import told
from streamgauge.lake.store import Store
from streamgauge.lake.tables import (
    RAW,
    Stored,
    checked,
    fact_schema,
    fact_table,
    raw_table,
    record_schema,
    record_table,
    same_columns,
)
from streamgauge.records import KINDS, schema

if TYPE_CHECKING:
    import duckdb

_PARAMETER = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*)")


class View:
    """A lake at one moment, for SQL that DuckDB and Spark both accept; see `dialect.py` for the shared words.

    Tables: each record kind's `table` (newest version of each thing, without the deleted), `<table>_history` (every
    version), each fact by its name, `raw_<source>`. A table never written is empty. Instants are UTC.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._connection = connect()
        self.given_back: Callable[[View], bool] | None = None
        """Asked when the view is closed: whether it is kept for the next reader of the same snapshot."""

    def query(self, sql: str, parameters: Mapping[str, object] | None = None) -> pa.Table:
        """Return a statement's rows as an Arrow table; `$name` in it stands for a parameter, others are ignored."""
        names = set(_PARAMETER.findall(sql))
        bound = {name: value for name, value in (parameters or {}).items() if name in names}
        with told(self._address):
            return self._connection.sql(sql, params=bound or None).to_arrow_table()

    def rows(self, sql: str, parameters: Mapping[str, object] | None = None) -> list[dict[str, Any]]:
        """Return the rows of a statement as dictionaries, instants in UTC."""
        rows: list[dict[str, Any]] = self.query(sql, parameters).to_pylist()
        return rows

    def register(self, name: str, table: pa.Table) -> None:
        """Make an Arrow table visible to statements under a name, for this view only."""
        self._connection.register(checked(name), table)

    @property
    def engine(self) -> "duckdb.DuckDBPyConnection":
        """The connection, for the lake itself."""
        return self._connection

    def define(self, name: str, select: str) -> None:
        """Show a statement of the lake's own under a name."""
        self._connection.execute(f"CREATE VIEW {checked(name)} AS {select}")

    def close(self) -> None:
        """Give the view back to its lake, or free what it holds."""
        if self.given_back is None or not self.given_back(self):
            self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def connect() -> "duckdb.DuckDBPyConnection":
    """Return an engine in this process that knows the shared words."""
    import duckdb

    connection = duckdb.connect(":memory:", config=limits.engine())
    dialect.teach(connection)
    return connection


def show(
    store: Store, lake_id: str, shelf: Mapping[str, Stored], facts: Mapping[str, pa.Schema], as_of: datetime | None
) -> View:
    """Return the view over these versions of the tables; `shelf` holds them by name, absent ones read as empty."""
    view = View(store.address)
    try:
        with told(store.address):
            _show_records(view, store, lake_id, shelf, as_of)
            _show_facts(view, store, lake_id, shelf, facts)
            _show_raw(view, store, lake_id, shelf)
    except BaseException:
        view.close()
        raise
    return view


def paths_of(store: Store, lake_id: str, name: str, table: Stored | None) -> list[str]:
    """Return paths on this machine of a table's files that hold rows."""
    return store.local(name, [file for file in table.files if file.rows], lake_id) if table else []


def _show_records(view: View, store: Store, lake_id: str, shelf: Mapping[str, Stored], as_of: datetime | None) -> None:
    for kind in KINDS:
        name, table = record_table(kind), shelf.get(record_table(kind))
        files = f"{kind.table}_stored"
        columns = attach(view.engine, files, record_schema(kind), paths_of(store, lake_id, name, table), alike=False)
        shown = columns[len(record_schema(kind)) - len(schema(kind)) :]
        again = table is not None and table.again
        view.define(f"{kind.table}_history", latest.history(files, shown, as_of))
        view.define(kind.table, latest.newest(files, shown, as_of, again=again))


def _show_facts(
    view: View, store: Store, lake_id: str, shelf: Mapping[str, Stored], facts: Mapping[str, pa.Schema]
) -> None:
    for fact, columns in facts.items():
        table = shelf.get(fact_table(fact))
        fits = table is not None and same_columns(table.schema, fact_schema(columns))
        paths = paths_of(store, lake_id, fact_table(fact), table) if fits else []
        shown = attach(view.engine, f"{fact}_stored", columns, paths, alike=True)
        view.define(fact, latest.everything(f"{fact}_stored", shown))


def _show_raw(view: View, store: Store, lake_id: str, shelf: Mapping[str, Stored]) -> None:
    for name, table in shelf.items():
        source = name.removeprefix("raw/")
        if source != name and raw_table(source) == name:
            paths = paths_of(store, lake_id, name, table)
            shown = attach(view.engine, f"raw_{source}_stored", RAW, paths, alike=True)
            view.define(f"raw_{source}", latest.everything(f"raw_{source}_stored", shown))
