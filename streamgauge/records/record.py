"""What every record has in common, and how its Arrow schema follows from its fields."""

import types
import typing
from datetime import datetime
from functools import cache
from typing import Any, ClassVar, Union

import msgspec
import pyarrow as pa

UTC_INSTANT = pa.timestamp("us", tz="UTC")
_SCALARS: dict[Any, pa.DataType] = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
    datetime: UTC_INSTANT,
}


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One version of one thing that a tool told us.

    `source` is the tool, `repository` the project in it, `id` is stable there. `recorded_at` (UTC) is when
    we learned it; `deleted` marks the tombstone of a record that vanished from its tool.
    """

    table: ClassVar[str]
    source: str
    repository: str
    id: str
    recorded_at: datetime
    deleted: bool = False
    url: str | None = None


def arrow_type(annotation: Any) -> pa.DataType:
    """Return the Arrow type of a field's annotation; raises TypeError for one that no record may have."""
    if annotation in _SCALARS:
        return _SCALARS[annotation]
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (Union, types.UnionType):
        (only,) = [a for a in arguments if a is not type(None)]
        return arrow_type(only)
    if origin is list:
        return pa.list_(arrow_type(arguments[0]))
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        return pa.struct([pa.field(n, arrow_type(t)) for n, t in typing.get_type_hints(annotation).items()])
    raise TypeError(f"{annotation!r} has no column type; a field is one of {sorted(t.__name__ for t in _SCALARS)}.")


def fields(record: type[msgspec.Struct]) -> dict[str, Any]:
    """Return the names and annotations of a record's fields, the shared ones first."""
    return {f.name: f.type for f in msgspec.structs.fields(record)}


@cache
def schema(record: type[Record]) -> pa.Schema:
    """Return the Arrow schema of a record kind, columns in the order of its fields."""
    return pa.schema([pa.field(n, arrow_type(t)) for n, t in fields(record).items()])
