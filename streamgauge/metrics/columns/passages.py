"""What finished work did in each stage, as plain columns: medians and sums by stage, and waiting by block of items."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from streamgauge.facts.ways import NEVER
from streamgauge.lake.pieces import Piece
from streamgauge.metrics.columns import narrow
from streamgauge.metrics.columns.batches import (
    Register,
    few,
    flag,
    in_micros,
    instants,
    micros,
    saying,
    text,
    together,
    wholes,
)
from streamgauge.metrics.columns.narrow import HIGHER, Terms
from streamgauge.metrics.columns.reading import Column
from streamgauge.metrics.columns.rows import Rows, Wholes
from streamgauge.metrics.columns.spread import HOUR, LATE, Flags, Floats, Numbers, Spread, spread, totals

_HOURS = {"active": "process", "queue": "queue", "hours": "lead"}
_COUNTS = ("handed_on", "came_back", "handovers")
_WAITED = ("turns", "stays", "waited", "worked")
_TEXT = ("stage", "phase", "level")
_COLUMNS = (
    *(*_TEXT, "place", "is_through", *_COUNTS, "turns", "stays", "ended_at"),
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
    at of few rows alone, `waited` and `worked`, stays in hours.
    """

    kinds: tuple[_Kind, ...]
    parts: tuple[dict[str, Column], ...]
    terms: Terms | None

    @cached_property
    def span(self) -> tuple[int, int]:
        """When the first item ended, and the last."""
        ends = [part["ended"] for part in self.parts]
        return min((int(part.min(initial=LATE)) for part in ends), default=LATE), max(
            (int(part.max(initial=NEVER)) for part in ends), default=NEVER
        )

    @cached_property
    def _stages(self) -> tuple[str | None, ...]:
        """The stages of what is not left out."""
        return tuple(dict.fromkeys(kind.stage for kind in self.kinds if not kind.is_left_out))

    @cached_property
    def _stage(self) -> Column:
        """The place of each kind's stage among all, behind them for what is left out."""
        n = len(self._stages)
        found = [n if kind.is_left_out else self._stages.index(kind.stage) for kind in self.kinds]
        return np.array(found, np.min_scalar_type(n))

    @cached_property
    def _spreads(self) -> dict[str, Spread]:
        stages = [self._stage[part["kind"]] for part in self.parts]
        return {name: spread(stages, len(self._stages), [part[name] for part in self.parts]) for name in _HOURS}

    def order(self) -> None:
        """Put the hours into the order in which they are asked for."""
        _ = self._spreads

    def by_stage(self, kept: Rows | None) -> list[dict[str, Any]]:
        """Return what the kept rows come to by stage, in the order of work; see the statement of the map for stages."""
        return self._whole if kept is None else self._by_stage(kept)

    @cached_property
    def _whole(self) -> list[dict[str, Any]]:
        return self._by_stage(None)

    def _by_stage(self, kept: Rows | None) -> list[dict[str, Any]]:
        sums, counts = self._sums_of_all
        if kept is not None:
            of_fewer, counts_of_fewer = self._sums(kept.fewer)
            sums = {name: kept.out_of(sums[name], of_fewer[name]) for name in _HOURS}
            counts = kept.out_of(counts, counts_of_fewer)
        middles = {name: one.percentiles((0.5,), kept)[1][0] for name, one in self._spreads.items()}
        rows_of = [self._row(i, sums, middles, counts) for i in range(len(self._stages))]
        return sorted(
            (row for row in rows_of if row["items"]),
            key=lambda row: (row["place"] is None, row["place"] or 0, row["stage"] or ""),
        )

    @cached_property
    def _sums_of_all(self) -> tuple[dict[str, Wholes], Numbers]:
        return self._sums(None)

    def _sums(self, rows: Sequence[Numbers] | None) -> tuple[dict[str, Wholes], Numbers]:
        """Return the microseconds that rows come to by stage, and how many there are of each kind."""
        n = len(self._stages)
        sums: dict[str, Wholes] = {name: np.zeros(n, object) for name in _HOURS}
        counts = np.zeros(len(self.kinds), np.int64)
        for i, part in enumerate(self.parts):
            these = slice(None) if rows is None else rows[i]
            kind = part["kind"][these]
            stage = self._stage[kind]
            for name in _HOURS:
                sums[name] = sums[name] + totals(stage, n, part[name][these])
            counts += np.bincount(kind, minlength=len(counts))
        return sums, counts

    def _row(
        self, stage: int, sums: Mapping[str, Wholes], middles: Mapping[str, Floats], counts: Numbers
    ) -> dict[str, Any]:
        """Return what one stage comes to, of which there are so many rows of each kind."""
        there = [
            (self.kinds[i], int(counts[i])) for i in np.flatnonzero((self._stage == stage) & (counts > 0)).tolist()
        ]
        return {
            "stage": self._stages[stage],
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
        n, many = len(self._stages), len(self.kinds)
        cells = len(bounds) * n
        sums: dict[str, Wholes] = {name: np.zeros(cells, object) for name in _WAITED}
        seen = np.zeros(len(bounds) * many, np.int64)
        for i, part in enumerate(self.parts if cells else ()):
            rows = np.flatnonzero(part["ended"] >= bounds[0] if kept is None else kept.flags[i])
            rows = rows[(part["stays"][rows] > 0) & (part["ended"][rows] >= bounds[0])]
            block, kind = np.searchsorted(bounds, part["ended"][rows], side="right") - 1, part["kind"][rows]
            stage = self._stage[kind]
            key = np.where(stage < n, block * n + stage, cells)
            for name in _WAITED:
                found = part[name][rows]
                sums[name] += totals(key, cells, in_micros(found) if found.dtype == np.float64 else found)
            seen += np.bincount(block * many + kind, minlength=len(seen))
        by_cell: dict[int, list[tuple[_Kind, int]]] = {}
        for one in np.flatnonzero(seen).tolist():
            block, kind = divmod(one, many)
            if not self.kinds[kind].is_left_out:
                by_cell.setdefault(block * n + int(self._stage[kind]), []).append((self.kinds[kind], int(seen[one])))
        return [
            {
                "block": one // n,
                "stage": self._stages[one % n],
                "place": min((kind.place for kind, _ in there if kind.place is not None), default=None),
                "turn": sums["turns"][one] / float(sums["stays"][one]),
                "waited": sums["waited"][one] / HOUR,
                "worked": sums["worked"][one] / HOUR,
                "through": sum(count for _, count in there),
            }
            for one, there in sorted(by_cell.items())
        ]


def read(piece: Piece, terms: Terms | None, kinds: Register) -> list[dict[str, Column]]:
    """Return what a piece of the passages tells, which can then be told apart on these terms; it fills `kinds`."""
    batches = narrow.read(piece, terms, _COLUMNS, _TEXT)
    return [_columns(batch, is_gone, kinds) | apart for batch, is_gone, apart in batches]


def _columns(batch: pa.RecordBatch, is_gone: Flags | None, kinds: Register) -> dict[str, Column]:
    """Return what a batch of passages tells."""
    is_higher = saying(batch, "level", HIGHER)
    is_left_out = (is_higher if is_gone is None else is_higher | is_gone, (False, True))
    of = [text(batch, "stage"), text(batch, "phase"), flag(batch, "is_through"), is_left_out]
    kind = together([*of, *(few(batch, name) for name in ("place", *_COUNTS))])
    return {
        "kind": kinds.numbers(kind),
        "ended": instants(batch, "ended_at"),
        **{name: micros(batch, name if name == "hours" else f"{name}_hours") for name in _HOURS},
        "turns": wholes(batch, "turns"),
        "stays": wholes(batch, "stays").astype(np.int32),
        **{name: np.asarray(batch.column(f"{name}_hours")) for name in ("waited", "worked")},
    }


def passages(read: Iterable[list[dict[str, Column]]], terms: Terms | None, kinds: Register) -> Passages:
    """Return the passages that were read on these terms, piece by piece."""
    parts = tuple(part for parts in read for part in parts)
    return Passages(tuple(_Kind(*kind) for kind in kinds.things), parts, terms)


def _none(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
