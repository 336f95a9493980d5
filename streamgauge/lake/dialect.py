"""The few words that DuckDB spells differently from Spark SQL, as macros, so that one statement runs on both.

Common to both and needing no macro: `max_by`, `min_by`, `any_value`, `count_if`, `bool_or`, `date_trunc`,
`array_contains`, `split`, `percentile_disc(p) WITHIN GROUP (ORDER BY x)`, `FILTER`, `GROUP BY ALL`, windows.
Not common: `QUALIFY`, generated series, and a `FILTER` on a macro: write `percentile(CASE WHEN ... THEN x END, p)`.
The session's zone is UTC.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

MACROS: tuple[tuple[str, str], ...] = (
    ("unix_micros(t)", "epoch_us(t)"),
    ("unix_seconds(t)", "epoch_us(t) // 1000000"),
    ("timestamp_micros(n)", "make_timestamptz(CAST(n AS BIGINT))"),
    ("from_utc_timestamp(t, zone)", "timezone(zone, CAST(t AS TIMESTAMPTZ))"),
    ("to_utc_timestamp(t, zone)", "timezone(zone, CAST(t AS TIMESTAMP))"),
    ("percentile(x, p)", "quantile_cont(x, p)"),
    ("collect_list(x)", "list(x) FILTER (WHERE x IS NOT NULL)"),
    ("explode(a)", "unnest(a)"),
    ("size(a)", "len(a)"),
    ("array_join(a, mark)", "array_to_string(a, mark)"),
    ("try_divide(a, b)", "CASE WHEN b <> 0 THEN CAST(a AS DOUBLE) / b END"),
    ("sha2(x, bits)", "sha256(x)"),
)
"""Spark's name and DuckDB's meaning. `sha2` knows 256 bits only."""


def teach(connection: "duckdb.DuckDBPyConnection") -> None:
    """Give a DuckDB connection the shared words, and UTC as its zone."""
    macros = "; ".join(f"CREATE TEMP MACRO {name} AS {meaning}" for name, meaning in MACROS)
    connection.execute(f"SET TimeZone = 'UTC'; {macros}")
