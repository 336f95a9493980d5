"""Handoffs: finished work that went from one team to another on its way, and what came back (definitions 4.3)."""

import numpy as np
import pyarrow as pa

from streamgauge.facts.ways import (
    ACTIVE,
    NEVER,
    NONE,
    OF_ITEM,
    WAITING,
    Flags,
    Numbers,
    Ways,
    furthest_before,
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
    itself. Bounced is what the receiver gave back to the sender, or to an earlier stage of another that had had it; the
    loop runs until the receiver works on it again.
    """
    rows = way.walked[way.team[way.walked] != NONE]
    if not len(rows):
        return HANDOFFS.empty_table()
    of, team, entered = way.of[rows], way.team[rows], way.entered[rows]
    first = np.flatnonzero(starts_of(of) | starts_of(team))
    of, team, place = of[first], team[first], way.place[rows][first]
    received, last = entered[first], np.maximum.reduceat(entered, first)
    accepted, onward = _accepted(way, rows, first), _onward(way, rows)[first]

    def beside(values: Numbers, steps: int, nothing: int) -> Numbers:
        """Return the value of the turn so many before (below 0) or after each, where that is of the same item."""
        asked = np.arange(len(of)) + steps
        there = np.clip(asked, 0, len(of) - 1)
        is_same = (asked == there) & (of[there] == of)
        return np.where(is_same, values[there], nothing)

    sender, (had_before, again_at) = beside(team, -1, NONE), _again(of * (len(way.teams) + 1) + team)
    until = np.where(again_at == NONE, NEVER, accepted[again_at])
    begins = received
    if way.how.by_activity and not way.how.has_marks:
        before = beside(last, -1, NEVER)
        begins = np.where(before == NEVER, received, before)
    given_back = beside(received, 1, NEVER)
    told = np.flatnonzero(sender != NONE)
    goes_back = had_before & (place != NONE) & (place < beside(place, -1, NONE))
    bounced = (beside(np.where(onward, NONE, team), 1, NONE) == sender) | (
        beside(goes_back.astype(np.int64), 1, 0) == 1
    )
    has_loop = bounced & (until != NEVER)
    columns = {
        **of_items(way.items, of[told]),
        "ended_at": pa.array(way.ended[of[told]]).cast(UTC_INSTANT),
        "sender": named(way.teams, sender[told]),
        "receiver": named(way.teams, team[told]),
        "wait_hours": hours((accepted - begins)[told]),
        "is_bounced": pa.array(bounced[told]),
        "loop_hours": hours(np.where(has_loop, until - given_back, 0)[told], has_loop[told]),
    }
    return shaped(pa.table(columns), HANDOFFS)


def _again(owner: Numbers) -> tuple[Flags, Numbers]:
    """Return which turns are of an owner that had an earlier one, and the next turn of each owner, NONE without one."""
    order = np.argsort(owner, kind="stable")
    same = ~starts_of(owner[order])
    had, following = np.zeros(len(owner), np.bool_), np.full(len(owner), NONE, np.int64)
    had[order] = same
    following[order[:-1][same[1:]]] = order[1:][same[1:]]
    return had, following


def _accepted(way: Ways, rows: Numbers, first: Numbers) -> Numbers:
    """Return when each turn's team had begun: with its first work, else where waiting ended, else at once."""
    state, entered, left = way.state[rows], way.entered[rows], way.left[rows]
    latest = np.iinfo(np.int64).max
    work = np.minimum.reduceat(np.where(state == ACTIVE, entered, latest), first)
    waited = np.maximum.reduceat(np.where(state == WAITING, left, NEVER), first)
    return np.where(work != latest, work, np.where(waited != NEVER, waited, entered[first]))


def _onward(way: Ways, rows: Numbers) -> Flags:
    """Return which visits go on: to a place behind all before, or without one to a stage for the first time."""
    of, place, stage = way.of[rows], way.place[rows], way.stage[rows]
    before = furthest_before(of, place)
    found: Flags = (place > before) & (before != NONE)
    unplaced = np.flatnonzero(place == NONE)
    if len(unplaced):
        key = of * (len(way.stages) + 1) + stage + 1
        order = np.argsort(key, kind="stable")
        is_first = np.zeros(len(rows), np.bool_)
        is_first[order[starts_of(key[order])]] = True
        found[unplaced] = is_first[unplaced]
    return found
