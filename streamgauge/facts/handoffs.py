"""Handoffs: finished work that went from one team to another on its way, and what came back (definitions 4.3)."""

import numpy as np
import pyarrow as pa

from streamgauge.facts.turns import Turns, onward
from streamgauge.facts.ways import (
    ACTIVE,
    NEVER,
    NONE,
    OF_ITEM,
    WAITING,
    Numbers,
    Ways,
    hours,
    named,
    of_items,
    starts_of,
)
from streamgauge.lake.codes import shaped
from streamgauge.records.record import UTC_INSTANT

HANDOFFS = pa.schema(
    [
        *OF_ITEM,
        pa.field("ended_at", UTC_INSTANT),
        pa.field("sender", pa.string()),
        pa.field("receiver", pa.string()),
        pa.field("wait_hours", pa.float64()),
        pa.field("is_bounced", pa.bool_()),
        pa.field("loop_hours", pa.float64()),
    ]
)
"""One row per time that a flow item went from one team to another between its start and its end.

`type`, `team`, `level` and `streams` are those of the flow item, `ended_at` its end. `wait_hours` is until the receiver
began; `is_bounced` says that it gave the work back to the sender, or to an earlier stage of a team that had had it
before, `loop_hours` how long it then took until it had it again and worked on it, null where it never did.
"""


def handoffs(way: Ways) -> pa.Table:
    """Return the rows of HANDOFFS of one dataset.

    In a log of activities work waits from the sender's last to the receiver's first; elsewhere from when the receiver
    owns it. The receiver has accepted with its first work on the item, or where no status says so, at the handoff
    itself. What came back, and how long that took, its turns say.
    """
    rows = way.walked[way.team[way.walked] != NONE]
    if not len(rows):
        return HANDOFFS.empty_table()
    of, team, entered = way.of[rows], way.team[rows], way.entered[rows]
    first = np.flatnonzero(starts_of(of) | starts_of(team))
    turns = Turns(
        of=of[first],
        owner=team[first],
        place=way.place[rows][first],
        is_onward=onward(of, way.place[rows], way.stage[rows])[first],
        received=entered[first],
        accepted=_accepted(way, rows, first),
    )
    begins = turns.received
    if way.how.by_activity and not way.how.has_marks:
        before = turns.beside(np.maximum.reduceat(entered, first), -1, NEVER)
        begins = np.where(before == NEVER, turns.received, before)
    told = np.flatnonzero(turns.sender != NONE)
    loop = turns.loop[told]
    columns = {
        **of_items(way.items, turns.of[told]),
        "ended_at": pa.array(way.ended[turns.of[told]]).cast(UTC_INSTANT),
        "sender": named(way.teams, turns.sender[told]),
        "receiver": named(way.teams, turns.owner[told]),
        "wait_hours": hours((turns.accepted - begins)[told]),
        "is_bounced": pa.array(turns.is_bounced[told]),
        "loop_hours": hours(np.where(loop == NEVER, 0, loop), loop != NEVER),
    }
    return shaped(pa.table(columns), HANDOFFS)


def _accepted(way: Ways, rows: Numbers, first: Numbers) -> Numbers:
    """Return when each turn's team had begun: with its first work, else where waiting ended, else at once."""
    state, entered, left = way.state[rows], way.entered[rows], way.left[rows]
    latest = np.iinfo(np.int64).max
    work = np.minimum.reduceat(np.where(state == ACTIVE, entered, latest), first)
    waited = np.maximum.reduceat(np.where(state == WAITING, left, NEVER), first)
    return np.where(work != latest, work, np.where(waited != NEVER, waited, entered[first]))
