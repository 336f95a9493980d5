"""What finished work did in each stage, as plain columns: medians and sums by stage, and waiting by block of items."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from streamgauge.lake.pieces import Piece
from streamgauge.metrics.columns import narrow
from streamgauge.metrics.columns.batches import Kinds, in_micros, instants, micros, narrowed, wholes
from streamgauge.metrics.columns.narrow import HIGHER, Terms
from streamgauge.metrics.columns.reading import Column
from streamgauge.metrics.columns.rows import Rows, Wholes
from streamgauge.metrics.columns.spread import HOUR, Flags, Floats, Numbers, Spread, cells, span, totals

_HOURS = {"active": "process", "queue": "queue", "hours": "lead"}
_COUNTS = ("handed_on", "came_back", "handovers")
_WAITED = ("turns", "stays", "waited", "worked")
_COLUMNS = (
    *("kind", "turns", "stays", "ended_at"),
    *("hours", "active_hours", "queue_hours", "waited_hours", "worked_hours"),
)


class _Kind(NamedTuple):
    """What many passages say alike; see PASSAGES."""

    stage: str | None
    phase: str | None
    is_through: bool
    is_left_out: bool
    """Whether it is gone, or work of a higher level."""
    place: int | None
    handed_on: int
    came_back: int
    handovers: int


@dataclass(frozen=True, eq=False)
class Passages:
    """The rows of PASSAGES, column by column in the parts as they were read.

    `kind` is a place among `kinds`; instants and hours are in microseconds, NEVER where there are none. What is looked
    at of few rows alone, `waited` and `worked`, stays in hours. The groups of Spread and of `sums` are the `stages`.
    """

    kinds: tuple[_Kind, ...]
    stages: tuple[str | None, ...]
    """Of what is not left out."""
    parts: tuple[dict[str, Column], ...]
    spreads: Mapping[str, Spread]
    sums: Mapping[str, Wholes]
    """All microseconds by stage."""
    terms: Terms | None

    @cached_property
    def span(self) -> tuple[int, int]:
        """When the first item ended, and the last."""
        return span([part["ended"] for part in self.parts])

    @cached_property
    def _stage(self) -> Column:
        """The number of each kind's stage, from 1; 0 for what is left out."""
        number = {stage: i for i, stage in enumerate(self.stages, start=1)}
        found = [0 if kind.is_left_out else number[kind.stage] for kind in self.kinds]
        return np.array(found, np.min_scalar_type(len(number)))

    def by_stage(self, kept: Rows | None) -> list[dict[str, Any]]:
        """Return what the kept rows come to by stage, in the order of work; see the statement of the map for stages."""
        return self._whole if kept is None else self._by_stage(kept)

    @cached_property
    def _whole(self) -> list[dict[str, Any]]:
        return self._by_stage(None)

    def _by_stage(self, kept: Rows | None) -> list[dict[str, Any]]:
        sums, counts = self.sums, self._counts_of_all
        if kept is not None:
            of_fewer = self._sums(kept.fewer)
            sums = {name: kept.out_of(sums[name], of_fewer[name]) for name in _HOURS}
            counts = kept.out_of(counts, self._counts(kept.fewer))
        middles = {name: one.percentiles((0.5,), kept)[1][0] for name, one in self.spreads.items()}
        rows_of = [self._row(i, sums, middles, counts) for i in range(len(self.stages))]
        return sorted(
            (row for row in rows_of if row["items"]),
            key=lambda row: (row["place"] is None, row["place"] or 0, row["stage"] or ""),
        )

    @cached_property
    def _counts_of_all(self) -> Numbers:
        return self._counts(None)

    def _counts(self, rows: Sequence[Numbers] | None) -> Numbers:
        """Return how many of these rows there are of each kind."""
        found = np.zeros(len(self.kinds), np.int64)
        for i, part in enumerate(self.parts):
            found += np.bincount(part["kind"] if rows is None else part["kind"][rows[i]], minlength=len(found))
        return found

    def _sums(self, rows: Sequence[Numbers]) -> dict[str, Wholes]:
        """Return the microseconds that these rows come to by stage."""
        sums = dict.fromkeys(_HOURS, np.zeros(len(self.stages), object))
        for part, these in zip(self.parts, rows, strict=True):
            found = totals(self._stage[part["kind"][these]], len(self.stages) + 1, [part[n][these] for n in _HOURS])
            sums = {name: sums[name] + more[1:] for name, more in zip(_HOURS, found, strict=True)}
        return sums

    def _row(
        self, stage: int, sums: Mapping[str, Wholes], middles: Mapping[str, Floats], counts: Numbers
    ) -> dict[str, Any]:
        """Return what one stage comes to, of which there are so many rows of each kind."""
        there = [
            (self.kinds[i], int(counts[i])) for i in np.flatnonzero((self._stage == stage + 1) & (counts > 0)).tolist()
        ]
        return {
            "stage": self.stages[stage],
            "place": min((kind.place for kind, _ in there if kind.place is not None), default=None),
            "phase": min((kind.phase for kind, _ in there if kind.phase is not None), default=None),
            "items": sum(n for kind, n in there if kind.is_through),
            "process_time": _none(middles["active"][stage]),
            "queue": _none(middles["queue"][stage]),
            "lead_time": _none(middles["hours"][stage]),
            **{f"{called}_total": sums[name][stage] / HOUR for name, called in _HOURS.items()},
            **{name: sum(n * getattr(kind, name) for kind, n in there) for name in _COUNTS},
        }

    def by_block(self, kept: Rows | None, bounds: Numbers) -> list[dict[str, Any]]:
        """Return what the kept rows come to by block of items and stage; each block begins with one of these ends."""
        n, many = len(self.stages), len(self.kinds)
        cells = len(bounds) * n
        sums: dict[str, Wholes] = {name: np.zeros(cells, object) for name in _WAITED}
        seen = np.zeros(len(bounds) * many, np.int64)
        for i, part in enumerate(self.parts if cells else ()):
            rows = np.flatnonzero(part["ended"] >= bounds[0] if kept is None else kept.flags[i])
            rows = rows[(part["stays"][rows] > 0) & (part["ended"][rows] >= bounds[0])]
            block, kind = np.searchsorted(bounds, part["ended"][rows], side="right") - 1, part["kind"][rows]
            stage = self._stage[kind]
            key = np.where(stage > 0, block * n + stage, 0)
            told = [part[name][rows] for name in _WAITED]
            whole = [in_micros(of) if of.dtype == np.float64 else of for of in told]
            for name, found in zip(_WAITED, totals(key, cells + 1, whole), strict=True):
                sums[name] += found[1:]
            seen += np.bincount(block * many + kind, minlength=len(seen))
        by_cell: dict[int, list[tuple[_Kind, int]]] = {}
        for one in np.flatnonzero(seen).tolist():
            block, kind = divmod(one, many)
            if not self.kinds[kind].is_left_out:
                cell = block * n + int(self._stage[kind]) - 1
                by_cell.setdefault(cell, []).append((self.kinds[kind], int(seen[one])))
        return [
            {
                "block": one // n,
                "stage": self.stages[one % n],
                "place": min((kind.place for kind, _ in there if kind.place is not None), default=None),
                "turn": sums["turns"][one] / float(sums["stays"][one]),
                "waited": sums["waited"][one] / HOUR,
                "worked": sums["worked"][one] / HOUR,
                "through": sum(count for _, count in there),
            }
            for one, there in sorted(by_cell.items())
        ]


def told() -> Kinds:
    """Return what gives numbers to the kinds of passages, and to the stages of those that are not left out."""
    return Kinds(_kind, lambda kind: None if kind.is_left_out else (kind.stage,))


def _kind(said: Sequence[Any], is_gone: bool) -> _Kind:
    stage, phase, level, is_through, *counts = said
    return _Kind(stage, phase, is_through, is_gone or level in HIGHER, *counts)


def read(piece: Piece, terms: Terms | None, told: Kinds) -> list[dict[str, Column]]:
    """Return what a piece of the passages tells, which can then be told apart on these terms; it fills `told`."""
    batches = narrow.read(piece, terms, _COLUMNS, ("kind",))
    return [_columns(batch, is_gone, told) | apart for batch, is_gone, apart in batches]


def _columns(batch: pa.RecordBatch, is_gone: Flags | None, told: Kinds) -> dict[str, Column]:
    """Return what a batch of passages tells; of the hours also the cells, and by the number of a stage the sums."""
    kind, stage = told.numbers(batch, None if is_gone is None else is_gone.view(np.uint8), (False, True))
    hours = {name: micros(batch, name if name == "hours" else f"{name}_hours") for name in _HOURS}
    sums = totals(stage, int(stage.max(initial=0)) + 1, list(hours.values()))
    return {
        "kind": kind,
        "ended": instants(batch, "ended_at"),
        **hours,
        **{f"{name} cells": cells(stage, of) for name, of in hours.items()},
        **{f"{name} sums": of for name, of in zip(hours, sums, strict=True)},
        **{name: narrowed(wholes(batch, name)) for name in ("turns", "stays")},
        **{name: np.asarray(batch.column(f"{name}_hours")) for name in ("waited", "worked")},
    }


def passages(read: Iterable[list[dict[str, Column]]], terms: Terms | None, told: Kinds) -> Passages:
    """Return the passages that were read on these terms, piece by piece."""
    parts = tuple(part for parts in read for part in parts)
    stages = tuple(stage for (stage,) in told.groups.things[1:])
    sums = {name: np.zeros(len(stages) + 1, object) for name in _HOURS}
    spreads = {}
    for name, whole in sums.items():
        for part in parts:
            found = part.pop(f"{name} sums")
            whole[: len(found)] += found
        spreads[name] = Spread(len(stages), [p[name] for p in parts], [p.pop(f"{name} cells") for p in parts])
    by_stage = {name: whole[1:] for name, whole in sums.items()}
    return Passages(told.kinds.things, stages, parts, spreads, by_stage, terms)


def _none(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
