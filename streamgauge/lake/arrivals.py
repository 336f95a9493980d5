"""Finds which rows of a batch say something new, so that an unchanged record is not written again."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

from streamgauge.lake.attached import attach
from streamgauge.lake.codes import shaped
from streamgauge.lake.latest import KEY
from streamgauge.lake.tables import AGAIN, CONTENT_HASH, RAW, record_schema
from streamgauge.records import Record, schema

if TYPE_CHECKING:
    import duckdb

_RAW_KEY = ("source", "repository", "kind", "id")


def fitted(columns: pa.Schema, batch: pa.Table, *, needed: Sequence[str]) -> pa.Table:
    """Return the batch with exactly these columns, absent ones null; raises ValueError where it does not fit.

    Text that comes in codes stays so.
    """
    if strange := sorted(set(batch.column_names) - set(columns.names)):
        raise ValueError(f"The batch has columns that the table has not: {', '.join(strange)}.")
    arrays = [
        batch[field.name] if field.name in batch.column_names else pa.nulls(batch.num_rows, field.type)
        for field in columns
    ]
    table = shaped(pa.table(arrays, names=columns.names), columns)
    if empty := [name for name in needed if table[name].null_count]:
        raise ValueError(f"The batch has rows without {', '.join(empty)}.")
    return table


def fitted_records(kind: type[Record], batch: pa.Table) -> pa.Table:
    """Return the batch as rows of a record kind; a row that does not say so is not a tombstone."""
    import pyarrow.compute as pc

    table = fitted(schema(kind), batch, needed=(*KEY, "recorded_at"))
    here = table.schema.get_field_index("deleted")
    return table.set_column(here, table.schema.field(here), pc.fill_null(table["deleted"], fill_value=False))


def new_versions(
    engine: "duckdb.DuckDBPyConnection", kind: type[Record], batch: pa.Table, paths: Sequence[str]
) -> pa.Table:
    """Return the rows of a fitted batch that are to be written, with the columns that the lake adds.

    A row is new when the version known at its `recorded_at`, in the table or in the batch, says something else, and
    so does the stored version after it: of two runs that read the same at once, the slower one adds nothing.
    """
    stored = attach(engine, "stored", record_schema(kind), paths, alike=False)
    _arrive(engine, kind, batch)
    engine.execute(_CANDIDATES)
    _drop_equal(engine, kind, stored)
    kept = engine.sql(
        "SELECT lake_position, content_hash, again FROM candidates ORDER BY lake_position"
    ).to_arrow_table()
    _forget(engine)
    rows = batch if kept.num_rows == batch.num_rows else batch.take(kept["lake_position"])
    added = kept.select([CONTENT_HASH.name, AGAIN.name]).to_batches()
    return _joined(pa.Table.from_batches(added, schema=kept.select([1, 2]).schema), rows, record_schema(kind))


def first_versions(engine: "duckdb.DuckDBPyConnection", kind: type[Record], batch: pa.Table) -> pa.Table:
    """Return a fitted batch with the columns that the lake adds, where no row has another version anywhere."""
    engine.register("batch", batch.select(content(kind)))
    said = ", ".join(f'"{name}"' for name in content(kind))
    hashed = engine.sql(f"SELECT CAST(hash({said}) >> 1 AS BIGINT) AS content_hash FROM batch").to_arrow_table()
    engine.unregister("batch")
    again = pa.repeat(pa.scalar(value=False), batch.num_rows)
    added = pa.table([hashed["content_hash"], again], names=[CONTENT_HASH.name, AGAIN.name])
    return _joined(added, batch, record_schema(kind))


def holds(engine: "duckdb.DuckDBPyConnection", kind: type[Record], key: tuple[str, str], paths: Sequence[str]) -> bool:
    """Return whether there is any version of anything under a source and repository."""
    attach(engine, "stored", record_schema(kind), paths, alike=False)
    found = engine.execute("SELECT 1 FROM stored WHERE source = ? AND repository = ? LIMIT 1", list(key)).fetchall()
    _forget(engine)
    return bool(found)


def remember(
    engine: "duckdb.DuckDBPyConnection", kind: type[Record], key: tuple[str, str], paths: Sequence[str]
) -> None:
    """Note the hash of each thing of one source and repository that has one version only, for `doubtful`."""
    attach(engine, "stored", record_schema(kind), paths, alike=False)
    own = "SELECT * FROM stored WHERE source = $source AND repository = $repository"
    engine.execute(
        f"CREATE OR REPLACE TEMP TABLE remembered AS SELECT id, content_hash, recorded_at FROM ({own}) "
        f"ANTI JOIN (SELECT id FROM ({own}) WHERE again) AS several USING (id)",
        {"source": key[0], "repository": key[1]},
    )
    _forget(engine)


def doubtful(engine: "duckdb.DuckDBPyConnection", kind: type[Record], batch: pa.Table) -> pa.Table:
    """Return the rows of a fitted batch that may say something new: not those whose only version says the same."""
    said = ", ".join(f'"{name}"' for name in content(kind))
    engine.register("batch", _numbered(batch))
    kept = engine.sql(
        f"SELECT lake_position FROM (SELECT lake_position, id, recorded_at, CAST(hash({said}) >> 1 AS BIGINT) AS "
        "content_hash FROM batch) AS a WHERE NOT EXISTS (SELECT 1 FROM remembered AS r WHERE r.id = a.id "
        "AND r.content_hash = a.content_hash AND r.recorded_at <= a.recorded_at) ORDER BY lake_position"
    ).to_arrow_table()
    engine.unregister("batch")
    return batch if kept.num_rows == batch.num_rows else batch.take(kept["lake_position"])


def new_items(engine: "duckdb.DuckDBPyConnection", batch: pa.Table, paths: Sequence[str]) -> pa.Table:
    """Return the raw items of a fitted batch whose id is not kept yet, the first of each."""
    attach(engine, "stored", RAW, paths, alike=True)
    engine.register("batch", _numbered(batch.select(list(_RAW_KEY))))
    key = ", ".join(_RAW_KEY)
    kept = engine.sql(
        f"SELECT min(lake_position) AS lake_position FROM batch ANTI JOIN (SELECT {key} FROM stored) AS known "
        f"USING ({key}) GROUP BY {key} ORDER BY 1"
    ).to_arrow_table()
    _forget(engine)
    return batch if kept.num_rows == batch.num_rows else batch.take(kept["lake_position"])


def _arrive(engine: "duckdb.DuckDBPyConnection", kind: type[Record], batch: pa.Table) -> None:
    """Make `arrived` (key, instant and hash of each row) and `known` (the same of what is stored under these keys)."""
    engine.register("batch", _numbered(batch))
    said = ", ".join(f'"{name}"' for name in content(kind))
    key = ", ".join(KEY)
    engine.execute(
        f"CREATE TEMP TABLE arrived AS SELECT lake_position, {key}, recorded_at, "
        f"CAST(hash({said}) >> 1 AS BIGINT) AS content_hash FROM batch"
    )
    engine.execute(
        f"CREATE TEMP TABLE known AS SELECT CAST(NULL AS BIGINT) AS lake_position, {key}, recorded_at, content_hash "
        f"FROM stored SEMI JOIN arrived USING ({key})"
    )


def content(kind: type[Record]) -> list[str]:
    """Return the columns that say what a version is about: all but its key and when we learned it."""
    return [name for name in schema(kind).names if name not in (*KEY, "recorded_at")]


# Things seen once need no order; only of the others the versions are put in line, and those that repeat the one
# before them are left out. What was stored comes first among equals.
_CANDIDATES = """
CREATE TEMP TABLE candidates AS
WITH several AS (
    SELECT source, repository, id FROM known
    UNION
    SELECT source, repository, id FROM arrived GROUP BY ALL HAVING count(*) > 1
), line AS (
    SELECT *, lag(content_hash) OVER versions AS former_hash, lag(recorded_at) OVER versions AS former_at,
        lag(lake_position) OVER versions AS former_position,
        CASE WHEN lead(lake_position) OVER versions IS NULL THEN lead(content_hash) OVER versions END AS later_hash
    FROM (SELECT * FROM arrived UNION ALL SELECT * FROM known) SEMI JOIN several USING (source, repository, id)
    WINDOW versions AS (
        PARTITION BY source, repository, id ORDER BY recorded_at, content_hash, lake_position NULLS FIRST
    )
), changed AS (
    SELECT * FROM line WHERE lake_position IS NOT NULL AND content_hash IS DISTINCT FROM former_hash
        AND content_hash IS DISTINCT FROM later_hash
), ranked AS (
    SELECT *, row_number() OVER (PARTITION BY source, repository, id ORDER BY lake_position) AS rank FROM changed
), stored_before AS (SELECT DISTINCT source, repository, id, true AS was_known FROM known)
SELECT lake_position, content_hash, coalesce(was_known, false) OR rank > 1 AS again,
    CASE WHEN former_position IS NULL THEN former_at END AS former_at,
    CASE WHEN former_position IS NULL THEN former_hash END AS former_hash
FROM ranked LEFT JOIN stored_before USING (source, repository, id)
UNION ALL
SELECT lake_position, content_hash, false, NULL, NULL
FROM arrived ANTI JOIN several USING (source, repository, id)
"""


def _drop_equal(engine: "duckdb.DuckDBPyConnection", kind: type[Record], stored: Sequence[str]) -> None:
    """Leave out rows whose hash differs from the stored version's though the content is the same.

    This happens when a field was added since, or when the engine hashes otherwise than it did.
    """
    engine.execute("CREATE TEMP TABLE doubted AS SELECT * FROM candidates WHERE former_hash IS NOT NULL")
    if not engine.sql("SELECT 1 FROM doubted LIMIT 1").fetchall():
        return
    key = " AND ".join(f"b.{name} = s.{name}" for name in KEY)
    same = " AND ".join(f'b."{name}" IS NOT DISTINCT FROM s."{name}"' for name in content(kind))
    engine.execute(
        "DELETE FROM candidates WHERE lake_position IN (SELECT d.lake_position FROM doubted d "
        f"JOIN batch b ON b.lake_position = d.lake_position JOIN (SELECT {', '.join(stored)} FROM stored) s ON {key} "
        f"AND s.recorded_at = d.former_at AND s.content_hash = d.former_hash WHERE {same})"
    )


def _numbered(batch: pa.Table) -> pa.Table:
    return batch.append_column("lake_position", pa.array(range(batch.num_rows), pa.int64()))


def _joined(added: pa.Table, rows: pa.Table, columns: pa.Schema) -> pa.Table:
    return pa.table([*added.columns, *rows.columns], names=columns.names).cast(columns)


def _forget(engine: "duckdb.DuckDBPyConnection") -> None:
    for table in ("arrived", "known", "candidates", "doubted"):
        engine.execute(f"DROP TABLE IF EXISTS {table}")
    engine.execute("DROP VIEW IF EXISTS stored")
    for name in ("batch", "stored_empty"):
        engine.unregister(name)
