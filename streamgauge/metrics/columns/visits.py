"""Visits as plain columns: which status followed which, and what stays in each stage at each moment."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.facts.ways import NEVER
from streamgauge.lake.pieces import Piece
from streamgauge.metrics.columns.batches import Kinds, instants
from streamgauge.metrics.columns.items import Example
from streamgauge.metrics.columns.narrow import Runs, Things
from streamgauge.metrics.columns.reading import Column, Names
from streamgauge.metrics.columns.rows import Rows
from streamgauge.metrics.columns.spread import LATE, Flags, Numbers, Spread, cells, span

_COLUMNS = ("kind", "entered_at", "left_at")
HIGHER, GONE = "of work of a higher level", "told anew by a later writing"
_LEFT_OUT = (None, HIGHER, GONE, GONE)
_LOOKED_AT = ("waiting", "active")
"""The states of stays that wait or are worked on."""


class _Kind(NamedTuple):
    """What many visits say alike; see VISITS."""

    status: str
    next_status: str | None
    stage: str | None
    state: str
    next_is_return: bool
    left_out: str | None
    """Why it does not count, HIGHER or GONE; None where it does."""


@dataclass(frozen=True, eq=False)
class _Lasted:
    """How long visits lasted, which is not kept beside when they began and ended."""

    entered: Numbers
    left: Numbers

    def __getitem__(self, rows: Numbers, /) -> Numbers:
        """Return how long these lasted that do not go on, in microseconds."""
        found: Numbers = self.left[rows] - self.entered[rows]
        return found


@dataclass(frozen=True, eq=False)
class Visits:
    """The visits of some datasets, column by column in the parts as they were read.

    `entered` and `left` are in microseconds, LATE for what is not left; `kind` is the place among `kinds`. `cells` say
    how long work waited from the one status to the other: the groups of Spread are the `pairs` of these. `staying` are
    the rows of what is not left, `span` is when the first was left of the others, and the last.
    """

    kinds: tuple[_Kind, ...]
    pairs: tuple[tuple[str, str], ...]
    parts: tuple[dict[str, Column], ...]

    @staticmethod
    def among(owners: Sequence[Runs], things: Things, items: Flags) -> list[Flags]:
        """Return which visits are of any of these items, part by part."""
        is_wanted = things.wanted(items)
        return [np.repeat(is_wanted[part.heads], part.lengths) for part in owners]

    @cached_property
    def _pair(self) -> Column:
        """The place of each kind's pair, behind all where it has none."""
        place = {pair: i for i, pair in enumerate(self.pairs)}
        found = [place.get(pair, len(place)) if (pair := _pair(kind)) else len(place) for kind in self.kinds]
        return np.array(found, np.min_scalar_type(len(place)))

    @cached_property
    def stages(self) -> Names:
        """The stages, each once."""
        return tuple(dict.fromkeys(kind.stage for kind in self.kinds))

    @cached_property
    def _spread(self) -> Spread:
        """How long work waited from the one status to the other."""
        lasted = [_Lasted(part["entered"], part["left"]) for part in self.parts]
        return Spread(len(self.pairs), lasted, [part["cells"] for part in self.parts])

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
        n, (middle,) = self._spread.percentiles((0.5,), kept)
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
        back = np.array([kind.next_is_return for kind in self.kinds], np.bool_)
        found = np.bincount(self._pair[back], self._counted(rows)[back], len(self.pairs) + 1)
        return found[:-1].astype(np.int64)

    def _counted(self, rows: Sequence[Numbers] | None) -> Numbers:
        """Return how many of these visits there are of each kind."""
        found = np.zeros(len(self.kinds), np.int64)
        for i, part in enumerate(self.parts):
            found += np.bincount(part["kind"] if rows is None else part["kind"][rows[i]], minlength=len(found))
        return found

    @cached_property
    def _span(self) -> tuple[int, int]:
        """When the first visit was left that was left, and the last."""
        return span([part["span"] for part in self.parts])

    def stays(self, mine: Sequence[Flags] | None, since: int, until: int) -> Iterator[dict[str, Column]]:
        """Give part by part the stays that wait or are worked on that began before `until` and went on at `since`.

        They may also begin later. They are of work that counts beside its parts; `stage` is the place among `stages`.
        """
        stage = np.array([self.stages.index(kind.stage) for kind in self.kinds], np.int32)
        is_active = np.array([kind.state == _LOOKED_AT[1] for kind in self.kinds], np.bool_)
        is_looked_at = np.array([kind.state in _LOOKED_AT and not kind.left_out for kind in self.kinds], np.bool_)
        for i, part in enumerate(self.parts):
            rows = self._between(i, mine, since, until)
            kind = part["kind"][rows]
            some = is_looked_at[kind]
            rows, kind = rows[some], kind[some]
            came, went = part["entered"][rows], part["left"][rows]
            yield {"stage": stage[kind], "is_active": is_active[kind], "came": came, "went": went}

    def _between(self, i: int, mine: Sequence[Flags] | None, since: int, until: int) -> Numbers:
        """Return the rows of one part that began before `until` and went on at `since`, or later."""
        part = self.parts[i]
        rows = part["staying"] if since > part["span"][1] else np.flatnonzero(part["left"] >= since)
        rows = rows if mine is None else rows[mine[i][rows]]
        found: Numbers = rows[part["entered"][rows] < until]
        return found

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
        rows = [self._between(i, wanted, end, end) for i in range(len(self.parts))]
        found: dict[str | None, int] = {}
        for kind, count in zip(self.kinds, self._counted(rows).tolist(), strict=True):
            if kind.state == _LOOKED_AT[0] and kind.left_out != GONE and count:
                found[kind.stage] = found.get(kind.stage, 0) + count
        return found


def told() -> Kinds:
    """Return what gives numbers to the kinds of visits, and to the pairs of statuses that follow each other in them."""
    return Kinds(_kind, _pair)


def _kind(said: Sequence[Any], left_out: str | None) -> _Kind:
    status, next_status, stage, state, next_is_return = said
    return _Kind(status, next_status, stage, state, next_is_return, left_out)


def reader(higher: Mapping[str, pa.Array], told: Kinds) -> Callable[[Piece], list[dict[str, Column]]]:
    """Return what reads a piece of the visits and fills `told`; `higher` are by line the items of a higher level."""

    def read(piece: Piece) -> list[dict[str, Column]]:
        names = higher.get(piece.line, ())
        more = ("item",) if len(names) else ()
        batches = piece.read((*_COLUMNS, *more), coded=("kind", *more))
        if not more:
            return [_columns(batch, None, is_gone, told) for batch, is_gone in batches]
        items = [batch.column("item") for batch, _ in batches]
        known = pa.chunked_array([item.dictionary for item in items])
        ends = np.cumsum([len(item.dictionary) for item in items])[:-1]
        each = zip(batches, items, np.split(np.asarray(pc.is_in(known, value_set=names)), ends), strict=True)
        return [_columns(batch, flags[np.asarray(item.indices)], gone, told) for (batch, gone), item, flags in each]

    return read


def _columns(batch: pa.RecordBatch, is_higher: Flags | None, is_gone: Flags | None, told: Kinds) -> dict[str, Column]:
    """Return what a batch of visits tells."""
    left_out: Column | None = None if is_higher is None else is_higher.view(np.uint8)
    if is_gone is not None:
        gone = is_gone.view(np.uint8) << 1
        left_out = gone if left_out is None else left_out | gone
    kind, pair = told.numbers(batch, left_out, _LEFT_OUT)
    entered, left = instants(batch, "entered_at"), instants(batch, "left_at", LATE)
    lasted, staying = left - entered, np.flatnonzero(left == LATE)
    lasted[staying] = NEVER
    ends = pc.min_max(batch.column("left_at").cast(pa.int64()))
    return {
        "kind": kind,
        "entered": entered,
        "left": left,
        "cells": cells(pair, lasted),
        "staying": staying.astype(np.int32),
        "span": np.array([LATE, NEVER] if len(staying) == len(left) else [ends["min"].as_py(), ends["max"].as_py()]),
    }


def visits(read: Iterable[list[dict[str, Column]]], told: Kinds) -> Visits:
    """Return the visits that were read piece by piece, ready to be asked."""
    found = tuple(part for parts in read for part in parts)
    return Visits(told.kinds.things, told.groups.things[1:], found)


def statuses(pieces: Iterable[Piece], examples: Mapping[int, Sequence[Example]]) -> dict[int, list[str]]:
    """Return the statuses on each way, by the items that went it: no more is read than tells of all of one of them."""
    found: dict[tuple[str, str], list[tuple[int, str]]]
    found = {(one.line, one.item): [] for some in examples.values() for one in some}
    whole = {path: some[0] for path, some in examples.items()}
    left = set(examples)
    for piece in pieces:
        names = pa.array([item for line, item in found if line == piece.line], pa.string())
        for batch, is_gone in piece.read(("item", "ordinal", "status"), coded=("item", "status")) if left else ():
            item = batch.column("item")
            is_one = np.asarray(pc.is_in(item.dictionary, value_set=names))[np.asarray(item.indices)]
            rows = batch.take(pa.array(np.flatnonzero(is_one if is_gone is None else is_one & ~is_gone)))
            for name, ordinal, status in zip(*(column.to_pylist() for column in rows.columns), strict=True):
                found[piece.line, name].append((ordinal, status))
        known = {path: one for path in left for one in examples[path] if len(found[one.line, one.item]) >= one.visits}
        whole |= known
        left -= known.keys()
    return {path: [status for _, status in sorted(found[one.line, one.item])] for path, one in whole.items()}


def _pair(kind: _Kind) -> tuple[str, str] | None:
    return None if kind.next_status is None or kind.left_out else (kind.status, kind.next_status)
