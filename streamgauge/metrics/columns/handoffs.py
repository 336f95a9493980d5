"""Handoffs between teams as plain columns: what each pair of teams comes to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np
import pyarrow as pa

from streamgauge.facts.ways import NEVER, coded
from streamgauge.lake import View
from streamgauge.metrics.columns.narrow import Terms, bound
from streamgauge.metrics.columns.reading import Column, instant, micros, of_lines
from streamgauge.metrics.columns.rows import Rows, Wholes
from streamgauge.metrics.columns.spread import HOUR, Numbers, Spread, different, places, spread, totals
from streamgauge.metrics.metric import HIGHER_LEVEL

_LOOKED_AT = ("pair", "wait", "loop", "is_bounced")


@dataclass(frozen=True, eq=False)
class Handoffs:
    """The rows of HANDOFFS but for those of work of a higher level, column by column; see there.

    `pairs` are the sender and the receiver of each `pair`.
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
            "n": np.bincount(pair, minlength=n),
            "bounced": np.bincount(pair[at["is_bounced"]], minlength=n),
            "looped": np.bincount(pair[at["loop"] != NEVER], minlength=n),
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


def handoffs(view: View, said: Mapping[str, object], terms: Terms | None) -> Callable[[], Handoffs]:
    """Read the handoffs of the datasets that are asked for, and return what makes them ready to be asked.

    They can then be told apart on these terms.
    """
    sql = _HANDOFFS.replace("{terms}", terms.columns if terms else "").replace("{lines}", of_lines(said))
    return partial(_made, view.query(sql, bound(said, terms)), terms)


def _made(table: pa.Table, terms: Terms | None) -> Handoffs:
    (senders, sender), (receivers, receiver) = coded(table["sender"]), coded(table["receiver"])
    both, cells = sender * len(receivers) + receiver, len(senders) * len(receivers)
    keys = different(both, cells)
    pair = places(both, np.array(keys, np.int64), cells)
    froms, tos = senders.to_pylist(), receivers.to_pylist()
    found = {name: table[name].to_numpy() for name in table.column_names if name not in ("sender", "receiver")}
    pairs = tuple((froms[key // len(tos)], tos[key % len(tos)]) for key in keys)
    return Handoffs(pairs, found | {"pair": pair.astype(np.int32)}, terms)


_HANDOFFS = f"""
SELECT sender, receiver, {instant("ended_at", "ended")}, {micros("wait_hours", "wait")},
       {micros("loop_hours", "loop")}, coalesce(is_bounced, FALSE) AS is_bounced {{terms}}
FROM handoffs AS f WHERE {{lines}} AND {HIGHER_LEVEL} IS NULL
"""
