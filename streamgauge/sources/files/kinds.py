"""Which kinds of records a table may hold, what names them, and what a table may leave out."""

import typing
from collections.abc import Mapping
from typing import Any

from streamgauge.errors import BadOption
from streamgauge.records import KINDS, Record, schema
from streamgauge.records.record import fields

EVENT_LOG = "event-log"
"""Not a kind of record but a table of events, which become items and their transitions."""
SHARED = ("source", "repository", "recorded_at", "deleted")
"""Fields that every record has and no table gives."""
NATURAL: Mapping[str, tuple[str, ...]] = {
    "Alert": ("rule", "service", "fired_at"),
    "Allocation": ("team", "purpose_kind", "purpose", "began_at"),
    "Contains": ("whole_kind", "whole", "part_kind", "part"),
    "Exposure": ("flag", "environment", "variant", "changed_at"),
    "Link": ("kind", "item", "other"),
    "Measurement": ("metric", "attributes", "began_at"),
    "ServiceLevel": ("objective", "began_at"),
    "Transition": ("item", "field", "happened_at", "value"),
}
"""Fields that name a record of a kind where a table has no column of ids."""
DEFAULTS: Mapping[str, Any] = {
    **dict.fromkeys(("annotated", "has_lines", "is_author", "is_bot", "is_false_alarm", "is_internal"), False),
    **dict.fromkeys(("is_truncated",), False),
    **dict.fromkeys(("is_committed", "is_given"), True),
    **dict.fromkeys(("attempt", "times"), 1),
}
"""What a field holds where the table says nothing of it; the import says so."""


def named(name: str) -> type[Record] | None:
    """Return the kind of a name or table, null for an event log; raises BadOption with the nearest match."""
    wanted = _bare(name)
    if wanted in ("eventlog", "events", "log"):
        return None
    for kind in KINDS:
        if wanted in (_bare(kind.__name__), _bare(kind.table)):
            return kind
    raise BadOption.unknown("kind of record", name, [EVENT_LOG, *(kind.__name__ for kind in KINDS)])


def given(kind: type[Record]) -> tuple[str, ...]:
    """Return the fields that a table may give, in the order of the record."""
    return tuple(name for name in schema(kind).names if name not in SHARED)


def is_needed(kind: type[Record], field: str) -> bool:
    """Return whether each record must have a value there that nothing else stands in for."""
    if field in DEFAULTS or field == "url" or (field == "id" and kind.__name__ in NATURAL):
        return False
    annotation = fields(kind)[field]
    return type(None) not in typing.get_args(annotation) and typing.get_origin(annotation) is not list


def written_out(columns: tuple[str, ...]) -> type[Record] | None:
    """Return the kind whose every field is a column, by its own name: a template that was filled in."""
    there = {column.strip().casefold() for column in columns}
    fitting = [kind for kind in KINDS if set(given(kind)) <= there]
    return max(fitting, key=lambda kind: len(given(kind)), default=None)


def _bare(name: str) -> str:
    return "".join(sign for sign in name.casefold() if sign.isalnum())
