"""Pipelines of GitLab, from the list of them or each with its details."""

import re
from collections.abc import Sequence

from streamgauge.records import Build
from streamgauge.sources.files.flat import Flat
from streamgauge.sources.files.payloads.payload import Fields, Payload, first, places

ENDS = ("success", "failed", "canceled", "skipped")
"""The states in which a pipeline is over."""
_MERGE_REQUEST = re.compile(r"refs/merge-requests/(\d+)/")


def _read(rows: Sequence[Flat]) -> Fields:
    row = rows[0]
    status, reference = first(row, "status"), first(row, "ref")
    of_request = _MERGE_REQUEST.match(reference or "")
    is_over = status in ENDS
    return {
        "pipeline": first(row, "name") or "/".join(places(first(row, "web_url"), until="-")) or "pipeline",
        "attempt": "1",
        "branch": None if of_request or row.get("tag") == "true" else reference,
        "pull_request": of_request[1] if of_request else None,
        "outcome": status if is_over else None,
        "finished_at": first(row, "finished_at", "updated_at") if is_over else None,
    }


GITLAB_PIPELINES = Payload(
    title="pipelines of GitLab",
    makes=Build,
    marks=(frozenset(("id", "sha", "ref", "status", "web_url", "created_at", "updated_at")),),
    lacks=frozenset(("environment.name", "title", "stage", "state")),
    fields={
        "id": ("id",),
        "url": ("web_url",),
        "commit": ("sha",),
        "trigger": ("source",),
        "queued_at": ("created_at",),
        "started_at": ("started_at",),
    },
    read=_read,
    note=("A pipeline without an end of its own ended when it was last updated; one that is not over has no outcome."),
)
