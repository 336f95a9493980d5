"""Jobs of GitHub's workflows, each run with all of its own."""

from collections.abc import Sequence

from streamgauge.records import Build
from streamgauge.sources.files.flat import Flat
from streamgauge.sources.files.payloads.payload import Fields, Payload, first, in_order, places

_WORST = ("failure", "timed_out", "startup_failure", "action_required", "cancelled", "success")
"""Ends of jobs that are the end of their run, whatever its others came to; what comes first counts."""


def _read(rows: Sequence[Flat]) -> list[Fields]:
    attempts = dict.fromkeys(_attempt(row) for row in rows)
    return [_run([row for row in rows if _attempt(row) == one], one, len(attempts) > 1) for one in attempts]


def _attempt(row: Flat) -> str:
    return first(row, "run_attempt") or "1"


def _run(jobs: Sequence[Flat], attempt: str, is_of_several: bool) -> Fields:
    ends = [(first(job, "conclusion") or "").casefold() for job in jobs]
    is_over = all(ends)
    began, ended = (in_order(first(job, name) for job in jobs) for name in ("started_at", "completed_at"))
    run, repository = first(jobs[0], "run_id") or "", places(first(jobs[0], "run_url"), until="actions")
    return {
        "id": f"{run}/{attempt}" if is_of_several else run,
        "pipeline": first(jobs[0], "workflow_name") or "/".join(repository[-2:]) or "workflow",
        "attempt": attempt,
        "started_at": began[0] if began else None,
        "finished_at": ended[-1] if ended and is_over else None,
        "outcome": next((end for end in _WORST if end in ends), ends[0]) if is_over else None,
    }


GITHUB_JOBS = Payload(
    title="jobs of GitHub's workflows, each run with all of its own",
    makes=Build,
    marks=(frozenset(("id", "run_id", "run_url", "name", "status", "conclusion", "head_sha")),),
    by="run_id",
    fields={
        "url": ("run_url",),
        "branch": ("head_branch",),
        "commit": ("head_sha",),
        "queued_at": ("created_at",),
    },
    read=_read,
    note="A run lasted from the start of its first job that is there to the end of its last, and fails with one.",
)
