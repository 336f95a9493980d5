"""Items that vanished from their tool: what was not finished then is under way no more, and what was told stays."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.facts.meanings import COMPANY, MEANINGS, NEVER
from streamgauge.facts.reading import Reading
from streamgauge.lake import View
from streamgauge.records.transition import VANISHED

STATUS = "(vanished from its tool)"
"""The status of an item from then on, where it had not ended; its state is cancelled, though nobody gave it up."""

# Who brings a new list learns of it later than it happened; but it happened no later than the last thing that is known.
_VANISHED = f"""
SELECT i.id AS item, coalesce(s.happened_at, least(i.recorded_at, $known_at)) AS vanished_at
FROM items AS i LEFT JOIN (
  SELECT item, max(happened_at) AS happened_at FROM transitions
  WHERE source = $source AND repository = $repository AND field = '{VANISHED}' GROUP BY item) AS s ON s.item = i.id
WHERE i.source = $source AND i.repository = $repository AND i.deleted
"""
_SINCE = """
SELECT id AS item FROM items
WHERE source = $source AND repository = $repository AND deleted AND ($seen IS NULL OR recorded_at > $seen)
"""
FIRST_NAME = "told_while_there"
"""What the rows `known` of a dataset are called before these ends are among them."""
_ENDS = f"""
last_told AS (
  SELECT item, happened_at, state, acting_team,
         row_number() OVER (PARTITION BY item ORDER BY happened_at DESC, sequence DESC, id DESC) AS nth
  FROM {FIRST_NAME} WHERE item IN (SELECT item FROM vanished_items)),
known AS (
  SELECT item, meaning, status_no, happened_at, sequence, id, acting_team, mark, is_inferred, is_event, is_held, state
  FROM {FIRST_NAME}
  UNION ALL
  SELECT v.item, v.meaning, v.status_no, v.vanished_at, 2147483647, 'vanished', l.acting_team, 'entry', FALSE, FALSE,
         FALSE, 'cancelled'
  FROM vanished_items AS v JOIN last_told AS l ON l.item = v.item AND l.nth = 1
  WHERE l.happened_at <= v.vanished_at AND l.state NOT IN ({{over}}))"""


def joined(how: Reading) -> str:
    """Return the part of a statement that puts the ends of `vanished_items` among the rows FIRST_NAME, as `known`.

    `how` is how the rows are read. What had ended stays as it was, and so does what moved later: it is there again.
    """
    over = "'done', 'cancelled', 'unmapped'" if how.ends_with_last else "'done', 'cancelled'"
    return _ENDS.replace("{over}", over)


def items(view: View, key: Mapping[str, Any], same: pa.Table, how: Reading) -> pa.Table:
    """Return the vanished items of one dataset and when they did (UTC), in a view that shows the deleted ones too.

    Of what stands in another tool too (`same`, in the columns of SAME_ITEMS) that one tells; where the last status of
    each item in a log is taken for its end (`how`), all have ended.
    """
    found = view.query(_VANISHED, key)
    if how.is_log and how.ends_with_last:
        return found.slice(0, 0)
    return found.filter(pc.invert(pc.is_in(found["item"], value_set=same["item"].combine_chunks())))


def since(view: View, key: Mapping[str, Any], seen: datetime | None) -> pa.Array:
    """Return the items that vanished after the last thing that was known (UTC), which may be another one now."""
    return view.query(_SINCE, {**key, "seen": seen})["item"].combine_chunks()


def meant(line_id: str, meanings: pa.Table) -> pa.Table:
    """Return the meanings with that of STATUS, which no tool ever tells: it holds at no time."""
    row = dict.fromkeys(MEANINGS.names) | {"line_id": line_id, "status": STATUS, "stage": STATUS, "detail": ""}
    row |= {"told": 0, "since": NEVER, "until": NEVER, "state": "cancelled", "known_by": COMPANY}
    row |= {"is_held": False, "is_unclear": False}
    return pa.concat_tables([meanings, pa.Table.from_pylist([row], schema=MEANINGS)])


def numbered(items: pa.Table, meant: pa.Table) -> pa.Table:
    """Return vanished items with the numbers that STATUS and its meaning have among these."""
    own = meant.filter(pc.and_(pc.equal(meant["status"], STATUS), pc.equal(meant["since"], meant["until"])))
    for name in ("meaning", "status_no"):
        items = items.append_column(name, pa.repeat(own[name][0], len(items)))
    return items
