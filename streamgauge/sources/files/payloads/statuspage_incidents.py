"""Incidents of Statuspage."""

from collections.abc import Sequence

from streamgauge.records import Incident
from streamgauge.sources.files.flat import Flat
from streamgauge.sources.files.payloads.payload import Fields, Payload, first, listed, text_of


def _read(rows: Sequence[Flat]) -> list[Fields]:
    row = rows[0]
    if first(row, "scheduled_for"):
        return []
    service = next((name for one in listed(row, "components") if (name := text_of(one, "name"))), None)
    return [{"service": service}]


STATUSPAGE_INCIDENTS = Payload(
    title="incidents of Statuspage",
    makes=Incident,
    marks=(frozenset(("id", "name", "impact", "shortlink", "created_at", "monitoring_at")),),
    fields={
        "id": ("id",),
        "url": ("shortlink",),
        "title": ("name",),
        "severity": ("impact",),
        "status": ("status",),
        "impact_started_at": ("started_at",),
        "detected_at": ("created_at",),
        "mitigated_at": ("monitoring_at",),
        "resolved_at": ("resolved_at",),
    },
    read=_read,
    note="Maintenance that was scheduled is left out.",
)
