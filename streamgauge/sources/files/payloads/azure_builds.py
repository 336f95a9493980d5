"""Builds of Azure Pipelines."""

from collections.abc import Sequence

from streamgauge.records import Build
from streamgauge.sources.files.flat import Flat
from streamgauge.sources.files.payloads.payload import Fields, Payload, branch, first

_REQUEST = "refs/pull/"


def _read(rows: Sequence[Flat]) -> Fields:
    row = rows[0]
    source, result = first(row, "sourceBranch") or "", first(row, "result")
    request = source.removeprefix(_REQUEST).partition("/")[0] if source.startswith(_REQUEST) else None
    return {
        "attempt": "1",
        "branch": None if request else branch(source) or None,
        "pull_request": request or first(row, "triggerInfo.pr.number"),
        "outcome": None if result == "none" else result,
    }


AZURE_BUILDS = Payload(
    title="builds of Azure Pipelines",
    makes=Build,
    marks=(frozenset(("id", "definition.name", "sourceBranch", "sourceVersion", "queueTime")),),
    fields={
        "id": ("id",),
        "url": ("_links.web.href", "url"),
        "pipeline": ("definition.name",),
        "commit": ("sourceVersion",),
        "trigger": ("reason",),
        "queued_at": ("queueTime",),
        "started_at": ("startTime",),
        "finished_at": ("finishTime",),
    },
    read=_read,
)
