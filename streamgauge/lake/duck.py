"""DuckDB in this process: the engine that is there without any server."""

import glob
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pyarrow as pa

from streamgauge.lake import attached, dialect, limits
from streamgauge.lake.store import DataFile, Store

if TYPE_CHECKING:
    import duckdb


def connect() -> "duckdb.DuckDBPyConnection":
    """Return an engine in this process that knows the shared words."""
    import duckdb

    connection = duckdb.connect(":memory:", config=limits.engine())
    # Where nothing says which program runs, as under `python -c`, it would draw its own bar among what is printed.
    connection.execute("SET enable_progress_bar = false")
    dialect.teach(connection)
    return connection


def _rows(connection: "duckdb.DuckDBPyConnection", sql: str, parameters: Mapping[str, object]) -> pa.Table:
    return connection.sql(sql, params=dict(parameters) or None).to_arrow_table()


class Duck:
    """One connection of its own, with the views of one lake."""

    def __init__(self) -> None:
        self._connection = connect()
        self._narrowed: set[str] = set()
        self._begun: list[Future[pa.Table]] = []
        self._apart: TemporaryDirectory[str] | None = None

    def query(self, sql: str, parameters: Mapping[str, object]) -> pa.Table:
        """Return the rows of a statement; `$name` in it stands for a parameter."""
        return _rows(self._connection, sql, parameters)

    def begin(self, sql: str, parameters: Mapping[str, object]) -> Future[pa.Table]:
        """Run a statement beside others, on a connection of its own: what is held in memory is of one alone."""
        beside = ThreadPoolExecutor(max_workers=1)
        try:
            self._begun.append(beside.submit(_rows, self._connection.cursor(), sql, parameters))
        finally:
            beside.shutdown(wait=False)
        return self._begun[-1]

    def paths(self, store: Store, lake_id: str, table: str, files: Sequence[DataFile]) -> list[str]:
        """Return paths on this machine, of copies where the lake lies in a bucket."""
        return store.local(table, files, lake_id)

    def attach(self, name: str, columns: pa.Schema, paths: Sequence[str], *, alike: bool) -> list[str]:
        """Show files as a relation and return one expression per column."""
        return attached.attach(self._connection, name, columns, paths, alike=alike)

    def define(self, name: str, select: str) -> None:
        """Show a statement of the lake's own under a name."""
        self._connection.execute(f"CREATE OR REPLACE VIEW {name} AS {select}")

    def register(self, name: str, table: pa.Table) -> None:
        """Show an Arrow table under a name."""
        self._connection.register(name, table)

    def narrow(self, name: str, condition: str, parameters: Mapping[str, object]) -> None:
        """Hold the rows of a table that fulfil a condition in memory, and show only them under its name."""
        sql = f"SELECT * FROM memory.main.{name} WHERE {condition}"
        self._connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {sql}", dict(parameters))
        self._narrowed.add(name)

    def spare(self) -> None:
        """Take little memory from now on, for more time: what does not fit is written to disk."""
        for name, value in limits.sparing().items():
            self._connection.execute(f"SET {name} = '{value}'")

    def keep(self, name: str) -> None:
        """Keep a fact in memory as long as the view lives."""
        self._connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM main.{name}")

    def hold(self, name: str, sql: str, parameters: Mapping[str, object]) -> None:
        """Hold the rows of a statement in memory under a name, in the place of what was held under it."""
        self._connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {sql}", dict(parameters))

    def divide(self, name: str, sql: str, parameters: Mapping[str, object], *, rows: int) -> None:
        """Keep the rows of a statement under a name: few in memory, else each part in files of its own."""
        if rows <= limits.ROWS_APART:
            self.hold(name, sql, parameters)
            return
        wanted = self._connection.sql(sql, params=dict(parameters) or None)
        if self._apart is None:
            self._apart = TemporaryDirectory(prefix="streamgauge-")
        folder = Path(self._apart.name, name)
        wanted.write_parquet(str(folder), partition_by=["part"], compression="lz4_raw", overwrite=True)
        if paths := [glob.escape(str(path)) for path in folder.glob("*/*.parquet")]:
            self._connection.read_parquet(paths, hive_partitioning=True).create_view(name)
        else:
            self._connection.register(name, wanted.to_arrow_table())

    def widen(self) -> None:
        """Show again the whole of every table that was narrowed."""
        while self._narrowed:
            self._connection.execute(f"DROP TABLE temp.{self._narrowed.pop()}")

    def close(self) -> None:
        """Close the connection, once nothing runs any more."""
        wait(self._begun)
        self._connection.close()
        if self._apart is not None:
            self._apart.cleanup()
