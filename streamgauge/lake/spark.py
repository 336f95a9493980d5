"""Apache Spark, local, on a cluster or behind Spark Connect: the engine for lakes that outgrow one machine."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

from streamgauge.lake import dialect, spark_bucket, spark_session
from streamgauge.lake.attached import PLACE
from streamgauge.lake.codes import spelled_out
from streamgauge.lake.failures import told
from streamgauge.lake.spark_steps import steps
from streamgauge.lake.store import DataFile, Store

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

_KINDS: dict[type, str] = {str: "STRING", int: "BIGINT", bool: "BOOLEAN"}
_GLOB = re.compile(r"([\\\[\]{}*?])")


class Spark:
    """One session of its own on a shared Spark, with the views of one lake."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._copies = address.startswith("local")
        self._connects: bool | None = None
        with told(address):
            self._session = spark_session.session(address)
            for statement in dialect.FUNCTIONS:
                self._session.sql(statement)
        self._registered: set[str] = set()
        self._shown: dict[str, DataFrame] = {}
        self._narrowed: set[str] = set()
        self._kept: set[str] = set()

    def query(self, sql: str, parameters: Mapping[str, object]) -> pa.Table:
        """Return the rows of a statement; `$name` in it stands for a parameter."""
        return self._frame(sql, parameters).toArrow()

    def _frame(self, sql: str, parameters: Mapping[str, object]) -> "DataFrame":
        """Return what a statement yields; what a long one names more than once is worked out before, and once."""
        said, bound = dialect.spelled(sql), {}
        for name, value in parameters.items():
            if (kind := _kind_with_gaps(value)) is not None:
                said = re.sub(rf":{name}\b", f"from_json(:{name}, 'ARRAY<{kind}>')", said)
                bound[name] = _bound(json.dumps(value))
            else:
                bound[name] = _bound(value)
        made, rest = steps(said)
        for name, text in made:
            self._step(name, text, bound)
        return self._bind(rest, bound)

    def _step(self, name: str, sql: str, bound: "Mapping[str, Column]") -> None:
        """Show a step under its name; the view holds what is worked out for it, until another takes its place."""
        frame = self._bind(sql, bound)
        with spark_session.active(self._address, self._session):
            frame.localCheckpoint(eager=False).createOrReplaceTempView(name)

    def _bind(self, sql: str, bound: "Mapping[str, Column]") -> "DataFrame":
        meant = {name: value for name, value in bound.items() if f":{name}" in sql}
        return self._session.sql(sql, args=meant or None)

    def begin(self, sql: str, parameters: Mapping[str, object]) -> None:
        """Leave a statement to who asks it: the cluster spreads the work itself."""

    def paths(self, store: Store, lake_id: str, table: str, files: Sequence[DataFile]) -> list[str]:
        """Return where the workers read: the lake's folder, which they share, or its bucket, with their own access.

        A Spark on this machine reads copies of what lies in a bucket, so that it needs no access of its own.
        """
        if store.options is None or self._copies:
            return [f"file://{_literal(path)}" for path in store.local(table, files, lake_id)]
        if not files:
            return []
        found = [f"{store.uri(table)}/{file.path}" for file in files]
        if not self._has_connector(found[0]):
            return found
        return [_literal(path.replace(spark_bucket.PYTHON, spark_bucket.CONNECTOR, 1)) for path in found]

    def _has_connector(self, address: str) -> bool:
        """Return whether it reads buckets by itself, which is found out once, at the address of a file."""
        if self._connects is None:
            self._connects = spark_bucket.has_connector(self._session, address)
        return self._connects

    def attach(self, name: str, columns: pa.Schema, paths: Sequence[str], *, alike: bool) -> list[str]:  # noqa: ARG002
        """Show files as a relation and return its columns; one that a file does not have yet reads as null."""
        from pyspark.sql.pandas.types import from_arrow_schema

        wanted = from_arrow_schema(columns)
        if paths and paths[0].startswith(spark_bucket.PYTHON):
            frame = spark_bucket.frame(self._session, columns, paths)
        elif paths:
            place = f"struct(_metadata.file_path, _metadata.row_index) AS {PLACE}"
            frame = self._session.read.schema(wanted).parquet(*paths).selectExpr("*", place)
        else:
            frame = self._empty(columns).selectExpr("*", f"CAST(0 AS BIGINT) AS {PLACE}")
        self._show(name, frame)
        return [f'"{column}"' for column in columns.names]

    def define(self, name: str, select: str) -> None:
        """Show a statement of the lake's own under a name."""
        if name not in self._registered:
            self._show(name, self._session.sql(dialect.spelled(select)))

    def register(self, name: str, table: pa.Table) -> None:
        """Show an Arrow table under a name."""
        self._registered.add(name)
        table = spelled_out(table)
        self._show(name, self._session.createDataFrame(table) if table.num_rows else self._empty(table.schema))

    def _empty(self, columns: pa.Schema) -> "DataFrame":
        """Return no rows of these columns; Spark Connect does not take the columns of a table without rows."""
        from pyspark.sql.pandas.types import from_arrow_schema

        return self._session.createDataFrame([], from_arrow_schema(columns))

    def _show(self, name: str, frame: "DataFrame") -> None:
        self._shown[name] = frame
        frame.createOrReplaceTempView(name)

    def narrow(self, name: str, condition: str, parameters: Mapping[str, object]) -> None:
        """Hold the rows of a table that fulfil a condition in the cluster's memory, and show only them."""
        self._widen(name)
        self._frame(f"SELECT * FROM {name} WHERE {condition}", parameters).createOrReplaceTempView(name)
        self._session.catalog.cacheTable(name)
        self._narrowed.add(name)

    def spare(self) -> None:
        """Leave it at what the cluster was started with: it has memory of its own."""

    def keep(self, name: str) -> None:
        """Keep a fact in the cluster's memory as long as the view lives."""
        self._session.catalog.cacheTable(name)
        self._kept.add(name)

    def hold(self, name: str, sql: str, parameters: Mapping[str, object]) -> None:
        """Hold the rows of a statement in the cluster's memory under a name, in the place of what was held under it."""
        if name in self._kept:
            self._session.catalog.uncacheTable(name)
        self._frame(sql, parameters).createOrReplaceTempView(name)
        self._session.catalog.cacheTable(name)
        self._kept.add(name)

    def divide(self, name: str, sql: str, parameters: Mapping[str, object], *, rows: int) -> None:  # noqa: ARG002
        """Keep the rows of a statement under a name: a cluster reads the parts of what it holds by itself."""
        self.hold(name, sql, parameters)

    def widen(self) -> None:
        """Show again the whole of every table that was narrowed."""
        for name in tuple(self._narrowed):
            self._widen(name)

    def _widen(self, name: str) -> None:
        if name in self._narrowed:
            self._narrowed.remove(name)
            self._session.catalog.uncacheTable(name)
            self._shown[name].createOrReplaceTempView(name)

    def close(self) -> None:
        """Free what is held in memory; the connection to Spark stays for the next view of this process."""
        self.widen()
        while self._kept:
            self._session.catalog.uncacheTable(self._kept.pop())
        spark_session.end(self._address, self._session)


def _literal(path: str) -> str:
    """Return a path in which no sign stands for others."""
    return _GLOB.sub(r"\\\1", path)


def _kind_with_gaps(value: object) -> str | None:
    """Return the type of a list that holds nulls among other values, which Spark does not take as it is."""
    if not isinstance(value, (list, tuple)) or None not in value:
        return None
    first = next((one for one in value if one is not None), None)
    return _KINDS.get(type(first))


def _bound(value: object) -> "Column":
    """Return a parameter as Spark takes it."""
    from pyspark.sql import functions

    if isinstance(value, (list, tuple)):
        return functions.array(*map(_bound, value))
    return functions.lit(value)
