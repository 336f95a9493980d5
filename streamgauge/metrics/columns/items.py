"""Flow items as plain columns: cases, what ended, what began, and the blocks of neighbours that items are in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from streamgauge.facts.vanished import STATUS
from streamgauge.facts.ways import NEVER, starts_of
from streamgauge.lake import View
from streamgauge.lake.pieces import Piece
from streamgauge.metrics.columns import narrow
from streamgauge.metrics.columns.batches import flags, instants, joined, micros, narrowed, saying, wholes
from streamgauge.metrics.columns.narrow import HIGHER, Terms, Things
from streamgauge.metrics.columns.reading import Column
from streamgauge.metrics.columns.spread import HOUR, LATE, Flags, Numbers, exactly

Part = tuple[str, pa.Array, dict[str, Column]]

_TEXT = ("level", "stage")
_COLUMNS = (
    *("item", *_TEXT, "episode", "episodes", "visits", "left_truncated", "returns", "path"),
    *(
        "started_at",
        "finished_at",
        "cancelled_at",
        "first_at",
        "entered_at",
        "active_hours",
        "waiting_hours",
        "unmapped_hours",
    ),
)
_DATASETS = "SELECT line_id, is_log, by_activity FROM datasets WHERE line_id IN (SELECT unnest($line_ids))"


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
        ways = pa.array(self.path).dictionary_encode()
        names = np.asarray(ways.dictionary)
        order = np.argsort(names)
        place = np.empty(len(order), np.int64)
        place[order] = np.arange(len(order))
        return names[order], place[np.asarray(ways.indices)]


class Example(NamedTuple):
    """An item: its line, what it is called, and how many visits it has."""

    line: str
    item: str
    visits: int


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
    things: Things
    """What they are called."""

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

    def examples(self, paths: Sequence[int], most: int = 1) -> dict[int, list[Example]]:
        """Return for each of these ways some items that went it, from among all of them."""
        ways = {path: np.flatnonzero(self.at["path"] == path) for path in paths}
        some = {path: rows[:: -(-len(rows) // most) or 1].tolist() for path, rows in ways.items()}
        return {path: [self._example(row) for row in rows] for path, rows in some.items() if rows}

    def _example(self, row: int) -> Example:
        same = (
            self.again[self.thing == self.thing[self.again == row]]
            if self.at["episodes"][row] != 1
            else np.array([row])
        )
        return Example(*self.things.name(row), int(self.at["visits"][same].sum()))

    def began(self, mine: Flags | None, until: int) -> Numbers:
        """Return when the items began that began before an instant."""
        started = self.at["started"]
        found: Numbers = started[(self.counted if mine is None else mine) & (started != NEVER) & (started < until)]
        return found


@dataclass(frozen=True, eq=False)
class Read:
    """Flow items as they are stored, and what they are called."""

    at: dict[str, Column]
    things: Things


def read(piece: Piece, terms: Terms | None) -> list[Part]:
    """Return of each batch of a piece of the flow items its line, what the items are called, and what is told of them.

    They can then be told apart on these terms.
    """
    found = []
    for batch, is_gone, apart in narrow.read(piece, terms, _COLUMNS, _TEXT):
        names, told = batch.column("item").cast(pa.string()), _columns(batch) | apart
        if is_gone is not None:
            names, told = names.filter(pa.array(~is_gone)), {name: of[~is_gone] for name, of in told.items()}
        found.append((piece.line, names, told))
    return found


def read_of(parts: Iterable[list[Part]]) -> Read:
    """Return the flow items that were read piece by piece, one line after the other, of which there is at least one."""
    told = [part for parts_of_piece in parts for part in parts_of_piece]
    by_line = groupby(told, key=lambda part: part[0])
    things = Things({line: pa.chunked_array([names for _, names, _ in mine], pa.string()) for line, mine in by_line})
    return Read(joined([columns for _, _, columns in told]), things)


def items(view: View, said: Mapping[str, object], read: Read, terms: Terms | None) -> Items:
    """Return the flow items that were read on these terms: a case goes from its first start to its last end.

    What ends one depends on its dataset; see the map's own statement for cases.
    """
    datasets = {row["line_id"]: row for row in view.rows(_DATASETS, said)}

    def of_dataset(name: str) -> Flags:
        parts = [np.full(len(names), bool(datasets[line][name])) for line, names in read.things.names.items()]
        return np.concatenate(parts)

    at, is_log, by_activity = dict(read.at), of_dataset("is_log"), of_dataset("by_activity")
    finished, first = at["finished"], at.pop("first")
    is_finished, is_cancelled, cancelled = finished != NEVER, at["is_cancelled"], at.pop("cancelled")
    at["is_log"] = is_log
    at["ended"] = np.where(is_finished | ~by_activity, finished, cancelled) if by_activity.any() else finished
    at["case_started"] = np.where(is_log, first, at["started"]) if is_log.any() else at["started"]
    at["has_ended"] = is_finished | is_log & is_cancelled
    at["case_ended"] = np.where(is_log, at["last"], np.where(is_finished, finished, at["started"]))
    several = np.flatnonzero(at["episodes"] > 1)
    same = read.things.numbers(several)
    order = np.lexsort((at["episode"][several], same))
    return Items(at, several[order], same[order], terms, read.things)


def _columns(batch: pa.RecordBatch) -> dict[str, Column]:
    """Return what a batch of items tells."""
    started, finished, cancelled, first, entered = (
        instants(batch, f"{name}_at") for name in ("started", "finished", "cancelled", "first", "entered")
    )
    unmapped = batch.column("unmapped_hours")
    return {
        "is_higher": saying(batch, "level", HIGHER),
        **{name: narrowed(wholes(batch, name)) for name in ("episode", "episodes", "visits", "returns")},
        "is_cut": flags(batch, "left_truncated"),
        "path": wholes(batch, "path"),
        "first": first,
        "started": started,
        "finished": finished,
        "cancelled": cancelled,
        "last": entered,
        "is_cancelled": (cancelled != NEVER) & ~saying(batch, "stage", (None, STATUS)),
        "active": micros(batch, "active_hours"),
        "waiting": micros(batch, "waiting_hours"),
        "is_mapped": np.asarray(unmapped.fill_null(1.0)) == 0,
    }


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
