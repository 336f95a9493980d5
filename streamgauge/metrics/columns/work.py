"""Flow items as flow looks at them: read once a snapshot, and asked of many windows."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from streamgauge.facts.ways import NEVER, starts_of
from streamgauge.metrics.columns.cases import Part, Wanted, part, reasons
from streamgauge.metrics.columns.picked import Picked
from streamgauge.metrics.columns.reading import Column
from streamgauge.metrics.columns.spread import Flags, Numbers
from streamgauge.metrics.columns.windowed import Taken
from streamgauge.metrics.metric import Finished, Shape
from streamgauge.metrics.observations import Scope
from streamgauge.metrics.observed import Candidates, Counted, Observed


@dataclass(frozen=True, eq=False)
class Table:
    """Rows column by column; `names` are those of its columns of codes, in which -1 is null."""

    at: Mapping[str, Column]
    names: Mapping[str, tuple[str, ...]]

    def narrowed(self, scope: Scope) -> "Table":
        """Return the rows of a team, of a type, or all."""
        kept: Flags | None = None
        for name, value in (("team", scope.team), ("type", scope.type)):
            if value is not None:
                names = self.names[name]
                mine = self.at[name] == (names.index(value) if value in names else len(names))
                kept = mine if kept is None else kept & mine
        if kept is None:
            return self
        return self.picked(np.flatnonzero(kept))

    def picked(self, rows: Numbers) -> "Table":
        """Return some rows."""
        # Of what is picked already, a few rows are not worth the picking of all the others.
        at = Picked(self.at.at, self.at.rows[rows]) if isinstance(self.at, Picked) else Picked(self.at, rows)
        return Table(at, self.names)


@dataclass(frozen=True, eq=False)
class Rising:
    """Rows in the order of an instant, with their columns."""

    at: Numbers
    columns: Picked

    @property
    def rows(self) -> Numbers:
        """Which rows of all these are."""
        return self.columns.rows

    def within(self, since: int, until: int) -> slice:
        """Return which rows are in a window; instants in microseconds."""
        return slice(*np.searchsorted(self.at, [since, until]).tolist())


def risen(at: Numbers) -> Numbers:
    """Return the rows that have an instant, in its order."""
    rows = np.flatnonzero(at != NEVER)
    found: Numbers = rows[_in_order(at[rows])]
    return found


def _in_order(at: Numbers) -> Numbers:
    """Return the places of instants, the first one first, of equal ones in their order.

    To sort numbers is several times faster than to find their order: they are sorted with their places as last bits.
    """
    if not len(at):
        return np.zeros(0, np.int64)
    rest = at - at.min()
    bits = len(at).bit_length()
    lost = max(0, int(rest.max()).bit_length() + bits - 63)
    keys = (rest >> lost) << bits | np.arange(len(at))
    keys.sort()
    order: Numbers = keys & ((1 << bits) - 1)
    found = rest[order]
    if lost and (found[1:] < found[:-1]).any():  # they differ in bits for which there was no room
        alike = np.append(keys[1:] >> bits == keys[:-1] >> bits, False)
        places = np.flatnonzero(alike | np.append(False, alike[:-1]))
        some = order[places]
        order[places] = some[np.lexsort((some, rest[some]))]
    return order


@dataclass(frozen=True, eq=False)
class LeftOut:
    """Why finished items do not count, as codes by their end; which codes there are, and which items count.

    `counts` is null where all do.
    """

    codes: Column
    reasons: Mapping[int, str]
    counts: Flags | None


@dataclass(frozen=True, eq=False)
class Work:
    """The flow items of some datasets, and the spans in which each was under way with one type and team.

    Of each item `conditions` is the place among `sets` of which of the `wanted` conditions hold, as bits.
    """

    items: Table
    spans: Table
    wanted: Wanted
    sets: Numbers
    order: Numbers
    """The rows of items that are done or given up, by their end."""

    def narrowed(self, scope: Scope) -> "Work":
        """Return the work of a team, of a type, or all; that which was asked for last is kept for other windows."""
        if scope.team is None and scope.type is None:
            return self
        whose = scope.team, scope.type
        last: tuple[Any, Work] | None = self.told.get("narrowed")
        if last is None or last[0] != whose:
            items = self.items.narrowed(scope)
            order = risen(ended(items.at))
            last = whose, replace(self, items=items, spans=self.spans.narrowed(scope), order=order)
            self.told["narrowed"] = last
        return last[1]

    @cached_property
    def finished(self) -> Rising:
        """What is done, by its end."""
        rows = self.over.rows[self.items.at["finished"][self.over.rows] != NEVER]
        return Rising(self.items.at["finished"][rows], Picked(self.items.at, rows))

    @cached_property
    def over(self) -> Rising:
        """What is done or given up, by its end."""
        return Rising(ended(self.items.at)[self.order], Picked(self.items.at, self.order))

    @cached_property
    def given_up(self) -> tuple[Flags, Flags, Flags, Flags]:
        """Which of what is over was given up, and before its start, is of a higher level, or vanished; by its end."""
        at, rows = self.items.at, self.over.rows
        given_up, columns = at["cancelled"] != NEVER, self.over.columns
        before_start = given_up & (at["started"] == NEVER)
        return given_up[rows], before_start[rows], columns["is_higher"], columns["has_vanished"]

    @cached_property
    def told(self) -> dict[object, Any]:
        """What was worked out of all of it, and serves other windows too."""
        return {}

    def left_out(self, sql: str) -> LeftOut:
        """Return why finished items do not count, by the SQL that tells it."""
        if ("left out", sql) not in self.told:
            table, why = np.zeros(len(self.sets), np.uint8), reasons(sql) or ()
            for code in range(len(why), 0, -1):  # the first that holds goes before the others
                table[self.wanted.holding(self.sets, why[code - 1].condition)] = code
            there = set(table[self._there].tolist())
            codes = (
                table[self.finished.columns["conditions"]] if there - {0} else np.zeros(len(self.finished.at), np.uint8)
            )
            told = {code: one.text for code, one in enumerate(why, 1) if code in there}
            self.told["left out", sql] = LeftOut(codes, told, codes == 0 if told else None)
        found: LeftOut = self.told["left out", sql]
        return found

    @cached_property
    def _there(self) -> Flags:
        """Which sets of conditions there are among finished items."""
        return np.bincount(self.finished.columns["conditions"], minlength=len(self.sets)) > 0

    def number(self, sql: str) -> Column:
        """Return what a metric takes from finished items, by its SQL."""
        if ("number", sql) not in self.told:
            self.told["number", sql] = self._number(part(sql))
        found: Column = self.told["number", sql]
        return found

    def _number(self, wanted: Part) -> Column:
        is_one = None
        if wanted.only_where is not None:
            is_one = self.wanted.holding(self.sets, wanted.only_where)[self.finished.columns["conditions"]]
        if wanted.number is None:
            return np.ones(len(self.finished.at), np.uint8) if is_one is None else is_one.view(np.uint8)
        number = self.finished.columns[self.wanted.number_of(wanted.number)]
        return number if is_one is None else np.where(is_one, number, 0.0)

    def whole(self, sql: Finished, shape: Shape, slices: tuple[str, ...]) -> Taken | None:
        """Return what a metric takes from all finished items; None where not each value there is has a weight."""
        if (sql, shape) not in self.told:
            self.told[sql, shape] = self._whole(sql, shape, slices)
        found: Taken | None = self.told[sql, shape]
        return found

    def _whole(self, sql: Finished, shape: Shape, slices: tuple[str, ...]) -> Taken | None:
        left_out = self.left_out(sql.left_out)
        counts, weighed = (self._counts(text, left_out) for text in (sql.value, sql.weight or sql.value))
        if not _are_alike(counts, weighed):
            return None
        candidates = Candidates(slices, np.zeros(0, np.int64), self.finished.at, rises=True)
        counted = Counted(candidates, left_out.counts, ({},))
        weights = self.number(sql.weight) if sql.weight else np.empty(0)
        return Taken(Observed(shape, counted, self.number(sql.value), weights, np.empty(0, np.bool_)), counts)

    def _counts(self, sql: str, left_out: LeftOut) -> Flags | None:
        """Return which finished items count and have what is taken from them; null where all do."""
        values, counts = self.number(sql), left_out.counts
        known = ~np.isnan(values) if values.dtype.kind == "f" else None
        if known is None or known.all() or (counts is not None and known[counts].all()):
            return counts
        return known if counts is None else counts & known


def _are_alike(one: Flags | None, other: Flags | None) -> bool:
    """Return whether the same rows count; null stands for all."""
    return one is other or (one is not None and other is not None and np.array_equal(one, other))


def by_names(table: Table, columns: tuple[str, str]) -> list[tuple[tuple[str | None, str | None], Numbers]]:
    """Return by the names in two columns, null among them, which rows have these."""
    firsts, seconds = ((*table.names[name], None) for name in columns)
    # -1 is null, which stands last.
    one, other = (np.where(table.at[name] < 0, len(table.names[name]), table.at[name]) for name in columns)
    keys = one.astype(np.int64) * len(seconds) + other
    order = np.argsort(keys.astype(np.int16) if len(firsts) * len(seconds) < 2**15 else keys, kind="stable")
    risen = keys[order]
    starts = np.flatnonzero(starts_of(risen))
    return [
        ((firsts[key // len(seconds)], seconds[key % len(seconds)]), rows)
        for key, rows in zip(risen[starts].tolist(), np.split(order, starts[1:]), strict=False)
    ]


def ended(at: Mapping[str, Column]) -> Numbers:
    """Return when items were done, or else given up; NEVER where they were neither."""
    return np.where(at["finished"] == NEVER, at["cancelled"], at["finished"])
