"""The few words that DuckDB and Spark SQL spell differently, so that one statement runs on both.

Common to both: `max_by` and `min_by` (of a column: among the rows that have it), `any_value`, `count_if`, `bool_or`,
`date_trunc`, `array_contains`, `split`, `percentile_disc(p) WITHIN GROUP (ORDER BY x)`, `FILTER`, `GROUP BY ALL`,
windows.
Not common: `QUALIFY`, generated series, and a `FILTER` on a macro: write `percentile(CASE WHEN ... THEN x END, p)`.
Lists side by side: `SELECT CAST(get($a, n) AS STRING), CAST(get($b, n) AS STRING) FROM (SELECT unnest(places($a)) AS n)
AS given`. The session's zone is UTC; nulls stand first where the order rises and last where it falls. Sums of fractions
depend on their order: a fact sums whole microseconds, and divides at the end.
"""

import re
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
    ("get(a, i)", "a[i + 1]"),
    ("places(a)", "range(len(a))"),
    ("in_micros(hours)", "CAST(round(hours * 3.6e9) AS BIGINT)"),
    ("size(a)", "len(a)"),
    ("array_join(a, mark)", "array_to_string(a, mark)"),
    ("try_divide(a, b)", "CASE WHEN b <> 0 THEN CAST(a AS DOUBLE) / b END"),
    ("sha2(x, bits)", "sha256(x)"),
    ("part_of(x, parts)", "CAST(hash(x) % CAST(parts AS UBIGINT) AS BIGINT)"),
)
"""Spark's name and DuckDB's meaning. `sha2` knows 256 bits only."""


FUNCTIONS: tuple[str, ...] = (
    "CREATE TEMPORARY FUNCTION starts_with(x STRING, y STRING) RETURNS BOOLEAN RETURN startswith(x, y)",
    r"""CREATE TEMPORARY FUNCTION regexp_full_match(x STRING, pattern STRING) RETURNS BOOLEAN
        RETURN x RLIKE concat(r'\A(?:', pattern, r')\z')""",
    "CREATE TEMPORARY FUNCTION part_of(x STRING, parts BIGINT) RETURNS BIGINT RETURN pmod(xxhash64(x), parts)",
    "CREATE TEMPORARY FUNCTION in_micros(hours DOUBLE) RETURNS BIGINT RETURN CAST(round(hours * 3.6e9) AS BIGINT)",
)
"""Names that a Spark session is taught."""

_NESTED = r"(?:[^()]|\((?:[^()]|\([^()]*\))*\))"
_SPELLINGS: tuple[tuple[str, str], ...] = (
    (r"\$([A-Za-z_]\w*)", r":\1"),
    (r"\bTIMESTAMPTZ\b", "TIMESTAMP_LTZ"),
    (r"\bDOUBLE\[\]", "ARRAY<DOUBLE>"),
    (r"\bunnest\(", "explode("),
    (r"\bplaces\(([$:]\w+)\)", r"filter(sequence(0, size(\1)), place -> place < size(\1))"),
    # A number with a point is exact to Spark, and would be rounded in means.
    (r"(?<![\w.])(\d+\.\d+)(?![\w.])", r"\1D"),
    (r"\bstring_agg\(([\w.]+), ([$:]\w+) ORDER BY ([\w.]+)\)", r"string_agg(\1, \2) WITHIN GROUP (ORDER BY \3)"),
    (rf"\blast_value\(({_NESTED}+) IGNORE NULLS\)", r"last_value(\1, true)"),
    # The row that counts is one that has a value.
    (rf"\b(max_by|min_by)\(([\w.]+), ({_NESTED}+)\)", r"\1(\2, CASE WHEN \2 IS NOT NULL THEN \3 END)"),
    (
        r"\blist\((\w+) ORDER BY ([\w, ]+)\) FILTER \(WHERE ([^()]+)\)",
        r"transform(array_sort(collect_list(CASE WHEN \3 THEN struct(\2, \1 AS it) END)), one -> one.it)",
    ),
)
"""Patterns of DuckDB's words and what Spark says instead; they never reach into a quoted text."""
_QUOTED = re.compile(r"('(?:[^']|'')*')")


_NULLS = "nulls_first_on_asc_last_on_desc"


def teach(connection: "duckdb.DuckDBPyConnection") -> None:
    """Give all connections of a DuckDB engine the shared words, UTC as their zone, and the shared place of nulls."""
    macros = "; ".join(f"CREATE MACRO {name} AS {meaning}" for name, meaning in MACROS)
    connection.execute(f"SET GLOBAL TimeZone = 'UTC'; SET default_null_order = '{_NULLS}'; {macros}")


def spelled(sql: str) -> str:
    """Return a statement in the words of Spark SQL."""
    parts = _QUOTED.split(sql)
    for pattern, meaning in _SPELLINGS:
        parts[::2] = [re.sub(pattern, meaning, part) for part in parts[::2]]
    return "".join(parts)
