"""The changes that JSON tells of within each item: in the forms of Jira and Linear, and in any other."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.records import Transition
from streamgauge.sources.files import instants, vocabulary
from streamgauge.sources.files.histories import ENDS, History, changes
from streamgauge.sources.files.lifecycles import COMPLETE, START
from streamgauge.sources.files.payloads.payload import objects
from streamgauge.sources.files.rows import Made
from streamgauge.sources.files.values import Understanding

_COLUMNS = ("changelog.histories", "history.nodes")
_FIELDS = {"status": "status", "flagged": "flag", "issuetype": "type", "team": "team"}
"""What is kept of the changes of an item, and what the field is called in its records."""
_ENDS = {"status": ("fromState", "toState"), "team": ("fromTeam", "toTeam")}
"""By field, what it was and what it became, where a change names these beside each other."""
MARK = "|change|"
"""What stands between the item and the change in the id of such a change."""
FIELD = "status"
"""The field that changes where nothing says which."""
Change = tuple[str, str, str, str | None, str | None, str | None, str]


def column_of(columns: Sequence[str], history: History | None) -> str | None:
    """Return the column that holds the changes of each item as JSON text, null where there is none."""
    known = next((one for one in columns if one.casefold().endswith(_COLUMNS)), None)
    return known or (history.column if history is not None and history.column in columns else None)


def counted_by(column: str, columns: Sequence[str]) -> list[str]:
    """Return the columns that say whether all changes are there: their number, or whether another page follows."""
    before = column.rpartition(".")[0]
    return [name for name in (f"{before}.total", f"{before}.pageInfo.hasNextPage") if before and name in columns]


def cut(understanding: Understanding, column: str, counting: Sequence[str]) -> Iterator[str]:
    """Say of how many items only some changes are there."""
    texts = understanding.gathered.others[column].to_pylist()
    for name in counting:
        told = understanding.gathered.others[name].to_pylist()
        short = sum(_is_cut(text, count) for text, count in zip(texts, told, strict=True))
        if short:
            which = f"{short:,} items" if short > 1 else "1 item"
            yield (
                f"Of {which} only a part of the changes is in '{column}', by '{name}': what was before or after is not"
                " known. Ask the tool for all changes."
            )


def _is_cut(text: str | None, count: object) -> bool:
    said = str(count or "").strip()
    return said == "true" or (said.isdecimal() and int(said) > len(objects(text)))


def read(column: str, history: History | None, understanding: Understanding, items: Made) -> Made:
    """Return the changes of the items that were made; one whose time is not understood is left out, which is said."""
    good = pa.array(~understanding.bad)
    texts = understanding.gathered.others[column].filter(good).to_pylist()
    ids = items.table["id"].to_pylist()
    told = _changes if history is None or _is_known(texts) else partial(_told, history)
    found = [change for item, text in zip(ids, texts, strict=True) for change in told(item, text)]
    names = ("id", "item", "field", "former_value", "value", "lifecycle")
    columns = {name: pa.array([one[place] for one in found], pa.string()) for place, name in enumerate(names)}
    at = instants.known([one[-1] for one in found], zone=understanding.writing.zone or "UTC")
    lost = at.null_count
    understanding.notes.append(
        f"Changes of status, type, team and flag are read from '{column}': {len(at) - lost:,} of them."
    )
    if lost:
        which = f"{lost:,} changes of '{column}' are" if lost > 1 else f"1 change of '{column}' is"
        understanding.notes.append(f"{which} left unread for want of a readable time.")
    if told is not _changes and history is not None:
        columns["sequence"] = _sequence(columns["former_value"], is_event=history.is_event)
        if history.start is not None:
            understanding.notes.append(
                f"Each of '{column}' is two events: its start by '{history.start}', and its end."
            )
    return Made(Transition, pa.table({**columns, "happened_at": at}).filter(at.is_valid()))


def _sequence(former: pa.Array, *, is_event: bool) -> pa.Array:
    """Return the places of changes, null for those that tell of a state alone: it holds, and is no event."""
    places = pa.array(range(1, len(former) + 1), pa.int64())
    return places if is_event else pc.if_else(former.is_valid(), places, pa.scalar(None, pa.int64()))


def without_status(items: Made, changes: Made) -> set[str]:
    """Return the items of whose status no change is told, so that dates may tell more."""
    told = changes.table.filter(pc.equal(changes.table["field"], FIELD))["item"]
    return set(items.table["id"].to_pylist()) - set(told.to_pylist())


def with_status(items: Made, changes: Made) -> Made:
    """Return the items with the status that each came to last, where they tell none."""
    table, told = items.table, changes.table
    if ("status" in table.column_names and table["status"].null_count < table.num_rows) or not told.num_rows:
        return items
    of_status = told.filter(pc.equal(told["field"], "status")).sort_by("happened_at")
    last = dict(zip(of_status["item"].to_pylist(), of_status["value"].to_pylist(), strict=True))
    status = pa.array([last.get(item) for item in table["id"].to_pylist()], pa.string())
    rest = table.drop_columns(["status"]) if "status" in table.column_names else table
    return Made(items.kind, rest.append_column("status", status))


def _is_known(texts: Sequence[str | None]) -> bool:
    """Return whether the changes are in the form of Jira or Linear, by the first that there are."""
    first = next((found[0] for text in texts if (found := objects(text))), {})
    return "items" in first or any(end in first for ends in _ENDS.values() for end in ends)


def _told(history: History, item: str, text: str | None) -> Iterator[Change]:
    """Give the changes of one item, in the form that was found."""
    for number, row in changes(text, history):
        field = FIELD if history.field is None else _field(row.get(history.field))
        key = (row.get(history.key) if history.key else None) or f"{number:06d}"
        former = row.get(history.former_value) if history.former_value else None
        if field is None or (history.is_diary and row.get(history.value) not in ENDS):
            continue
        name, value = f"{item}{MARK}{key}|{field}", _text(row.get(history.value))
        mark = row.get(history.mark) if history.mark else None
        if history.start and (begun := row.get(history.start)):
            yield f"{name}|{START}", item, field, None, value, START, begun
            mark = COMPLETE
        if not history.start or row.get(history.at):
            yield name, item, field, _text(former), value, mark, row.get(history.at) or ""


def _field(name: str | None) -> str | None:
    """Return which of the fields that are kept one is, whatever its tool calls it; null for any other."""
    if name is None:
        return None
    if vocabulary.is_state(name):
        return FIELD
    return next(iter(vocabulary.changed([name]).values()), name if name in _FIELDS.values() else None)


def _changes(item: str, text: str | None) -> Iterator[Change]:
    for place, history in enumerate(objects(text)):
        for kept, (former, to) in _ENDS.items():
            if value := _name(history.get(to)):
                change = f"{item}{MARK}{history.get('id', place)}|{kept}"
                yield change, item, kept, _name(history.get(former)), value, None, _at(history)
        for number, one in enumerate(_items(history.get("items"))):
            if field := _FIELDS.get(str(one.get("field", "")).casefold()):
                name = f"{item}{MARK}{history.get('id', place)}|{number}"
                was, became = _text(one.get("fromString")), _text(one.get("toString"))
                yield name, item, field, was, became, None, _at(history)


def _at(history: dict[str, Any]) -> str:
    return _text(history.get("created")) or _text(history.get("createdAt")) or ""


def _name(value: object) -> str | None:
    return _text(value.get("name")) if isinstance(value, dict) else None


def _items(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None
