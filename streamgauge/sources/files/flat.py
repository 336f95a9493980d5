"""Makes flat rows of text out of nested values: objects by names with dots, lists as JSON."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec
import pyarrow as pa

from streamgauge.sources.files.opening import Content
from streamgauge.sources.files.sheet import BadRow, Batch

Flat = dict[str, str | None]
_LEVELS = 16
_TYPED = ("$date", "$oid", "$numberLong", "$numberInt", "$numberDouble", "$numberDecimal", "$uuid", "$symbol")
"""Names that stand around a value in what MongoDB exports, and say of which type it is."""
_ENCODE = msgspec.json.Encoder(decimal_format="number").encode


def flat(value: Mapping[str, Any]) -> Flat:
    """Return an object as one row: what is nested more than 16 deep, and every list, as JSON text."""
    row: Flat = {}
    _fill(row, value, "", _LEVELS)
    return row


def _fill(row: Flat, value: Mapping[str, Any], before: str, levels: int) -> None:
    for key, held in value.items():
        name = before + key if before else key
        inner = _untyped(held) if type(held) is dict and len(held) == 1 else held
        if type(inner) is dict and levels:
            _fill(row, inner, f"{name}.", levels - 1)
            continue
        while name in row:
            name += " (2)"
        row[name] = text(inner)


def _untyped(value: Any) -> Any:
    """Return what stands within names that say its type."""
    while type(value) is dict and len(value) == 1 and (name := next(iter(value))) in _TYPED:
        value = value[name]
    return value


def text(value: object) -> str | None:
    """Return a value as it is spelt in JSON, but text as it is, and null as null."""
    if type(value) is str:
        return value if value.isascii() else valid(value)
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        return str(value)
    return valid(value if isinstance(value, str) else as_json(value))


def as_json(value: object) -> str:
    """Return a nested value as JSON text."""
    try:
        return _ENCODE(value).decode()
    except (RecursionError, UnicodeEncodeError, ValueError):
        return "(too deep, or no Unicode)"


def valid(value: str) -> str:
    """Return text without half signs (lone surrogates), which no encoding can hold."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return value.encode("utf-8", "replace").decode()
    return value


class Names:
    """The columns of a table whose rows name them, in the order of their first sight."""

    def __init__(self, content: Content) -> None:
        self._content, self._names = content, dict[str, None]()

    def see(self, row: Iterable[str]) -> None:
        """Learn the names of a row. Raises BadFile where there are too many by now."""
        self._names.update(dict.fromkeys(row))
        most = self._content.limits.columns
        if len(self._names) > most:
            raise self._content.bad(
                f"more than {most:,} columns",
                advice="Perhaps names hold values, such as an id for a key. Export a list.",
            )

    def columns(self) -> tuple[str, ...]:
        """Return the names."""
        return tuple(self._names)


def batch(rows: Sequence[Flat], lines: Sequence[int], columns: Sequence[str], bad: Sequence[BadRow] = ()) -> Batch:
    """Return rows as a batch that has exactly these columns, all text; null where a row has no such name."""
    values: dict[str, list[str | None]] = {}
    for place, row in enumerate(rows):
        for name, value in row.items():
            if name not in values:
                values[name] = [None] * len(rows)
            values[name][place] = value
    nothing = pa.nulls(len(rows), pa.string())
    arrays = [pa.array(values[name], pa.string()) if name in values else nothing for name in columns]
    table = pa.table(arrays, names=list(columns)) if arrays else pa.table({})
    return Batch(table=table, line=pa.array(lines, pa.int64()), bad=tuple(bad))
