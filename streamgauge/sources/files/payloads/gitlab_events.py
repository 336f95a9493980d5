"""Changes of GitLab's issues: of their state, and of their labels, of which those of a board are states too."""

from collections.abc import Iterator, Sequence

from streamgauge.records import Transition
from streamgauge.sources.files.flat import Flat
from streamgauge.sources.files.payloads.payload import Fields, Payload, first
from streamgauge.sources.files.vocabulary import bare, is_state

_SCOPES = frozenset(("workflow", "board", "kanban", "column", "stage", "phase", "step", "progress", "scrum"))
_STATES = {"reopened": "opened"}


def _read_state(rows: Sequence[Flat]) -> Fields:
    row = rows[0]
    state = first(row, "state") or ""
    return {"id": f"state-{first(row, 'id')}", "field": "status", "value": _STATES.get(state, state) or None}


def _split(label: str | None) -> tuple[str, str]:
    """Return the scope of a label, whose labels exclude each other, and what it says within it."""
    scope, mark, name = (label or "").rpartition("::")
    return (scope, name) if mark else ("", label or "")


def is_board(scope: str) -> bool:
    """Return whether the labels of a scope are the states of a board."""
    last = bare(scope.rpartition("::")[2])
    return last in _SCOPES or is_state(last)


def _read_labels(rows: Sequence[Flat]) -> list[Fields]:
    """Return the changes of one issue: the label of a board that came is its state."""
    return list(_labelled(rows))


def _labelled(rows: Sequence[Flat]) -> Iterator[Fields]:
    came = {(_split(first(row, "label.name"))[0], first(row, "created_at")) for row in rows if row["action"] == "add"}
    for row in rows:
        scope, name = _split(first(row, "label.name"))
        is_added, at = row.get("action") == "add", first(row, "created_at")
        shared = {"id": f"label-{first(row, 'id')}", "happened_at": at, "actor": first(row, "user.username", "user.id")}
        if not name:
            continue
        if not is_board(scope):
            told = {"value": name} if is_added else {"former_value": name}
            yield {**shared, "field": f"label {scope}".rstrip(), **told}
        elif is_added:
            yield {**shared, "field": "status", "value": name}
        elif (scope, at) not in came:
            yield {**shared, "field": "status", "value": "opened", "former_value": name}


_OF_ITEM = {"item": ("resource_id",)}
GITLAB_STATE_EVENTS = Payload(
    title="changes of the state of GitLab's issues",
    makes=Transition,
    marks=(frozenset(("resource_id", "resource_type", "state", "created_at")),),
    fields={**_OF_ITEM, "happened_at": ("created_at",), "actor": ("user.username", "user.id")},
    read=_read_state,
    note="With `--dataset` of the issues, which go by the same `id`, they tell of these.",
)
GITLAB_LABEL_EVENTS = Payload(
    title="changes of the labels of GitLab's issues",
    makes=Transition,
    marks=(frozenset(("resource_id", "resource_type", "label.name", "action", "created_at")),),
    by="resource_id",
    fields=_OF_ITEM,
    read=_read_labels,
    note=(
        "Labels of a scope such as `workflow::` or `status::` are states; others are changes of a field of their own."
        " With `--dataset` of the issues, which go by the same `id`, they tell of these."
    ),
)
