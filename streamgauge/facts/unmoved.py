"""Items of which no change of status is told, only what they say now; kept apart, for finding them looks at all."""

import pyarrow as pa

UNMOVED = pa.schema([pa.field("line_id", pa.string()), pa.field("item", pa.string()), pa.field("status", pa.string())])
"""One row per item that has a status and no change of it that is told."""

STATEMENT = """
SELECT $line AS line_id, i.id AS item, i.status FROM {items} AS i
WHERE i.source = $source AND i.repository = $repository AND i.status IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM {transitions} AS s WHERE s.source = $source AND s.repository = $repository
    AND s.field = 'status' AND s.item = i.id)
"""
"""Yields UNMOVED from the items and the transitions of one dataset."""


def statement(items: str, transitions: str) -> str:
    """Return the statement over these tables."""
    return STATEMENT.format(items=items, transitions=transitions)
