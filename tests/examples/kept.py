"""All records of an invented company in one engine, as a reader of its lake would see them."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import duckdb
import pyarrow as pa

from streamgauge.examples.company import Invented, company
from streamgauge.examples.world import UNTIL
from streamgauge.records import KINDS, schema


@dataclass(frozen=True)
class Kept:
    """A company, its tables with every version, and an engine in which `<table>` shows the newest of each."""

    company: Invented
    tables: dict[str, pa.Table]
    engine: duckdb.DuckDBPyConnection

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Return the rows of a statement."""
        return self.engine.sql(sql).fetchall()


@lru_cache(maxsize=8)
def kept(seed: int = 1, teams: int = 8, months: int = 18, until: datetime = UNTIL) -> Kept:
    """Return an invented company with its records; made once for each size."""
    invented = company(seed, teams=teams, months=months, until=until)
    parts: dict[str, list[pa.Table]] = {kind.table: [] for kind in KINDS}
    for kind, batch in invented.records(lambda name: f"p-{name}"):
        parts[kind.table].append(batch)
    tables = {kind.table: pa.concat_tables([schema(kind).empty_table(), *parts[kind.table]]) for kind in KINDS}
    engine = duckdb.connect()
    engine.execute("SET TimeZone = 'UTC'")
    for name, table in tables.items():
        engine.register(f"{name}_history", table)
        engine.execute(
            f"CREATE TABLE {name} AS SELECT * FROM {name}_history QUALIFY row_number() OVER "
            "(PARTITION BY source, repository, id ORDER BY recorded_at DESC) = 1"
        )
    return Kept(invented, tables, engine)
