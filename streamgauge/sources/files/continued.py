"""Event logs in several exports: what of a case goes on from what is kept already, and what stands in its place."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.sources.files.event_log import TEAM_MARK

# An export that begins after what is there goes on from it; one that begins with an event that is there stands in its
# place from that event on. Any other one tells the whole case, and so does one that reaches back to where all begins.
BEFORE = """
WITH kept AS (
  SELECT item, value, happened_at, TRY_CAST(substr(id, length(item) + 2) AS BIGINT) AS ordinal FROM transitions
  WHERE source = 'files' AND repository = $repository AND field = 'status' AND starts_with(id, item || '#')
), found AS (
  SELECT f.item, coalesce(f.last_at < min(t.happened_at), FALSE) AS is_earlier,
         CASE WHEN max(t.happened_at) < f.first_at THEN max(t.ordinal)
                      ELSE min(CASE WHEN t.happened_at = f.first_at AND t.value = f.first_value THEN t.ordinal END) - 1
                 END AS events_before
  FROM firsts AS f JOIN kept AS t ON t.item = f.item
  GROUP BY f.item, f.first_at, f.first_value, f.last_at
), beginning AS (
  SELECT coalesce((SELECT min(first_at) FROM firsts) <= min(k.happened_at), FALSE) AS is_reached
  FROM kept AS k LEFT JOIN found ON found.item = k.item
  WHERE coalesce(found.events_before, 0) <= 0
)
SELECT item, CASE WHEN is_reached THEN 0 ELSE coalesce(events_before, 0) END AS events_before, is_earlier
FROM found, beginning WHERE (events_before > 0 AND NOT is_reached) OR is_earlier
"""
"""Yields the cases that go on, each with how many of its events come before; and those that end before what is there of
them begins (`is_earlier`), of which none does."""
TEAMS_GONE = f"""
SELECT id FROM transitions AS t
WHERE t.source = 'files' AND t.repository = $repository AND t.field = 'team'
  AND starts_with(t.id, t.item || '{TEAM_MARK}')
  AND EXISTS (SELECT 1 FROM present AS p WHERE p.item = t.item AND p.first_at <= t.happened_at)
  AND NOT EXISTS (SELECT 1 FROM present AS p WHERE p.id = t.id)
"""
"""Yields the changes of team that an export no longer has, of those since its first event of the case."""


def firsts(events: pa.Table, counts: pa.Table) -> pa.Table:
    """Return the first event of each case, and when its last was; `events` are in the order of `counts`."""
    sizes = np.asarray(counts["events"])
    first, last = (events.take(pa.array(np.cumsum(sizes) - back)) for back in (sizes, 1))
    told = {"item": first["item"], "first_at": first["happened_at"], "first_value": first["value"]}
    return pa.table({**told, "last_at": last["happened_at"]})


def moved(events: pa.Table, counts: pa.Table, before: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Return the events with their numbers raised by those `before` them in their case, and the counts with these.

    Changes of team, which stand below the events, are not numbered.
    """
    known = dict(zip(before["item"].to_pylist(), before["events_before"].to_pylist(), strict=True))
    shift = np.array([known.get(item, 0) for item in counts["item"].to_pylist()], np.int64)
    sizes = np.asarray(counts["events"])
    events, others = events.slice(0, int(sizes.sum())), events.slice(int(sizes.sum()))
    place = np.arange(1, len(events) + 1) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    ordinal = pa.array(place + np.repeat(shift, sizes))
    ids = pc.binary_join_element_wise(events["item"], ordinal.cast(pa.string()), "#")
    raised = events.set_column(events.schema.get_field_index("id"), "id", ids)
    if np.array_equal(np.asarray(events["sequence"]), place):
        raised = raised.set_column(raised.schema.get_field_index("sequence"), "sequence", ordinal)
    return pa.concat_tables([raised, others]), counts.set_column(
        counts.schema.get_field_index("events"), "events", pa.array(sizes + shift)
    )


def teams_present(events: pa.Table, counts: pa.Table) -> pa.Table:
    """Return the first time of each case of an export, and the changes of team that it has, for `TEAMS_GONE`.

    `counts` are those of the export itself, whatever comes before it.
    """
    first = firsts(events, counts).select(["item", "first_at"])
    changes = events.slice(int(np.asarray(counts["events"]).sum())).select(["item", "id"])
    return pa.concat_tables([first, changes], promote_options="default")
