"""What one question takes from flow items in columns: the observations of metrics, as their statements give them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache, cached_property, partial
from typing import Any

import numpy as np
import pyarrow as pa

from streamgauge.facts.ways import NEVER, starts_of
from streamgauge.lake.instants import micros
from streamgauge.metrics.columns.by_day import QUARTER, Advances, days
from streamgauge.metrics.columns.reading import Column
from streamgauge.metrics.columns.spans import Firsts, Spans, firsts, spans
from streamgauge.metrics.columns.spread import HOUR, Flags, Numbers
from streamgauge.metrics.columns.windowed import Windowed
from streamgauge.metrics.columns.work import Rising, Table, Work, by_names, ended
from streamgauge.metrics.metric import HIGHER, Finished, Metric, Shape
from streamgauge.metrics.observations import Scope
from streamgauge.metrics.observed import Candidates, Counted, Month, Observed

_BEGUN_BEFORE = "begun before what the tool tells"
_VANISHED = "vanished from its tool"
_GIVEN_UP = "given up before its start"
_UNDER_WAY = ("waiting", "active", "unmapped")
_STATES = ("active", "waiting", "unmapped")
_NONE: Column = np.empty(0)

_Advances = Callable[[str], Advances | None]


class Asked:
    """The work that one question is about, in its window; all datasets are one slice."""

    def __init__(self, work: Work, scope: Scope, advances: _Advances | None = None) -> None:
        self.work, self.scope = work.narrowed(scope), scope
        self._advances = advances
        self.since = None if scope.since is None else micros(scope.since)
        self.until = micros(scope.until)
        self.end = min(self.until, micros(scope.known_at))
        self.finished = cache(partial(self.rows, self.work.finished))
        """The candidates among finished items, and which rows of these they are."""
        self._counted = cache(self._counted_of)

    @property
    def _slices(self) -> tuple[str, ...]:
        return (self.scope.slice,)

    def rows(self, rows: Rising) -> tuple[Candidates, slice]:
        """Return the candidates among rows that are in the window, and which rows these are."""
        mine = rows.within(NEVER + 1 if self.since is None else self.since, self.until)
        return Candidates(self._slices, np.zeros(0, np.int64), rows.at[mine], rises=True), mine

    def reader(self, metric: Metric) -> Callable[[], Observed] | None:
        """Return what gives the observations of a metric in the window; None where its statement is to be asked."""
        if isinstance(metric.sql, Finished):
            is_known = self.work.wanted.knows(metric.sql)
            return partial(self._of_finished, metric.sql, metric.shape) if is_known else None
        read = _OTHERS.get(metric.name)
        return None if read is None else partial(read, self)

    def _of_finished(self, sql: Finished, shape: Shape) -> Observed:
        _, mine = self.finished()
        counted, taken = self._counted(sql.left_out), self.work.whole(sql, shape, self._slices)
        never = np.empty(0, np.bool_)
        if taken is None:
            values, weights = (self.work.number(text)[mine] if text else _NONE for text in (sql.value, sql.weight))
            return Observed(shape, counted, values, weights, never)
        whole = taken.whole
        return Windowed(shape, counted, whole.values[mine], whole.weights[mine], never, taken, mine)

    def _counted_of(self, left_out: str) -> Counted:
        candidates, mine = self.finished()
        whole = self.work.left_out(left_out)
        codes = whole.codes[mine]
        why = {reason: n for code, reason in whole.reasons.items() if (n := int(np.count_nonzero(codes == code)))}
        return Counted(candidates, None if whole.counts is None else whole.counts[mine], (why,))

    def made(
        self, shape: Shape, at: Numbers, values: Column, reasons: Mapping[str, Flags], weights: Column = _NONE
    ) -> Observed:
        """Return the observations of these rows, left out for the first of the reasons that there is for each."""
        mask, why = np.ones(len(at), np.bool_), {}
        for reason, rows in reasons.items():
            if n := int((rows & mask).sum()):
                why[reason] = n
                mask &= ~rows
        candidates = Candidates(self._slices, np.zeros(0, np.int64), at)
        counted = Counted(candidates, mask if why else None, (why,))
        return Observed(shape=shape, counted=counted, values=values, weights=weights, censored=np.empty(0, np.bool_))

    @cached_property
    def open_at(self) -> Mapping[str, Column]:
        """The spans under way at the end of the window, of a higher level or not."""
        at = self.work.spans.at
        rows = np.flatnonzero((at["began"] < self.until) & ((at["ended"] == NEVER) | (at["ended"] >= self.until)))
        return self.work.spans.picked(rows).at

    def steps(self, zone: str) -> list[Month]:
        """Return by month how many spans of work began, less those that ended, at any time before the end."""
        key = ("steps", zone, self.until)
        if key not in self.work.told:
            at = self.work.spans.at
            counted = ~at["is_higher"]
            came, went = (self._months(at[name][counted], zone) for name in ("began", "ended"))
            self.work.told[key] = [
                Month(self.scope.slice, bucket, n=up + down, total=float(up - down), median=None, weight=up + down)
                for bucket in sorted({*came, *went})
                for up, down in [(came.get(bucket, 0), went.get(bucket, 0))]
            ]
        found: list[Month] = self.work.told[key]
        return found

    def of(self, scope: Scope) -> "Asked":
        """Return the same work in another window."""
        return Asked(self.work, replace(scope, team=None, type=None))

    def hours_by_state(self) -> dict[str, float]:
        """Return the hours of finished items by state, as the answer's own statement does."""
        _, mine = self.finished()
        return {name: hours.between(mine) / HOUR for name, hours in self._by_state.items()}

    @property
    def _by_state(self) -> Mapping[str, Firsts]:
        """The time in each state of finished items whose start is known, by their end."""
        if "states" not in self.work.told:
            at, of_finished = self.work.items.at, self.work.finished.columns
            kept = (~at["is_higher"] & ~at["is_cut"] & (at["started"] != NEVER))[of_finished.rows]
            hours = {name: of_finished[name] if name == "active" else of_finished.once(name) for name in _STATES}
            self.work.told["states"] = {name: firsts(np.where(kept, of, NEVER)) for name, of in hours.items()}
        found: Mapping[str, Firsts] = self.work.told["states"]
        return found

    def left_truncated(self) -> int:
        """Return how many items began before what their tool tells."""
        return int(self.work.items.at["is_cut"].sum())

    def by_type_and_kind(self) -> list[dict[str, Any]]:
        """Return how much was finished of each type and kind, as the answer's own statement does."""
        _, mine = self.finished()
        found = []
        for (kind, of_four), rows, active in self._by_kind:
            some = slice(*np.searchsorted(rows, (mine.start, mine.stop)).tolist())
            if n := some.stop - some.start:
                found.append({"type": kind, "kind": of_four, "n": n, "active": active.between(some) / HOUR})
        return sorted(found, key=lambda row: (-row["n"], row["type"] is not None, row["type"] or ""))

    @property
    def _by_kind(self) -> list[tuple[tuple[str | None, str | None], Numbers, Firsts]]:
        """By type and kind, which of finished items have these, by their end, and the time they were worked on."""
        if "kinds" not in self.work.told:
            at, rows = self.work.items.at, self.work.finished.rows
            those = np.flatnonzero(~at["is_higher"][rows])
            kinds = Table({name: at[name][rows[those]] for name in ("type", "kind")}, self.work.items.names)
            active = self.work.finished.columns["active"][those]
            self.work.told["kinds"] = [
                (names, those[some], firsts(active[some])) for names, some in by_names(kinds, ("type", "kind"))
            ]
        found: list[tuple[tuple[str | None, str | None], Numbers, Firsts]] = self.work.told["kinds"]
        return found

    def under_way(self) -> list[dict[str, Any]] | None:
        """Return how much each team has under way in each stage, as the answer's own statement does.

        None where the status of one at the end of the window has to be looked up.
        """
        at = self.work.spans.at
        kept = (at["began"] < self.end) & ((at["ended"] == NEVER) | (at["ended"] >= self.end)) & ~at["is_higher"]
        open_now = self.work.spans.picked(np.flatnonzero(kept))
        if (open_now.at["entered"] >= self.end).any():
            return None
        states = [place for place, name in enumerate(open_now.names["state"]) if name in _UNDER_WAY]
        is_under_way = np.isin(open_now.at["state"], states) & (open_now.at["entered"] != NEVER)
        open_now = open_now.picked(np.flatnonzero(is_under_way))
        return [
            {"team": team, "stage": stage, "n": len(mine)}
            for (team, stage), mine in by_names(open_now, ("team", "stage"))
        ]

    def spans(self) -> Spans:
        """Return the spans in which items were under way."""
        if "spans" not in self.work.told:
            at, is_over = self.work.items.at, np.zeros(len(self.work.items.at["started"]), np.bool_)
            is_over[self.work.over.rows] = True
            rows = np.concatenate((self.work.over.rows, np.flatnonzero(~is_over)))
            rows = rows[((at["started"] != NEVER) & ~at["is_cut"] & ~at["is_higher"])[rows]]
            self.work.told["spans"] = spans(*(of[rows] for of in (at["started"], at["finished"], ended(at))))
        found: Spans = self.work.told["spans"]
        return found

    def advances(self, zone: str) -> pa.Table | None:
        """Return how many came from which place to which on each day before the end; None to ask the statement."""
        if self._advances is None or not len(self.work.spans.at["began"]):
            return None
        found = self._advances(zone)
        return None if found is None else found.before(self.end)

    def steps_by_day(self, zone: str) -> pa.Table:
        """Return by day and kind what came under way and went before the end, as the answer's own statement does.

        `quarter` is the one with which the day begins.
        """
        at = self.work.spans.at
        last = int(max(at["began"].max(initial=NEVER), at["ended"].max(initial=NEVER)))
        key = ("days", zone, min(self.end, last + 1))
        if key not in self.work.told:
            self.work.told[key] = self._steps_by_day(zone)
        return self.work.told[key]

    def _steps_by_day(self, zone: str) -> pa.Table:
        spans = self.work.spans
        at, kinds = spans.at, (*spans.names["kind"], None)
        began, ended = (~at["is_higher"] & (at[name] != NEVER) & (at[name] < self.end) for name in ("began", "ended"))
        moments = np.concatenate([at["began"][began], at["ended"][ended]])
        if not len(moments):
            nothing = {name: pa.array([], pa.int64()) for name in ("quarter", "came", "went", "started", "ended")}
            return pa.table({**nothing, "kind": pa.array([], pa.string())})
        of = days(int(moments.min()), int(moments.max()), zone)
        cells = len(of.begins) * len(kinds)

        def counted(name: str, rows: Flags) -> Numbers:
            kind = at["kind"][rows]
            place = of.of(at[name][rows] // QUARTER) * len(kinds) + np.where(kind < 0, len(kinds) - 1, kind)
            return np.bincount(place, minlength=cells)

        counts = {"came": counted("began", began), "went": counted("ended", ended)}
        for name, of_all, moment, of_item, rows in (
            ("started", "came", "began", "started", began),
            ("ended", "went", "ended", "left", ended),
        ):
            mine = rows & (at[moment] == at[of_item])
            counts[name] = counts[of_all] if np.array_equal(mine, rows) else counted(moment, mine)
        some = np.flatnonzero(counts["came"] + counts["went"])
        day, kind = np.divmod(some, len(kinds))
        told = {name: count[some] for name, count in counts.items()}
        return pa.table({"quarter": of.begins[day], **told, "kind": pa.array(kinds, pa.string()).take(pa.array(kind))})

    def _months(self, at: Numbers, zone: str) -> dict[str, int]:
        at = at[(at != NEVER) & (at < self.until)]
        observed = self.made(Shape.COUNT, at, np.ones(len(at), np.uint8), {})
        return {month.bucket: month.n for month in observed.months(zone)}


def _flow_load(asked: Asked) -> Observed:
    at = asked.open_at
    reasons = {HIGHER: at["is_higher"]}
    return asked.made(Shape.INVENTORY, at["started"], (asked.end - at["started"]) / HOUR, reasons)


def _work_item_age(asked: Asked) -> Observed:
    at = asked.open_at
    reasons = {HIGHER: at["is_higher"], _BEGUN_BEFORE: at["is_cut"]}
    never = np.full(len(at["started"]), NEVER)
    return asked.made(Shape.MEDIAN, never, (asked.end - at["started"]) / HOUR, reasons)


def _flow_debt(asked: Asked) -> Observed:
    at = asked.work.spans.at
    kept = at["began"] < asked.end
    if asked.since is not None:
        kept &= (at["ended"] == NEVER) | (at["ended"] > asked.since)
    whole = bool(kept.all())
    began, ended, started, finished, is_higher, is_cut = (
        at[name] if whole else at[name][kept]
        for name in ("began", "ended", "started", "finished", "is_higher", "is_cut")
    )
    stay = np.minimum(np.where(ended == NEVER, asked.end, ended), asked.end)
    stay = stay - (began if asked.since is None else np.maximum(began, asked.since))
    done = (finished != NEVER) & (finished == ended) & (finished < asked.until)
    over = stay - np.where(done, finished - started, 0)
    if "of" in at:
        first, over, done = _by_item(at["of"] if whole else at["of"][kept], over, done)
        is_higher, is_cut = is_higher[first], is_cut[first]
    reasons = {HIGHER: is_higher, _BEGUN_BEFORE: is_cut}
    return asked.made(Shape.EXCESS, np.full(len(over), NEVER), over / HOUR, reasons, done.astype(np.float64))


def _by_item(of: Numbers, over: Numbers, done: Flags) -> tuple[Numbers, Numbers, Flags]:
    """Return of the spans of each item the first row, and what all of them tell together."""
    order = np.argsort(of, kind="stable")
    starts = np.flatnonzero(starts_of(of[order]))
    if not len(starts):
        return starts, over, done
    return order[starts], np.add.reduceat(over[order], starts), np.logical_or.reduceat(done[order], starts)


def _cancel_rate(asked: Asked) -> Observed:
    candidates, mine = asked.rows(asked.work.over)
    given_up, before_start, is_higher, has_vanished = (flags[mine] for flags in asked.work.given_up)
    reasons = {HIGHER: is_higher, _VANISHED: has_vanished, _GIVEN_UP: before_start}
    found = asked.made(Shape.SHARE, candidates.at, given_up.astype(np.uint8), reasons)
    counted = Counted(candidates, found.counted.mask, found.counted.left_out)
    return Observed(Shape.SHARE, counted, found.values, found.weights, found.censored)


_OTHERS: Mapping[str, Callable[[Asked], Any]] = {
    "flow_load": _flow_load,
    "work_item_age": _work_item_age,
    "flow_debt": _flow_debt,
    "cancel_rate": _cancel_rate,
}
"""The metrics of which other work than the finished is looked at."""
