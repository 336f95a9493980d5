"""Advances: when each piece of work came to a place of the process behind all that it had reached (definitions 2.2)."""

import numpy as np
import pyarrow as pa

from streamgauge.facts.ways import (
    CANCELLED,
    DONE,
    NEVER,
    NONE,
    OF_ITEM,
    Numbers,
    Ways,
    among,
    furthest_before,
    named,
    of_items,
)
from streamgauge.lake.codes import shaped
from streamgauge.records.record import UTC_INSTANT

_OF_ITEM = tuple(field for field in OF_ITEM if field.name != "episode")
ADVANCES = pa.schema(
    [
        *_OF_ITEM,
        pa.field("moved_at", UTC_INSTANT),
        pa.field("former_place", pa.int64()),
        pa.field("place", pa.int64()),
        pa.field("stage", pa.string()),
    ]
)
"""One row per advance of a flow item that was started, in its first episode, and one for its end, which has no place.

An item advances where it reaches a place behind all those before; what it skips it reaches with the next.
`former_place` is the furthest before, -1 where there was none. `type`, `team`, `level` and `streams` are those of the
flow item.
"""


def advances(way: Ways) -> pa.Table:
    """Return the rows of ADVANCES of one dataset."""
    finished, cancelled = way.at("finished_at"), way.at("cancelled_at")
    ended = np.where(finished == NEVER, cancelled, finished)
    firsts = np.flatnonzero((np.asarray(way.items["episode"]) == 1) & (way.at("started_at") != NEVER))
    first_of = _first_of(way, firsts)
    item = first_of[way.item]
    rows = (way.place != NONE) & ~among(way.state, DONE, CANCELLED) & (item != NONE)
    rows &= (ended[item] == NEVER) | (way.entered <= ended[item])
    told = np.flatnonzero(rows)
    place, of = way.place[told], item[told]
    former = furthest_before(way.item[told], place)
    onward = place > former
    furthest = np.full(len(ended), NONE, np.int64)
    np.maximum.at(furthest, of[onward], place[onward])
    gone = firsts[ended[firsts] != NEVER]
    every = np.concatenate([of[onward], gone])
    reached = np.concatenate([place[onward], np.full(len(gone), NONE, np.int64)])
    stage = np.concatenate([way.stage[told[onward]], np.full(len(gone), NONE, np.int64)])
    columns = {
        **of_items(way.items, every, _OF_ITEM),
        "moved_at": pa.array(np.concatenate([way.entered[told[onward]], ended[gone]])).cast(UTC_INSTANT),
        "former_place": pa.array(np.concatenate([former[onward], furthest[gone]])),
        "place": pa.array(reached, mask=reached == NONE),
        "stage": named(way.stages, stage),
    }
    return shaped(pa.table(columns), ADVANCES)


def _first_of(way: Ways, firsts: Numbers) -> Numbers:
    """Return by the code of an item the row of its first episode, NONE where that was never started."""
    found = np.full(int(way.item.max(initial=-1)) + 1, NONE, np.int64)
    found[way.codes[firsts]] = firsts
    return found
