"""Touches: how long work was really in hand, where a log marks its start and its end."""

import pyarrow as pa

from streamgauge.facts.reading import Reading
from streamgauge.facts.spans import SPANS
from streamgauge.facts.visits import known
from streamgauge.records.record import UTC_INSTANT

TOUCHES = pa.schema(
    [
        pa.field("line_id", pa.string()),
        pa.field("item", pa.string()),
        pa.field("ordinal", pa.int64()),
        pa.field("status", pa.string()),
        pa.field("stage", pa.string()),
        pa.field("team", pa.string()),
        pa.field("started_at", UTC_INSTANT),
        pa.field("completed_at", UTC_INSTANT),
        pa.field("touched_hours", pa.float64()),
        pa.field("next_status", pa.string()),
        pa.field("next_at", UTC_INSTANT),
        pa.field("wait_hours", pa.float64()),
        pa.field("next_is_return", pa.bool_()),
    ]
)
"""One row per piece of work that a log of starts and ends tells of, in the order in which each item's pieces began.

`started_at` is null where only the end is told, `completed_at` where it is not. `touched_hours` is the time in hand,
without that in which it was suspended; null where start or end is not told. `wait_hours` is from the completion to when
the next piece began (`next_at`), 0 where that was earlier. `next_is_return` says that the next is one that the item had
had before a later one, or the same again.
"""

_TOUCHES = f"""
WITH {{known}},
{SPANS},
pieces AS (
  SELECT item, status_no, instance, min_by(meaning, happened_at) AS meaning,
         min_by(acting_team, happened_at) AS acting_team, min(happened_at) AS began_at, min(sequence) AS sequence,
         min(id) AS id, bool_or(is_begun) AS is_begun,
         CASE WHEN bool_or(completed_at IS NULL) THEN NULL ELSE max(completed_at) END AS completed_at,
         sum(unix_micros(completed_at) - unix_micros(happened_at)) / 3.6e9 AS hours
  FROM spans GROUP BY item, status_no, instance),
named AS (
  SELECT p.*, m.status, m.stage, coalesce(p.acting_team, i.team) AS team
  FROM pieces AS p JOIN meant AS m ON m.meaning = p.meaning
  LEFT JOIN (SELECT id, team FROM items WHERE source = $source AND repository = $repository) AS i ON i.id = p.item),
ordered AS (
  SELECT *, row_number() OVER way AS ordinal, lead(status) OVER way AS next_status, lead(began_at) OVER way AS next_at,
         lag(status) OVER way AS former_status
  FROM named WINDOW way AS (PARTITION BY item ORDER BY began_at, sequence, id)),
ranked AS (SELECT *, min(ordinal) OVER (PARTITION BY item, status) AS first_ordinal FROM ordered),
judged AS (
  SELECT *, coalesce(status = former_status OR first_ordinal < max(first_ordinal) OVER (
              PARTITION BY item ORDER BY ordinal ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), FALSE) AS is_return
  FROM ranked)
SELECT $line AS line_id, item, ordinal, status, stage, team, CASE WHEN is_begun THEN began_at END AS started_at,
       completed_at, CASE WHEN is_begun AND completed_at IS NOT NULL THEN hours END AS touched_hours,
       next_status, next_at, CASE WHEN next_at IS NOT NULL AND completed_at IS NOT NULL
            THEN greatest(unix_micros(next_at) - unix_micros(completed_at), 0) / 3.6e9 END AS wait_hours,
       coalesce(lead(is_return) OVER (PARTITION BY item ORDER BY ordinal), FALSE) AS next_is_return
FROM judged
"""


def statement(how: Reading, *, by_type: bool) -> str:
    """Return the statement that yields the touches of a dataset whose log marks starts and ends, from its records."""
    return _TOUCHES.replace("{known}", known(how, by_type=by_type))
