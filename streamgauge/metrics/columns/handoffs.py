"""Handoffs between teams as plain columns: what each pair of teams comes to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from streamgauge.facts.ways import NEVER
from streamgauge.lake.pieces import Piece
from streamgauge.metrics.columns import narrow
from streamgauge.metrics.columns.batches import Register, flags, instants, micros, saying, text
from streamgauge.metrics.columns.narrow import HIGHER, Terms
from streamgauge.metrics.columns.reading import Column
from streamgauge.metrics.columns.rows import Rows, Wholes
from streamgauge.metrics.columns.spread import HOUR, Flags, Numbers, Spread, cells, different, places, span, totals

_TEXT = ("sender", "receiver", "level")
_COLUMNS = (*_TEXT, "ended_at", "wait_hours", "loop_hours", "is_bounced")


@dataclass(frozen=True, eq=False)
class Handoffs:
    """The rows of HANDOFFS, column by column in the parts as they were read; see there.

    `pairs` are the sender and the receiver of each `pair`, which is their place from 1; 0 is what is left out: work of
    a higher level, and what is gone. The groups of `waits` are the pairs.
    """

    pairs: tuple[tuple[str, str], ...]
    parts: tuple[dict[str, Column], ...]
    waits: Spread
    terms: Terms | None

    @cached_property
    def span(self) -> tuple[int, int]:
        """When the first item ended, and the last."""
        return span([part["ended"] for part in self.parts])

    def by_pair(self, kept: Rows | None) -> list[dict[str, Any]]:
        """Return what the kept handoffs come to by pair of teams, as the map's own statement for handoffs."""
        return self._whole if kept is None else self._by_pair(kept)

    @cached_property
    def _sums_of_all(self) -> dict[str, Wholes]:
        return self._sums(None)

    def _sums(self, rows: Sequence[Numbers] | None) -> dict[str, Wholes]:
        """Return how many handoffs there were by pair of teams, how many came back, and what they took."""
        n = len(self.pairs) + 1
        found = {name: np.zeros(n, object) for name in ("n", "bounced", "looped", "waits", "loops")}
        for i, part in enumerate(self.parts):
            these = slice(None) if rows is None else rows[i]
            pair, loop = part["pair"][these], part["loop"][these]
            some = {"n": pair, "bounced": pair[part["is_bounced"][these]], "looped": pair[loop != NEVER]}
            for name, counted in some.items():
                found[name] += np.bincount(counted, minlength=n)
            for name, of in zip(("waits", "loops"), totals(pair, n, [part["wait"][these], loop]), strict=True):
                found[name] += of
        return {name: of[1:] for name, of in found.items()}

    @cached_property
    def _whole(self) -> list[dict[str, Any]]:
        return self._by_pair(None)

    def _by_pair(self, kept: Rows | None) -> list[dict[str, Any]]:
        sums = self._sums_of_all
        if kept is not None:
            of_fewer = self._sums(kept.fewer)
            sums = {name: kept.out_of(sums[name], of_fewer[name]) for name in sums}
        _, (middle,) = self.waits.percentiles((0.5,), kept)
        counts, bounced, looped, waits, loops = (
            sums[name].tolist() for name in ("n", "bounced", "looped", "waits", "loops")
        )
        return [
            {
                "sender": sender,
                "receiver": receiver,
                "n": counts[i],
                "wait_median": float(middle[i]),
                "wait_mean": waits[i] / HOUR / counts[i],
                "bounced": bounced[i],
                "loop_mean": loops[i] / HOUR / looped[i] if looped[i] else None,
            }
            for i, (sender, receiver) in enumerate(self.pairs)
            if counts[i]
        ]


def read(piece: Piece, terms: Terms | None, teams: Register) -> list[dict[str, Column]]:
    """Return what a piece of the handoffs tells, which can then be told apart on these terms; it fills `teams`."""
    batches = narrow.read(piece, terms, _COLUMNS, _TEXT)
    return [_columns(batch, is_gone, teams) | apart for batch, is_gone, apart in batches]


def _columns(batch: pa.RecordBatch, is_gone: Flags | None, teams: Register) -> dict[str, Column]:
    """Return what a batch of handoffs tells."""
    is_higher = saying(batch, "level", HIGHER)
    return {
        "sender": teams.numbers(text(batch, "sender")),
        "receiver": teams.numbers(text(batch, "receiver")),
        "is_left_out": is_higher if is_gone is None else is_higher | is_gone,
        "ended": instants(batch, "ended_at"),
        "wait": micros(batch, "wait_hours"),
        "loop": micros(batch, "loop_hours"),
        "is_bounced": flags(batch, "is_bounced"),
    }


def handoffs(read: Iterable[list[dict[str, Column]]], terms: Terms | None, teams: Register) -> Handoffs:
    """Return the handoffs that were read on these terms, piece by piece."""
    parts, names = tuple(part for parts in read for part in parts), teams.things
    nobody, both = len(names) ** 2, []
    for part in parts:
        pair = part.pop("sender").astype(np.int64) * len(names) + part.pop("receiver")
        both.append(np.where(part.pop("is_left_out"), nobody, pair))
    keys = np.array(sorted({key for one in both for key in different(one, nobody + 1)} - {nobody}), np.int64)
    codes = np.append(np.arange(1, len(keys) + 1), 0)  # behind all keys is nobody
    for part, one in zip(parts, both, strict=True):
        part["pair"] = codes[places(one, keys, nobody + 1)].astype(np.min_scalar_type(len(keys)))
    waits = Spread(len(keys), [p["wait"] for p in parts], [cells(p["pair"], p["wait"]) for p in parts])
    pairs = tuple((names[key // len(names)], names[key % len(names)]) for key in keys.tolist())
    return Handoffs(pairs, parts, waits, terms)
