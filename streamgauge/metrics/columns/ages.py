"""How old finished work was when it left each stage, as plain columns: whatever ended in one window after the other."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import pyarrow as pa

from streamgauge.facts.ways import starts_of
from streamgauge.lake import View
from streamgauge.metrics.columns.reading import Column, Names, instant, named, number, of_lines
from streamgauge.metrics.columns.spread import Floats
from streamgauge.metrics.metric import HIGHER_LEVEL

_NOWHERE = np.iinfo(np.int32).max


@dataclass(frozen=True, eq=False)
class Ages:
    """The ages of PASSAGES but for those of work of a higher level: by stage `ended`, `place` and `age`.

    `ended` is in microseconds, `age` in hours; `place` is the greatest number where there is none.
    """

    by_stage: Mapping[str, Mapping[str, Column]]

    def within(self, since: int, until: int) -> Iterator[tuple[str, float, Floats]]:
        """Give each stage that was left, its first place, and the ages of the items that ended in the window."""
        for stage, at in self.by_stage.items():
            rows = np.flatnonzero((at["ended"] >= since) & (at["ended"] < until))
            if len(rows):
                place = int(at["place"][rows].min())
                yield stage, np.inf if place == _NOWHERE else place, at["age"][rows]


def ages(view: View, said: Mapping[str, object]) -> Callable[[], Ages]:
    """Read the ages of all work of the datasets that are asked for, and return what tells the stages apart."""
    names, table = named(view, "passages", said, {"stage": "stage"}, partial(_statement, of_lines(said)))
    return partial(_made, names["stage"], table)


def _made(stages: Names, table: pa.Table) -> Ages:
    of = table["stage"].to_numpy()
    order = np.argsort(of.astype(np.int16), kind="stable")
    first = np.flatnonzero(starts_of(of[order]))
    columns = {name: table[name].to_numpy() for name in ("ended", "place", "age")}
    found = {}
    for rows in np.split(order, first[1:]) if len(order) else ():
        stage = stages[int(of[rows[0]])]
        if stage is not None:
            found[stage] = {name: column[rows] for name, column in columns.items()}
    return Ages(found)


def _statement(is_asked: str, names: Mapping[str, Names]) -> str:
    return f"""
SELECT {instant("ended_at", "ended")}, {number("stage", "stage", names["stage"], "stage")},
       CAST(coalesce(place, {_NOWHERE}) AS INTEGER) AS place, age_hours AS age
FROM passages AS f WHERE {is_asked} AND {HIGHER_LEVEL} IS NULL AND age_hours IS NOT NULL"""
