"""Reads facts as plain columns: numbers for names, microseconds for instants and hours."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.lake import View
from streamgauge.metrics.columns.spread import NEVER, Numbers

Column = npt.NDArray[Any]
Names = tuple[str | None, ...]
_OF_LINES = "line_id IN (SELECT unnest($line_ids))"


def instant(expression: str, name: str) -> str:
    """Return the column of an instant, in microseconds since 1970 in UTC, NEVER where there is none."""
    return f"coalesce(unix_micros({expression}), {NEVER}) AS {name}"


def micros(hours: str, name: str) -> str:
    """Return the column of hours, in microseconds, NEVER where there are none."""
    return f"coalesce(in_micros({hours}), {NEVER}) AS {name}"


def number(column: str, names: str, known: Sequence[str | None], name: str) -> str:
    """Return the column of a name's number: its place among the `known` names, which are bound as `names`.

    The last of these is null. A name that is none of them has the number after it.
    """
    kind = "UTINYINT" if len(known) < 250 else "USMALLINT"
    nothing = f"CASE WHEN {column} IS NULL THEN {len(known) - 1} ELSE {len(known)} END"
    return f"coalesce(CAST(list_position(${names}, {column}) - 1 AS {kind}), CAST({nothing} AS {kind})) AS {name}"


def plain(table: pa.Table) -> dict[str, Column]:
    """Return the columns of a table, none of which is ever null."""
    return {name: table[name].to_numpy() for name in table.column_names}


def arranged(table: pa.Table, order: Numbers) -> dict[str, Column]:
    """Return the columns of a table, none of which is ever null, with its rows in this order."""
    places = np.empty(len(order), np.int32)
    places[order] = np.arange(len(order), dtype=np.int32)
    return {name: _arranged(table[name], places) for name in table.column_names}


def _arranged(column: pa.ChunkedArray, places: Column) -> Column:
    """Return a column in which each value stands at its place; each is copied once."""
    start, found = 0, np.empty(len(places), column.type.to_pandas_dtype())
    for chunk in column.chunks:
        found[places[start : start + len(chunk)]] = chunk.to_numpy(zero_copy_only=False)
        start += len(chunk)
    return found


def named(
    view: View,
    fact: str,
    said: Mapping[str, object],
    kinds: Mapping[str, str | Names],
    sql: Callable[[Mapping[str, Names]], str],
) -> tuple[dict[str, Names], pa.Table]:
    """Return the names that the columns of a fact have, null at their end, and a table with numbers for them.

    `kinds` gives by column of the fact its names, or says where they stand among the meanings; where one is not among
    these, all names are read from the fact. `sql` makes the statement, to which the names are bound by their columns.
    """
    known = {
        column: distinct(view, "meanings", kind, said) if isinstance(kind, str) else kind
        for column, kind in kinds.items()
    }
    for _ in range(2):
        bound = {column: list(names[:-1]) for column, names in known.items()}
        found = view.query(sql(known), {**said, **bound})
        strange = {column for column in kinds if pc.max(found[column]).as_py() == len(known[column])}
        if not strange:
            break
        known |= {column: distinct(view, fact, column, said) for column in strange}
    return known, found


def distinct(view: View, table: str, column: str, said: Mapping[str, object]) -> Names:
    """Return the different names in a column of the datasets, null at their end."""
    rows = view.rows(f"SELECT DISTINCT {column} AS name FROM {table} WHERE {_OF_LINES} ORDER BY name", said)
    return (*(row["name"] for row in rows if row["name"] is not None), None)
