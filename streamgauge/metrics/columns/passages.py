"""What finished work did in each stage, as plain columns: medians and sums by stage, and waiting by block of items."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np

from streamgauge.facts.ways import NEVER
from streamgauge.lake import View
from streamgauge.metrics.columns.narrow import Terms, bound
from streamgauge.metrics.columns.reading import Column, Names, instant, micros, named, number, of_lines, parts
from streamgauge.metrics.columns.rows import Rows, Wholes
from streamgauge.metrics.columns.spread import HOUR, LATE, Floats, Numbers, Spread, spread, totals
from streamgauge.metrics.metric import HIGHER_LEVEL

_HOURS = {"active": "process", "queue": "queue", "hours": "lead"}
_COUNTS = ("handed_on", "came_back", "handovers")
_SUMMED = (*_HOURS, *_COUNTS, "is_through")
_WAITED = ("turns", "stays", "waited", "worked")


@dataclass(frozen=True, eq=False)
class Passages:
    """The rows of PASSAGES but for those of work of a higher level, column by column in the parts as they were read.

    `stage` and `phase` are places among `stages` and `phases`, where null is the last; `place` is below 0 without one.
    """

    stages: Names
    phases: Names
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
    def _spreads(self) -> dict[str, Spread]:
        stages = [part["stage"] for part in self.parts]
        return {name: spread(stages, len(self.stages), [part[name] for part in self.parts]) for name in _HOURS}

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
        n, wide, high = len(self.stages), self._widest + 2, len(self.phases)
        sums, seen = self._sums_of_all
        if kept is not None:
            of_fewer, seen_of_fewer = self._sums(kept.fewer)
            sums = {name: kept.out_of(sums[name], of_fewer[name]) for name in _SUMMED}
            seen = kept.out_of(seen, seen_of_fewer)
        middles = {name: one.percentiles((0.5,), kept)[1][0] for name, one in self._spreads.items()}
        rows_of = [self._row(i, sums, middles, seen.reshape(n, wide, high)[i]) for i in range(n)]
        return sorted(
            (row for row in rows_of if row["items"]),
            key=lambda row: (row["place"] is None, row["place"] or 0, row["stage"] or ""),
        )

    @cached_property
    def _sums_of_all(self) -> tuple[dict[str, Wholes], Numbers]:
        return self._sums(None)

    def _sums(self, rows: Sequence[Numbers] | None) -> tuple[dict[str, Wholes], Numbers]:
        """Return what rows come to by stage, and how often each place and phase was told of each stage."""
        n, wide, high = len(self.stages), self._widest + 2, len(self.phases)
        sums: dict[str, Wholes] = {name: np.zeros(n, object) for name in _SUMMED}
        seen = np.zeros(n * wide * high, np.int64)
        for i, part in enumerate(self.parts):
            these = slice(None) if rows is None else rows[i]
            stage = part["stage"][these]
            for name in _SUMMED:
                sums[name] = sums[name] + totals(stage, n, part[name][these])
            where = (stage.astype(np.int64) * wide + part["place"][these] + 1) * high + part["phase"][these]
            seen += np.bincount(where, minlength=len(seen))
        return sums, seen

    @cached_property
    def _widest(self) -> int:
        return max((int(part["place"].max(initial=-1)) for part in self.parts), default=-1)

    def _row(
        self, stage: int, sums: Mapping[str, Wholes], middles: Mapping[str, Floats], seen: Numbers
    ) -> dict[str, Any]:
        """Return what one stage comes to; `seen` is how often each place (rows) and phase (columns) was told of it."""
        places = np.flatnonzero(seen.any(axis=1)) - 1
        phases = [self.phases[phase] for phase in np.flatnonzero(seen.any(axis=0)).tolist()]
        return {
            "stage": self.stages[stage],
            "place": min(places[places >= 0].tolist(), default=None),
            "phase": min((phase for phase in phases if phase is not None), default=None),
            "items": sums["is_through"][stage],
            "process_time": _none(middles["active"][stage]),
            "queue": _none(middles["queue"][stage]),
            "lead_time": _none(middles["hours"][stage]),
            **{f"{called}_total": sums[name][stage] / HOUR for name, called in _HOURS.items()},
            **{name: sums[name][stage] for name in _COUNTS},
        }

    def by_block(self, kept: Rows | None, bounds: Numbers) -> list[dict[str, Any]]:
        """Return what the kept rows come to by block of items and stage; each block begins with one of these ends."""
        n, wide = len(self.stages), self._widest + 2
        cells = len(bounds) * n
        sums: dict[str, Wholes] = {name: np.zeros(cells, object) for name in _WAITED}
        seen = np.zeros(cells * wide, np.int64)
        for i, part in enumerate(self.parts if cells else ()):
            rows = np.flatnonzero(part["ended"] >= bounds[0] if kept is None else kept.flags[i])
            rows = rows[(part["stays"][rows] > 0) & (part["ended"][rows] >= bounds[0])]
            block = np.searchsorted(bounds, part["ended"][rows], side="right") - 1
            key = block * n + part["stage"][rows]
            for name in _WAITED:
                sums[name] += totals(key, cells, part[name][rows])
            seen += np.bincount(key * wide + part["place"][rows] + 1, minlength=len(seen))
        places = seen.reshape(cells, wide)
        return [
            {
                "block": one // n,
                "stage": self.stages[one % n],
                "place": int(np.flatnonzero(places[one, 1:])[0]) if places[one, 1:].any() else None,
                "turn": sums["turns"][one] / float(sums["stays"][one]),
                "waited": sums["waited"][one] / HOUR,
                "worked": sums["worked"][one] / HOUR,
                "through": int(places[one].sum()),
            }
            for one in np.flatnonzero(places.any(axis=1)).tolist()
        ]


def passages(view: View, said: Mapping[str, object], terms: Terms | None) -> Callable[[], Passages]:
    """Read the passages of the datasets that are asked for, and return what makes them ready to be asked.

    They can then be told apart on these terms.
    """
    kinds = {"stage": "stage", "phase": "phase"}
    names, table = named(view, "passages", bound(said, terms), kinds, partial(_statement, terms, of_lines(said)))

    def made() -> Passages:
        found = Passages(names["stage"], names["phase"], parts(table), terms)
        found.order()
        return found

    return made


def _statement(terms: Terms | None, is_asked: str, names: Mapping[str, Names]) -> str:
    coded = ", ".join(number(column, column, known, column) for column, known in names.items())
    whole = ", ".join(f"CAST({column} AS INTEGER) AS {column}" for column in (*_COUNTS, "stays"))
    hours = ", ".join(micros(f"{name}_hours", name) for name in ("active", "queue", "waited", "worked"))
    return f"""
SELECT {instant("ended_at", "ended")}, {coded}, CAST(coalesce(place, -1) AS INTEGER) AS place, is_through, {hours},
       {micros("hours", "hours")}, {whole}, turns {terms.columns if terms else ""}
FROM passages AS f WHERE {is_asked} AND {HIGHER_LEVEL} IS NULL"""


def _none(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
