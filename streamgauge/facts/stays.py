"""Stays: what the statement of visits yields, found outside of the engine from its rows, which are sorted once.

A test holds both equal.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.facts.changes import Changes, Meant
from streamgauge.facts.flags import blocked
from streamgauge.facts.holding import holding, overlaps
from streamgauge.facts.pieces import Piece, joined, pieces, side_by_side
from streamgauge.facts.rows import Rows, Values, in_order
from streamgauge.facts.visits import OF_ITEMS, REVIEWED, TEAMS, Grounds, rows_of
from streamgauge.facts.ways import (
    CANCELLED,
    DONE,
    NEVER,
    NONE,
    STATES,
    UNMAPPED,
    Flags,
    Floats,
    Numbers,
    among,
    coded,
    coded_alike,
    codes_of,
    furthest_before,
    instants,
    named,
    starts_of,
)
from streamgauge.lake import View, limits
from streamgauge.records.record import UTC_INSTANT


@dataclass(frozen=True)
class _Runs:
    """Where the rows of each item begin and end, and so what stands before and after each."""

    firsts: Numbers
    lasts: Numbers

    @classmethod
    def of(cls, item: Numbers) -> "_Runs":
        """Return the runs of rows that are sorted by item."""
        firsts = np.flatnonzero(starts_of(item))
        return cls(firsts, np.append(firsts[1:], len(item))[: len(firsts)] - 1)

    @property
    def start(self) -> Numbers:
        """The first row of the item of each."""
        return np.repeat(self.firsts, self.lasts - self.firsts + 1)

    def before(self, values: Values, nothing: int) -> Values:
        """Return what the row before has, and `nothing` for the first."""
        found = np.roll(values, 1)
        found[self.firsts] = nothing
        return found

    def after(self, values: Values, nothing: int) -> Values:
        """Return what the next row has, and `nothing` for the last."""
        found = np.roll(values, -1)
        found[self.lasts] = nothing
        return found


@dataclass(frozen=True)
class _Told:
    """All that is told of the items of a dataset, and what their stays are found from beside it.

    Items are codes, the place among `names`. `own` is by that code who owns an item now; of `spans` and `flags` each
    has the item first, then since and until when it holds.
    """

    grounds: Grounds
    known: int
    names: pa.Array
    teams: pa.Array
    own: Values
    spans: tuple[Values, ...]
    flags: tuple[Values, ...]

    def of(self, piece: Piece) -> "_Told":
        """Return what is about a piece of the items, whose codes then count from 0."""
        spans, flags = (_within(piece, held) for held in (self.spans, self.flags))
        names, own = self.names.slice(piece.first, piece.end - piece.first), self.own[piece.first : piece.end]
        return replace(self, names=names, own=own, spans=spans, flags=flags)


@dataclass(frozen=True)
class _Unsorted:
    """Rows as the engine yields them, in any order."""

    rows: Rows
    sequence: Numbers
    ids: pa.ChunkedArray

    def of(self, piece: Piece) -> Rows:
        """Return those of a piece in their order, codes of items from 0."""
        item, at = self.rows.item[piece.rows] - piece.first, self.rows.at[piece.rows]
        order = in_order(item, at, self.sequence[piece.rows], lambda of: self.ids.take(pa.array(piece.rows[of])))
        rows = self.rows.taken(piece.rows[order])
        return replace(rows, item=rows.item.astype(np.int64) - piece.first)


def _within(piece: Piece, held: tuple[Values, ...]) -> tuple[Values, ...]:
    """Return what holds of the items of a piece."""
    mine = np.flatnonzero((held[0] >= piece.first) & (held[0] < piece.end))
    return (held[0][mine] - piece.first, *(values[mine] for values in held[1:]))


def stays(
    view: View,
    grounds: Grounds,
    key: Mapping[str, Any],
    made_of: Callable[[pa.Table], pa.Table],
    changes: Changes | None = None,
) -> list[pa.Table]:
    """Return what is `made_of` the rows that the statement of visits yields, in pieces of whole items.

    Each piece is sorted by item and ordinal, its text stays in codes. `key` is what that statement is bound to;
    `changes` are those of these items where they were read, else the engine is asked.
    """

    def made(piece: Piece, rows: Rows) -> pa.Table:
        found = _stays(told.of(piece), rows)
        return found if grounds.is_reviewed else made_of(found)

    rows_of: Callable[[Piece], Rows]
    if changes is None:
        told, unsorted = _by_engine(view, grounds, key)
        item, rows_of = unsorted.rows.item, unsorted.of
        del unsorted
    else:
        told, item = _by_changes(view, grounds, key, changes), changes.item
        rows_of = partial(changes.rows, meant=Meant.among(changes.statuses, grounds.meant))
    among = pieces(item, len(told.names))
    if len(among) == 1:
        rows = rows_of(among[0])
        del rows_of, item  # what is in no order is held no longer
        found = [made(among[0], rows)]
    else:
        found = side_by_side(lambda piece: made(piece, rows_of(piece)), among)
    return side_by_side(made_of, _reviewed(view, key, found, told.known)) if grounds.is_reviewed else found


def _by_engine(view: View, grounds: Grounds, key: Mapping[str, Any]) -> tuple[_Told, _Unsorted]:
    told, own = (view.query(sql, key) for sql in (rows_of(grounds), OF_ITEMS))
    spans, flags = _held(view, grounds, key)
    items = (told["item"], own["id"], spans["item"], flags["item"])
    team = (told["acting_team"], own["team"], spans["team"])
    works: list[Callable[[], Any]] = [
        partial(coded_alike, items, np.int32),
        partial(coded_alike, team, np.int32),
        partial(_plain, told),
    ]
    (names, (item, owned, spanned, flagged)), (teams, (acting, now, then)), plain = (
        side_by_side(_done, works) if len(told) > limits.ROWS_OF_PIECE else map(_done, works)
    )
    sequence = plain.pop("sequence")
    rows = Rows(item=item, team=acting, **plain)
    found = _Told(
        grounds=grounds,
        known=_known(key),
        names=names,
        teams=teams,
        own=_by_item(owned, now, len(names)),
        spans=_spans(spans, spanned, then),
        flags=_flags(flags, flagged, _known(key)),
    )
    return found, _Unsorted(rows, sequence, told["id"])


def _by_changes(view: View, grounds: Grounds, key: Mapping[str, Any], changes: Changes) -> _Told:
    spans, flags = _held(view, grounds, key)
    return _Told(
        grounds=grounds,
        known=_known(key),
        names=changes.names,
        teams=changes.teams,
        own=changes.own,
        spans=_spans(spans, changes.codes_of_others(spans["item"]), codes_of(spans["team"], changes.teams)),
        flags=_flags(flags, changes.codes_of_others(flags["item"]), _known(key)),
    )


def _held(view: View, grounds: Grounds, key: Mapping[str, Any]) -> tuple[pa.Table, pa.Table]:
    """Return the spans in which items were of a team, and those in which they carried a flag."""
    return view.query(TEAMS, key), view.query(blocked(has_others=grounds.has_others), key)


def _known(key: Mapping[str, Any]) -> int:
    """Return the last instant that anything is known of."""
    return NEVER if key["known_at"] is None else int(pa.scalar(key["known_at"], UTC_INSTANT).value)


def _spans(spans: pa.Table, item: Values, team: Values) -> tuple[Values, ...]:
    return item, instants(spans["since"]), instants(spans["until"]), team


def _flags(flags: pa.Table, item: Values, known: int) -> tuple[Values, ...]:
    until = instants(flags["until"])
    return item, instants(flags["since"]), np.where(until == NEVER, known, until), np.asarray(flags["is_unclear"])


def _done(work: Callable[[], Any]) -> Any:
    return work()


def _plain(told: pa.Table) -> dict[str, Values]:
    """Return the columns that need no names."""
    same = ("meaning", "status_no", "state", "sequence", "is_inferred", "is_event", "is_held")
    found = {name: np.asarray(told[name]) for name in same}
    return found | {"at": instants(told["happened_at"]), "step": np.asarray(pc.fill_null(told["former_step"], NONE))}


def _by_item(item: Values, values: Values, items: int) -> Values:
    """Return by their code the values of so many items, NONE where none is told."""
    found = np.full(items, NONE, values.dtype)
    found[item] = values
    return found


def _stays(told: _Told, rows: Rows) -> pa.Table:
    """Return the stays of a piece of the items, whose rows are in their order."""
    grounds, names, teams = told.grounds, told.names, told.teams
    rows, there, is_again = _entered(grounds, rows)
    runs = _Runs.of(rows.item)
    owner = _owner(rows, told)
    ordinal = np.arange(len(rows.item)) - runs.start + 1
    is_return = is_again | _goes_back(grounds, rows, runs, there, ordinal)
    state, left = rows.state, runs.after(rows.at, NEVER)
    if grounds.how.ends_with_last:
        last = state[runs.lasts]
        state = np.where(among(state, DONE, CANCELLED), UNMAPPED, state)
        state[runs.lasts] = last
    blocked_hours, is_unclear = _flagged(told, rows, left)
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
        "blocked_hours": pa.array(blocked_hours),
        "unreviewed_hours": pa.array(np.zeros(len(blocked_hours))),
        "is_unclear": pa.array(is_unclear),
    }
    return pa.table(found)


def _entered(grounds: Grounds, rows: Rows) -> tuple[Rows, Numbers, Flags]:
    """Return the rows in which an item came to a status, the meaning `there`, and where it did the same step again."""
    runs = _Runs.of(rows.item)
    there = _there(rows, runs) if grounds.has_held else rows.meaning
    former = runs.before(rows.status_no, NONE)
    step = rows.step if grounds.how.has_marks else former
    is_again = (step != NONE) & (step == rows.status_no) & grounds.how.by_activity
    changes = (former != rows.status_no) | (runs.before(rows.state, NONE) != rows.state)
    kept = np.flatnonzero(rows.is_event | changes)
    if len(kept) == len(changes):
        return rows, there, is_again
    return rows.taken(kept), there[kept], is_again[kept]


def _there(rows: Rows, runs: _Runs) -> Numbers:
    """Return the meaning of the stage where an item is: what only says that work is held up leaves it where it was."""
    last = np.maximum.accumulate(np.where(rows.is_held, NONE, np.arange(len(rows.item))))
    start = runs.start
    was_placed = last >= start
    placed = np.where(was_placed, last, start)
    after_end = rows.is_held & was_placed & among(rows.state[placed], DONE, CANCELLED)
    return np.where(after_end, rows.meaning, rows.meaning[placed])


def _owner(rows: Rows, told: _Told) -> Numbers:
    """Return who owned an item at each row: who acted, else whom the item had then, else whom it has now."""
    of, since, until, team = told.spans
    asked = np.flatnonzero(rows.team == NONE)
    span = holding(of, since, until, rows.item[asked], rows.at[asked])
    found = rows.team.copy()
    found[asked] = np.where(span == NONE, told.own[rows.item[asked]], np.append(team, NONE)[span])
    return found


def _goes_back(grounds: Grounds, rows: Rows, runs: _Runs, there: Numbers, ordinal: Numbers) -> Flags:
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


def _flagged(told: _Told, rows: Rows, left: Numbers) -> tuple[Floats, Flags]:
    """Return how many hours of each stay flags held it up, and whether one says that clarification is wanted."""
    of, since, until, is_unclear = told.flags
    ends = np.where(left == NEVER, told.known, left)
    stay, span, micros = overlaps(of, (since, until), rows.item, (rows.at, ends))
    flagged, wanted = np.zeros(len(rows.item), np.int64), np.zeros(len(rows.item), np.bool_)
    np.add.at(flagged, stay, micros)
    wanted[stay[is_unclear[span]]] = True
    return flagged / 3.6e9, wanted


def _reviewed(view: View, key: Mapping[str, Any], found: list[pa.Table], known: int) -> list[pa.Table]:
    """Return the stays with what nobody reviewed of each told apart, and held up as long."""
    whole = joined(found)
    view.register(
        "stays", whole.rename_columns(["happened_at" if n == "entered_at" else n for n in whole.column_names])
    )
    hours = view.query(REVIEWED, key)
    return [_unreviewed(one, hours, known) for one in found]


def _unreviewed(stays: pa.Table, found: pa.Table, known: int) -> pa.Table:
    names, item = coded(stays["item"])
    of = codes_of(found["item"], names)
    row = np.searchsorted(item, of[of != NONE]) + np.asarray(found["ordinal"])[of != NONE] - 1
    hours = np.asarray(found["hours"])[of != NONE]
    entered, left = instants(stays["entered_at"])[row], instants(stays["left_at"])[row]
    stay = (np.where(left == NEVER, known, left) - entered) / 3.6e9
    blocked_hours, unreviewed = np.asarray(stays["blocked_hours"]).copy(), np.zeros(len(stays))
    unreviewed[row] = np.minimum(stay - blocked_hours[row], hours)
    blocked_hours[row] = np.minimum(stay, blocked_hours[row] + hours)
    for name, values in (("blocked_hours", blocked_hours), ("unreviewed_hours", unreviewed)):
        stays = stays.set_column(stays.column_names.index(name), name, pa.array(values))
    return stays


def _instants(values: Numbers) -> pa.Array:
    return pa.array(values, mask=values == NEVER).cast(UTC_INSTANT)


def _numbers(values: Numbers) -> pa.Array:
    return pa.array(values, mask=values == NONE)
