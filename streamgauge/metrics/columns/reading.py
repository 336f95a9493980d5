"""Reads facts as plain columns: numbers for names, microseconds for instants and hours."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.facts.ways import NEVER
from streamgauge.lake import View

Column = npt.NDArray[Any]
Names = tuple[str | None, ...]


def of_lines(said: Mapping[str, object]) -> str:
    """Return the condition that a row `f` is of the datasets that are asked for: of one it costs next to nothing."""
    lines = said["line_ids"]
    one = isinstance(lines, list) and len(lines) == 1
    return "f.line_id = get($line_ids, 0)" if one else "f.line_id IN (SELECT unnest($line_ids))"


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
    rows = view.rows(f"SELECT DISTINCT {column} AS name FROM {table} AS f WHERE {of_lines(said)} ORDER BY name", said)
    return (*(row["name"] for row in rows if row["name"] is not None), None)
