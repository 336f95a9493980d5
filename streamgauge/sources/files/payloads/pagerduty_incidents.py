"""Incidents of PagerDuty: as they stand now, as its analysis sums them up, or by what happened to them."""

from collections.abc import Sequence

from streamgauge.records import Incident
from streamgauge.sources.files.flat import Flat
from streamgauge.sources.files.payloads.payload import (
    Fields,
    Payload,
    first,
    in_order,
    listed,
    moment,
    seconds_later,
    text_of,
)


def _team(row: Flat) -> str | None:
    return next((name for one in listed(row, "teams") if (name := text_of(one, "summary"))), None)


def _read(rows: Sequence[Flat]) -> Fields:
    row = rows[0]
    is_over = first(row, "status") == "resolved"
    taken = in_order(text_of(one, "at") for one in listed(row, "acknowledgements"))
    return {
        "team": _team(row),
        "acknowledged_at": taken[0] if taken else None,
        "resolved_at": first(row, "resolved_at") or (first(row, "last_status_change_at") if is_over else None),
    }


def _read_sums(rows: Sequence[Flat]) -> Fields:
    row = rows[0]
    return {"acknowledged_at": seconds_later(first(row, "created_at"), first(row, "seconds_to_first_ack"))}


def _read_log(rows: Sequence[Flat]) -> Fields:
    """Return one incident of its log: it is over where nothing came after it was resolved that opened it again."""
    in_order = sorted(rows, key=lambda row: moment(first(row, "created_at")))
    told = [(first(row, "created_at") or "", (first(row, "type") or "").partition("_")[0]) for row in in_order]
    times = {kind: [at for at, one in told if one == kind and at] for kind in ("trigger", "acknowledge", "resolve")}
    state = [kind for _, kind in told if kind in ("trigger", "acknowledge", "unacknowledge", "resolve", "reopen")]
    is_over = state[-1:] == ["resolve"]
    words = {"resolve": "resolved", "acknowledge": "acknowledged"}
    return {
        "team": _team(rows[0]),
        "status": words.get(state[-1], "triggered") if state else None,
        "detected_at": times["trigger"][0] if times["trigger"] else None,
        "acknowledged_at": times["acknowledge"][0] if times["acknowledge"] else None,
        "resolved_at": times["resolve"][-1] if is_over and times["resolve"] else None,
    }


_FIELDS = {"title": ("title", "summary"), "service": ("service.summary",), "urgency": ("urgency",)}
PAGERDUTY_INCIDENTS = Payload(
    title="incidents of PagerDuty",
    makes=Incident,
    marks=(frozenset(("incident_number", "service.summary", "urgency", "status", "created_at")),),
    fields={
        **_FIELDS,
        "id": ("id",),
        "url": ("html_url",),
        "severity": ("priority.summary", "priority.name"),
        "status": ("status",),
        "detected_at": ("created_at",),
    },
    read=_read,
    note="An incident that is over no longer tells when it was acknowledged: its log entries do.",
)
PAGERDUTY_ANALYSIS = Payload(
    title="incidents as PagerDuty's analysis sums them up",
    makes=Incident,
    marks=(frozenset(("incident_number", "service_name", "seconds_to_first_ack", "created_at")),),
    fields={
        "id": ("id",),
        "title": ("description",),
        "service": ("service_name",),
        "team": ("team_name",),
        "severity": ("priority_name",),
        "urgency": ("urgency",),
        "status": ("status",),
        "detected_at": ("created_at",),
        "resolved_at": ("resolved_at",),
    },
    read=_read_sums,
)
PAGERDUTY_LOG = Payload(
    title="log entries of PagerDuty, each incident with all of its own",
    makes=Incident,
    marks=(frozenset(("incident.id", "type", "created_at", "channel.type")),),
    by="incident.id",
    fields={
        "id": ("incident.id",),
        "url": ("incident.html_url",),
        "title": ("incident.summary",),
        "service": ("service.summary",),
    },
    read=_read_log,
)
