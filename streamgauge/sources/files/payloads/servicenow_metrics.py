"""Metric instances of ServiceNow with what they show: from when until when an incident had a state or a group."""

from collections.abc import Sequence

from streamgauge.records import Transition
from streamgauge.sources.files.flat import Flat
from streamgauge.sources.files.payloads.payload import Fields, Payload, first


def _read(rows: Sequence[Flat]) -> Fields:
    """Return what is measured: a task is shown with its kind before its number, `Incident: INC0010001`."""
    shown = first(rows[0], "id.display_value", "id.value") or ""
    return {"item": shown.rpartition(": ")[2] or None}


SERVICENOW_METRICS = Payload(
    title="metric instances of ServiceNow",
    makes=Transition,
    marks=(
        frozenset(("definition.display_value", "id.display_value", "value", "start")),
        frozenset(("definition.display_value", "id.display_value", "value.display_value", "start.value")),
    ),
    fields={
        "id": ("sys_id", "sys_id.value"),
        "field": ("definition.display_value",),
        "value": ("value.display_value", "value"),
        "happened_at": ("start.value", "start"),
    },
    read=_read,
)
