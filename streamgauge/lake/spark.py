"""Apache Spark, local, on a cluster or behind Spark Connect: the engine for lakes that outgrow one machine."""

import json
import logging
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import pyarrow as pa

from streamgauge.errors import EngineMissing, EngineUnreachable
from streamgauge.lake import dialect
from streamgauge.lake.attached import PLACE
from streamgauge.lake.failures import scrubbed
from streamgauge.lake.store import DataFile, Store

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession

_SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.ansi.doubleQuotedIdentifiers": "true",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
}
_PARTS = "spark.sql.shuffle.partitions"
_QUIET = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false", "spark.log.level": "ERROR"}
_INSTALL = 'Install it with pip install "streamgauge[spark]" and a Java runtime of version 17 or later, or unset '
_KINDS: dict[type, str] = {str: "STRING", int: "BIGINT", bool: "BOOLEAN"}
_GLOB = re.compile(r"([\\\[\]{}*?])")


class Spark:
    """One session of its own on a shared Spark, with the views of one lake."""

    def __init__(self, address: str) -> None:
        self._copies = address.startswith("local")
        self._session = _base(address).newSession()
        for name, value in (_SETTINGS | _share(address)).items():
            self._session.conf.set(name, value)
        for statement in dialect.FUNCTIONS:
            self._session.sql(statement)
        self._registered: set[str] = set()
        self._whole: dict[str, DataFrame] = {}
        self._held: list[DataFrame] = []
        self._kept: dict[str, DataFrame] = {}

    def query(self, sql: str, parameters: Mapping[str, object]) -> pa.Table:
        """Return the rows of a statement; `$name` in it stands for a parameter."""
        said, bound = dialect.spelled(sql), {}
        for name, value in parameters.items():
            if (kind := _kind_with_gaps(value)) is not None:
                said = re.sub(rf":{name}\b", f"from_json(:{name}, 'ARRAY<{kind}>')", said)
                bound[name] = _bound(json.dumps(value))
            else:
                bound[name] = _bound(value)
        return self._session.sql(said, args=bound or None).toArrow()

    def paths(self, store: Store, lake_id: str, table: str, files: Sequence[DataFile]) -> list[str]:
        """Return where the workers read: the lake's folder, which they share, or its bucket.

        A Spark on this machine reads copies of what lies in a bucket, so that it needs no access of its own.
        """
        if store.options is None or self._copies:
            return [f"file://{_literal(path)}" for path in store.local(table, files, lake_id)]
        root = store.uri(table).replace("s3://", "s3a://", 1)
        return [f"{root}/{_literal(file.path)}" for file in files]

    def attach(self, name: str, columns: pa.Schema, paths: Sequence[str], *, alike: bool) -> list[str]:  # noqa: ARG002
        """Show files as a relation and return its columns; one that a file does not have yet reads as null."""
        from pyspark.sql.pandas.types import from_arrow_schema

        wanted = from_arrow_schema(columns)
        if paths:
            place = f"struct(_metadata.file_path, _metadata.row_index) AS {PLACE}"
            frame = self._session.read.schema(wanted).parquet(*paths).selectExpr("*", place)
        else:
            frame = self._session.createDataFrame([], wanted).selectExpr("*", f"CAST(0 AS BIGINT) AS {PLACE}")
        frame.createOrReplaceTempView(name)
        return [f'"{column}"' for column in columns.names]

    def define(self, name: str, select: str) -> None:
        """Show a statement of the lake's own under a name."""
        if name not in self._registered:
            self._session.sql(dialect.spelled(select)).createOrReplaceTempView(name)

    def register(self, name: str, table: pa.Table) -> None:
        """Show an Arrow table under a name."""
        self._registered.add(name)
        self._session.createDataFrame(table).createOrReplaceTempView(name)

    def narrow(self, name: str, lines: Sequence[str]) -> None:
        """Hold a few lines of a fact in the cluster's memory, and show only them under its name."""
        from pyspark.sql import functions

        whole = self._whole.setdefault(name, self._session.table(name))
        few = whole.where(functions.col("line_id").isin(list(lines))).persist()
        self._held.append(few)
        few.createOrReplaceTempView(name)

    def hold(self, name: str, sql: str, parameters: Mapping[str, object]) -> None:
        """Hold the rows of a statement in the cluster's memory under a name, in the place of what was held under it."""
        bound = {parameter: _bound(value) for parameter, value in parameters.items()}
        if name in self._kept:
            self._kept.pop(name).unpersist()
        self._kept[name] = self._session.sql(dialect.spelled(sql), args=bound or None).persist()
        self._kept[name].createOrReplaceTempView(name)

    def widen(self) -> None:
        """Show again the whole of every fact that was narrowed."""
        while self._held:
            self._held.pop().unpersist()
        for name, frame in self._whole.items():
            frame.createOrReplaceTempView(name)
        self._whole.clear()

    def close(self) -> None:
        """Free what is held in memory; the connection to Spark stays for the next view of this process."""
        self.widen()
        while self._kept:
            self._kept.popitem()[1].unpersist()


@lru_cache(maxsize=1)
def _base(address: str) -> "SparkSession":
    """Return this process's session with the Spark at an address; raises EngineMissing, EngineUnreachable."""
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError:
        raise EngineMissing("Spark is asked for, and pyspark is not installed.", advice=_advice()) from None
    # What is wrong is raised; that it is printed too, with all of a statement's plan, helps nobody.
    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)
    builder = SparkSession.builder.appName("streamgauge")
    try:
        if address.startswith("sc://"):
            return builder.remote(address).getOrCreate()
        for name, value in (_QUIET | _SETTINGS).items():
            builder = builder.config(name, value)
        return builder.master(address).getOrCreate()
    except PySparkException as fault:
        if "JAVA_GATEWAY" in str(fault):
            raise EngineMissing("Spark is asked for, and Java does not start.", advice=_advice()) from None
        raise _unreachable(address, fault) from None
    except Exception as fault:  # noqa: BLE001  the bridge to Java has errors of its own
        raise _unreachable(address, fault) from None


def _share(address: str) -> dict[str, str]:
    """Return into how many parts a Spark inside this machine cuts its work, unless its settings say so."""
    if not address.startswith("local"):
        return {}
    context = _base(address).sparkContext
    if context.getConf().contains(_PARTS):
        return {}
    return {_PARTS: str(2 * context.defaultParallelism)}


def _unreachable(address: str, fault: Exception) -> EngineUnreachable:
    said = next((line.strip() for line in str(fault).splitlines() if line.strip()), type(fault).__name__)
    wrong = f"Spark at {scrubbed(address)} does not answer ({scrubbed(said)[:300]})."
    return EngineUnreachable(
        wrong, advice="Check that it runs and that STREAMGAUGE_ENGINE, or `engine` in the company file, names it."
    )


def _advice() -> str:
    return f"{_INSTALL}STREAMGAUGE_ENGINE to use the engine that is built in."


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
