"""Tasks of Asana."""

from collections.abc import Sequence

from streamgauge.records import Item
from streamgauge.sources.files.flat import Flat
from streamgauge.sources.files.payloads.payload import Fields, Payload, as_list, first, listed, text_of

_COMPLETED = "Completed"


def _read(rows: Sequence[Flat]) -> Fields:
    row = rows[0]
    is_done = row.get("completed") == "true"
    section = next((name for one in listed(row, "memberships") if (name := text_of(one, "section", "name"))), None)
    return {
        "status": _COMPLETED if is_done else section or "Open",
        "closed_at": first(row, "completed_at") if is_done else None,
        "labels": as_list([text_of(one, "name") for one in listed(row, "tags")]),
    }


ASANA_TASKS = Payload(
    title="tasks of Asana",
    makes=Item,
    marks=(frozenset(("gid", "name", "completed", "created_at")),),
    fields={
        "id": ("gid",),
        "url": ("permalink_url",),
        "title": ("name",),
        "type": ("custom_type.name", "resource_subtype"),
        "parent": ("parent.gid",),
        "assignee": ("assignee.gid", "assignee.name"),
        "reporter": ("created_by.gid",),
        "created_at": ("created_at",),
        "due_at": ("due_at", "due_on"),
    },
    read=_read,
    note="A task that is not completed has the section of its first project as its status.",
)
