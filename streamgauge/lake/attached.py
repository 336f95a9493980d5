"""Puts a table's files before the engine, with exactly the columns that this version knows."""

import glob
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    import duckdb

PLACE = "lake_place"
"""Column that numbers the rows of all files, so that a row can be named without its content."""


def attach(
    connection: "duckdb.DuckDBPyConnection", name: str, columns: pa.Schema, paths: Sequence[str], *, alike: bool
) -> list[str]:
    """Show the files as a relation and return one expression per column: null where no file has it yet.

    `alike` says that all files have the same columns, so that not each has to be opened to know them.
    """
    connection.register(f"{name}_empty", columns.empty_table())
    empty = connection.table(f"{name}_empty")
    if not paths:
        empty.project(f"*, CAST(0 AS BIGINT) AS {PLACE}").create_view(name)
        return list(columns.names)
    files = [glob.escape(path) for path in paths]
    relation = connection.read_parquet(files, union_by_name=not alike, file_row_number=True)
    numbered = relation.project(f"*, CAST(file_index AS BIGINT) * {2**40} + file_row_number AS {PLACE}")
    numbered.create_view(name)
    wanted = dict(zip(empty.columns, (str(kind) for kind in empty.types), strict=True))
    found = dict(zip(relation.columns, (str(kind) for kind in relation.types), strict=True))
    return [_expression(column, kind, found.get(column)) for column, kind in wanted.items()]


def _expression(column: str, wanted: str, found: str | None) -> str:
    quoted = f'"{column}"'
    if found is None:
        return f"CAST(NULL AS {wanted}) AS {quoted}"
    return quoted if found == wanted else f"CAST({quoted} AS {wanted}) AS {quoted}"
