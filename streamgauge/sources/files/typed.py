"""Makes typed columns of text that says its own type, and tells which values are not of it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

TYPES = {
    "string": pa.string(),
    "id": pa.string(),
    "date": pa.timestamp("us", "UTC"),
    "int": pa.int64(),
    "float": pa.float64(),
    "boolean": pa.bool_(),
}


def typed(column: pa.Array, kind: str) -> tuple[pa.Array, list[int]]:
    """Return texts as a column of a type, and the places of those that are not of it (null in the column).

    An instant without a zone counts as UTC.
    """
    wanted = TYPES.get(kind, pa.string())
    if wanted == pa.string():
        return column, []
    try:
        return column.cast(wanted), []
    except pa.ArrowInvalid:
        values = column.to_pylist()
        found = [_tried(_PARSERS[kind], value) for value in values]
    wrong = [n for n, (value, made) in enumerate(zip(values, found, strict=True)) if value is not None and made is None]
    return pa.array(found, wanted), wrong


def _tried(parse: Callable[[str], Any], value: str | None) -> Any:
    try:
        return None if value is None else parse(value.strip())
    except (ValueError, OverflowError):
        return None


def _instant(value: str) -> datetime:
    found = datetime.fromisoformat(value)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _integer(value: str) -> int:
    found = int(value)
    if abs(found) >= 2**63:
        raise ValueError(value)
    return found


def _truth(value: str) -> bool:
    return {"true": True, "1": True, "false": False, "0": False}.get(value.lower())  # type: ignore[return-value]


_PARSERS: dict[str, Callable[[str], Any]] = {"date": _instant, "int": _integer, "float": float, "boolean": _truth}
