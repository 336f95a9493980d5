"""What a metric takes from all rows in the order of an instant, of which a window is a piece: worked out once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, partial

import numpy as np

from streamgauge.lake.instants import micros
from streamgauge.metrics.columns.ranks import Ranks, ranks
from streamgauge.metrics.columns.reading import Column
from streamgauge.metrics.columns.spread import Flags, Floats
from streamgauge.metrics.observations import Summary
from streamgauge.metrics.observed import Month, Observed
from streamgauge.metrics.statistics import (
    Arranged,
    Interval,
    arranged,
    is_few,
    looked_at,
    pieces,
    ratio_of,
    sums,
    total_of,
    whole_pieces,
)


@dataclass(frozen=True, eq=False)
class Summed:
    """Values with the sums of as many rows as are looked at together, so that any piece is soon summed up."""

    values: Column
    counts: Flags | None = None
    """Which count; null where all do."""

    def of(self, rows: slice) -> Column:
        """Return the values of some rows, 0 where they do not count."""
        values = self.values[rows]
        return values if self.counts is None else np.where(self.counts[rows], values, values.dtype.type(0))

    @cached_property
    def _parts(self) -> list[list[float]]:
        return [sums(self.of(rows)) for rows in pieces(len(self.values))]

    def total(self, piece: slice) -> float:
        """Return the sum of a piece, rounded once."""
        first, last, edges = whole_pieces(piece)
        return total_of(*self._parts[first:last], *(sums(self.of(rows)) for rows in edges))


@dataclass(frozen=True, eq=False)
class Taken:
    """What one metric takes from all rows."""

    whole: Observed
    counts: Flags | None
    """Which rows count; null where all do."""
    _months: dict[str, dict[str, Month]] = field(default_factory=dict)
    _asked: list[slice] = field(default_factory=list)

    @cached_property
    def values(self) -> Summed:
        """The values with their sums."""
        return Summed(self.whole.values, self.counts)

    @cached_property
    def weights(self) -> Summed:
        """The weights with their sums: of a mean 1 for each value."""
        if len(self.whole.weights):
            return Summed(self.whole.weights, self.counts)
        return Summed(np.ones(len(self.whole.values), np.uint8) if self.counts is None else self.counts.view(np.uint8))

    def ranks(self, rows: slice) -> Ranks | None:
        """Return the ranks of the values; None for who asks first, who alone is served sooner without."""
        if self._asked:
            return self._ranks
        self._asked.append(rows)
        return None

    @cached_property
    def _ranks(self) -> Ranks:
        return ranks(self.whole.values, self.counts)

    def beyond(self, piece: slice, ratio: float) -> float:
        """Return the sum of the squares of what each value of a piece is beyond the ratio's share of its weight."""
        each = (slice(piece.start + one.start, piece.start + one.stop) for one in pieces(piece.stop - piece.start))
        return total_of(*(sums((self.values.of(rows) - ratio * self.weights.of(rows)) ** 2) for rows in each))

    def months(self, zone: str) -> Mapping[str, Month]:
        """Return the whole months by name."""
        if zone not in self._months:
            self._months[zone] = {month.bucket: month for month in self.whole.months(zone)}
        return self._months[zone]


@dataclass(frozen=True, eq=False)
class Windowed(Observed):
    """The observations of a window: a piece of all rows, with what is known of these."""

    taken: Taken
    rows: slice

    def months(self, zone: str) -> list[Month]:
        """Return the months that have observations, oldest first: only those at the ends of the window are found anew.

        The others are the whole ones.
        """
        whole = self.taken.whole.counted.candidates.calendar(zone)
        mine = self.counted.candidates.calendar(zone)
        if whole.bounds is None or mine.bounds is None:
            return super().months(zone)
        bounds, first = mine.bounds, mine.first - whole.first
        is_whole = np.diff(bounds) == np.diff(whole.bounds)[first : first + mine.span]
        found: list[Month] = []
        for month in range(mine.span):
            if is_whole[month]:
                known = self.taken.months(zone).get(mine.bucket(month))
                found += [] if known is None else [known]
            else:
                found += self.piece(slice(*bounds[month : month + 2].tolist())).months(zone)
        return found

    def _summary(self, place: int) -> Summary:
        n, oldest, newest = self.counted.told[place]
        left_out = self.counted.left_out[place]
        return Summary(n=n, of=_Counted(self), censored=(), left_out=left_out, oldest=oldest, newest=newest)

    def later(self, since: datetime) -> Observed:
        """Return what counts of the observations from an instant on."""
        first = int(np.searchsorted(self.counted.candidates.at, micros(since)))
        late = super().piece(slice(first, len(self.values)))
        rows = slice(self.rows.start + first, self.rows.stop)
        return Windowed(self.shape, late.counted, late.values, late.weights, late.censored, self.taken, rows)


@dataclass(frozen=True, eq=False)
class _Counted:
    """The values of a window that count."""

    window: Windowed

    @property
    def counts(self) -> Flags | None:
        """Which of the window's these are; null where all are."""
        return None if self.window.taken.counts is None else self.window.taken.counts[self.window.rows]

    @cached_property
    def n(self) -> int:
        """How many they are."""
        return len(self.window.values) if self.counts is None else int(np.count_nonzero(self.counts))

    @cached_property
    def taken(self) -> Floats:
        """These values."""
        return self.window.values if self.counts is None else self.window.values[self.counts]

    @cached_property
    def arranged(self) -> Arranged:
        """The values at the places that are looked at."""
        known = None if is_few(self.n) else self.window.taken.ranks(self.window.rows)
        if known is None:
            return arranged(self.taken)
        return _Placed(self.n, known.at(self.window.rows, looked_at(self.n)))

    @property
    def total(self) -> float:
        """Their sum."""
        return self.window.taken.values.total(self.window.rows)

    def ratio(self, *, is_share: bool) -> Interval:
        """Return their sum by that of the weights, with its interval."""
        taken, rows = self.window.taken, self.window.rows
        return ratio_of(self.total, taken.weights.total(rows), self.n, partial(taken.beyond, rows), is_share=is_share)

    def mean(self) -> Interval:
        """Return their mean, with its interval."""
        return self.ratio(is_share=False)


@dataclass(frozen=True, eq=False)
class _Placed:
    """Those of so many values that are looked at, by their place."""

    n: int
    values: Mapping[int, float]

    def __len__(self) -> int:
        return self.n

    def __getitem__(self, place: int, /) -> float:
        return self.values[place]
