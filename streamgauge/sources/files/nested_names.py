"""What a column of nested values is called for short: `fields.status.name` of a tool's JSON is a `status`."""

import re
from collections.abc import Sequence
from functools import cache

_HOLDERS = frozenset(
    ("fields", "Fields", "attributes", "properties", "node", "_source", "System", "Microsoft", "VSTS", "Common")
) | {"Scheduling"}
"""Parts in front that only hold the columns of a thing, as tools write them."""
_SHOWN = ("name", "display_value", "value", "displayname", "key", "login", "newvalue")
"""Last parts that stand for the whole of what they are part of, the likeliest first."""
_TIMED = re.compile(r"(?:^|_)(?:at|on|date|time|start|end|until|since)$", re.IGNORECASE)
"""What dates are called by ServiceNow, which shows them in the zone of who asks, and in UTC as the value."""
_BY_KEY, _KEYS = ("parent", "epic"), ("key", "identifier")
"""What a thing is part of is told by its key alone, for its name is not what keys of things are compared with."""
_DOT = re.compile(r"(?<=\S)\.(?=\S)")
_ITSELF, _OBJECT = -1, len(_SHOWN)


def parts(column: str) -> tuple[str, ...]:
    """Return the names of a path from the outermost on, without holders in front; one name where it is no path."""
    found = _DOT.split(column)
    while len(found) > 1 and found[0] in _HOLDERS:
        del found[0]
    return tuple(found)


@cache
def short(column: str) -> str:
    """Return a column's name without holders in front and without a last part that stands for the whole."""
    found = parts(column)
    if len(found) > 1 and found[-1].casefold() in (_SHOWN if found[-2].casefold() not in _BY_KEY else _KEYS):
        found = found[:-1]
    return ".".join(found)


def likeliest_last(columns: Sequence[str]) -> list[tuple[str, str]]:
    """Return columns by their whole and their short names, so that of those with one name the likeliest is last.

    A column by its whole name is likelier than one by its short name. Least likely is one of which there are parts,
    for where a row has those it has nothing there.
    """
    objects = {column[: dot.start()] for column in columns for dot in _DOT.finditer(column)}
    ranked = [
        (_OBJECT if column in objects else rank, place, name, column)
        for place, column in enumerate(columns)
        for name, rank in {short(column): _rank(column), column: _ITSELF}.items()
    ]
    return [(name, column) for _, _, name, column in sorted(ranked, reverse=True)]


def _rank(column: str) -> int:
    *before, last = parts(column.casefold())
    if last == "display_value" and before and _TIMED.search(before[-1]):
        return _OBJECT
    return _SHOWN.index(last) if last in _SHOWN and short(column) != ".".join(parts(column)) else 0


def undisplayed(columns: Sequence[str]) -> list[str]:
    """Return columns without what is shown of dates that stand beside it, as ServiceNow shows them locally."""
    there = set(columns)
    shown = ".display_value"
    return [one for one in columns if not (one.endswith(shown) and f"{one.removesuffix(shown)}.value" in there)]


def is_of_changes(column: str) -> bool:
    """Return whether a column holds what a field became, and nothing where a change was of other fields."""
    return parts(column)[-1].casefold() == "newvalue"
