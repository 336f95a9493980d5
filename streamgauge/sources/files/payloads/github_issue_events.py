"""Events of GitHub's issues, of which those that end an issue, or open it again, change its state."""

from collections.abc import Sequence

from streamgauge.records import Transition
from streamgauge.sources.files.flat import Flat
from streamgauge.sources.files.payloads.payload import Fields, Payload, first

_STATES = {"closed": "closed", "reopened": "open"}


def _read(rows: Sequence[Flat]) -> list[Fields]:
    row = rows[0]
    state = _STATES.get(first(row, "event") or "")
    return [{"field": "status", "value": state}] if state else []


GITHUB_ISSUE_EVENTS = Payload(
    title="events of GitHub's issues",
    makes=Transition,
    marks=(frozenset(("id", "event", "created_at", "issue.number")),),
    fields={
        "id": ("id",),
        "item": ("issue.number",),
        "happened_at": ("created_at",),
        "actor": ("actor.login",),
    },
    read=_read,
    note="Closing and reopening are changes of status; with `--dataset` of the issues they tell of these.",
)
