"""Builds of a job of Jenkins."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from streamgauge.records import Build
from streamgauge.sources.files.flat import Flat
from streamgauge.sources.files.payloads.payload import Fields, Payload, branch, first, instant, listed, places, text_of

_TRIGGERS = {
    "UserIdCause": "manual",
    "TimerTriggerCause": "schedule",
    "SCMTriggerCause": "push",
    "BranchEventCause": "push",
    "UpstreamCause": "upstream",
    "ReplayCause": "replay",
}
"""What started a build, by the last part of the class of its cause; the words of the cause name people."""


def _job(row: Flat) -> str | None:
    """Return the job with its folders, by the address of the build or by its name."""
    *path, number = places(first(row, "url")) or [""]
    if number == first(row, "number") and "job" in path:
        return "/".join(part for before, part in pairwise(path) if before == "job") or None
    return (first(row, "fullDisplayName") or "").rpartition(" #")[0] or None


def _built(actions: Sequence[dict[str, Any]]) -> dict[str, Any]:
    revisions = (one.get("lastBuiltRevision") for one in actions)
    return next((one for one in revisions if isinstance(one, dict)), {})


def _triggers(actions: Sequence[dict[str, Any]]) -> Iterator[str]:
    for action in actions:
        causes = action.get("causes")
        for cause in causes if isinstance(causes, list) else []:
            name = (text_of(cause, "_class") or "").replace("$", ".").rpartition(".")[2]
            if name in _TRIGGERS:
                yield _TRIGGERS[name]


def _read(rows: Sequence[Flat]) -> Fields:
    row = rows[0]
    job, actions, result = _job(row) or "job", listed(row, "actions"), first(row, "result")
    built = _built(actions)
    branches = built.get("branch")
    started = first(row, "startTimeInMillis", "timestamp")
    is_over = result is not None and row.get("building") != "true"
    return {
        "id": f"{job}#{first(row, 'number', 'id')}",
        "pipeline": job,
        "attempt": "1",
        "commit": text_of(built, "SHA1"),
        "branch": branch(text_of(branches[0], "name")) if isinstance(branches, list) and branches else None,
        "trigger": next(_triggers(actions), None),
        "queued_at": instant(first(row, "timestamp")),
        "started_at": instant(started),
        "finished_at": instant(started, after=first(row, "duration")) if is_over and row.get("duration") else None,
        "outcome": result if is_over else None,
    }


JENKINS_BUILDS = Payload(
    title="builds of Jenkins",
    makes=Build,
    marks=(frozenset(("number", "result", "timestamp", "duration")),),
    fields={"url": ("url",)},
    read=_read,
)
