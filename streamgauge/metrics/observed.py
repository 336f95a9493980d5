"""Observations as plain numbers, column by column, and what they come to: over the window, and month by month.

What is the same for all metrics that one statement tells of is worked out once: the months, and the order of them.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np

from streamgauge.lake.instants import instant, micros
from streamgauge.metrics.grouped import (
    Column,
    Flags,
    Numbers,
    between,
    in_order,
    medians,
    medians_between,
    totals,
    totals_between,
)
from streamgauge.metrics.metric import WEIGHTED, Shape
from streamgauge.metrics.observations import Plain, Summary
from streamgauge.metrics.statistics import Floats

NEVER = int(np.iinfo(np.int64).min)
"""The instant of what has none that anybody knows."""
_QUARTER = 900_000_000
"""A quarter of an hour in microseconds: months begin with one in every zone of today."""
_MEDIANS = (Shape.MEDIAN, Shape.RECOVERY)


@dataclass(frozen=True)
class Month:
    """The counted observations of one slice in one calendar month: how many, their sum and their median.

    Only a metric that is a median has one, and such has no sum (0).
    """

    slice: str
    bucket: str
    n: int
    total: float
    median: float | None
    weight: float
    """Sum of the weights; of anything but a ratio, how many there are."""


@dataclass(frozen=True, eq=False)
class Calendar:
    """Of each candidate the slice and the month as one number, that of undated ones the greatest."""

    first: int
    """The first month, counted from year 0."""
    span: int
    keys: Numbers
    bounds: Numbers | None = None
    """Where each month begins and the last one ends, of candidates of one slice that rise; `keys` are empty then."""

    def bucket(self, month: int) -> str:
        """Return the name of a month, counted from the first."""
        return "{:04d}-{:02d}".format(*_named(self.first + month))

    @cached_property
    def order(self) -> Numbers:
        """The places of the candidates by rising number."""
        return in_order(self.keys)

    @cached_property
    def risen(self) -> Numbers:
        """The numbers in their order."""
        return self.keys[self.order]

    def count(self, mask: Flags | None, n: int) -> Numbers:
        """Return how many of these candidates, null for all, have each of `n` numbers, and the greatest one behind."""
        if self.bounds is None:
            return np.bincount(self.keys if mask is None else self.keys[mask], minlength=n + 1)
        found = np.diff(self.bounds) if mask is None else between(self.bounds, mask, np.int64)
        return np.append(found, 0)

    def sums(self, values: Column, there: Flags, n: int) -> Floats:
        """Return the sum of the values that are there of each of `n` numbers, and of the greatest one behind."""
        if self.bounds is None:
            return totals(self.keys, values, n + 1, there)
        return np.append(totals_between(self.bounds, values, there), 0.0)

    def medians(self, values: Floats, counted: "Counted", n: int) -> Floats:
        """Return the median of the counted values of each of `n` numbers, NaN without one."""
        if self.bounds is None:
            risen = values[self.order]
            return medians(self.risen, risen, n + 1, counted.among(~np.isnan(risen), self.order))
        return np.append(medians_between(self.bounds, values, counted.among(~np.isnan(values), slice(None))), np.nan)


@dataclass(frozen=True, eq=False)
class Candidates:
    """What one statement yields, counted or not: of which slice each is, and when it was.

    `of` is the place of each one's slice among `slices`, empty where there is one; `at` is in microseconds since 1970
    in UTC, NEVER where nobody knows. Where it `rises` all are dated and of one slice.
    """

    slices: tuple[str, ...]
    of: Numbers
    at: Numbers
    rises: bool = False
    _calendars: dict[str, Calendar] = field(default_factory=dict)

    @cached_property
    def by_slice(self) -> tuple[Numbers | slice, ...]:
        """The places of each slice's candidates."""
        if not len(self.of):
            return (slice(None),) * len(self.slices)
        order = np.argsort(self.of, kind="stable")
        ends = np.searchsorted(self.of[order], np.arange(1, len(self.slices)))
        return tuple(np.split(order, ends))

    def calendar(self, zone: str) -> Calendar:
        """Return the months of all candidates in a zone."""
        if zone not in self._calendars:
            self._calendars[zone] = self._calendar(zone)
        return self._calendars[zone]

    def _calendar(self, zone: str) -> Calendar:
        if self.rises and len(self.at):
            first, limits = _limits(int(self.at[0]), int(self.at[-1]), zone)
            bounds = np.concatenate([[0], np.searchsorted(self.at, limits), [len(self.at)]])
            return Calendar(first, len(limits) + 1, np.zeros(0, np.int64), bounds)
        dated = self.at != NEVER
        mine = slice(None) if dated.all() else dated
        if not len(self.at[mine]):
            return Calendar(0, 0, np.zeros(len(self.at), np.int64))
        first, places = _months(self.at[mine], zone)
        span = int(places.max()) + 1
        if len(self.of):
            places = self.of[mine] * span + places
        if isinstance(mine, slice):
            return Calendar(first, span, places)
        keys = np.full(len(self.at), len(self.slices) * span, np.int64)
        keys[mine] = places
        return Calendar(first, span, keys)


@dataclass(frozen=True, eq=False)
class Counted:
    """Which candidates count, and how many were left out for which reason, by the place of the slice.

    `mask` is null where all count.
    """

    candidates: Candidates
    mask: Flags | None
    left_out: tuple[dict[str, int], ...]
    _counts: dict[str, Numbers] = field(default_factory=dict)

    @cached_property
    def told(self) -> tuple[tuple[int, datetime | None, datetime | None], ...]:
        """How many of each slice count, the oldest and the newest of those that are dated."""
        return tuple(self._told(mine) for mine in self.candidates.by_slice)

    def _told(self, mine: Numbers | slice) -> tuple[int, datetime | None, datetime | None]:
        at = self.candidates.at[mine]
        if self.candidates.rises and len(at):
            return self._told_of_rising(at)
        if self.mask is not None:
            at = at[self.mask[mine]]
        n = len(at)
        if n and at.min() == NEVER:
            at = at[at != NEVER]
        return (n, instant(at.min()), instant(at.max())) if len(at) else (n, None, None)

    def _told_of_rising(self, at: Numbers) -> tuple[int, datetime | None, datetime | None]:
        if self.mask is None:
            return len(at), instant(at[0]), instant(at[-1])
        n = int(np.count_nonzero(self.mask))
        first, last = int(self.mask.argmax()), len(at) - 1 - int(self.mask[::-1].argmax())
        return (n, instant(at[first]), instant(at[last])) if n else (0, None, None)

    def among(self, these: Flags, mine: Numbers | slice) -> Flags:
        """Return which of these count; `mine` are their places."""
        if self.mask is not None:
            these &= self.mask[mine]
        return these

    def counts(self, zone: str) -> Numbers:
        """Return how many count in each month of each slice."""
        if zone not in self._counts:
            calendar = self.candidates.calendar(zone)
            self._counts[zone] = calendar.count(self.mask, calendar.span * len(self.candidates.slices))
        return self._counts[zone]


@dataclass(frozen=True, eq=False)
class Observed:
    """The observations of one metric: a value for each candidate, counted or not, NaN where it has none.

    Values are fractions, or whole numbers in a type for these, whose sums are found sooner. `weights` and `censored`
    are empty where the metric has none.
    """

    shape: Shape
    counted: Counted
    values: Column
    weights: Column
    censored: Flags

    def summaries(self) -> dict[str, Summary]:
        """Return the summary of each slice."""
        return {name: self._summary(place) for place, name in enumerate(self.counted.candidates.slices)}

    def _summary(self, place: int) -> Summary:
        mine = self.counted.candidates.by_slice[place]
        values = self.values[mine]
        weights = self.weights[mine] if len(self.weights) else self.weights
        censored = self.censored[mine] if len(self.censored) else self.censored
        known = self.counted.among(_known(values), mine)
        if not known.all():
            values = values[known]
            weights = weights[known] if len(weights) else weights
            censored = censored[known] if len(censored) else censored
        if censored.any():
            order = np.lexsort((censored, values))
            values, censored = values[order], censored[order]
        n, oldest, newest = self.counted.told[place]
        return Summary(
            n=n,
            of=Plain(values, weights),
            censored=tuple(censored.tolist()) if censored.any() else (),
            left_out=self.counted.left_out[place],
            oldest=oldest,
            newest=newest,
        )

    def _totals(self, values: Column, calendar: Calendar) -> Floats:
        n = calendar.span * len(self.counted.candidates.slices)
        return calendar.sums(values, self.counted.among(_known(values), slice(None)), n)

    def later(self, since: datetime) -> "Observed":
        """Return what counts of the observations from an instant on."""
        candidates, mask = self.counted.candidates, self.counted.mask
        if candidates.rises:
            return self.piece(slice(int(np.searchsorted(candidates.at, micros(since))), len(candidates.at)))
        late = candidates.at >= micros(since)
        counted = Counted(candidates, late if mask is None else late & mask, ({},) * len(candidates.slices))
        return replace(self, counted=counted)

    def piece(self, rows: slice) -> "Observed":
        """Return what counts of these rows, of observations that rise."""
        candidates, mask = self.counted.candidates, self.counted.mask
        some = Candidates(candidates.slices, candidates.of, candidates.at[rows], rises=True)
        counted = Counted(some, None if mask is None else mask[rows], ({},) * len(some.slices))
        return Observed(self.shape, counted, self.values[rows], self.weights[rows], self.censored[rows])

    def months(self, zone: str) -> list[Month]:
        """Return the months that have observations of each slice, oldest first."""
        slices, calendar = self.counted.candidates.slices, self.counted.candidates.calendar(zone)
        n = calendar.span * len(slices)
        counts = self.counted.counts(zone)
        sums, middles = np.zeros(n + 1), np.full(n + 1, np.nan)
        if self.shape in _MEDIANS:
            middles = calendar.medians(self.values, self.counted, n)
        elif n:
            sums = self._totals(self.values, calendar)
        weights = self._totals(self.weights, calendar) if self.shape in WEIGHTED else counts
        return [
            Month(
                slice=slices[key // calendar.span],
                bucket=calendar.bucket(key % calendar.span),
                n=int(counts[key]),
                total=float(sums[key]),
                median=None if np.isnan(middles[key]) else float(middles[key]),
                weight=float(weights[key]),
            )
            for key in np.flatnonzero(counts[:n]).tolist()
        ]


def _known(values: Column) -> Flags:
    """Return which values there are."""
    known: Flags = ~np.isnan(values) if values.dtype.kind == "f" else np.ones(len(values), np.bool_)
    return known


def _limits(least: int, most: int, zone: str) -> tuple[int, Numbers]:
    """Return the first month that these instants touch, counted from year 0, and when each later one begins."""
    first, last = (instant(moment).astimezone(ZoneInfo(zone)) for moment in (least, most))
    start, end = (moment.year * 12 + moment.month - 1 for moment in (first, last))
    begins = [datetime(*_named(month), 1, tzinfo=ZoneInfo(zone)) for month in range(start + 1, end + 1)]
    return start, np.array([micros(moment) for moment in begins], np.int64)


def _months(at: Numbers, zone: str) -> tuple[int, Numbers]:
    """Return the first month that is touched, counted from year 0, and how many months later each instant is."""
    least, most = int(at.min()), int(at.max())
    start, limits = _limits(least, most, zone)
    span = most // _QUARTER - least // _QUARTER + 1
    if span > len(at) or (limits % _QUARTER).any():
        return start, np.searchsorted(limits, at, side="right")
    begin = least // _QUARTER * _QUARTER
    table = np.searchsorted(limits, np.arange(span) * _QUARTER + begin, side="right")
    return start, table[(at - begin) // _QUARTER]


def _named(month: int) -> tuple[int, int]:
    return month // 12, month % 12 + 1
