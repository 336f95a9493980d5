"""Issues of GitHub, as its interfaces and its command tell them; pull requests among them are left out."""

from collections.abc import Sequence

from streamgauge.records import Item
from streamgauge.sources.files.flat import Flat
from streamgauge.sources.files.payloads.payload import Fields, Payload, as_list, first, listed, places, text_of

_REASONS = {"not_planned": "not planned", "duplicate": "duplicate"}


def _status(row: Flat) -> str | None:
    """Return the state, or why it was closed without being done."""
    state = (first(row, "state") or "").casefold()
    reason = (first(row, "state_reason", "stateReason") or "").casefold()
    return _REASONS.get(reason, state) if state == "closed" else state or None


def _read(rows: Sequence[Flat]) -> list[Fields]:
    row = rows[0]
    if first(row, "pull_request.url", "pull_request.html_url"):
        return []
    labels = listed(row, "labels", "labels.nodes")
    parent = next(reversed(places(first(row, "parent_issue_url"))), None)
    return [
        {
            "status": _status(row),
            "labels": as_list([text_of(one, "name") for one in labels]),
            "assignee": first(row, "assignee.login") or _login(row),
            "parent": first(row, "parent.number") or parent,
        }
    ]


def _login(row: Flat) -> str | None:
    return next((who for one in listed(row, "assignees", "assignees.nodes") if (who := text_of(one, "login"))), None)


GITHUB_ISSUES = Payload(
    title="issues of GitHub",
    makes=Item,
    marks=(
        frozenset(("number", "title", "state", "created_at", "comments_url")),
        frozenset(("number", "title", "state", "createdAt")),
    ),
    lacks=frozenset(("headRefName", "baseRefName", "head.ref", "mergedAt", "iid")),
    fields={
        "id": ("number",),
        "url": ("html_url", "url"),
        "title": ("title",),
        "type": ("type.name", "issueType.name"),
        "reporter": ("user.login", "author.login"),
        "created_at": ("created_at", "createdAt"),
        "due_at": ("milestone.due_on", "milestone.dueOn"),
        "closed_at": ("closed_at", "closedAt"),
        "events": ("events", "timeline"),
    },
    read=_read,
    scope=("repository.full_name", "repository_url", "repository.nameWithOwner"),
    note="Pull requests among the issues are left out.",
)
