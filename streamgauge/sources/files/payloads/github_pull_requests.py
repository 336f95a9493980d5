"""Pull requests of GitHub, as its interfaces and its command tell them."""

from collections.abc import Sequence

from streamgauge.records import PullRequest
from streamgauge.sources.files.flat import Flat
from streamgauge.sources.files.payloads.payload import Fields, Payload, as_list, first, in_order, listed, text_of

_MERGES = ("merge_commit_sha", "mergeCommit.oid")


def _read(rows: Sequence[Flat]) -> Fields:
    row = rows[0]
    is_merged = first(row, "merged_at", "mergedAt") is not None
    commits = [one.get("commit", one) for one in listed(row, "commits", "commits.nodes")]
    written = in_order(text_of(one, "authoredDate") for one in commits)
    is_bot = "Bot" in (row.get("user.type"), row.get("author.__typename")) or row.get("author.is_bot") == "true"
    return {
        "state": "merged" if is_merged else (first(row, "state") or "").casefold() or None,
        "is_bot": str(is_bot).lower(),
        "merge_commit": first(row, *_MERGES) if is_merged else None,
        "commits": as_list([text_of(one, "oid") for one in commits]),
        "first_commit_at": written[0] if written else None,
        "labels": as_list([text_of(one, "name") for one in listed(row, "labels", "labels.nodes")]),
    }


GITHUB_PULL_REQUESTS = Payload(
    title="pull requests of GitHub",
    makes=PullRequest,
    marks=(
        frozenset(("number", "head.ref", "base.ref", "merged_at")),
        frozenset(("number", "headRefName", "createdAt", "state")),
        frozenset(("number", "baseRefName", "createdAt", "state")),
    ),
    fields={
        "id": ("number",),
        "url": ("html_url", "url"),
        "title": ("title",),
        "author": ("user.login", "author.login"),
        "source_branch": ("head.ref", "headRefName"),
        "target_branch": ("base.ref", "baseRefName"),
        "created_at": ("created_at", "createdAt"),
        "merged_at": ("merged_at", "mergedAt"),
        "closed_at": ("closed_at", "closedAt"),
        "added_lines": ("additions",),
        "deleted_lines": ("deletions",),
        "changed_files": ("changed_files", "changedFiles"),
    },
    read=_read,
    scope=("base.repo.full_name", "repository.nameWithOwner"),
)
