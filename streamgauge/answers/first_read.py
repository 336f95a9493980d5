"""What a history that was read later tells of a past day: as it was first read, cut at that day."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa

from streamgauge.facts.belonging import FIRST_FORMER
from streamgauge.lake import Lake, View
from streamgauge.records import Item, Link, Transition, schema

_FIRST = """
SELECT source, repository, min(recorded_at) AS first FROM (
  SELECT source, repository, recorded_at FROM transitions_history
  UNION ALL SELECT source, repository, recorded_at FROM items_history) AS r
GROUP BY source, repository HAVING min(recorded_at) > $as_of ORDER BY source, repository
"""
_WITHIN = timedelta(days=1)
"""What is read within so long of the first time belongs to the first reading, which may have come in several files."""
_MOVES = """
SELECT {columns} FROM transitions AS t
WHERE t.source = $source AND t.repository = $repository AND t.happened_at < $as_of
"""
_CHANGED = ("status", "type", "team", "parent")
# An item says what it was when it was read. What changed between the day and then is known to have been the former.
_ITEMS = """
WITH later AS (
  SELECT item, field, {first_former} AS former
  FROM transitions
  WHERE source = $source AND repository = $repository AND happened_at >= $as_of GROUP BY item, field)
SELECT {columns} FROM items AS t {joins}
WHERE t.source = $source AND t.repository = $repository AND (t.created_at IS NULL OR t.created_at < $as_of)
"""
_LINKS = """
SELECT {columns} FROM links AS t
WHERE t.source = $source AND t.repository = $repository AND (t.linked_at IS NULL OR t.linked_at < $as_of)
"""
_STATEMENTS = ((Transition, _MOVES), (Item, _ITEMS), (Link, _LINKS))


def show_first_read(lake: Lake, past: View, as_of: datetime) -> tuple[str, ...]:
    """Let a view of a past day show also what was first read later, cut at that day, and return what to say of it.

    What was deleted, or named otherwise, before it was first read nobody can know.
    """
    with lake.view() as now:
        late = now.rows(_FIRST, {"as_of": as_of})
    if not late:
        return ()
    kept = {kind: [_all(past, kind)] for kind, _ in _STATEMENTS}
    for one in late:
        with lake.view(as_of=one["first"] + _WITHIN) as then:
            for kind, sql in _STATEMENTS:
                said = {"source": one["source"], "repository": one["repository"], "as_of": as_of}
                kept[kind].append(then.query(_filled(kind, sql), said).cast(schema(kind)))
    for kind, tables in kept.items():
        shown = pa.concat_tables(tables)
        past.register(kind.table, shown)
        past.register(f"{kind.table}_history", shown)
    return tuple(_notes(late))


def _all(past: View, kind: type[Transition | Item | Link]) -> pa.Table:
    return past.query(f"SELECT {', '.join(schema(kind).names)} FROM {kind.table}").cast(schema(kind))


def _filled(kind: type[Transition | Item | Link], sql: str) -> str:
    names = schema(kind).names
    if kind is not Item:
        return sql.format(columns=", ".join(f"t.{name}" for name in names))
    columns = ", ".join(f"{_then(name)} AS {name}" if name in _CHANGED else f"t.{name}" for name in names)
    joins = " ".join(
        f"LEFT JOIN (SELECT item, former FROM later WHERE field = '{name}') AS {name}_then ON {name}_then.item = t.id"
        for name in _CHANGED
    )
    return sql.format(columns=columns, joins=joins, first_former=FIRST_FORMER)


def _then(name: str) -> str:
    return f"CASE WHEN {name}_then.item IS NULL THEN t.{name} ELSE {name}_then.former END"


def _notes(late: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for one in late:
        yield (
            f"Nothing of '{one['repository']}' was known on that day: it was first read on"
            f" {one['first'].astimezone(UTC):%Y-%m-%d}, and what it then told is cut at the day that is asked for."
        )
