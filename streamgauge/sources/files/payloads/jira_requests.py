"""Requests of Jira Service Management, with their statuses where these were asked for (`expand=status`)."""

import json
from collections.abc import Sequence

from streamgauge.records import Item
from streamgauge.sources.files.flat import Flat
from streamgauge.sources.files.payloads.payload import Fields, Payload, first, instant, listed, text_of


def _read(rows: Sequence[Flat]) -> Fields:
    row = rows[0]
    fields = listed(row, "requestFieldValues")
    title = next((text_of(one, "value") for one in fields if one.get("fieldId") == "summary"), None)
    came = [
        {"status": text_of(one, "status"), "at": text_of(one, "statusDate", "iso8601")}
        for one in listed(row, "status.values")
    ] or [{"status": first(row, "currentStatus.status"), "at": first(row, "currentStatus.statusDate.iso8601")}]
    return {
        "title": first(row, "summary") or title,
        "created_at": first(row, "createdDate.iso8601") or instant(first(row, "createdDate.epochMillis")),
        "history": json.dumps(came),
    }


JIRA_REQUESTS = Payload(
    title="requests of Jira Service Management",
    makes=Item,
    marks=(frozenset(("issueKey", "currentStatus.status")),),
    fields={
        "id": ("issueKey",),
        "url": ("_links.web",),
        "type": ("requestType.name",),
        "status": ("currentStatus.status",),
        "reporter": ("reporter.accountId", "reporter.name", "reporter.displayName"),
    },
    read=_read,
    note="Their statuses come with `expand=status`; without it only the newest is dated.",
)
