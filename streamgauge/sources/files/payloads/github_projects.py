"""Items of a project of GitHub: issues and drafts with the status that they have on its board."""

import json
from collections.abc import Sequence
from typing import Any

from streamgauge.company.statuses import understood
from streamgauge.records import Item
from streamgauge.sources.files.flat import Flat
from streamgauge.sources.files.payloads.payload import Fields, Payload, as_list, first, listed, objects, text_of

_REASONS = {"not_planned": "not planned", "duplicate": "duplicate"}
_PULL = frozenset(("pullrequest", "pull_request"))
_SIZES = frozenset(("estimate", "story points", "points"))


def _read(rows: Sequence[Flat]) -> list[Fields]:
    row = rows[0]
    if (first(row, "content.__typename", "content.type", "type") or "").casefold() in _PULL:
        return []
    status, since = _on_board(row)
    moves, ended = _moves(row), first(row, "content.closedAt")
    end = _end(row, status)
    if end:
        moves.append({"from": status if moves else None, "to": end, "at": ended})
    elif not moves and (since or ended):
        moves.append({"from": None, "to": status, "at": since or ended})
    return [
        {
            "status": end or status,
            "estimate": _estimate(row),
            "labels": as_list(_labels(row)),
            "assignee": next(
                filter(None, (text_of(one, "login") for one in listed(row, "content.assignees.nodes"))), None
            ),
            "history": json.dumps(moves) if moves else None,
        }
    ]


def _on_board(row: Flat) -> tuple[str | None, str | None]:
    """Return the status on the board, and since when; the state of an issue where the board tells none."""
    values = [
        one for one in listed(row, "fieldValues.nodes") if (text_of(one, "field", "name") or "").casefold() == "status"
    ]
    listed_status = next((text_of(one, "name") for one in values), None)
    status = first(row, "fieldValueByName.name", "status.name", "status") or listed_status
    since = first(row, "fieldValueByName.updatedAt", "status.updatedAt")
    since = since or next((text_of(one, "updatedAt") for one in values), None)
    return (status, since) if status else (first(row, "content.state"), None)


def _end(row: Flat, status: str | None) -> str | None:
    """Return how an issue was closed whose status on the board is no end; null for any other."""
    if (first(row, "content.state") or "").casefold() != "closed":
        return None
    meant = understood(status) if status else None
    reason = _REASONS.get((first(row, "content.stateReason") or "").casefold())
    return reason or "closed" if meant is None or meant.state not in ("done", "cancelled") else None


def _moves(row: Flat) -> list[dict[str, Any]]:
    found = listed(row, "content.timelineItems.nodes", "timelineItems.nodes")
    told = [one for one in found if "previousStatus" in one and text_of(one, "status")]
    return [
        {"from": text_of(one, "previousStatus"), "to": text_of(one, "status"), "at": text_of(one, "createdAt")}
        for one in told
    ]


def _labels(row: Flat) -> list[str | None]:
    names: list[str | None] = [text_of(one, "name") for one in listed(row, "content.labels.nodes")]
    if names or not row.get("labels"):
        return names
    return [text_of(one) for one in json.loads(row["labels"] or "[]")] if not objects(row["labels"]) else []


def _estimate(row: Flat) -> str | None:
    sized = (
        one for one in listed(row, "fieldValues.nodes") if (text_of(one, "field", "name") or "").casefold() in _SIZES
    )
    return next((text_of(one, "number") for one in sized), None)


GITHUB_PROJECTS = Payload(
    title="items of a project of GitHub",
    makes=Item,
    marks=(
        frozenset(("content.number", "content.title", "fieldValueByName.name")),
        frozenset(("content.number", "content.title", "fieldValues.nodes")),
        frozenset(("content.number", "content.title", "status.name")),
        frozenset(("content.number", "content.title", "content.type", "status")),
    ),
    fields={
        "id": ("content.number", "id"),
        "url": ("content.url",),
        "title": ("content.title", "title"),
        "type": ("content.issueType.name",),
        "parent": ("content.parent.number",),
        "reporter": ("content.author.login",),
        "created_at": ("content.createdAt", "createdAt"),
    },
    read=_read,
    scope=("content.repository.nameWithOwner", "content.repository"),
    note=(
        "Pull requests among the items are left out. What was closed counts as that, wherever it lies on the board;"
        " moves come with ProjectV2ItemStatusChangedEvent."
    ),
)
