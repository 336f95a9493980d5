"""Visits as plain columns: which status followed which, and what stays in each stage at each moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from streamgauge.lake import View
from streamgauge.metrics.columns.narrow import THING, Things
from streamgauge.metrics.columns.reading import Column, Names, instant, named, number, plain
from streamgauge.metrics.columns.spread import LATE, NEVER, Flags, Numbers, Spread, spread, totals

_STATES = 4
_IS_WORK = 2
_MOST_CELLS = 2**20
_OF_HIGHER = np.array([2, 3, 2, 3], np.uint8)
"""By what a visit is what it is where it is of work of a higher level."""


@dataclass(frozen=True, eq=False)
class Visits:
    """The visits of some datasets, column by column.

    `entered` and `left` are in microseconds, LATE for what is not left; `pair` is the place of the status and the next
    among `pairs`, behind them without a next one and for work of a higher level. `there` is four times the place among
    `stages`, where null is the last, and 0 more for what waits, 1 for what is worked on, 2 for what waits of a higher
    level, 3 for all else.
    """

    pairs: tuple[tuple[str, str], ...]
    stages: Names
    at: dict[str, Column]
    of: Numbers
    """The place of its item's name among those of all items."""

    @cached_property
    def _waits(self) -> Spread:
        left = self.at["left"]
        return spread(self.at["pair"], len(self.pairs), np.where(left == LATE, NEVER, left - self.at["entered"]))

    def moves(self, mine: Flags | None, since: int, until: int) -> list[dict[str, Any]]:
        """Return how often each status followed another in a window; see the statement of the map for edges."""
        left = self.at["left"]
        if since <= self._first and self._last < until:
            return self._whole if mine is None else self._moves(mine)
        kept = (left >= since) & (left < until)
        return self._moves(kept if mine is None else kept & mine)

    @cached_property
    def _whole(self) -> list[dict[str, Any]]:
        return self._moves(None)

    def _moves(self, kept: Flags | None) -> list[dict[str, Any]]:
        n, (middle,) = self._waits.percentiles((0.5,), kept)
        back = self.at["pair"][self.at["is_return"] if kept is None else self.at["is_return"] & kept]
        returns = totals(back, len(self.pairs), np.ones(len(back), np.int8))
        rows = [
            {"source": source, "target": target, "n": count, "wait": wait, "is_return": 2 * back > count}
            for (source, target), count, wait, back in zip(
                self.pairs, n.tolist(), middle.tolist(), returns, strict=True
            )
            if count
        ]
        return sorted(rows, key=lambda row: (-row["n"], row["source"], row["target"]))

    @cached_property
    def _first(self) -> int:
        return int(self.at["left"].min(initial=LATE))

    @cached_property
    def _last(self) -> int:
        left = self.at["left"]
        return int(left.max(initial=NEVER, where=left != LATE))

    def stays(self, mine: Flags | None, since: int, until: int) -> dict[str, Column]:
        """Return the stays that wait or are worked on that began before `until` and went on at `since`, or later.

        `stage` is the place among `stages`.
        """
        at = self.at
        kept = (at["left"] >= since) & self._is_work
        rows = np.flatnonzero(kept if mine is None else kept & mine)
        rows = rows[at["entered"][rows] < until]
        stage, state = np.divmod(at["there"][rows], _STATES)
        return {"stage": stage, "is_active": state, "came": at["entered"][rows], "went": at["left"][rows]}

    @cached_property
    def _is_work(self) -> Flags:
        return (np.arange(len(self.stages) * _STATES) % _STATES < _IS_WORK)[self.at["there"]]

    def queues(self, wanted: Flags | None, end: int) -> dict[str | None, int]:
        """Return by stage how many items wait there at an instant, those too that are of a higher level."""
        at = self.at
        kept = (at["left"] >= end) & (at["entered"] < end)
        rows = np.flatnonzero(kept if wanted is None else kept & wanted)
        counts = np.bincount(at["there"][rows], minlength=len(self.stages) * _STATES).reshape(-1, _STATES)
        waiting = (counts[:, 0] + counts[:, 2]).tolist()
        return {name: count for name, count in zip(self.stages, waiting, strict=True) if count}


def visits(view: View, said: Mapping[str, object], things: Things, higher: Flags) -> Visits:
    """Read the visits of the datasets that are asked for; `higher` are the items that are of a higher level."""
    kinds = {"status": "status", "next_status": "status", "stage": "stage"}
    names, table = named(view, "visits", said, kinds, _statement)
    found = plain(table)
    of = things.of(found.pop("thing"))
    status, onward = found.pop("status"), found.pop("next_status")
    state = found.pop("state")
    if higher.any():
        is_higher = things.among(of, higher)
        onward = np.where(is_higher, onward.dtype.type(len(names["next_status"]) - 1), onward)
        state = np.where(is_higher, _OF_HIGHER[state], state)
    keys, found["pair"] = _pairs(status, onward, (len(names["status"]), len(names["next_status"])))
    n = len(names["stage"])
    found["there"] = found.pop("stage").astype(np.uint8 if n * _STATES < 255 else np.uint32) * _STATES + state
    pairs = tuple(
        (
            str(names["status"][key // len(names["next_status"])]),
            str(names["next_status"][key % len(names["next_status"])]),
        )
        for key in keys.tolist()
    )
    return Visits(pairs, names["stage"], found, of)


def _pairs(status: Column, onward: Column, many: tuple[int, int]) -> tuple[Numbers, Column]:
    """Return the pairs of statuses that follow each other as one number, and by visit its place, behind without one."""
    cells, last = many[0] * many[1], many[1] - 1
    key = status.astype(np.int32 if cells < LATE >> 32 else np.int64) * many[1] + onward
    if cells > _MOST_CELLS:
        key[onward == last] = cells
        there, place = np.unique(key, return_inverse=True)
        return there[there < cells], place
    counts = np.bincount(key, minlength=cells).reshape(many)
    counts[:, last] = 0
    there = np.flatnonzero(counts)
    table = np.full(cells, len(there), np.uint8 if len(there) < 255 else np.uint32)
    table[there] = np.arange(len(there))
    return there, table[key]


def _statement(names: Mapping[str, Names]) -> str:
    coded = ", ".join(number(column, column, known, column) for column, known in names.items())
    return f"""
SELECT {instant("entered_at", "entered")}, coalesce(unix_micros(left_at), {LATE}) AS left, {coded},
       CAST(CASE state WHEN 'waiting' THEN 0 WHEN 'active' THEN 1 ELSE 3 END AS UTINYINT) AS state,
       coalesce(next_is_return, FALSE) AS is_return, {THING}
FROM visits AS f WHERE line_id IN (SELECT unnest($line_ids))"""
