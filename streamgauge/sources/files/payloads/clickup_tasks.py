"""Tasks of ClickUp."""

from collections.abc import Sequence

from streamgauge.records import Item
from streamgauge.sources.files.flat import Flat
from streamgauge.sources.files.payloads.payload import Fields, Payload, as_list, first, instant, listed, text_of


def _read(rows: Sequence[Flat]) -> Fields:
    row = rows[0]
    who = (text_of(one, "username") or text_of(one, "id") for one in listed(row, "assignees"))
    return {
        "created_at": instant(first(row, "date_created")),
        "closed_at": instant(first(row, "date_closed", "date_done")),
        "due_at": instant(first(row, "due_date")),
        "assignee": next(filter(None, who), None),
        "labels": as_list([text_of(one, "name") for one in listed(row, "tags")]),
    }


CLICKUP_TASKS = Payload(
    title="tasks of ClickUp",
    makes=Item,
    marks=(frozenset(("id", "name", "status.status", "date_created")),),
    fields={
        "id": ("custom_id", "id"),
        "url": ("url",),
        "title": ("name",),
        "status": ("status.status",),
        "priority": ("priority.priority",),
        "estimate": ("points",),
        "parent": ("parent",),
        "reporter": ("creator.username", "creator.id"),
    },
    read=_read,
)
