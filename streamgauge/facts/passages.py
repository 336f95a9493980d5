"""Passages: what each finished piece of work did in each stage that it went through (definitions 4.1)."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from streamgauge.facts.kinds import kinds
from streamgauge.facts.ways import (
    ACTIVE,
    CANCELLED,
    DONE,
    NEVER,
    NEW,
    NONE,
    OF_ITEM,
    WAITING,
    Flags,
    Numbers,
    Ways,
    among,
    hours,
    named,
    of_items,
    starts_of,
)
from streamgauge.lake.codes import shaped
from streamgauge.records.record import UTC_INSTANT

PASSAGES = pa.schema(
    [
        *OF_ITEM,
        pa.field("ended_at", UTC_INSTANT),
        pa.field("stage", pa.string()),
        pa.field("place", pa.int64()),
        pa.field("phase", pa.string()),
        pa.field("ordinal", pa.int64()),
        pa.field("is_through", pa.bool_()),
        pa.field("active_hours", pa.float64()),
        pa.field("queue_hours", pa.float64()),
        pa.field("hours", pa.float64()),
        pa.field("age_hours", pa.float64()),
        pa.field("handed_on", pa.int64()),
        pa.field("came_back", pa.int64()),
        pa.field("handovers", pa.int64()),
        pa.field("stays", pa.int64()),
        pa.field("turns", pa.int64()),
        pa.field("waited_hours", pa.float64()),
        pa.field("worked_hours", pa.float64()),
        pa.field("kind", pa.string()),
    ]
)
"""One row per stage that a flow item went through between its start and its end (of a log of activities also its last).

`type`, `team`, `level` and `streams` are those of the flow item, `ended_at` its end, `ordinal` its first visit to the
stage. `is_through` says that it was more than done or cancelled there. `active_hours` is the work in the stage less
what was held up, null where no status says that it was worked on; `queue_hours` what was held up and the waiting, null
where no status tells; `hours` all that passed; `age_hours` how old the item was when it last left. `handed_on` is how
often it went on from there, `came_back` how often the receiver could not use it as it was: before it handed it on
itself, it sent it back, or was blocked for want of clarification; `handovers`
how often its team changed on the way in or within. `stays` are those in which it waited or was worked on, `turns` the
sum of their ordinals, `waited_hours` and `worked_hours` what passed in them: where a log marks the end of work, what
then waits counts for the stage that follows. `kind` is the JSON list of stage, phase, level, whether it is through, the
place, and the three counts of what was handed on, came back and changed teams: very many passages are counted by it.
"""
KIND_OF_PASSAGE = ("stage", "phase", "level", "is_through", "place", "handed_on", "came_back", "handovers")


@dataclass(frozen=True)
class _Sums:
    """Sums of rows by group: `order` brings the rows of each group together, `starts` is where each begins."""

    order: Numbers
    starts: Numbers

    def total(self, values: npt.NDArray[Any]) -> Numbers:
        """Return the sum of each group."""
        so_far = np.cumsum(values[self.order], dtype=np.int64)
        found: Numbers = np.diff(so_far[np.append(self.starts[1:], len(so_far)) - 1], prepend=0)
        return found

    def each(self, **has: Flags) -> dict[str, Flags]:
        """Return by their names of which flags each group has one."""
        bits = np.zeros(len(self.order), np.uint8)
        for place, flags in enumerate(has.values()):
            bits |= flags.astype(np.uint8) << place
        found = np.bitwise_or.reduceat(bits[self.order], self.starts)
        return {name: (found >> place & 1).astype(np.bool_) for place, name in enumerate(has)}

    def least(self, values: Numbers, rows: Flags) -> Numbers:
        """Return the least of these rows of each group, NONE where it has none of them."""
        kept = np.where(rows & (values != NONE), values, np.iinfo(np.int64).max)[self.order]
        found: Numbers = np.minimum.reduceat(kept, self.starts)
        return np.where(found == np.iinfo(np.int64).max, NONE, found)

    def latest(self, values: Numbers, rows: Flags) -> Numbers:
        """Return the latest of these rows of each group, NEVER where it has none of them."""
        found: Numbers = np.maximum.reduceat(np.where(rows, values, NEVER)[self.order], self.starts)
        return found


def passages(way: Ways) -> pa.Table:
    """Return the rows of PASSAGES of one dataset."""
    rows = way.walked
    if not len(rows):
        return PASSAGES.empty_table()
    of, stage = way.of[rows], way.stage[rows]
    at, shifted = _waits_at(way, rows)
    key = np.concatenate([of, of[shifted]]) * (len(way.stages) + 1) + np.concatenate([stage, at[shifted]]) + 1
    order = np.argsort(key, kind="stable")
    sums = _Sums(order, np.flatnonzero(starts_of(key[order])))
    item, where = np.divmod(key[order][sums.starts], len(way.stages) + 1)
    columns = {
        **of_items(way.items, item),
        "ended_at": pa.array(way.ended[item]).cast(UTC_INSTANT),
        "stage": named(way.stages, where - 1),
        **_told(way, rows, sums, len(shifted), item),
        **_events(way, rows, sums, len(shifted)),
        **_stays(way, rows, sums, shifted),
    }
    found = pa.table(columns)
    return shaped(found.append_column("kind", kinds(found, KIND_OF_PASSAGE)), PASSAGES)


def _waits_at(way: Ways, rows: Numbers) -> tuple[Numbers, Numbers]:
    """Return the stage before which each visit waits, or at which it works, and the visits where that is another."""
    of, state, status, stage = way.of[rows], way.state[rows], way.status[rows], way.stage[rows]
    after = np.zeros(len(rows), np.bool_)
    after[1:] = (of[1:] == of[:-1]) & (state[1:] == WAITING) & (state[:-1] == ACTIVE) & (status[1:] == status[:-1])
    at = np.where(after & (way.next_stage[rows] != NONE), way.next_stage[rows], stage)
    return at, np.flatnonzero(at != stage)


def _told(way: Ways, rows: Numbers, sums: _Sums, more: int, item: Numbers) -> dict[str, pa.Array]:
    """Return the columns that say what an item did in the stage."""
    state, left, blocked = way.state[rows], way.left[rows], way.blocked[rows]
    is_through = way.how.by_activity | ~among(state, DONE, CANCELLED)
    has_left, is_active = is_through & (left != NEVER), is_through & (state == ACTIVE)
    spent = np.where(has_left, left - way.entered[rows], 0)
    waits = is_through & among(state, NEW, WAITING)
    known = (is_active | waits) & has_left | is_through & way.how.has_marks

    def padded(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        return np.concatenate([values, np.zeros(more, values.dtype)]) if more else values

    was_through = padded(is_through)
    has = sums.each(
        through=was_through,
        active=padded(is_active & has_left),
        known=padded(known),
        left=padded(has_left),
    )
    left_last = sums.latest(padded(left), padded(has_left))
    return {
        "place": _plain(sums.least(padded(way.place[rows]), was_through)),
        "phase": named(way.phases, sums.least(padded(way.phase[rows]), was_through)),
        "ordinal": _plain(sums.least(padded(way.ordinal[rows]), padded(np.ones(len(rows), np.bool_)))),
        "is_through": pa.array(has["through"]),
        "active_hours": hours(sums.total(padded(np.where(is_active & has_left, spent - blocked, 0))), has["active"]),
        "queue_hours": hours(sums.total(padded(np.where(is_active, blocked, np.where(waits, spent, 0)))), has["known"]),
        "hours": hours(sums.total(padded(spent)), has["left"]),
        "age_hours": hours(left_last - way.at("started_at")[item], left_last != NEVER),
    }


def _events(way: Ways, rows: Numbers, sums: _Sums, more: int) -> dict[str, pa.Array]:
    """Return how often an item was handed on, came back, and went to another team.

    What a stage handed on is bad where the receiver, before it handed it on itself, sent it back or was blocked for
    want of clarification. What was done for good was accepted.
    """
    of, stage, team = way.of[rows], way.stage[rows], way.team[rows]
    handed, back, over = (np.zeros(len(rows) + more, np.int8) for _ in range(3))
    first = starts_of(of)
    entries = np.flatnonzero(first | starts_of(stage))
    is_back = way.is_return[rows[entries]]
    next_back = np.concatenate([is_back[1:] & ~first[entries[1:]], [False]])
    is_bad = next_back | np.logical_or.reduceat(way.is_unclear[rows], entries)
    given = (~first[entries]) & ~is_back & (stage[entries - 1] != NONE)
    handed[entries[given] - 1] += 1
    back[entries[given] - 1] += is_bad[given]
    handed[np.append(np.flatnonzero(first)[1:], len(rows)) - 1] += 1
    owned = np.flatnonzero(team != NONE)
    changed = np.flatnonzero((of[owned][1:] == of[owned][:-1]) & (team[owned][1:] != team[owned][:-1])) + 1
    over[owned[changed]] += 1
    found = {"handed_on": handed, "came_back": back, "handovers": over}
    return {name: pa.array(sums.total(values)) for name, values in found.items()}


def _stays(way: Ways, rows: Numbers, sums: _Sums, shifted: Numbers) -> dict[str, pa.Array]:
    """Return how long an item waited and was worked on, at the stage that it waited for."""
    state, left, blocked = way.state[rows], way.left[rows], way.blocked[rows]
    spent = np.where(left == NEVER, 0, left - way.entered[rows])
    is_active, waits = state == ACTIVE, state == WAITING
    found = {
        "stays": is_active | waits,
        "turns": np.where(is_active | waits, way.ordinal[rows], 0),
        "waited_hours": np.where(is_active, blocked, np.where(waits, spent, 0)),
        "worked_hours": np.where(is_active, np.where(left == NEVER, 0, spent - blocked), 0),
    }
    for name, values in found.items():
        moved = values[shifted]
        values[shifted] = 0
        found[name] = sums.total(np.concatenate([values, moved]))
    return {n: hours(v) if n.endswith("_hours") else pa.array(v) for n, v in found.items()}


def _plain(values: Numbers) -> pa.Array:
    return pa.array(values, mask=values == NONE)
