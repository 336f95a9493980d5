"""Merge requests of GitLab."""

from collections.abc import Sequence

from streamgauge.records import PullRequest
from streamgauge.sources.files.flat import Flat
from streamgauge.sources.files.payloads.payload import Fields, Payload, first

_STATES = {"opened": "open", "locked": "open"}


def _read(rows: Sequence[Flat]) -> Fields:
    row = rows[0]
    told = first(row, "state")
    return {
        "state": _STATES.get(told or "", told),
        "merge_commit": first(row, "merge_commit_sha", "squash_commit_sha") if told == "merged" else None,
        "closed_at": first(row, "closed_at") or (first(row, "merged_at") if told == "merged" else None),
    }


GITLAB_MERGE_REQUESTS = Payload(
    title="merge requests of GitLab",
    makes=PullRequest,
    marks=(frozenset(("iid", "source_branch", "target_branch", "created_at", "merged_at")),),
    fields={
        "id": ("iid",),
        "url": ("web_url",),
        "title": ("title",),
        "author": ("author.username", "author.id"),
        "source_branch": ("source_branch",),
        "target_branch": ("target_branch",),
        "created_at": ("created_at",),
        "merged_at": ("merged_at",),
        "changed_files": ("changes_count",),
        "labels": ("labels",),
    },
    read=_read,
    scope=("project_id",),
)
