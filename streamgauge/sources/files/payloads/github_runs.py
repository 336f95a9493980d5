"""Runs of GitHub's workflows, as its interface and its command tell them."""

from collections.abc import Sequence

from streamgauge.records import Build
from streamgauge.sources.files.flat import Flat
from streamgauge.sources.files.payloads.payload import Fields, Payload, first, listed, text_of


def _read(rows: Sequence[Flat]) -> Fields:
    row = rows[0]
    is_over = first(row, "conclusion") is not None
    pull_requests = listed(row, "pull_requests")
    return {
        "attempt": first(row, "run_attempt", "attempt") or "1",
        "pull_request": text_of(pull_requests[0], "number") if len(pull_requests) == 1 else None,
        "finished_at": first(row, "updated_at", "updatedAt") if is_over else None,
    }


GITHUB_RUNS = Payload(
    title="runs of GitHub's workflows",
    makes=Build,
    marks=(
        frozenset(("run_number", "head_sha", "workflow_id", "conclusion")),
        frozenset(("databaseId", "headSha", "headBranch", "conclusion")),
    ),
    fields={
        "id": ("id", "databaseId"),
        "url": ("html_url", "url"),
        "pipeline": ("workflowName", "name", "path", "workflow_id", "displayTitle", "headBranch"),
        "branch": ("head_branch", "headBranch"),
        "commit": ("head_sha", "headSha"),
        "trigger": ("event",),
        "queued_at": ("created_at", "createdAt"),
        "started_at": ("run_started_at", "startedAt"),
        "outcome": ("conclusion",),
    },
    read=_read,
    note="A run ended when it was last updated, for its interface tells no end.",
)
