"""Touches: how long work was really in hand, where a log marks its start and its end."""

import pyarrow as pa

from streamgauge.records.record import UTC_INSTANT

TOUCHES = pa.schema(
    [
        pa.field("line_id", pa.string()),
        pa.field("item", pa.string()),
        pa.field("status", pa.string()),
        pa.field("team", pa.string()),
        pa.field("started_at", UTC_INSTANT),
        pa.field("completed_at", UTC_INSTANT),
    ]
)
"""One row per start of a piece of work with its completion: the first start of an item in a status belongs to the first
completion there, the second to the second. Without a completion, or with one before the start, there is no row."""

STATEMENT = """
WITH marked AS (
  SELECT item, value AS status, team, happened_at,
         row_number() OVER (PARTITION BY item, value, lower(lifecycle)
                            ORDER BY happened_at, coalesce(sequence, 0), id) AS nth,
         CASE WHEN lower(lifecycle) IN ('start', 'begin') THEN 'start'
              WHEN lower(lifecycle) IN ('complete', 'end', 'completed') THEN 'complete' END AS mark
  FROM transitions
  WHERE source = $source AND repository = $repository AND field = 'status' AND lifecycle IS NOT NULL)
SELECT $line AS line_id, s.item, s.status, s.team, s.happened_at AS started_at, c.happened_at AS completed_at
FROM marked AS s JOIN marked AS c ON c.item = s.item AND c.status = s.status AND c.nth = s.nth
WHERE s.mark = 'start' AND c.mark = 'complete' AND c.happened_at >= s.happened_at
"""
