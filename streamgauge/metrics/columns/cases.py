"""What metrics take from each flow item, each part asked for once: conditions, as bits of a number, and numbers.

Many metrics leave items out for the same reasons; an engine would work each CASE out anew.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np

from streamgauge.metrics.columns.spread import Flags, Numbers
from streamgauge.metrics.metric import HAS_VANISHED, HIGHER_LEVEL, Finished

_WHEN = re.compile(r"WHEN (.*?) THEN '((?:[^']|'')*)'", re.DOTALL)
_HIGHER_FIRST = f"coalesce({HIGHER_LEVEL}, CASE"
_ONLY_WHERE = re.compile(
    r"CASE WHEN ((?:(?!THEN).)*) THEN ((?:(?!THEN|ELSE).)*) ELSE CAST\(0 AS DOUBLE\) END", re.DOTALL
)
_ONE = "CAST(1 AS DOUBLE)"
_COLUMN = re.compile(r"\bf\.([a-z_]+)")
_MOST = 62
"""So many bits has a number."""

IS_HIGHER = _WHEN.findall(HIGHER_LEVEL)[0][0]
"""The condition that a flow item `f` is of a higher level."""
IS_CUT = "f.left_truncated"
"""The condition that it began before what its tool tells."""
ALWAYS = (IS_HIGHER, IS_CUT, HAS_VANISHED)
"""The conditions that are asked for whatever the metrics are."""


class Reason(NamedTuple):
    """Why an item does not count where a condition holds."""

    condition: str
    text: str


class Part(NamedTuple):
    """A number that a metric takes from an item: 1 where no SQL says which, 0 where the condition does not hold."""

    number: str | None
    only_where: str | None


@cache
def reasons(left_out: str) -> tuple[Reason, ...] | None:
    """Return why items do not count, the first that holds before others; None where the SQL says it in another way."""
    if left_out.startswith(_HIGHER_FIRST):
        left_out = HIGHER_LEVEL.removesuffix(" END") + left_out.removeprefix(_HIGHER_FIRST).removesuffix(")")
    if _WHEN.sub("", left_out).split() != ["CASE", "END"]:
        return None
    return tuple(Reason(condition, text.replace("''", "'")) for condition, text in _WHEN.findall(left_out))


@cache
def part(sql: str) -> Part:
    """Return what a number is made of."""
    found = _ONLY_WHERE.fullmatch(sql)
    number, condition = (sql, None) if found is None else (found[2], found[1])
    return Part(None if number == _ONE else number, condition)


@dataclass(frozen=True)
class Wanted:
    """What several metrics take from flow items `f`: conditions of which each is a bit, and numbers."""

    conditions: tuple[str, ...]
    numbers: tuple[str, ...]

    @property
    def sql(self) -> str:
        """The columns: `conditions` with a bit for each that holds, and the numbers by `number_of`."""
        bits = " + ".join(f"CASE WHEN {one} THEN {1 << bit} ELSE 0 END" for bit, one in enumerate(self.conditions))
        return ", ".join(
            [f"{bits} AS conditions", *(f"CAST({one} AS DOUBLE) AS {self.number_of(one)}" for one in self.numbers)]
        )

    @property
    def columns(self) -> frozenset[str]:
        """The columns of flow items that these depend on."""
        return frozenset(_COLUMN.findall(self.sql))

    def number_of(self, sql: str) -> str:
        """Return the column of a number; raises ValueError where it is none of these."""
        return f"number_{self.numbers.index(sql)}"

    def holding(self, sets: Numbers, condition: str) -> Flags:
        """Return in which of some sets of conditions, by their bits, one holds; raises ValueError of none of these."""
        found: Flags = (sets >> self.conditions.index(condition) & 1).astype(np.bool_)
        return found

    def knows(self, sql: Finished) -> bool:
        """Return whether all that a metric takes is among these."""
        why, parts = _taken(sql)
        conditions = (*(one.condition for one in why or ()), *(one.only_where for one in parts))
        is_known = {*conditions} <= {*self.conditions, None}
        return why is not None and is_known and {one.number for one in parts} <= {*self.numbers, None}


def wanted(metrics: Iterable[Finished]) -> Wanted:
    """Return what metrics take, but for those that leave items out in another way, or for too many reasons."""
    conditions, numbers = dict.fromkeys(ALWAYS), dict[str, None]()
    for sql in metrics:
        why, parts = _taken(sql)
        told = (*(one.condition for one in why or ()), *(one.only_where for one in parts if one.only_where))
        if why is not None and len({*conditions, *told}) <= _MOST:
            conditions |= dict.fromkeys(told)
            numbers |= dict.fromkeys(one.number for one in parts if one.number)
    return Wanted(tuple(conditions), tuple(numbers))


def _taken(sql: Finished) -> tuple[tuple[Reason, ...] | None, tuple[Part, ...]]:
    return reasons(sql.left_out), tuple(part(text) for text in (sql.value, sql.weight) if text)
