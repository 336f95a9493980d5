"""What is new in a dataset of work items since its facts were computed: how many rows, and which items they touch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.facts.flags import FIELDS, SAYS_BLOCKED
from streamgauge.lake import View
from streamgauge.records import Item, Record, Transition, schema
from streamgauge.records.record import UTC_INSTANT

STATE = (
    pa.field("records", pa.int64()),
    pa.field("last_recorded_at", UTC_INSTANT),
    pa.field("known_at", UTC_INSTANT),
    pa.field("transitions_version", pa.int64()),
    pa.field("items_version", pa.int64()),
)
"""The columns of a dataset that say which records its facts rest on."""
MOST = 0.01
"""Where more items were renewed since all was computed than this share of the records, all is computed anew."""
_FEW = 1000
_PICKED: Mapping[type[Record], str] = {Transition: "item", Item: "id"}

_STATES = """
SELECT t.source, t.repository, count(*) AS records, max(t.recorded_at) AS last_recorded_at,
       max(t.happened_at) AS known_at
FROM (SELECT source, repository, recorded_at, happened_at FROM transitions_{which}
      UNION ALL SELECT source, repository, recorded_at, created_at FROM items_{which}) AS t
GROUP BY t.source, t.repository ORDER BY t.source, t.repository
"""
_KEPT = """
SELECT source, dataset AS repository, records, last_recorded_at, known_at, transitions_version, items_version
FROM datasets ORDER BY source, dataset
"""
# A thing that was told before may have been of another item then. What is flagged as blocked still is so up to the last
# thing known, which is another one now.
_TOUCHED = f"""
SELECT DISTINCT item FROM (
  SELECT item FROM transitions_added WHERE source = $source AND repository = $repository
  UNION ALL SELECT id FROM items_added WHERE source = $source AND repository = $repository
  UNION ALL SELECT item FROM transitions
  WHERE source = $source AND repository = $repository AND field IN {FIELDS} GROUP BY item, field
  HAVING max(CASE WHEN {SAYS_BLOCKED.replace("{value}", "value")} THEN happened_at END) = max(happened_at)
  {{told_again}}) AS t
"""
_TOLD_AGAIN = """
  UNION ALL SELECT h.item FROM transitions_history AS h
  WHERE source = $source AND repository = $repository AND id IN (
    SELECT id FROM transitions_added WHERE source = $source AND repository = $repository)
"""
_IN_PARTS = """
SELECT {columns}, part_of({key}, $parts) AS part FROM {table} WHERE source = $source AND repository = $repository
"""
_IS_OF_PART = "source = $source AND repository = $repository AND part_of({key}, $parts) = $part"
_OF_PART = "SELECT {columns} FROM {table}_in_parts WHERE part = {part:d}"
_OF_ITEMS = """
SELECT * FROM {table}
WHERE source = $source AND repository = $repository AND {key} IN (SELECT item FROM touched)
"""


@dataclass(frozen=True, kw_only=True)
class State:
    """The records of one dataset: how many versions, the newest of them, the last thing that happened."""

    source: str
    repository: str
    records: int
    last_recorded_at: datetime
    known_at: datetime | None
    transitions_version: int
    items_version: int

    @property
    def row(self) -> dict[str, Any]:
        """Return the columns of STATE."""
        return {field.name: getattr(self, field.name) for field in STATE}


def states(view: View) -> tuple[State, ...]:
    """Return the state of each dataset: from what was kept of it and what is new, else from all records."""
    now = _versions(view)
    kept = view.rows(_KEPT)
    if kept and all((k["transitions_version"], k["items_version"]) == now for k in kept):
        return tuple(State(**k) for k in kept)
    seen = {(k["transitions_version"], k["items_version"]) for k in kept}
    if len(seen) == 1 and _show_added(view, seen.pop()):
        return _gone_on(kept, view.rows(_STATES.replace("{which}", "added")), now)
    return tuple(_state(row, now) for row in view.rows(_STATES.replace("{which}", "history")))


def touched(view: View, former: Mapping[str, Any], state: State) -> pa.Array | None:
    """Return the items that may have other facts than at a former STATE; None where the lake cannot tell."""
    if not _show_added(view, (former["transitions_version"], former["items_version"])):
        return None
    said = {"source": state.source, "repository": state.repository}
    again = view.rows("SELECT count(*) AS n FROM transitions_added WHERE again OR deleted")[0]["n"]
    return view.query(_TOUCHED.replace("{told_again}", _TOLD_AGAIN if again else ""), said)["item"].combine_chunks()


def also(items: pa.Array, former: pa.Table, now: pa.Table) -> pa.Array:
    """Return these items and those of which other rows are told now, in tables of the same columns."""
    was, are = ({tuple(row.values()) for row in table.to_pylist()} for table in (former, now))
    place = now.schema.names.index("item")
    return united(items, pa.array(sorted({row[place] for row in was ^ are}), pa.string()))


def united(items: pa.Array, more: pa.Array) -> pa.Array:
    """Return the items of both, each once."""
    return pc.unique(pa.concat_arrays([items, more]))


def of(rows: pa.Table, items: pa.Array) -> pa.Table:
    """Return the rows that are about these items."""
    return rows.filter(pc.is_in(rows["item"], value_set=items))


def without(rows: pa.Table, items: pa.Array) -> pa.Table:
    """Return the rows that are about others."""
    return rows.filter(pc.invert(pc.is_in(rows["item"], value_set=items)))


def is_little(items: int, renewed: int, state: State) -> bool:
    """Return whether so many items, added to those renewed before, are worth less than computing all anew."""
    return items + renewed <= max(_FEW, state.records * MOST)


def pick(view: View, items: pa.Array, key: Mapping[str, Any]) -> None:
    """Let a view show these items as `touched`, and beside the whole tables `touched_transitions` and `touched_items`.

    The records of a few items are sought once, however many statements are about them.
    """
    view.register("touched", pa.table({"item": items}))
    for kind, name in _PICKED.items():
        view.register(f"touched_{kind.table}", view.query(_OF_ITEMS.format(table=kind.table, key=name), key))


def divide(view: View, parts: int, rows: int, key: Mapping[str, Any]) -> None:
    """Keep the records of a dataset (about so many rows) in so many parts of whole items: the lake is read once."""
    for kind, name in _PICKED.items():
        sql = _IN_PARTS.format(columns=", ".join(schema(kind).names), key=name, table=kind.table)
        view.divide(f"{kind.table}_in_parts", sql, {**key, "parts": parts}, rows=rows)


def pick_part(view: View, divided: View, part: int) -> None:
    """Let a view show the records of one part of the `divided` as `touched_transitions` and `touched_items`."""
    for kind in _PICKED:
        view.register(f"touched_{kind.table}", divided.query(_of_part(kind, part)))


def read_part(view: View, part: int, parts: int, key: Mapping[str, Any]) -> None:
    """Let a view show the records of one of so many parts of a dataset in the place of all, read from the lake."""
    for kind, name in _PICKED.items():
        view.pick(kind.table, _IS_OF_PART.format(key=name), {**key, "parts": parts, "part": part})


def show_part(divided: View, part: int) -> None:
    """Let the `divided` view show the records of one part in the place of all."""
    for kind in _PICKED:
        divided.define(kind.table, _of_part(kind, part))


def _of_part(kind: type[Record], part: int) -> str:
    return _OF_PART.format(table=kind.table, columns=", ".join(schema(kind).names), part=part)


def narrow(view: View) -> None:
    """Let a view show the picked records in the place of all, so that any statement is about their items alone."""
    for kind in _PICKED:
        view.register(kind.table, view.registered(f"touched_{kind.table}"))


def whole(view: View) -> dict[str, pa.Table]:
    """Return all records of the tables that are narrowed, to be shown again by a view that goes on."""
    return {kind.table: view.query(f"SELECT * FROM {kind.table}") for kind in _PICKED}


def _show_added(view: View, seen: tuple[int, int]) -> bool:
    return view.show_added(Transition, seen[0]) and view.show_added(Item, seen[1])


def _versions(view: View) -> tuple[int, int]:
    """Return the versions of the tables of transitions and of items; 0 of one that was never written."""
    transitions, items = (view.versions.get(f"records/{kind.table}", 0) for kind in (Transition, Item))
    return transitions, items


def _gone_on(
    kept: Sequence[Mapping[str, Any]], more: Sequence[Mapping[str, Any]], now: tuple[int, int]
) -> tuple[State, ...]:
    """Return the states after so many more records; nothing is ever taken away from the history of a record."""
    found = {(row["source"], row["repository"]): dict(row) for row in kept}
    for row in more:
        name = (row["source"], row["repository"])
        one = found.setdefault(name, {"source": name[0], "repository": name[1], "records": 0})
        one["records"] += row["records"]
        for latest in ("last_recorded_at", "known_at"):
            one[latest] = max(filter(None, (one.get(latest), row[latest])), default=None)
    return tuple(_state(found[name], now) for name in sorted(found))


def _state(row: Mapping[str, Any], now: tuple[int, int]) -> State:
    named = {name: row[name] for name in ("source", "repository", "records", "last_recorded_at", "known_at")}
    return State(**named, transitions_version=now[0], items_version=now[1])
