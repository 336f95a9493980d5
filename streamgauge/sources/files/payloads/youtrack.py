"""Issues of YouTrack, with what happened to them where it is there; and what happened alone."""

import json
from collections.abc import Sequence
from typing import Any

from streamgauge.records import Item, Transition
from streamgauge.sources.files.flat import Flat
from streamgauge.sources.files.payloads.payload import (
    Fields,
    Payload,
    as_list,
    first,
    instant,
    listed,
    objects,
    text_of,
)

_STATES = ("state", "stage", "status")
_NAMES = {"type": "type", "priority": "priority", "assignee": "assignee", "story points": "estimate", "team": "team"}


def _name(value: object) -> str | None:
    """Return what a value is called: itself, or its name; of several the first."""
    if isinstance(value, list):
        return next((name for one in value if (name := _name(one))), None)
    if not isinstance(value, dict):
        return text_of(value)
    return text_of(value, "name") or text_of(value, "login") or text_of(value, "presentation")


def _own(fields: Sequence[dict[str, Any]]) -> dict[str, str | None]:
    """Return what the fields that a project defines say: its state, type and the like."""
    told = {(text_of(one, "name") or "").casefold(): _name(one.get("value")) for one in fields}
    state = next((told[name] for name in _STATES if told.get(name)), None)
    return {"status": state, **{ours: told.get(name) for name, ours in _NAMES.items()}}


def _changes(activities: Sequence[dict[str, Any]]) -> str | None:
    """Return the changes as a history in JSON, for whoever reads those of items."""
    found = [
        {
            "id": text_of(one, "id"),
            "field": text_of(one, "field", "name"),
            "from": _name(one.get("removed")),
            "to": _name(one.get("added")),
            "at": instant(text_of(one, "timestamp")),
        }
        for one in activities
        if text_of(one, "field", "name")
    ]
    return json.dumps(found) if found else None


def _read(rows: Sequence[Flat]) -> Fields:
    row = rows[0]
    return {
        **_own(listed(row, "customFields", "fields")),
        "created_at": instant(first(row, "created")),
        "resolved_at": instant(first(row, "resolved")),
        "labels": as_list([text_of(one, "name") for one in listed(row, "tags")]),
        "history": _changes(listed(row, "activities", "activitiesPage.activities")),
    }


def _read_change(rows: Sequence[Flat]) -> Fields:
    row = rows[0]
    return {
        "happened_at": instant(first(row, "timestamp")),
        "value": _name(objects(row.get("added"))) or first(row, "added.name"),
        "former_value": _name(objects(row.get("removed"))) or first(row, "removed.name"),
    }


YOUTRACK_ISSUES = Payload(
    title="issues of YouTrack",
    makes=Item,
    marks=(frozenset(("idReadable", "summary")),),
    fields={
        "id": ("idReadable",),
        "title": ("summary",),
        "reporter": ("reporter.login", "reporter.name", "reporter.fullName"),
        "parent": ("parent.idReadable",),
    },
    read=_read,
)
YOUTRACK_CHANGES = Payload(
    title="activities of YouTrack",
    makes=Transition,
    marks=(frozenset(("target.idReadable", "timestamp", "field.name", "added")),),
    fields={"id": ("id",), "item": ("target.idReadable",), "field": ("field.name",)},
    read=_read_change,
)
