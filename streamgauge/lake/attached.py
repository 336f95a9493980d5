"""Puts a table's files before the engine, with exactly the columns that this version knows."""

import glob
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    import duckdb

PLACE = "lake_place"
"""Column that numbers the rows of all files, so that a row can be named without its content."""
_KINDS = {
    pa.string(): "VARCHAR",
    pa.int64(): "BIGINT",
    pa.float64(): "DOUBLE",
    pa.bool_(): "BOOLEAN",
    pa.timestamp("us", tz="UTC"): "TIMESTAMP WITH TIME ZONE",
    pa.binary(): "BLOB",
}


def attach(
    connection: "duckdb.DuckDBPyConnection", name: str, columns: pa.Schema, paths: Sequence[str], *, alike: bool
) -> list[str]:
    """Show files as a relation and return one expression per column: null where no file has it yet.

    `alike` says that all files have the same columns, so that not each has to be opened to know them.
    """
    wanted = {field.name: _kind(field.type) for field in columns}
    if not paths:
        nothing = ", ".join(_expression(column, kind, None) for column, kind in wanted.items())
        nowhere = f"SELECT {nothing}, CAST(0 AS BIGINT) AS {PLACE} WHERE FALSE"
        connection.execute(f"CREATE OR REPLACE VIEW {name} AS {nowhere}")
        return list(columns.names)
    files = [glob.escape(path) for path in paths]
    relation = connection.read_parquet(files, union_by_name=not alike, file_row_number=True)
    numbered = relation.project(f"*, CAST(file_index AS BIGINT) * {2**40} + file_row_number AS {PLACE}")
    numbered.create_view(name)
    found = dict(zip(relation.columns, (str(kind) for kind in relation.types), strict=True))
    return [_expression(column, kind, found.get(column)) for column, kind in wanted.items()]


def _kind(of: pa.DataType) -> str:
    """Return the engine's name for a type of stored columns."""
    if pa.types.is_list(of):
        return f"{_kind(of.value_type)}[]"
    if pa.types.is_struct(of):
        fields = ", ".join(f'"{field.name}" {_kind(field.type)}' for field in of)
        return f"STRUCT({fields})"
    return _KINDS[of]


def _expression(column: str, wanted: str, found: str | None) -> str:
    quoted = f'"{column}"'
    if found is None:
        return f"CAST(NULL AS {wanted}) AS {quoted}"
    return quoted if found == wanted else f"CAST({quoted} AS {wanted}) AS {quoted}"
