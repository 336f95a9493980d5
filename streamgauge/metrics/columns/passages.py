"""What finished work did in each stage, as plain columns: medians and sums by stage, and waiting by block of items."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np

from streamgauge.lake import View
from streamgauge.metrics.columns.narrow import Narrow, Terms, cut, with_terms
from streamgauge.metrics.columns.reading import Column, Names, arranged, instant, micros, named, number
from streamgauge.metrics.columns.spread import HOUR, NEVER, Flags, Numbers, exactly, median, totals
from streamgauge.metrics.metric import HIGHER_LEVEL

_HOURS = {"active": "process", "queue": "queue", "hours": "lead"}
_COUNTS = {"handed_on": "handed", "came_back": "back", "handovers": "over"}
_BY_STAGE = (*_HOURS, *_COUNTS.values(), "is_through", "place", "phase")


@dataclass(frozen=True, eq=False)
class Passages:
    """The rows of PASSAGES but for those of work of a higher level, sorted by stage, column by column; see there.

    `ends` is where the rows of each of `stages` end; `phase` is the place among `phases`. Of both null is the last;
    `place` is below 0 without one.
    """

    stages: Names
    phases: Names
    ends: Numbers
    at: dict[str, Column]
    narrow: Narrow | None

    @property
    def ended(self) -> Numbers:
        """When each item ended."""
        return self.at["ended"]

    def by_stage(self, kept: Flags | None) -> list[dict[str, Any]]:
        """Return what the kept rows come to by stage, in the order of work; see the statement of the map for stages."""
        return self._whole if kept is None else self._by_stage(kept)

    @cached_property
    def _whole(self) -> list[dict[str, Any]]:
        return self._by_stage(None)

    def _by_stage(self, kept: Flags | None) -> list[dict[str, Any]]:
        starts = np.concatenate([[0], self.ends[:-1]])
        parts = [slice(start, end) for start, end in zip(starts.tolist(), self.ends.tolist(), strict=True)]
        found = [
            {
                "stage": name,
                **self._come_to({column: _kept(self.at[column][part], kept, part) for column in _BY_STAGE}),
            }
            for name, part in zip(self.stages, parts, strict=True)
            if part.start < part.stop
        ]
        return sorted(
            (row for row in found if row["items"]),
            key=lambda row: (row["place"] is None, row["place"] or 0, row["stage"] or ""),
        )

    def _come_to(self, at: Mapping[str, Column]) -> dict[str, Any]:
        """Return what rows of one stage come to."""
        places, phases = (np.flatnonzero(np.bincount(at[name] + 1, minlength=1)) - 1 for name in ("place", "phase"))
        named = [self.phases[phase] for phase in phases.tolist()]
        there = {name: _there(at[name]) for name in _HOURS}
        return {
            "place": min((place for place in places.tolist() if place >= 0), default=None),
            "phase": min((phase for phase in named if phase is not None), default=None),
            "items": int(np.count_nonzero(at["is_through"])),
            "handed_on": int(at["handed"].sum(dtype=np.int64)),
            "came_back": int(at["back"].sum(dtype=np.int64)),
            "handovers": int(at["over"].sum(dtype=np.int64)),
            **{f"{called}_total": exactly(there[name]) / HOUR for name, called in _HOURS.items()},
            "process_time": median(there["active"]),
            "queue": median(there["queue"]),
            "lead_time": median(there["hours"]),
        }

    def by_block(self, kept: Flags | None, bounds: Numbers) -> list[dict[str, Any]]:
        """Return what the kept rows come to by block of items and stage; each block begins with one of these ends."""
        if not len(bounds):
            return []
        told = self.at["stays"] > 0
        if kept is not None:
            told &= kept
        rows = np.flatnonzero(told)
        ended, n = self.ended[rows], len(self.stages)
        rows, ended = rows[ended >= bounds[0]], ended[ended >= bounds[0]]
        stage = np.searchsorted(self.ends, rows, side="right")
        key = (np.searchsorted(bounds, ended, side="right") - 1) * n + stage
        sums = {name: totals(key, len(bounds) * n, self.at[name][rows]) for name in _WAITED}
        through = np.bincount(key, minlength=len(bounds) * n)
        places = self._places(key, self.at["place"][rows])
        return [
            {
                "block": one // n,
                "stage": self.stages[one % n],
                "place": places.get(one),
                "turn": sums["turns"][one] / float(sums["stays"][one]),
                "waited": sums["waited"][one] / HOUR,
                "worked": sums["worked"][one] / HOUR,
                "through": int(through[one]),
            }
            for one in np.flatnonzero(through).tolist()
        ]

    def _places(self, key: Numbers, place: Column) -> dict[int, int]:
        """Return by key its least place, of those that have one."""
        wide = int(place.max(initial=0)) + 2
        seen = np.flatnonzero(np.bincount(key * wide + place + 1, minlength=1))
        seen = seen[seen % wide > 0]
        return {one // wide: one % wide - 1 for one in seen[::-1].tolist()}


_WAITED = ("turns", "stays", "waited", "worked")


def passages(view: View, said: Mapping[str, object], terms: Terms | None) -> Passages:
    """Read the passages of the datasets that are asked for, to be told apart on these terms."""
    kinds, bound = with_terms({"stage": "stage", "phase": "phase"}, terms), {**said, **(terms.said if terms else {})}
    names, table = named(view, "passages", bound, kinds, partial(_statement, terms=terms))
    stage = table["stage"].to_numpy()
    ends = np.cumsum(np.bincount(stage, minlength=len(names["stage"])))
    at = arranged(table.drop_columns("stage"), np.argsort(stage, kind="stable"))
    narrow = cut(at, terms)
    return Passages(names["stage"], names["phase"], ends, at, narrow)


def _statement(names: Mapping[str, Names], terms: Terms | None) -> str:
    coded = ", ".join(number(column, column, names[column], column) for column in ("stage", "phase"))
    whole = ", ".join(f"CAST({column} AS INTEGER) AS {name}" for column, name in {**_COUNTS, "stays": "stays"}.items())
    hours = ", ".join(micros(f"{name}_hours", name) for name in ("active", "queue", "waited", "worked"))
    return f"""
SELECT {instant("ended_at", "ended")}, {coded}, CAST(coalesce(place, -1) AS INTEGER) AS place, is_through, {hours},
       {micros("hours", "hours")}, {whole}, turns {terms.columns if terms else ""}
FROM passages AS f WHERE f.line_id IN (SELECT unnest($line_ids)) AND {HIGHER_LEVEL} IS NULL"""


def _kept(values: Column, kept: Flags | None, part: slice) -> Column:
    return values if kept is None else values[kept[part]]


def _there(values: Numbers) -> Numbers:
    """Return the numbers that are there, for nobody else to change."""
    found: Numbers = values[values != NEVER]
    return found
