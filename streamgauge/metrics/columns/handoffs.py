"""Handoffs between teams as plain columns: what each pair of teams comes to."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from streamgauge.facts.ways import NEVER
from streamgauge.lake.pieces import Piece
from streamgauge.metrics.columns import narrow
from streamgauge.metrics.columns.batches import Register, flags, instants, joined, micros, saying, text
from streamgauge.metrics.columns.narrow import HIGHER, Terms
from streamgauge.metrics.columns.reading import Column
from streamgauge.metrics.columns.rows import Rows, Wholes
from streamgauge.metrics.columns.spread import HOUR, Flags, Numbers, Spread, different, places, spread, totals

_LOOKED_AT = ("pair", "wait", "loop", "is_bounced")
_ALL = ("sender", "receiver", "is_left_out", "ended", "wait", "loop", "is_bounced", "team", "type", "is_in")
_TEXT = ("sender", "receiver", "level")
_COLUMNS = (*_TEXT, "ended_at", "wait_hours", "loop_hours", "is_bounced")


@dataclass(frozen=True, eq=False)
class Handoffs:
    """The rows of HANDOFFS, column by column; see there.

    `pairs` are the sender and the receiver of each `pair`, which is behind them for what is left out: work of a
    higher level, and what is gone.
    """

    pairs: tuple[tuple[str, str], ...]
    at: dict[str, Column]
    terms: Terms | None

    @property
    def ended(self) -> Column:
        """When each item ended, in microseconds."""
        return self.at["ended"]

    @cached_property
    def _waits(self) -> Spread:
        return spread([self.at["pair"]], len(self.pairs), [self.at["wait"]])

    def by_pair(self, kept: Rows | None) -> list[dict[str, Any]]:
        """Return what the kept handoffs come to by pair of teams, as the map's own statement for handoffs."""
        return self._whole if kept is None else self._by_pair(kept)

    @cached_property
    def _sums_of_all(self) -> dict[str, Wholes]:
        return self._sums(None)

    def _sums(self, rows: Numbers | None) -> dict[str, Wholes]:
        """Return how many handoffs there were by pair of teams, how many came back, and what they took."""
        at = self.at if rows is None else {name: self.at[name][rows] for name in _LOOKED_AT}
        pair, n = at["pair"], len(self.pairs)
        found = {
            "n": np.bincount(pair, minlength=n)[:n],
            "bounced": np.bincount(pair[at["is_bounced"]], minlength=n)[:n],
            "looped": np.bincount(pair[at["loop"] != NEVER], minlength=n)[:n],
        }
        sums = {"waits": totals(pair, n, at["wait"]), "loops": totals(pair, n, at["loop"])}
        return {name: counts.astype(object) for name, counts in found.items()} | sums

    @cached_property
    def _whole(self) -> list[dict[str, Any]]:
        return self._by_pair(None)

    def _by_pair(self, kept: Rows | None) -> list[dict[str, Any]]:
        sums = self._sums_of_all
        if kept is not None:
            of_fewer = self._sums(kept.fewer[0])
            sums = {name: kept.out_of(sums[name], of_fewer[name]) for name in sums}
        _, (middle,) = self._waits.percentiles((0.5,), kept)
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
    parts, names = [part for parts in read for part in parts], teams.things
    at = joined(parts) if parts else dict.fromkeys(_ALL, np.zeros(0, np.int64))
    cells = len(names) ** 2
    both = np.where(at.pop("is_left_out"), cells, at.pop("sender").astype(np.int64) * len(names) + at.pop("receiver"))
    keys = [key for key in different(both, cells + 1) if key < cells]
    at["pair"] = places(both, np.array(keys, np.int64), cells + 1).astype(np.int32)
    return Handoffs(tuple((names[key // len(names)], names[key % len(names)]) for key in keys), at, terms)
