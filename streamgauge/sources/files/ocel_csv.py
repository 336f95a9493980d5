"""Reads object-centric event logs in CSV: one row an event, one column for the objects of each type."""

import ast
from collections.abc import Iterator, Sequence

from streamgauge.sources.files import flat, ocel
from streamgauge.sources.files.opening import Content
from streamgauge.sources.files.sheet import BadRow, Sheet

_TYPE = "ocel:type:"
_OWN = {"ocel:eid": ocel.ID, "ocel:activity": ocel.TYPE, "ocel:timestamp": ocel.TIME}


def is_log(columns: Sequence[str]) -> bool:
    """Return whether a table with these columns is such a log."""
    return set(_OWN) <= set(columns) and any(column.startswith(_TYPE) for column in columns)


def sheets(content: Content, table: Sheet) -> Iterator[Sheet]:
    """Give the sheets events, objects, relations and changes, of which the last holds nothing."""
    kinds = {column: column.removeprefix(_TYPE) for column in table.columns if column.startswith(_TYPE)}
    attributes = [column for column in table.columns if column not in _OWN and column not in kinds]

    def rows(sheet: str) -> Iterator[flat.Flat | BadRow]:
        if sheet == "events":
            yield from _events(table, attributes)
        elif sheet == "objects":
            yield from _objects(table, kinds)
        elif sheet == "relations":
            yield from _relations(table, kinds)

    note = f"An object-centric log with objects of the types {', '.join(kinds.values())}."
    yield from ocel.sheets(content, "ocel csv", rows, {"events": attributes}, note)


def _rows(table: Sheet) -> Iterator[dict[str, str]]:
    for batch in table.batches():
        yield from batch.table.to_pylist()


def _events(table: Sheet, attributes: Sequence[str]) -> Iterator[flat.Flat | BadRow]:
    for batch in table.batches():
        yield from batch.bad
        for row in batch.table.to_pylist():
            own: flat.Flat = {key: row[column] for column, key in _OWN.items()}
            yield own | {ocel.key(name): row[name] or None for name in attributes}


def _objects(table: Sheet, kinds: dict[str, str]) -> Iterator[flat.Flat]:
    seen = set[tuple[str, str]]()
    for row in _rows(table):
        for column, kind in kinds.items():
            for key in _listed(row[column]):
                if (kind, key) not in seen:
                    seen.add((kind, key))
                    yield {ocel.ID: key, ocel.TYPE: kind}


def _relations(table: Sheet, kinds: dict[str, str]) -> Iterator[flat.Flat]:
    for row in _rows(table):
        for column, kind in kinds.items():
            for key in _listed(row[column]):
                yield {ocel.EVENT: row["ocel:eid"], ocel.OBJECT: key, ocel.QUALIFIER: kind}


def _listed(cell: str) -> list[str]:
    """Return the keys in a cell: a list as Python or JSON writes it, or one key."""
    text = cell.strip()
    if not text:
        return []
    if not text.startswith("["):
        return [text]
    try:
        found = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return [part.strip(" '\"") for part in text.strip("[]").split(",") if part.strip(" '\"")]
    return [str(one) for one in found if one is not None]
