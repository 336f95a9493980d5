"""Stories of Shortcut."""

from collections.abc import Sequence

from streamgauge.records import Item
from streamgauge.sources.files.flat import Flat
from streamgauge.sources.files.payloads.payload import Fields, Payload, as_list, first, listed, text_of


def _read(rows: Sequence[Flat]) -> Fields:
    row = rows[0]
    begun, ended = first(row, "started_at_override", "started_at"), first(row, "completed_at_override", "completed_at")
    return {
        "status": "Completed" if ended else "Started" if begun else "Unstarted",
        "started_at": begun,
        "completed_at": ended,
        "labels": as_list([text_of(one, "name") for one in listed(row, "labels")]),
    }


SHORTCUT_STORIES = Payload(
    title="stories of Shortcut",
    makes=Item,
    marks=(frozenset(("id", "name", "story_type", "workflow_state_id", "created_at")),),
    fields={
        "id": ("id",),
        "url": ("app_url",),
        "title": ("name",),
        "type": ("story_type",),
        "estimate": ("estimate",),
        "parent": ("epic_id",),
        "created_at": ("created_at",),
        "due_at": ("deadline",),
    },
    read=_read,
    note="Stories name their states by number alone, so that only unstarted, started and completed are told apart.",
)
