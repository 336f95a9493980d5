"""Flow items as plain columns: cases, what ended, what began, and the blocks of neighbours that items are in."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np

from streamgauge.facts.ways import NEVER, coded, starts_of
from streamgauge.lake import View
from streamgauge.metrics.columns.narrow import Terms, Things, bound, thing, things
from streamgauge.metrics.columns.reading import Column, instant, micros, of_lines
from streamgauge.metrics.columns.spread import HOUR, LATE, Flags, Numbers, exactly
from streamgauge.metrics.metric import GIVEN_UP, HIGHER_LEVEL

# A case goes from its first start to its last end: see the map's own statement for it.
_ITEMS = f"""
SELECT {HIGHER_LEVEL} IS NOT NULL AS is_higher, CAST(f.episode AS INTEGER) AS episode,
       CAST(f.episodes AS INTEGER) AS episodes,
       CASE WHEN f.episodes > 1 THEN f.line_id END AS line_id, f.left_truncated AS is_cut,
       CASE WHEN f.episodes > 1 THEN f.item END AS item, f.returns, f.path, d.is_log,
       {instant("f.started_at", "started")}, {instant("f.finished_at", "finished")},
       {instant("coalesce(f.finished_at, CASE WHEN d.by_activity THEN f.cancelled_at END)", "ended")},
       {instant("CASE WHEN d.is_log THEN f.first_at ELSE f.started_at END", "case_started")},
       {instant("f.entered_at", "last")},
       f.finished_at IS NOT NULL OR d.is_log AND {GIVEN_UP} AS has_ended,
       {instant("CASE WHEN d.is_log THEN f.entered_at ELSE coalesce(f.finished_at, f.started_at) END", "case_ended")},
       {GIVEN_UP} AS is_cancelled,
       {micros("f.active_hours", "active")}, {micros("f.waiting_hours", "waiting")},
       coalesce(f.unmapped_hours = 0, FALSE) AS is_mapped, {{thing}} {{terms}}
FROM flow_items AS f JOIN datasets AS d ON d.line_id = f.line_id WHERE {{lines}}
"""


@dataclass(frozen=True, eq=False)
class Cases:
    """What items are as cases, with all their episodes as one; see Items."""

    started: Numbers
    ended: Numbers
    """NEVER where it goes on, and where nobody knows its start."""
    last: Numbers
    is_log: Flags
    is_cancelled: Flags
    returns: Numbers
    path: Numbers

    def ended_in(self, since: int, until: int) -> Flags:
        """Return which cases ended in the window; instants in microseconds."""
        known = (self.started != NEVER) & (self.ended != NEVER)
        found: Flags = known & (self.ended >= since) & (self.ended < until)
        return found

    def durations(self, since: int, until: int) -> dict[str, Any]:
        """Return how long the cases took that ended in the window, as the map's own statement for cases does."""
        kept = np.flatnonzero(self.ended_in(since, until))
        n = len(kept)
        micros = self.ended[kept] - self.started[kept]
        places = [(n - 1) * share for share in (0.5, 0.85, 0.95)]
        middles: list[float | None] = [None] * 3
        if n:
            micros.partition(sorted({int(f(at)) for at in places for f in (np.floor, np.ceil)}))
            ends = [(micros[int(np.floor(at))] / HOUR, micros[int(np.ceil(at))] / HOUR) for at in places]
            middles = [
                float(a * (1 - (at - np.floor(at))) + b * (at - np.floor(at)))
                for (a, b), at in zip(ends, places, strict=True)
            ]
        return {
            "n": n,
            "cancelled": int(self.is_cancelled[kept].sum()),
            "first_pass": float((self.returns[kept] == 0).sum() / n) if n else None,
            **dict(zip(("p50", "p85", "p95"), middles, strict=True)),
        }

    def paths(self, since: int, until: int) -> tuple[Numbers, Numbers]:
        """Return the ways that items went in the window and how many went each, the commonest first."""
        is_over = (self.started != NEVER) & (self.ended != NEVER) & (self.ended >= since) & (self.ended < until)
        is_told = self.is_log & (self.last >= since) & (self.last < until) & (self.last != NEVER)
        names, number = self._paths
        counts = np.bincount(number[(self.path != 0) & (is_over | is_told)], minlength=len(names))
        there = np.flatnonzero(counts)
        found, counts = names[there], counts[there]
        order = np.argsort(-counts, kind="stable")
        return found[order], counts[order]

    @cached_property
    def _paths(self) -> tuple[Numbers, Numbers]:
        """The different ways, rising, and the place among them of each case's."""
        return np.unique(self.path, return_inverse=True)


@dataclass(frozen=True, eq=False)
class Items:
    """The flow items of some datasets, column by column; instants in microseconds, NEVER where they did not happen.

    `ended` is the end of a way, which of a log of activities is also where it was given up.
    """

    at: dict[str, Column]
    again: Numbers
    """The items of which there are several episodes: their rows, those of one item together and in their order."""
    thing: Numbers
    """A number for the item of each of these."""
    terms: Terms | None
    things: Things | None
    """Which rows are of the same item, where that can be told."""

    @cached_property
    def counted(self) -> Flags:
        """Which ones count beside their parts."""
        found: Flags = ~self.at["is_higher"]
        return found

    def cases(self, mine: Flags | None) -> Cases:
        """Return the cases of these items, of all that count where none are named."""
        return self._whole if mine is None else self._cases(mine)

    @cached_property
    def _whole(self) -> Cases:
        return self._cases(self.counted)

    def _cases(self, wanted: Flags) -> Cases:
        at = self.at
        alone = np.flatnonzero(wanted & (at["episodes"] == 1))
        mine = wanted[self.again]
        rows, thing = self.again[mine], self.thing[mine]
        first = np.flatnonzero(starts_of(thing))
        last = np.append(first[1:], len(rows))[: len(first)] - 1
        single = _single(at, alone)
        if not len(rows):
            return single
        start = np.minimum.reduceat(np.where(at["case_started"][rows] == NEVER, LATE, at["case_started"][rows]), first)
        is_cut = np.logical_or.reduceat(at["is_cut"][rows], first)
        ended = np.maximum.reduceat(at["case_ended"][rows], first)
        several = Cases(
            started=np.where(start == LATE, NEVER, start),
            ended=np.where(is_cut | ~at["has_ended"][rows[last]], NEVER, ended),
            last=np.maximum.reduceat(at["last"][rows], first),
            is_log=at["is_log"][rows[first]],
            is_cancelled=at["is_cancelled"][rows[last]],
            returns=np.add.reduceat(at["returns"][rows], first),
            path=np.minimum.reduceat(at["path"][rows], first),
        )
        return Cases(
            **{f.name: np.concatenate([getattr(single, f.name), getattr(several, f.name)]) for f in fields(Cases)}
        )

    def chosen(self, mine: Flags | None, since: int, until: int) -> Flags:
        """Return which of these items ended in the window and have a start that is known."""
        at = self.at
        found: Flags = (
            (self.counted if mine is None else mine)
            & (at["ended"] != NEVER)
            & (at["started"] != NEVER)
            & ~at["is_cut"]
            & (at["ended"] >= since)
            & (at["ended"] < until)
        )
        return found

    def efficiency(self, mine: Flags | None, since: int, until: int) -> float | None:
        """Return the share of work in the time of the items that ended in the window, of which all is understood."""
        kept = self.chosen(mine, since, until) & self.at["is_mapped"]
        active, waiting = (exactly(self.at[name][kept]) for name in ("active", "waiting"))
        return active / HOUR / ((active + waiting) / HOUR) if active + waiting else None

    def ends(self, mine: Flags | None, since: int, until: int) -> Numbers:
        """Return when the items ended that ended in the window and have a start that is known, the first one first."""
        return np.sort(self.at["ended"][self.chosen(mine, since, until)])

    def back(self, mine: Flags | None, nth: int, since: int, until: int) -> int | None:
        """Return when the item was finished that is so many from the last one of the window; None of fewer."""
        at = self.at
        these = self.counted if mine is None else mine
        finished = at["finished"][these & (at["finished"] != NEVER) & (at["started"] != NEVER)]
        finished = finished[(finished >= since) & (finished < until)]
        return int(np.partition(finished, len(finished) - nth)[len(finished) - nth]) if len(finished) >= nth else None

    def first(self, wanted: Flags | None) -> int | None:
        """Return when the first of these items began, of a higher level or not."""
        started = self.at["started"] if wanted is None else self.at["started"][wanted]
        started = started[started != NEVER]
        return int(started.min()) if len(started) else None

    def began(self, mine: Flags | None, until: int) -> Numbers:
        """Return when the items began that began before an instant."""
        started = self.at["started"]
        found: Numbers = started[(self.counted if mine is None else mine) & (started != NEVER) & (started < until)]
        return found


def items(view: View, said: Mapping[str, object], terms: Terms | None) -> Items:
    """Read the flow items of the datasets that are asked for, to be told apart on these terms."""
    words = {"thing": thing(said), "terms": terms.columns if terms else "", "lines": of_lines(said)}
    table = view.query(_ITEMS.format(**words), bound(said, terms))
    found = {name: table[name].to_numpy() for name in table.column_names if name not in ("item", "line_id")}
    several = np.flatnonzero(found["episodes"] > 1)
    names = table.select(["line_id", "item"]).take(several)
    (_, line), (other, item) = coded(names["line_id"]), coded(names["item"])
    same = line * (len(other) + 1) + item
    order = np.lexsort((found["episode"][several], same))
    mine = things(found.pop("thing"), int(np.count_nonzero(found["episode"] == 1)))
    return Items(found, several[order], same[order], terms, mine)


def _single(at: Mapping[str, Column], rows: Numbers) -> Cases:
    """Return the cases of items that have one episode."""
    is_over = ~at["is_cut"][rows] & at["has_ended"][rows]
    return Cases(
        started=at["case_started"][rows],
        ended=np.where(is_over, at["case_ended"][rows], NEVER),
        last=at["last"][rows],
        is_log=at["is_log"][rows],
        is_cancelled=at["is_cancelled"][rows],
        returns=at["returns"][rows],
        path=at["path"][rows],
    )
