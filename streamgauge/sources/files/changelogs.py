"""The changes that JSON tells of within each item: Jira under `changelog.histories`, Linear under `history.nodes`."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from streamgauge.records import Transition
from streamgauge.sources.files import clock_times, instants
from streamgauge.sources.files.rows import Made
from streamgauge.sources.files.values import Understanding

_COLUMNS = ("changelog.histories", "history.nodes")
_FIELDS = {"status": "status", "flagged": "flag", "issuetype": "type", "team": "team"}
"""What is kept of the changes of an item, and what the field is called in its records."""
_ENDS = {"status": ("fromState", "toState"), "team": ("fromTeam", "toTeam")}
"""By field, what it was and what it became, where a change names these beside each other."""
MARK = "|change|"
"""What stands between the item and the change in the id of such a change."""
Change = tuple[str, str, str, str | None, str | None, str]


def column_of(columns: Sequence[str]) -> str | None:
    """Return the column that holds the changes of each item as JSON text, null where there is none."""
    return next((one for one in columns if one.casefold().endswith(_COLUMNS)), None)


def read(column: str, understanding: Understanding, items: Made) -> Made:
    """Return the changes of the items that were made; one whose time is not understood is left out, which is said."""
    good = pa.array(~understanding.bad)
    texts = understanding.gathered.others[column].filter(good).to_pylist()
    ids = items.table["id"].to_pylist()
    found = [change for item, text in zip(ids, texts, strict=True) for change in _changes(item, text)]
    names = ("id", "item", "field", "former_value", "value")
    columns = {name: pa.array([one[place] for one in found], pa.string()) for place, name in enumerate(names)}
    times = pa.chunked_array([pa.array([one[-1] for one in found], pa.string())])
    at = instants.read(times, zone=understanding.writing.zone or "UTC")
    known = np.asarray(at.values.is_valid()) & (at.faults == clock_times.GOOD)
    understanding.notes.append(
        f"Changes of status, type, team and flag are read from '{column}': {int(known.sum()):,} of them."
    )
    if lost := len(found) - int(known.sum()):
        understanding.notes.append(f"{lost:,} changes of '{column}' are left unread: each has no readable time.")
    return Made(Transition, pa.table({**columns, "happened_at": at.values}).filter(pa.array(known)))


def _changes(item: str, text: str | None) -> Iterator[Change]:
    for place, history in enumerate(_listed(text)):
        for kept, (former, to) in _ENDS.items():
            if value := _name(history.get(to)):
                change = f"{item}{MARK}{history.get('id', place)}|{kept}"
                yield change, item, kept, _name(history.get(former)), value, _at(history)
        for number, one in enumerate(_objects(history.get("items"))):
            if field := _FIELDS.get(str(one.get("field", "")).casefold()):
                name = f"{item}{MARK}{history.get('id', place)}|{number}"
                yield name, item, field, _text(one.get("fromString")), _text(one.get("toString")), _at(history)


def _at(history: dict[str, Any]) -> str:
    return _text(history.get("created")) or _text(history.get("createdAt")) or ""


def _name(value: object) -> str | None:
    return _text(value.get("name")) if isinstance(value, dict) else None


def _listed(text: str | None) -> list[dict[str, Any]]:
    try:
        return _objects(msgspec.json.decode(text or "[]"))
    except (msgspec.DecodeError, RecursionError):
        return []


def _objects(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None
