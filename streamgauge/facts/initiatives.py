"""Initiatives: what each piece of work is a part of, by its parents."""

import pyarrow as pa

INITIATIVES = pa.schema(
    [
        pa.field("line_id", pa.string()),
        pa.field("item", pa.string()),
        pa.field("initiative", pa.string()),
    ]
)
"""One row per item that has a parent: the nearest of at most four ancestors whose level is `initiative`, else the
furthest of them."""

_UP = "(SELECT id, parent, level FROM items WHERE source = $source AND repository = $repository)"
STATEMENT = f"""
SELECT $line AS line_id, i.id AS item,
       CASE WHEN a.level = 'initiative' THEN a.id WHEN b.level = 'initiative' THEN b.id
            WHEN c.level = 'initiative' THEN c.id WHEN d.level = 'initiative' THEN d.id
            ELSE coalesce(c.parent, b.parent, a.parent, i.parent) END AS initiative
FROM {_UP} AS i LEFT JOIN {_UP} AS a ON a.id = i.parent LEFT JOIN {_UP} AS b ON b.id = a.parent
LEFT JOIN {_UP} AS c ON c.id = b.parent LEFT JOIN {_UP} AS d ON d.id = c.parent
WHERE i.parent IS NOT NULL AND i.parent <> i.id
"""
"""Yields the columns of INITIATIVES of one dataset."""
