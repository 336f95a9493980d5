"""Which records of a dataset of files the next file shows to be gone."""

from collections.abc import Mapping

import pyarrow as pa

from streamgauge.lake.writer import Writer
from streamgauge.records import Record, Transition
from streamgauge.records.transition import OF_SNAPSHOTS
from streamgauge.sources.files.item_links import OF_ITEMS
from streamgauge.sources.files.milestones import MARK

_NOTHING: Mapping[str, object] = {}
SURPLUS = """
SELECT t.id FROM transitions AS t JOIN counts AS c ON t.item = c.item
WHERE t.source = 'files' AND t.repository = $repository AND t.field = 'status' AND starts_with(t.id, t.item || '#')
  AND TRY_CAST(substr(t.id, length(t.item) + 2) AS BIGINT) > c.events
"""
"""Yields the events that a log now has fewer of, by the `counts` of its cases."""
_ABSENT = """
SELECT id FROM {table} AS t WHERE t.source = 'files' AND t.repository = $repository AND NOT EXISTS (
  SELECT 1 FROM present AS p WHERE p.id = t.id)
"""
_OF_VANISHED = """EXISTS (
  SELECT 1 FROM items_history AS h ANTI JOIN items AS i ON i.source = h.source AND i.repository = h.repository
    AND i.id = h.id WHERE h.deleted AND h.source = t.source AND h.repository = t.repository AND h.id = t.item)"""
UNDATED = f"""
SELECT id FROM transitions AS t
WHERE t.source = 'files' AND t.repository = $repository AND starts_with(t.id, t.item || '{MARK}')
  AND EXISTS (SELECT 1 FROM present AS p WHERE p.item = t.item)
  AND NOT EXISTS (SELECT 1 FROM present AS p WHERE p.id = t.id)
"""
"""Yields the dates that a table of milestones no longer has, of the items that are `present`."""
UNLINKED = f"""
SELECT id FROM links AS t
WHERE t.source = 'files' AND t.repository = $repository AND ends_with(t.id, '{OF_ITEMS}')
  AND EXISTS (SELECT 1 FROM items_read AS i WHERE i.id = t.item)
  AND EXISTS (SELECT 1 FROM items_read AS i WHERE i.id = t.other)
  AND NOT EXISTS (SELECT 1 FROM present AS p WHERE p.id = t.id)
"""
"""Yields the links that items told of before and do not any more: of items that are both among the `items_read`."""
EVER_GONE = "SELECT DISTINCT id FROM items_history WHERE source = 'files' AND repository = $repository AND deleted"
"""Yields the items that ever vanished."""
OTHER_SNAPSHOTS = f"""
SELECT id FROM transitions AS t WHERE t.source = 'files' AND t.repository = $repository
  AND (t.not_before IS NOT NULL OR t.field IN {OF_SNAPSHOTS})
  AND NOT EXISTS (SELECT 1 FROM present AS p WHERE p.id = t.id)
"""
"""Yields what followed from other snapshots than those that count, whose changes are `present`."""


def absent(kind: type[Record]) -> str:
    """Return the statement for the records of a kind that are not `present` in a file that has all.

    What was told of an item that vanished stays: it happened.
    """
    found = _ABSENT.format(table=kind.table)
    return f"{found} AND NOT {_OF_VANISHED}" if kind is Transition else found


def ids(
    writer: Writer, sql: str, repository: str, *, said: Mapping[str, object] = _NOTHING, **given: pa.Table
) -> list[str]:
    """Return the ids that a statement yields of one dataset; it may speak of the `given` tables and what is `said`."""
    with writer.view() as view:
        for name, table in given.items():
            view.register(name, table)
        found: list[str] = view.query(sql, {"repository": repository, **said})["id"].to_pylist()
    return found
