"""Turns: who had a piece of work, one after the other, and what a receiver gave back (definitions 4.3)."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from streamgauge.facts.ways import NEVER, NONE, Flags, Numbers, furthest_before, starts_of


@dataclass(frozen=True, kw_only=True)
class Turns:
    """Turns sorted by way and order: each is a run of stays of one owner, a team or a stage, of one way `of`.

    `place` is that of the stage in which the owner began, NONE without one; `is_onward` says that it was further than
    any before. `received` is when the owner had it, `accepted` when it had begun, both in microseconds, NEVER where
    that is not known.
    """

    of: Numbers
    owner: Numbers
    place: Numbers
    is_onward: Flags
    received: Numbers
    accepted: Numbers

    def beside(self, values: Numbers, steps: int, nothing: int) -> Numbers:
        """Return the value of the turn so many before (below 0) or after each, where that is of the same way."""
        asked = np.arange(len(self.of)) + steps
        there = np.clip(asked, 0, max(0, len(self.of) - 1))
        return np.where((asked == there) & (self.of[there] == self.of), values[there], nothing)

    @cached_property
    def sender(self) -> Numbers:
        """Who had it before, NONE for the first of a way."""
        return self.beside(self.owner, -1, NONE)

    @cached_property
    def is_bounced(self) -> Flags:
        """Whether the owner gave it back: to the sender, or to an earlier stage of another that had had it.

        What goes to a later stage than where the owner began is handed on, even where it had been there before.
        """
        back = self.beside(self.owner, 1, NONE)
        place = np.where(back == NONE, NONE, self.beside(self.place, 1, NONE))
        is_placed = (place != NONE) & (self.place != NONE)
        goes_on = self.beside(self.is_onward.astype(np.int64), 1, 1) == 1
        to_sender = (back == self.sender) & ~goes_on & ~(is_placed & (place > self.place))
        to_earlier = is_placed & (place < self.place) & (self.beside(self._had_before.astype(np.int64), 1, 0) == 1)
        found: Flags = (self.sender != NONE) & (back != NONE) & (to_sender | to_earlier)
        return found

    @cached_property
    def loop(self) -> Numbers:
        """How long what was given back took until the same owner had begun again, NEVER where it never did."""
        again = self._again[1]
        until = np.where(again == NONE, NEVER, self.accepted[again])
        given_back = self.beside(self.received, 1, NEVER)
        is_known = self.is_bounced & (until != NEVER) & (given_back != NEVER)
        return np.where(is_known, until - np.where(is_known, given_back, 0), NEVER)

    @property
    def _had_before(self) -> Flags:
        return self._again[0]

    @cached_property
    def _again(self) -> tuple[Flags, Numbers]:
        """Which turns are of an owner that had an earlier one in the way, and its next one, NONE without one."""
        key = self.of * (int(self.owner.max(initial=0)) + 2) + self.owner + 1
        order = np.argsort(key, kind="stable")
        same = ~starts_of(key[order])
        had, following = np.zeros(len(key), np.bool_), np.full(len(key), NONE, np.int64)
        had[order] = same
        following[order[:-1][same[1:]]] = order[1:][same[1:]]
        return had, following


def onward(of: Numbers, place: Numbers, stage: Numbers) -> Flags:
    """Return which visits go on: to a place behind all before, or without one to a stage for the first time."""
    before = furthest_before(of, place)
    found: Flags = (place > before) & (before != NONE)
    unplaced = np.flatnonzero(place == NONE)
    if len(unplaced):
        key = of * (int(stage.max(initial=0)) + 2) + stage + 1
        order = np.argsort(key, kind="stable")
        is_first = np.zeros(len(of), np.bool_)
        is_first[order[starts_of(key[order])]] = True
        found[unplaced] = is_first[unplaced]
    return found
