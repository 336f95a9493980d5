"""Visits as plain columns: which status followed which, and what stays in each stage at each moment."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np
import pyarrow as pa

from streamgauge.facts.ways import NEVER
from streamgauge.lake import View
from streamgauge.metrics.columns.narrow import Runs, Things, among, runs, thing
from streamgauge.metrics.columns.reading import Column, Names, instant, named, number, of_lines, parts
from streamgauge.metrics.columns.rows import Rows
from streamgauge.metrics.columns.spread import LATE, Flags, Numbers, Spread, cells, different, places

_STATES = 4
_IS_WORK = 2
_OF_HIGHER = np.array([2, 3, 2, 3], np.uint8)
"""By what a visit is what it is where it is of work of a higher level."""


@dataclass(frozen=True, eq=False)
class _Lasted:
    """How long visits lasted, which is not kept beside when they began and ended."""

    entered: Numbers
    left: Numbers

    @property
    def known(self) -> Numbers:
        """Of all in microseconds, NEVER of those that go on."""
        return np.where(self.left == LATE, NEVER, self.left - self.entered)

    def __getitem__(self, rows: Numbers, /) -> Numbers:
        """Return how long these lasted that do not go on, in microseconds."""
        found: Numbers = self.left[rows] - self.entered[rows]
        return found


@dataclass(frozen=True, eq=False)
class Visits:
    """The visits of some datasets, column by column in the parts as they were read.

    `entered` and `left` are in microseconds, LATE for what is not left; `pair` is the place of the status and the next
    among `pairs`, behind them without a next one and for work of a higher level. `there` is four times the place among
    `stages`, where null is the last, and 0 more for what waits, 1 for what is worked on, 2 for what waits of a higher
    level, 3 for all else. `things` are the hashes of the items' names, by part.
    """

    pairs: tuple[tuple[str, str], ...]
    stages: Names
    parts: tuple[dict[str, Column], ...]
    things: Sequence[Runs]

    @cached_property
    def _of(self) -> dict[int, list[Numbers]]:
        return {}

    def among(self, things: Things, items: Flags) -> list[Flags]:
        """Return which visits are of any of these items, part by part."""
        if not self._of:
            self._of[0] = [things.of(rows) for rows in self.things]
        is_wanted = things.wanted(items)
        return [is_wanted[part] for part in self._of[0]]

    @cached_property
    def _waits(self) -> Spread:
        n, lasted = len(self.pairs), [_Lasted(part["entered"], part["left"]) for part in self.parts]
        found = [cells(part["pair"], one.known, n) for part, one in zip(self.parts, lasted, strict=True)]
        return Spread(n, lasted, found)

    def order(self) -> None:
        """Put the waits into the order in which they are asked for."""
        _ = self._waits

    def moves(self, mine: Sequence[Flags] | None, since: int, until: int) -> list[dict[str, Any]]:
        """Return how often each status followed another in a window; see the statement of the map for edges."""
        if since <= self._span[0] and self._span[1] < until:
            return self._whole if mine is None else self._moves(Rows(mine))
        kept = [(part["left"] >= since) & (part["left"] < until) for part in self.parts]
        both = kept if mine is None else [one & other for one, other in zip(kept, mine, strict=True)]
        return self._moves(Rows(both))

    @cached_property
    def _whole(self) -> list[dict[str, Any]]:
        return self._moves(None)

    def _moves(self, kept: Rows | None) -> list[dict[str, Any]]:
        n, (middle,) = self._waits.percentiles((0.5,), kept)
        returns = self._returns_of_all
        if kept is not None:
            returns = kept.out_of(returns, self._returns(kept.fewer))
        rows = [
            {"source": source, "target": target, "n": count, "wait": wait, "is_return": 2 * back > count}
            for (source, target), count, wait, back in zip(
                self.pairs, n.tolist(), middle.tolist(), returns.tolist(), strict=True
            )
            if count
        ]
        return sorted(rows, key=lambda row: (-row["n"], row["source"], row["target"]))

    @cached_property
    def _returns_of_all(self) -> Numbers:
        return self._returns(None)

    def _returns(self, rows: Sequence[Numbers] | None) -> Numbers:
        """Return how many of these moves went back, by pair."""
        found = np.zeros(len(self.pairs) + 1, np.int64)
        for i, part in enumerate(self.parts):
            these = part["is_return"] if rows is None else rows[i][part["is_return"][rows[i]]]
            found += np.bincount(part["pair"][these], minlength=len(found))
        return found[:-1]

    @cached_property
    def _span(self) -> tuple[int, int]:
        """When the first visit was left that was left, and the last."""
        first, last = LATE, NEVER
        for part in self.parts:
            left = part["left"]
            first = min(first, int(left.min(initial=LATE)))
            last = max(last, int(left.max(initial=NEVER, where=left != LATE)))
        return first, last

    def stays(self, mine: Sequence[Flags] | None, since: int, until: int) -> dict[str, Column]:
        """Return the stays that wait or are worked on that began before `until` and went on at `since`, or later.

        `stage` is the place among `stages`.
        """
        found = []
        for i, part in enumerate(self.parts):
            rows = self._between(i, mine, since, until)
            rows = rows[part["there"][rows] % _STATES < _IS_WORK]
            found.append([part[name][rows] for name in ("there", "entered", "left")])
        there, came, went = map(np.concatenate, zip(*found, strict=True)) if found else (np.zeros(0, np.int64),) * 3
        stage, state = np.divmod(there, _STATES)
        return {"stage": stage, "is_active": state, "came": came, "went": went}

    def _between(self, i: int, mine: Sequence[Flags] | None, since: int, until: int) -> Numbers:
        """Return the rows of one part that began before `until` and went on at `since`, or later."""
        part = self.parts[i]
        rows = np.flatnonzero(part["left"] >= since if mine is None else (part["left"] >= since) & mine[i])
        return rows[part["entered"][rows] < until]

    def queues(self, wanted: Sequence[Flags] | None, end: int) -> dict[str | None, int]:
        """Return by stage how many items wait there at an instant, those too that are of a higher level."""
        if wanted is not None:
            return self._queues(wanted, end)
        known = self._of_all.get("last")
        if known is None or known[0] != end:
            known = self._of_all["last"] = (end, self._queues(None, end))
        return known[1]

    @cached_property
    def _of_all(self) -> dict[str, tuple[int, dict[str | None, int]]]:
        """The queues at the instant that was asked for last: most windows have the same end."""
        return {}

    def _queues(self, wanted: Sequence[Flags] | None, end: int) -> dict[str | None, int]:
        counts = np.zeros(len(self.stages) * _STATES, np.int64)
        for i, part in enumerate(self.parts):
            rows = self._between(i, wanted, end, end)
            counts += np.bincount(part["there"][rows], minlength=len(counts))
        by_stage = counts.reshape(-1, _STATES)
        waiting = (by_stage[:, 0] + by_stage[:, 2]).tolist()
        return {name: count for name, count in zip(self.stages, waiting, strict=True) if count}


def visits(view: View, said: Mapping[str, object], things: Things, higher: Flags) -> Callable[[], Visits]:
    """Read the visits of the datasets that are asked for, and return what makes them ready to be asked.

    `higher` are the items that are of a higher level.
    """
    kinds = {"status": "status", "next_status": "status", "stage": "stage"}
    names, table = named(view, "visits", said, kinds, partial(_statement, said))
    return partial(_made, names, table, np.unique(things.each[higher]))


def _made(names: Mapping[str, Names], table: pa.Table, above: Column) -> Visits:
    found, n = parts(table), len(names["stage"])
    of = [runs(part.pop("thing")) for part in found]
    for part, rows in zip(found, of, strict=True):
        state = part.pop("state")
        if len(above):
            of_higher = among(rows, above)
            part["next_status"] = np.where(of_higher, len(names["next_status"]) - 1, part["next_status"])
            state = np.where(of_higher, _OF_HIGHER[state], state)
        part["there"] = part.pop("stage").astype(np.uint8 if n * _STATES < 255 else np.uint32) * _STATES + state
        # All that was read stays in memory as long as any column of it does.
        part.update({name: part[name].copy() for name in ("entered", "left", "is_return")})
    made = Visits(_pairs(found, names["status"], names["next_status"]), names["stage"], found, of)
    made.order()
    return made


def _pairs(found: Sequence[dict[str, Column]], statuses: Names, onward: Names) -> tuple[tuple[str, str], ...]:
    """Return the pairs of statuses that follow each other, and put the place among them in the place of both."""
    many, seen = len(onward), set[int]()
    kind = np.int32 if len(statuses) * many < LATE >> 32 else np.int64
    for part in found:
        part["pair"] = part.pop("status").astype(kind) * many + part.pop("next_status")
        seen |= set(different(part["pair"], len(statuses) * many))
    keys = np.array(sorted(key for key in seen if key % many != many - 1), np.int64)
    for part in found:
        place = places(part["pair"], keys, len(statuses) * many)
        part["pair"] = place.astype(np.uint8 if len(keys) < 255 else np.uint32)
    return tuple((str(statuses[key // many]), str(onward[key % many])) for key in keys.tolist())


def _statement(said: Mapping[str, object], names: Mapping[str, Names]) -> str:
    coded = ", ".join(number(column, column, known, column) for column, known in names.items())
    return f"""
SELECT {instant("entered_at", "entered")}, coalesce(unix_micros(left_at), {LATE}) AS left, {coded},
       CAST(CASE state WHEN 'waiting' THEN 0 WHEN 'active' THEN 1 ELSE 3 END AS UTINYINT) AS state,
       coalesce(next_is_return, FALSE) AS is_return, {thing(said)}
FROM visits AS f WHERE {of_lines(said)}"""
