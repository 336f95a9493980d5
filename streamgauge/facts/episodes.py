"""Episodes: what the statement of flow items finds of each in the visits of its item, found outside of the engine.

A test holds both equal.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.facts.reading import Reading
from streamgauge.facts.ways import (
    ACTIVE,
    CANCELLED,
    DONE,
    NEVER,
    NEW,
    NONE,
    STATES,
    UNMAPPED,
    WAITING,
    Flags,
    Floats,
    Numbers,
    among,
    coded,
    codes_of,
    instants,
    named,
    starts_of,
)
from streamgauge.records.record import UTC_INSTANT

_LATEST = int(np.iinfo(np.int64).max)


@dataclass(frozen=True, kw_only=True)
class _Visits:
    """Visits of one dataset, sorted by item and ordinal, as plain numbers; `grace` in microseconds."""

    grace: int
    item: Numbers
    ordinal: Numbers
    state: Numbers
    next_state: Numbers
    entered: Numbers
    left: Numbers

    @cached_property
    def _reopened(self) -> tuple[Numbers, Numbers]:
        """Which were reopened, and how long after it first was done or given up."""
        ends = among(self.state, DONE, CANCELLED) & among(self.next_state, NEW, WAITING, ACTIVE, UNMAPPED)
        rows = np.flatnonzero(ends)
        runs = np.flatnonzero(starts_of(self.item) | starts_of(self.state))
        began = self.entered[runs[np.searchsorted(runs, rows, side="right") - 1]] if len(rows) else rows
        return rows, self.left[rows] - began

    @property
    def goes_on(self) -> Flags:
        """Which were reopened within the grace."""
        found, (rows, waited) = np.zeros(len(self.item), np.bool_), self._reopened
        found[rows[waited <= self.grace]] = True
        return found

    @cached_property
    def starts(self) -> Numbers:
        """Where the episodes begin: at the first of an item, and after a reopening beyond the grace."""
        first, (rows, waited) = starts_of(self.item), self._reopened
        first[rows[waited > self.grace] + 1] = True
        return np.flatnonzero(first)

    @property
    def numbers(self) -> Numbers:
        """The number of each episode among those of its item, from 0."""
        place = np.arange(len(self.starts))
        return place - np.maximum.accumulate(np.where(starts_of(self.item[self.starts]), place, 0))

    @property
    def lasts(self) -> Numbers:
        """The last one of each episode."""
        return np.append(self.starts[1:], len(self.item))[: len(self.starts)] - 1

    def earliest(self, rows: Flags) -> Numbers:
        """Return when each episode first came to one of these, NEVER where it did not."""
        kept = np.where(rows, self.entered, _LATEST)
        found = np.minimum.reduceat(kept, self.starts) if len(kept) else kept
        return np.where(found == _LATEST, NEVER, found)

    def latest(self, values: Numbers, rows: Flags, nothing: int) -> Numbers:
        """Return the greatest value of these in each episode."""
        kept = np.where(rows, values, nothing)
        return np.maximum.reduceat(kept, self.starts) if len(kept) else kept

    def total(self, values: npt.NDArray[Any]) -> Numbers:
        """Return the sum of each episode."""
        so_far = np.cumsum(values, dtype=np.int64)
        return np.diff(so_far[self.lasts], prepend=0) if len(so_far) else so_far

    def ends(self, how: Reading) -> tuple[Numbers, Numbers]:
        """Return when each episode was finished, and when it was cancelled, NEVER where it was not."""
        done, given_up = (
            self.latest(self.left, (self.state != end) & (self.next_state == end), NEVER) for end in (DONE, CANCELLED)
        )
        now, began, entered = self.state[self.lasts], self.entered[self.starts], self.entered[self.lasts]
        finished = np.where(now == DONE, np.where(done == NEVER, began, done), NEVER)
        if how.ends_with_last:
            is_end = (now != DONE) & (now != CANCELLED) & ((now == UNMAPPED) | how.is_log)
            if how.goes_on:
                is_end &= now != ACTIVE
            finished = np.where(is_end, entered, finished)
        return finished, np.where(now == CANCELLED, np.where(given_up == NEVER, began, given_up), NEVER)


def episodes(visits: pa.Table, how: Reading, grace: int) -> pa.Table:
    """Return what is `measured` of each item and episode; the visits are sorted by item and ordinal.

    `grace` is how many microseconds after its end an item may be reopened and still be the same. Text stays in codes.
    """
    items, item = coded(visits["item"])
    (statuses, status), (stages, stage), (teams, team) = (coded(visits[name]) for name in ("status", "stage", "team"))
    state, next_state = (codes_of(visits[name], pa.array(STATES)) for name in ("state", "next_state"))
    entered, left = instants(visits["entered_at"]), instants(visits["left_at"])
    ordinal, is_inferred = np.asarray(visits["ordinal"]), np.asarray(visits["is_inferred"])
    way = _Visits(
        grace=grace,
        item=item,
        ordinal=ordinal,
        state=state,
        next_state=next_state,
        entered=entered,
        left=left,
    )
    starts, last, (finished, cancelled) = way.starts, way.lasts, way.ends(how)
    started = way.earliest(among(state, WAITING, ACTIVE, UNMAPPED))
    end = np.where(finished == NEVER, np.where(cancelled == NEVER, _LATEST, cancelled), finished)
    number = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(item))))
    counts = (started[number] != NEVER) & (entered >= started[number])
    is_within = counts & (entered < end[number])
    owned = way.latest(np.arange(len(item)), team != NONE, NONE)
    is_before = among(state, WAITING, ACTIVE, UNMAPPED) | (ordinal == 1) & among(state, DONE, CANCELLED)
    found = {
        "item": named(items, item[starts]),
        "episode": pa.array(way.numbers),
        "started_at": _instants(started),
        "first_active_at": _instants(way.earliest(state == ACTIVE)),
        "finished_at": _instants(finished),
        "cancelled_at": _instants(cancelled),
        "status": named(statuses, status[last]),
        "state": named(pa.array(STATES), state[last]),
        "stage": named(stages, stage[last]),
        "entered_at": _instants(entered[last]),
        "team_now": named(teams, np.append(team, NONE)[owned]),
        "first_entered_at": _instants(entered[starts]),
        "visits": pa.array(last - starts + 1),
        "left_truncated": pa.array(way.total(is_inferred & is_before) > 0),
        "has_unmapped": pa.array(way.total(state == UNMAPPED) > 0),
        "returns": pa.array(way.total(counts & np.asarray(visits["is_return"]))),
        "handoffs": pa.array(way.total(is_within & _is_handed_on(team, codes_of(visits["next_team"], teams)))),
        "gone_on": pa.array(way.total(way.goes_on)),
    }
    return pa.table(
        found | {name: pa.array(way.total(v) / 3.6e9) for name, v in _spent(visits, way, is_within).items()}
    )


def _is_handed_on(team: Numbers, next_team: Numbers) -> Flags:
    found: Flags = (team != NONE) & (next_team != NONE) & (team != next_team)
    return found


def _spent(visits: pa.Table, way: _Visits, is_within: Flags) -> dict[str, Numbers]:
    """Return how many microseconds of each visit count for each clock; what is not left yet is told of flags alone."""
    blocked, unreviewed = (np.asarray(visits[name]) for name in ("blocked_hours", "unreviewed_hours"))
    has_left, held = is_within & (way.left != NEVER), np.flatnonzero(blocked)
    spent = np.where(has_left, way.left - way.entered, 0)
    worked, waited, flagged = spent.copy(), np.zeros(len(spent), np.int64), np.zeros(len(spent), np.int64)
    worked[held] = _micros(spent[held] / 3.6e9 - blocked[held])
    waited[held], flagged[held] = _micros(blocked[held]), _micros(blocked[held] - unreviewed[held])
    is_work = among(way.state, ACTIVE, UNMAPPED)
    return {
        "active_hours": np.where(has_left & (way.state == ACTIVE), worked, 0),
        "unmapped_hours": np.where(has_left & (way.state == UNMAPPED), worked, 0),
        "waiting_hours": np.where(is_within, np.where(is_work, waited, spent), 0),
        "blocked_hours": np.where(is_within, flagged, 0),
    }


def _micros(hours: Floats) -> Numbers:
    found: Numbers = np.rint(hours * 3.6e9).astype(np.int64)
    return found


def _instants(values: Numbers) -> pa.Array:
    return pc.cast(pa.array(values, mask=values == NEVER), UTC_INSTANT)
