"""Incidents of incident.io."""

from collections.abc import Sequence

from streamgauge.records import Incident
from streamgauge.sources.files.flat import Flat
from streamgauge.sources.files.payloads.payload import Fields, Payload, first, listed, text_of

_REAL = ("standard", "retrospective", None)


def _read(rows: Sequence[Flat]) -> list[Fields]:
    row = rows[0]
    if first(row, "mode") not in _REAL:
        return []
    told = {
        (text_of(one, "incident_timestamp", "name") or "").casefold(): text_of(one, "value", "value")
        for one in listed(row, "incident_timestamp_values")
    }
    category = first(row, "incident_status.category")
    return [
        {
            "impact_started_at": told.get("impact started at"),
            "detected_at": told.get("reported at") or first(row, "created_at"),
            "acknowledged_at": told.get("accepted at"),
            "mitigated_at": told.get("fixed at"),
            "resolved_at": told.get("resolved at") or told.get("closed at"),
            "is_false_alarm": str(category == "declined").lower(),
        }
    ]


INCIDENT_IO = Payload(
    title="incidents of incident.io",
    makes=Incident,
    marks=(frozenset(("id", "reference", "name", "incident_status.category", "created_at")),),
    fields={
        "id": ("reference", "id"),
        "url": ("permalink",),
        "title": ("name",),
        "severity": ("severity.name",),
        "status": ("incident_status.name",),
        "duplicate_of": ("merged_into_incident_id",),
    },
    read=_read,
    note="Incidents of trial and training are left out.",
)
