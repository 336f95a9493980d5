"""What trackers tell of items in columns beside the usual ones: parents by an inner key, and why an item was closed."""

from collections.abc import Sequence
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.company.statuses import understood
from streamgauge.records import Item
from streamgauge.sources.files import nested_names, vocabulary
from streamgauge.sources.files.mapping import Plan
from streamgauge.sources.files.rows import Made
from streamgauge.sources.files.values import Understanding
from streamgauge.sources.files.vocabulary import bare

_REASONS = frozenset(
    ("resolution", "closedreason", "closereason", "closingreason", "statereason", "lösung", "losung", "résolution")
) | {"resolucion", "resolucao", "risoluzione", "резолюция", "解決状況"}


def wanted(plan: Plan) -> list[str]:
    """Return the columns that are read for it, of those that nothing else is read from."""
    return [column for column in (_inner_key(plan), _reason(plan)) if column is not None]


def _inner_key(plan: Plan) -> str | None:
    """Return the column of a second key by which items may call their parents; null where there is none."""
    if plan.kind is not Item or not {"id", "parent"} <= set(plan.columns):
        return None
    return vocabulary.guessed(("id",), plan.unused, is_log=False).get("id")


def _reason(plan: Plan) -> str | None:
    """Return the column that says why an item was closed; null where there is none."""
    if plan.kind is not Item or "status" not in plan.columns:
        return None
    return next((one for one in plan.unused if bare(nested_names.short(one)) in _REASONS), None)


def without(plan: Plan) -> Plan:
    """Return the plan without these columns among those that are not used."""
    return replace(plan, unused=tuple(one for one in plan.unused if one not in wanted(plan)))


def told(plan: Plan, understanding: Understanding, items: Made) -> Made:
    """Return the items with parents by the key that they have, and ends for what they were, both of which are said."""
    table = items.table
    if (column := _inner_key(plan)) is not None:
        table = _with_parents(table, _texts(understanding, column), column, understanding.notes)
    if (column := _reason(plan)) is not None:
        table = _with_reasons(table, _texts(understanding, column), column, understanding.notes)
    return Made(items.kind, table)


def _texts(understanding: Understanding, column: str) -> list[str | None]:
    found = understanding.gathered.others[column].filter(pa.array(~understanding.bad))
    return [value if value is None else str(value).strip() or None for value in found.to_pylist()]


def _with_parents(table: pa.Table, inner: Sequence[str | None], column: str, notes: list[str]) -> pa.Table:
    ids, parents = table["id"].to_pylist(), table["parent"].to_pylist()
    keys = {key: id_ for key, id_ in zip(inner, ids, strict=True) if key is not None}
    own = set(ids)
    named = [keys.get(parent, parent) if parent is not None and parent not in own else parent for parent in parents]
    if named == parents:
        return table
    notes.append(f"Parents are named by '{column}': those that are in the table are called by their own key.")
    return _set(table, "parent", named)


def _with_reasons(table: pa.Table, reasons: Sequence[str | None], column: str, notes: list[str]) -> pa.Table:
    states = table["status"].to_pylist()
    shown = [_end(state, reason) for state, reason in zip(states, reasons, strict=True)]
    ends = [b for a, b in zip(states, shown, strict=True) if a != b]
    if not ends:
        return table
    notes.append(f"Not done by '{column}', and so cancelled: {len(ends):,}, such as '{ends[0]}'.")
    return _set(table, "status", shown)


def _end(state: str | None, reason: str | None) -> str | None:
    """Return a state with its reason where it is an end, and the reason says that nothing was done."""
    if state is None or reason is None:
        return state
    meant, why = understood(state), understood(f"closed {reason}")
    is_cancelled = meant is not None and meant.state == "done" and why is not None and why.state == "cancelled"
    return f"{state}/{reason}" if is_cancelled else state


def with_ends(items: Made, changes: Made) -> Made:
    """Return the changes of items with the last status of each as its item has it, where that tells a reason too."""
    now = dict(zip(items.table["id"].to_pylist(), items.table["status"].to_pylist(), strict=True))
    table = changes.table
    of_status = table.append_column("place", pa.array(range(table.num_rows))).filter(pc.equal(table["field"], "status"))
    ordered = of_status.sort_by([("happened_at", "ascending"), ("place", "ascending")])
    last = dict(zip(ordered["item"].to_pylist(), ordered["place"].to_pylist(), strict=True))
    values = table["value"].to_pylist()
    for item, place in last.items():
        if (state := now.get(item)) is not None and state.startswith(f"{values[place]}/"):
            values[place] = state
    return Made(changes.kind, _set(table, "value", values))


def _set(table: pa.Table, name: str, values: Sequence[str | None]) -> pa.Table:
    return table.set_column(table.column_names.index(name), name, pa.array(values, table.schema.field(name).type))
