"""One item in two tools: counted once, in one dataset, with the history of both (definitions 2.0)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.facts.belonging import FIRST_FORMER
from streamgauge.lake import View
from streamgauge.records import Item, Transition, schema

SAME_ITEMS = pa.schema(
    [
        pa.field("line_id", pa.string()),
        pa.field("item", pa.string()),
        pa.field("is_home", pa.bool_()),
        pa.field("other_source", pa.string()),
        pa.field("other_dataset", pa.string()),
        pa.field("other_item", pa.string()),
    ]
)
"""One row per item of a dataset and the same item in another tool, as links say it.

Where `is_home`, the item is counted here with the history of both: at any time it has the status of the tool that has
it under way, the one in the furthest stage where both have; else the status that is furthest. Events of activities, or
of starts and ends of work, tell of no status that holds: in a log of such those of both follow one another, and among
statuses they tell only of the time in which nothing else does. Otherwise it is counted there, and no other fact of this
dataset is about it.
"""

_COPIES = ("duplicates", "clones", "implements")
"""Kinds of links whose far end is the original, and the home of both."""
_MARK = "SELECT count(*) AS n, max(recorded_at) AS last FROM links WHERE kind = 'same' OR other_source IS NOT NULL"
# What only relates to an item of another tool is the same where it is called the same.
_FOUND = f"""
WITH told AS (
  SELECT id, kind, source, repository, item, other, lower(other_source) AS other_source FROM links
  WHERE unlinked_at IS NULL AND (kind = 'same' OR other_source IS NOT NULL AND kind IN {(*_COPIES, "relates")})),
things AS (
  SELECT source, repository, id, lower(title) AS title FROM items
  WHERE id IN (SELECT item FROM told UNION SELECT other FROM told))
SELECT t.source || ' ' || t.repository || ' ' || t.id AS link, t.kind, t.repository AS told_in, t.other_source,
       a.source, a.repository, a.id, b.source AS far_source, b.repository AS far_repository, b.id AS far_id
FROM told AS t JOIN things AS a ON a.source = t.source AND a.id = t.item
JOIN things AS b ON b.id = t.other AND (b.source <> a.source OR b.repository <> a.repository)
WHERE t.kind <> 'relates' OR a.title = b.title
ORDER BY link, a.repository, b.source, b.repository
"""

Thing = tuple[str, str, str]
"""An item: its tool, its dataset, its key."""


@dataclass(frozen=True)
class Same:
    """One item that stands in several datasets, each time by another key; `home` is where it is counted."""

    home: Thing
    others: tuple[Thing, ...]


def mark(view: View, records: Sequence[object]) -> str:
    """Return the mark of what links between tools tell, and of the `records` of all; empty without such links."""
    (row,) = view.rows(_MARK)
    return repr((row["n"], row["last"], records)) if row["n"] else ""


def found(view: View) -> tuple[Same, ...]:
    """Return the items that stand in two tools.

    A link whose ends could be several items, and items of which one would be two of the same dataset, tell nothing.
    """
    by_link: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in view.rows(_FOUND):
        by_link[row["link"]].append(row)
    pairs = [pair for rows in by_link.values() if (pair := _pair(rows)) is not None]
    return tuple(same for group in _groups(pairs) if (same := _one(group)) is not None)


def _pair(rows: Sequence[Mapping[str, Any]]) -> tuple[Thing, Thing] | None:
    """Return the original and the copy that a link speaks of."""
    near = [row for row in rows if row["repository"] == row["told_in"]] or rows
    there = [r for r in near if r["other_source"] in (r["far_source"].lower(), r["far_repository"].lower())] or near
    if len(there) != 1:
        return None
    (row,) = there
    ends: tuple[Thing, Thing] = (
        (row["source"], row["repository"], row["id"]),
        (row["far_source"], row["far_repository"], row["far_id"]),
    )
    return (ends[1], ends[0]) if row["kind"] in _COPIES else ends


def _groups(pairs: Sequence[tuple[Thing, Thing]]) -> Iterable[list[tuple[Thing, Thing]]]:
    """Return the pairs that hang together."""
    root: dict[Thing, Thing] = {}

    def top(thing: Thing) -> Thing:
        while (above := root.setdefault(thing, thing)) != thing:
            root[thing] = root[above]
            thing = above
        return thing

    for original, copy in pairs:
        root[top(copy)] = top(original)
    groups: dict[Thing, list[tuple[Thing, Thing]]] = defaultdict(list)
    for pair in pairs:
        groups[top(pair[0])].append(pair)
    return groups.values()


def _one(pairs: Sequence[tuple[Thing, Thing]]) -> Same | None:
    members = {thing for pair in pairs for thing in pair}
    if len({thing[:2] for thing in members}) < len(members):
        return None
    home = min(members - {copy for _, copy in pairs} or members)
    return Same(home, tuple(sorted(members - {home})))


def rows(line_id: str, source: str, dataset: str, same: Sequence[Same]) -> pa.Table:
    """Return the rows of SAME_ITEMS of one dataset."""
    told = []
    for one in same:
        for other in one.others:
            for (here, there), is_home in (((one.home, other), True), ((other, one.home), False)):
                if here[:2] == (source, dataset):
                    told.append((line_id, here[2], is_home, *there))
    return pa.Table.from_pylist([dict(zip(SAME_ITEMS.names, row, strict=True)) for row in told], schema=SAME_ITEMS)


def moved(told: pa.Table) -> pa.Array:
    """Return the items of a dataset that are counted in another one, from its rows of SAME_ITEMS."""
    return told.filter(pc.invert(told["is_home"]))["item"].combine_chunks()


_TOOL = "'in ' || m.other_source || ' ' || m.other_dataset || ': '"
_ANEW = """
SELECT DISTINCT m.item FROM members AS m JOIN (
  SELECT source, repository, item FROM transitions_added UNION ALL SELECT source, repository, id FROM items_added
  UNION ALL
  SELECT h.source, h.repository, h.item FROM transitions_history AS h JOIN (
    SELECT DISTINCT source, repository, id FROM transitions_added WHERE again OR deleted) AS a
    ON a.source = h.source AND a.repository = h.repository AND a.id = h.id
  UNION ALL
  SELECT source, repository, item FROM transitions WHERE field IN ('flag', 'blocked')) AS a
  ON a.source = m.other_source AND a.repository = m.other_dataset AND a.item = m.other_item
"""


def touched(view: View, told: pa.Table) -> pa.Array:
    """Return the items counted here of which another tool tells something new, in a view that shows what was added."""
    _show(view, told)
    return view.query(_ANEW)["item"].combine_chunks()


def _show(view: View, told: pa.Table) -> None:
    view.register("members", told.filter(told["is_home"]))


def _columns(replaced: Mapping[str, str]) -> str:
    return ", ".join(f"{replaced.get(name, f't.{name}')} AS {name}" for name in schema(Transition).names)


_HERE = {"source": "$source", "repository": "$repository", "item": "m.item", "team": "coalesce(t.team, i.team)"}
_HISTORY = f"""
SELECT {_columns({**_HERE, "id": f"{_TOOL} || t.id"})}
FROM members AS m JOIN transitions AS t
  ON t.source = m.other_source AND t.repository = m.other_dataset AND t.item = m.other_item
LEFT JOIN items AS i ON i.source = t.source AND i.repository = t.repository AND i.id = t.item
WHERE t.field IN ('status', 'flag', 'blocked') AND m.item IN (SELECT id FROM touched_items)
"""
_BORN = f"""
SELECT m.item, {_TOOL} || 'created' AS id, f.former_value AS value, i.created_at AS happened_at, i.team
FROM members AS m JOIN items AS i
  ON i.source = m.other_source AND i.repository = m.other_dataset AND i.id = m.other_item
JOIN (SELECT source, repository, item, min(happened_at) AS happened_at,
             {FIRST_FORMER} AS former_value
      FROM transitions WHERE field = 'status' GROUP BY source, repository, item) AS f
  ON f.source = i.source AND f.repository = i.repository AND f.item = i.id
WHERE i.created_at < f.happened_at AND f.former_value IS NOT NULL AND m.item IN (SELECT id FROM touched_items)
"""
_EARLIEST = "least(t.created_at, o.created_at) AS created_at"
_CREATED = f"""
SELECT {", ".join(_EARLIEST if name == "created_at" else f"t.{name}" for name in schema(Item).names)}
FROM items AS t LEFT JOIN born AS o ON o.item = t.id
"""
_BIRTHS = """
SELECT m.item, min(i.created_at) AS created_at FROM members AS m JOIN items AS i
  ON i.source = m.other_source AND i.repository = m.other_dataset AND i.id = m.other_item GROUP BY m.item
"""
_ROWS = f"""
SELECT h.item, h.id, max({_TOOL}) AS tool FROM history AS h
JOIN members AS m ON m.item = h.item AND starts_with(h.id, {_TOOL}) GROUP BY h.item, h.id
"""
_OWN = "SELECT t.* FROM touched_{table} AS t ANTI JOIN gone AS g ON g.item = t.{key}"
_STATUSES = """
SELECT DISTINCT t.value AS status, {type} AS type FROM (
  SELECT source, repository, item, value FROM transitions WHERE field = 'status' AND value IS NOT NULL
  UNION ALL
  SELECT source, repository, item, former_value FROM transitions
  WHERE field = 'status' AND former_value IS NOT NULL) AS t
JOIN members AS m ON t.source = m.other_source AND t.repository = m.other_dataset AND t.item = m.other_item
LEFT JOIN (SELECT id, type FROM items WHERE source = $source AND repository = $repository) AS i ON i.id = m.item
ORDER BY 1, 2
"""


def statuses(view: View, told: pa.Table, key: Mapping[str, Any], *, by_type: bool) -> list[tuple[str, str | None]]:
    """Return the statuses that other tools tell of items counted here, and where it matters the type of these here."""
    if not len(told):
        return []
    _show(view, told)
    sql = _STATUSES.replace("{type}", "i.type" if by_type else "CAST(NULL AS STRING)")
    return [(row["status"], row["type"]) for row in view.rows(sql, dict(key))]


def mix(view: View, told: pa.Table, key: Mapping[str, Any], *, joins: bool) -> None:
    """Let the picked records of a view be those of items counted here, where it `joins` with the history of both tools.

    From then on `tool_rows` are those of the other tools, and `born` says when they first had an item.
    """
    _show(view, told)
    view.register("gone", pa.table({"item": moved(told)}))
    for table, name in (("items", "id"), ("transitions", "item")):
        view.register(f"touched_{table}", view.query(_OWN.format(table=table, key=name)))
    history = view.query(_HISTORY, dict(key)) if joins else schema(Transition).empty_table()
    history = history.cast(schema(Transition))
    if joins:
        history = pa.concat_tables([history, _as_transitions(view.query(_BORN, dict(key)), key)])
    view.register("born", view.query(_BIRTHS, dict(key)))
    view.register("history", history.select(["item", "id"]))
    view.register("tool_rows", view.query(_ROWS))
    own = view.query(f"SELECT {', '.join(schema(Transition).names)} FROM touched_transitions").cast(schema(Transition))
    view.register("touched_transitions", pa.concat_tables([own, history]))


def _as_transitions(told: pa.Table, key: Mapping[str, Any]) -> pa.Table:
    """Return what items first were in another tool as changes of their status."""
    n = len(told)
    given: dict[str, Any] = {name: told[name] for name in told.column_names}
    given |= {name: pa.repeat(pa.scalar(str(key[name])), n) for name in ("source", "repository")}
    given |= {"field": pa.repeat(pa.scalar("status"), n), "sequence": pa.repeat(pa.scalar(-1, pa.int64()), n)}
    given |= {"deleted": pa.repeat(pa.scalar(value=False), n), "recorded_at": told["happened_at"]}
    whole = schema(Transition)
    return pa.table([given.get(f.name, pa.nulls(n, f.type)) for f in whole], names=whole.names).cast(whole)


def date(view: View) -> None:
    """Let the items of a view be as old as the first tool that had them says."""
    view.register("items", view.query(_CREATED))


JOINED = """
of_tools AS (
  SELECT k.*, r.tool FROM {from} AS k JOIN tool_rows AS r ON r.item = k.item AND r.id = k.id
  UNION ALL
  SELECT k.*, '' AS tool FROM {from} AS k SEMI JOIN tool_rows AS o ON o.item = k.item
  WHERE NOT EXISTS (SELECT 1 FROM tool_rows AS r WHERE r.item = k.item AND r.id = k.id)),
placed AS (SELECT *, CAST(get($places, meaning) AS BIGINT) AS place FROM of_tools),
runs AS (
  SELECT *, count(place) OVER (PARTITION BY item, tool ORDER BY happened_at, sequence, id) AS run,
         row_number() OVER (PARTITION BY item ORDER BY happened_at, sequence, id, tool) AS nth
  FROM placed),
reach AS (SELECT *, max(place) OVER (PARTITION BY item, tool, run) AS furthest FROM runs),
beside AS (
  SELECT a.item, a.nth, a.happened_at, a.sequence, a.id, b.meaning, b.status_no, b.acting_team, b.is_inferred,
         b.is_held, b.is_event, b.state, b.furthest, b.nth AS since, b.tool,
         row_number() OVER (PARTITION BY a.item, a.nth, b.tool ORDER BY b.nth DESC) AS recent
  FROM reach AS a JOIN reach AS b ON b.item = a.item AND b.nth <= a.nth),
judged AS (
  SELECT *, row_number() OVER (
    PARTITION BY item, nth
    ORDER BY CASE WHEN state = 'unmapped' AND is_event THEN 2
                  WHEN state IN ('waiting', 'active', 'unmapped') THEN 0 ELSE 1 END, furthest DESC, since DESC
  ) AS choice
  FROM beside WHERE recent = 1),
{to} AS (
  SELECT k.item, k.meaning, k.status_no, k.happened_at, k.sequence, k.id, k.acting_team, k.mark, k.is_inferred,
         k.is_event, k.is_held, k.state
  FROM {from} AS k ANTI JOIN tool_rows AS r ON r.item = k.item
  UNION ALL
  SELECT item, meaning, status_no, happened_at, sequence, id, acting_team, 'entry', is_inferred, FALSE, is_held, state
  FROM judged WHERE choice = 1)"""
"""The part of a statement that makes one line of states of the rows `{from}` that several tools tell of an item."""
