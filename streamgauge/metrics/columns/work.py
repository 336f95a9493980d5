"""Flow items as flow looks at them: read once a snapshot, and asked of many windows."""

import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from streamgauge.facts.ways import NEVER, coded, starts_of
from streamgauge.lake import View, limits
from streamgauge.metrics.columns.picked import Picked, Read
from streamgauge.metrics.columns.reading import Column, instant, micros, of_lines
from streamgauge.metrics.columns.spread import Flags, Numbers
from streamgauge.metrics.columns.windowed import Taken
from streamgauge.metrics.metric import HAS_VANISHED, HIGHER_LEVEL, PRESENT, Finished, Metric, Shape
from streamgauge.metrics.observations import Scope
from streamgauge.metrics.observed import Candidates, Counted, Observed

_NAMES = ("type", "team", "kind", "stage", "state")
_OF_ITEM = f"""f.left_truncated AS is_cut, {HIGHER_LEVEL} IS NOT NULL AS is_higher,
       {instant("f.started_at", "started")}, {instant("f.finished_at", "finished")},
       {instant("f.entered_at", "entered")}, {", ".join(f"f.{name}" for name in _NAMES)}"""
_WORK = f"""
SELECT {_OF_ITEM}, {instant("f.cancelled_at", "cancelled")}, {HAS_VANISHED} AS has_vanished,
       {micros("f.active_hours", "active")}, {micros("f.waiting_hours", "waiting")},
       {micros("f.unmapped_hours", "unmapped")} {{taken}}
FROM flow_items AS f WHERE {{lines}}"""
_SPANS = f"""
SELECT {_OF_ITEM}, {instant("f.left_at", "left")}, {instant("f.began_at", "began")}, {instant("f.ended_at", "ended")}
FROM {PRESENT} AS f WHERE {{lines}}"""
_CHANGED = "SELECT count(*) AS n FROM held AS f WHERE {lines}"
_TEXT = re.compile(r"THEN '((?:[^']|'')*)'")
_OTHER = re.compile(r"THEN \D|ELSE ")
"""What else than texts of its own may be why an item does not count."""
_HIGHER_FIRST = f"coalesce({HIGHER_LEVEL}, CASE"
_ONE_OR_NONE = re.compile(
    r"CAST\(1 AS DOUBLE\)|CASE WHEN ((?!THEN).)* THEN CAST\(1 AS DOUBLE\) ELSE CAST\(0 AS DOUBLE\) END"
)
_TOGETHER = ("is_cut", "is_higher", "started", "finished", "entered", "cancelled", "left", "began", "ended")
"""What is asked for of all rows."""


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


def rising(table: Table, at: Numbers) -> Rising:
    """Return the rows of a table that have an instant, in its order."""
    rows = np.flatnonzero(at != NEVER)
    rows = rows[in_order(at[rows])]
    return Rising(at[rows], Picked(table.at, rows))


def in_order(at: Numbers) -> Numbers:
    """Return the places of instants, the first one first; they are put into order by two bytes after the other."""
    if not len(at):
        return np.zeros(0, np.int64)
    rest = at - at.min()
    order = np.argsort(rest.astype(np.uint16), kind="stable")
    for bits in range(16, int(rest.max()).bit_length(), 16):
        order = order[np.argsort((rest[order] >> bits).astype(np.uint16), kind="stable")]
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

    `taken` says by the SQL of a metric in which column what it takes from finished items is; why they do not count is
    a code, 0 where they do, else one more than the place among `reasons`.
    """

    items: Table
    spans: Table
    taken: Mapping[str, str]
    reasons: tuple[str, ...]

    def narrowed(self, scope: Scope) -> "Work":
        """Return the work of a team, of a type, or all."""
        if scope.team is None and scope.type is None:
            return self
        return Work(self.items.narrowed(scope), self.spans.narrowed(scope), self.taken, self.reasons)

    @cached_property
    def finished(self) -> Rising:
        """What is done, by its end."""
        rows = self.over.rows[self.items.at["finished"][self.over.rows] != NEVER]
        return Rising(self.items.at["finished"][rows], Picked(self.items.at, rows))

    @cached_property
    def over(self) -> Rising:
        """What is done or given up, by its end."""
        return rising(self.items, ended(self.items.at))

    @cached_property
    def told(self) -> dict[object, Any]:
        """What was worked out of all of it, and serves other windows too."""
        return {}

    def left_out(self, sql: str) -> LeftOut:
        """Return why finished items do not count, by the SQL that tells it."""
        if ("left out", sql) not in self.told:
            codes = self._finished(sql)
            reasons = {code: reason for code, reason in enumerate(self.reasons, 1) if (codes == code).any()}
            self.told["left out", sql] = LeftOut(codes, reasons, codes == 0 if reasons else None)
        found: LeftOut = self.told["left out", sql]
        return found

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
        weights = self._finished(sql.weight) if sql.weight else np.empty(0)
        return Taken(Observed(shape, counted, self._finished(sql.value), weights, np.empty(0, np.bool_)), counts)

    def _finished(self, sql: str) -> Column:
        return self.finished.columns[self.taken[sql]]

    def _counts(self, sql: str, left_out: LeftOut) -> Flags | None:
        """Return which finished items count and have what is taken from them; null where all do."""
        values, counts = self._finished(sql), left_out.counts
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


def work(view: View, said: Mapping[str, object], metrics: Sequence[Metric], stream: str | None) -> Work | None:
    """Read the flow items of datasets, those of one value stream or all, and what these metrics take from them.

    None where it is not told by a text of the metric's own why an item does not count.
    """
    wanted = [metric.sql for metric in metrics if isinstance(metric.sql, Finished)]
    reasons = tuple(dict.fromkeys(text for sql in wanted for text in _TEXT.findall(sql.left_out)))
    taken: dict[str, str] = {}
    for sql in wanted:
        for text in filter(None, (sql.value, sql.weight, sql.left_out)):
            taken.setdefault(text, f"taken_{len(taken)}")
    left_out = {sql.left_out for sql in wanted}
    codes = {text: _code(text, reasons) for text in left_out}
    if any(_OTHER.search(code) for code in codes.values()):
        return None
    given = ", ".join(f"CAST({codes.get(text) or _number(text)}) AS {name}" for text, name in taken.items())
    lines = of_lines(said) + (" AND array_contains(f.streams, $stream)" if stream is not None else "")
    bound = {**said, "stream": stream}
    items = _table(view.query(_WORK.format(taken=f", {given}" if given else "", lines=lines), bound))
    is_changed = view.rows(_CHANGED.format(lines=of_lines(said)), said)[0]["n"]
    spans = _table(view.query(_SPANS.format(lines=lines), bound)) if is_changed else _unchanged(items)
    return Work(items, spans, taken, tuple(text.replace("''", "'") for text in reasons))


def _code(sql: str, reasons: Sequence[str]) -> str:
    """Return the number of why an item does not count, 0 where it does: one CASE, in which no text is made."""
    if sql.startswith(_HIGHER_FIRST):
        sql = HIGHER_LEVEL.removesuffix(" END") + sql.removeprefix(_HIGHER_FIRST).removesuffix(")")
    return f"coalesce({_TEXT.sub(lambda found: f'THEN {reasons.index(found[1]) + 1}', sql)}, 0) AS UTINYINT"


def _number(sql: str) -> str:
    # The sums of small whole numbers cost little.
    return f"{sql} AS {'UTINYINT' if _ONE_OR_NONE.fullmatch(sql) else 'DOUBLE'}"


def _table(found: pa.Table) -> Table:
    names: dict[str, tuple[str, ...]] = {}
    with ThreadPoolExecutor(limits.threads()) as beside:
        coming = beside.map(lambda name: coded(found[name]), _NAMES)
        at = {name: found[name].to_numpy() for name in _TOGETHER if name in found.column_names}
        for name, (texts, codes) in zip(_NAMES, coming, strict=True):
            names[name], at[name] = tuple(texts.to_pylist()), codes.astype(np.int32)
    return Table(Read(found, at), names)


def _unchanged(items: Table) -> Table:
    """Return the spans of items none of which changed its type or team."""
    rows = np.flatnonzero(items.at["started"] != NEVER)
    left = ended(items.at)
    finished, cancelled = items.at["finished"], items.at["cancelled"]
    # The sooner of both, of which either may be missing.
    either = np.where((finished == NEVER) | (cancelled == NEVER), left, np.minimum(finished, cancelled))
    of_item = {name: items.at[name] for name in (*_TOGETHER[:5], *_NAMES)}
    return Table({**of_item, "began": items.at["started"], "ended": either, "left": left}, items.names).picked(rows)
