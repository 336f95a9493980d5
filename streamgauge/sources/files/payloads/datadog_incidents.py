"""Incidents of Datadog."""

import json
from collections.abc import Sequence

from streamgauge.records import Incident
from streamgauge.sources.files.flat import Flat
from streamgauge.sources.files.payloads.payload import Fields, Payload, first


def _first_of(row: Flat, field: str) -> str | None:
    """Return the first value of a field of Datadog's own making, which holds one or a list."""
    told = first(row, f"attributes.fields.{field}.value")
    try:
        found = json.loads(told or "null")
    except (ValueError, RecursionError):
        return told
    texts = [one for one in found if isinstance(one, str)] if isinstance(found, list) else []
    return texts[0] if texts else None if isinstance(found, list) else told


def _read(rows: Sequence[Flat]) -> Fields:
    row = rows[0]
    return {
        "service": _first_of(row, "services"),
        "team": _first_of(row, "teams"),
        "severity": first(row, "attributes.severity") or _first_of(row, "severity"),
        "status": first(row, "attributes.state") or _first_of(row, "state"),
    }


DATADOG_INCIDENTS = Payload(
    title="incidents of Datadog",
    makes=Incident,
    marks=(frozenset(("id", "attributes.title", "attributes.customer_impact_scope", "attributes.detected")),),
    fields={
        "id": ("id",),
        "title": ("attributes.title",),
        "impact_started_at": ("attributes.customer_impact_start",),
        "detected_at": ("attributes.detected", "attributes.created"),
        "mitigated_at": ("attributes.customer_impact_end",),
        "resolved_at": ("attributes.resolved",),
    },
    read=_read,
)
