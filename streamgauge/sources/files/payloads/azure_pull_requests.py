"""Pull requests of Azure Repos."""

from collections.abc import Sequence

from streamgauge.records import PullRequest
from streamgauge.sources.files.flat import Flat
from streamgauge.sources.files.payloads.payload import Fields, Payload, as_list, branch, first, listed, text_of

_STATES = {"active": "open", "completed": "merged", "abandoned": "closed", "notset": "open"}


def _read(rows: Sequence[Flat]) -> Fields:
    row = rows[0]
    told = first(row, "status") or ""
    state = _STATES.get(told.casefold(), told or None)
    merge = first(row, "lastMergeCommit.commitId")
    labels = [one for one in listed(row, "labels") if one.get("active") is not False]
    return {
        "state": state,
        "source_branch": branch(first(row, "sourceRefName")),
        "target_branch": branch(first(row, "targetRefName")),
        "merge_commit": merge if state == "merged" else None,
        "commits": as_list([text_of(one, "commitId") for one in reversed(listed(row, "commits"))]),
        "merged_at": first(row, "closedDate") if state == "merged" else None,
        "labels": as_list([text_of(one, "name") for one in labels]),
    }


AZURE_PULL_REQUESTS = Payload(
    title="pull requests of Azure Repos",
    makes=PullRequest,
    marks=(frozenset(("pullRequestId", "sourceRefName", "targetRefName", "creationDate")),),
    fields={
        "id": ("pullRequestId",),
        "url": ("_links.web.href", "url"),
        "title": ("title",),
        "author": ("createdBy.uniqueName", "createdBy.id", "createdBy.displayName"),
        "created_at": ("creationDate",),
        "closed_at": ("closedDate",),
    },
    read=_read,
)
