"""Stays: what the statement of visits yields, found outside of the engine from its rows, which are sorted once.

A test holds both equal.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.facts.flags import blocked
from streamgauge.facts.holding import holding, overlaps
from streamgauge.facts.visits import OF_ITEMS, REVIEWED, TEAMS, Grounds, rows_of
from streamgauge.facts.ways import (
    CANCELLED,
    DONE,
    NEVER,
    NONE,
    STATES,
    UNMAPPED,
    Flags,
    Numbers,
    coded,
    codes_of,
    furthest_before,
    instants,
    named,
    starts_of,
)
from streamgauge.lake import View
from streamgauge.records.record import UTC_INSTANT

_Values = npt.NDArray[Any]


@dataclass(frozen=True)
class _Rows:
    """Rows told of items, sorted by item and as they follow each other; what stands in codes is NONE where it is null.

    `step` is the status of the step before, `team` who acted.
    """

    item: Numbers
    at: Numbers
    meaning: Numbers
    status_no: Numbers
    state: Numbers
    step: Numbers
    team: Numbers
    is_inferred: Flags
    is_event: Flags
    is_held: Flags

    def taken(self, rows: Numbers) -> "_Rows":
        """Return some of them."""
        return _Rows(**{name: values[rows] for name, values in vars(self).items()})


@dataclass(frozen=True)
class _Runs:
    """Where the rows of each item begin and end, and so what stands before and after each."""

    first: Flags
    last: Flags

    @classmethod
    def of(cls, item: Numbers) -> "_Runs":
        """Return the runs of rows that are sorted by item."""
        first = starts_of(item)
        return cls(first, np.concatenate([first[1:], np.ones(min(len(item), 1), np.bool_)]))

    @property
    def start(self) -> Numbers:
        """The first row of the item of each."""
        return np.maximum.accumulate(np.where(self.first, np.arange(len(self.first)), 0))

    def before(self, values: _Values, nothing: int) -> _Values:
        """Return what the row before has, and `nothing` for the first."""
        return np.where(self.first, values.dtype.type(nothing), np.roll(values, 1))

    def after(self, values: _Values, nothing: int) -> _Values:
        """Return what the next row has, and `nothing` for the last."""
        return np.where(self.last, values.dtype.type(nothing), np.roll(values, -1))


def stays(view: View, grounds: Grounds, key: Mapping[str, Any]) -> pa.Table:
    """Return the rows that the statement of visits yields, sorted by item and ordinal; text stays in codes.

    `key` is what that statement is bound to.
    """
    told, own, spans = (view.query(sql, key) for sql in (rows_of(grounds), OF_ITEMS, TEAMS))
    names, item = coded(told["item"])
    columns = [told["acting_team"], own["team"], spans["team"]]
    teams, team = coded(pa.chunked_array([chunk for column in columns for chunk in column.chunks], pa.string()))
    acting, now, then = np.split(team, np.cumsum([len(told), len(own)]))
    rows, there, is_again = _entered(grounds, _sorted(told, item, acting))
    del told
    runs = _Runs.of(rows.item)
    owner = _owner(rows, (codes_of(own["id"], names), now), (codes_of(spans["item"], names), then, spans))
    ordinal = np.arange(len(rows.item)) - runs.start + 1
    is_return = is_again | _goes_back(grounds, rows, runs, there, ordinal)
    is_early_end = np.isin(rows.state, (DONE, CANCELLED)) & ~runs.last & grounds.how.ends_with_last
    state, left = np.where(is_early_end, UNMAPPED, rows.state), runs.after(rows.at, NEVER)
    found = {
        "item": named(names, rows.item),
        "ordinal": pa.array(ordinal),
        "meaning": pa.array(rows.meaning),
        "there": pa.array(there),
        "state": named(pa.array(STATES), state),
        "team": named(teams, owner),
        "entered_at": _instants(rows.at),
        "left_at": _instants(left),
        "next_meaning": _numbers(runs.after(rows.meaning, NONE)),
        "next_there": _numbers(runs.after(there, NONE)),
        "next_state": named(pa.array(STATES), runs.after(state, NONE)),
        "next_team": named(teams, runs.after(owner, NONE)),
        "is_return": pa.array(is_return),
        "next_is_return": pa.array(runs.after(is_return, 0)),
        "is_inferred": pa.array(rows.is_inferred),
    }
    return pa.table(found | _held_up(view, grounds, key, pa.table(found), names, (rows.item, rows.at, left)))


def _sorted(told: pa.Table, item: Numbers, acting: Numbers) -> _Rows:
    at = instants(told["happened_at"])
    rows = _Rows(
        item=item,
        at=at,
        meaning=np.asarray(told["meaning"]),
        status_no=np.asarray(told["status_no"]),
        state=codes_of(told["state"], pa.array(STATES)),
        step=np.asarray(pc.fill_null(told["former_step"], NONE)),
        team=acting,
        is_inferred=np.asarray(told["is_inferred"]),
        is_event=np.asarray(told["is_event"]),
        is_held=np.asarray(told["is_held"]),
    )
    return rows.taken(_order(item, at, np.asarray(told["sequence"]), told["id"]))


def _order(item: Numbers, at: Numbers, sequence: Numbers, ids: pa.ChunkedArray) -> Numbers:
    """Return the order of rows by item, instant, sequence and id, which is looked at only where all else is alike."""
    order = np.lexsort((sequence, at, item))
    alike = ~(starts_of(item[order]) | starts_of(at[order]) | starts_of(sequence[order]))
    if not alike.any():
        return order
    tied = order[alike | np.append(alike[1:], False)]
    rank = np.zeros(len(item), np.int64)
    rank[tied] = np.asarray(pc.rank(ids.take(pa.array(tied)), tiebreaker="dense"))
    return np.lexsort((rank, sequence, at, item))


def _entered(grounds: Grounds, rows: _Rows) -> tuple[_Rows, Numbers, Flags]:
    """Return the rows in which an item came to a status, the meaning `there`, and where it did the same step again."""
    runs = _Runs.of(rows.item)
    there = _there(rows, runs) if grounds.has_held else rows.meaning
    former = runs.before(rows.status_no, NONE)
    step = rows.step if grounds.how.has_marks else former
    is_again = (step != NONE) & (step == rows.status_no) & grounds.how.by_activity
    changes = (former != rows.status_no) | (runs.before(rows.state, NONE) != rows.state)
    kept = np.flatnonzero(rows.is_event | changes)
    return rows.taken(kept), there[kept], is_again[kept]


def _there(rows: _Rows, runs: _Runs) -> Numbers:
    """Return the meaning of the stage where an item is: what only says that work is held up leaves it where it was."""
    last = np.maximum.accumulate(np.where(rows.is_held, NONE, np.arange(len(rows.item))))
    start = runs.start
    was_placed = last >= start
    placed = np.where(was_placed, last, start)
    after_end = rows.is_held & was_placed & np.isin(rows.state[placed], (DONE, CANCELLED))
    return np.where(after_end, rows.meaning, rows.meaning[placed])


def _owner(rows: _Rows, now: tuple[Numbers, Numbers], then: tuple[Numbers, Numbers, pa.Table]) -> Numbers:
    """Return who owned an item at each row: who acted, else whom the item had then, of which `then` tells, or `now`."""
    (items, team), (of, former, spans) = now, then
    is_known = items != NONE
    own = np.full(int(max(rows.item.max(initial=NONE), items.max(initial=NONE))) + 1, NONE, np.int64)
    own[items[is_known]] = team[is_known]
    span = holding(of, instants(spans["since"]), instants(spans["until"]), rows.item, rows.at)
    held = np.where(span == NONE, own[rows.item], np.append(former, NONE)[span])
    return np.where(rows.team == NONE, held, rows.team)


def _goes_back(grounds: Grounds, rows: _Rows, runs: _Runs, there: Numbers, ordinal: Numbers) -> Flags:
    """Return which rows came to another stage, behind the furthest so far, or where no order is known, had before."""
    stages, places = (np.asarray(pc.fill_null(grounds.meant[name], NONE)) for name in ("stage_no", "place"))
    stage, place = stages[there], places[there]
    counts = np.ones(len(stage), np.bool_) if grounds.how.ends_with_last else rows.state != CANCELLED
    is_behind = (place != NONE) & (place < furthest_before(rows.item, np.where(counts, place, NONE)))
    some = np.flatnonzero(_several(rows.item, stage, place))
    if len(some):
        item, key = rows.item[some], rows.item[some] * (len(grounds.meant) + 1) + stage[some]
        order = np.argsort(key, kind="stable")
        heads = np.flatnonzero(starts_of(key[order]))
        first = np.empty(len(some), np.int64)
        first[order] = np.repeat(ordinal[some][order][heads], np.diff(np.append(heads, len(some))))
        is_behind[some] |= (place[some] == NONE) & (first < furthest_before(item, first))
    found: Flags = is_behind & (stage != runs.before(stage, NONE))
    return found


def _several(item: Numbers, stage: Numbers, place: Numbers) -> Flags:
    """Return the rows of items that came to a stage of which no order is known a second time."""
    unplaced = np.flatnonzero(place == NONE)
    key = np.sort(item[unplaced] * (int(stage.max(initial=0)) + 1) + stage[unplaced])
    again = key[1:][key[1:] == key[:-1]] // (int(stage.max(initial=0)) + 1)
    has = np.zeros(int(item.max(initial=NONE)) + 1, np.bool_)
    has[again] = True
    return has[item]


def _held_up(
    view: View, grounds: Grounds, key: Mapping[str, Any], rows: pa.Table, names: pa.Array, stays: tuple[Numbers, ...]
) -> dict[str, pa.Array]:
    """Return how long each stay was held up: by flags, and of it while in review, by nobody's having begun one."""
    item, entered, left = stays
    known = NEVER if key["known_at"] is None else pa.scalar(key["known_at"], UTC_INSTANT).value
    until = np.where(left == NEVER, known, left)
    flags = view.query(blocked(has_others=grounds.has_others), key)
    since, end = instants(flags["since"]), instants(flags["until"])
    spans = (since, np.where(end == NEVER, known, end))
    stay, span, micros = overlaps(codes_of(flags["item"], names), spans, item, (entered, until))
    flagged, is_unclear = np.zeros(len(item), np.int64), np.zeros(len(item), np.bool_)
    np.add.at(flagged, stay, micros)
    is_unclear[stay[np.asarray(flags["is_unclear"])[span]]] = True
    blocked_hours = flagged / 3.6e9
    unreviewed = np.zeros(len(item))
    if grounds.is_reviewed:
        view.register(
            "stays", rows.rename_columns(["happened_at" if n == "entered_at" else n for n in rows.column_names])
        )
        found = view.query(REVIEWED, key)
        row = np.searchsorted(item, codes_of(found["item"], names)) + np.asarray(found["ordinal"]) - 1
        stay, hours = ((until - entered) / 3.6e9)[row], np.asarray(found["hours"])
        unreviewed[row] = np.minimum(stay - blocked_hours[row], hours)
        blocked_hours[row] = np.minimum(stay, blocked_hours[row] + hours)
    held_up = {"blocked_hours": blocked_hours, "unreviewed_hours": unreviewed, "is_unclear": is_unclear}
    return {name: pa.array(values) for name, values in held_up.items()}


def _instants(values: Numbers) -> pa.Array:
    return pa.array(values, mask=values == NEVER).cast(UTC_INSTANT)


def _numbers(values: Numbers) -> pa.Array:
    return pa.array(values, mask=values == NONE)
