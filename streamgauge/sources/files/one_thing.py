"""A JSON document that is one thing, such as one issue with its labels: a row, not the table of its parts."""

from collections.abc import Mapping
from typing import Any

from streamgauge.sources.files import flat
from streamgauge.sources.files.payloads import PAYLOADS

_KEYS = ("key", "id")
_HELD = frozenset(("data", "rows", "records", "items", "values", "results", "entries", "value", "issues"))
"""What lists are called that are a table, beside whose `fields` they may stand."""


def thing_in(document: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]] | None:
    """Return the thing that a document is, or that alone is in it, with the name that leads there; null for none.

    Things are what the interface of a tool answers, one of which may be asked for by itself, issues with `fields`, and
    those of GitLab, with their own number in a project.
    """
    inner = [(key, value) for key, value in document.items() if isinstance(value, dict)]
    there = [("", document), *(inner if len(inner) == 1 else ())]
    return next((one for one in there if _is_thing(one[1])), None)


def _is_thing(value: Mapping[str, Any]) -> bool:
    has_key = any(isinstance(value.get(key), str | int) for key in _KEYS)
    if has_key and isinstance(value.get("fields"), dict) and not _HELD & set(value):
        return True
    if isinstance(value.get("iid"), str | int) and {"title", "state"} <= set(value):
        return True
    columns = tuple(flat.flat(value))
    return any(one.fits(columns) for one in PAYLOADS)
