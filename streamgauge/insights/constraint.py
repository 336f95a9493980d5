"""Which stage is the constraint: several signals must agree, else there are only candidates (definitions 4.2)."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from streamgauge.company.insights import BottleneckTerms
from streamgauge.insights.resampling import Floats, between, drawn, first, leads
from streamgauge.insights.trend import SURE, trend

Ints = npt.NDArray[np.int64]
GROWTH, WAIT, STARVED, BUSY = (
    "its queue grows",
    "most waiting is before it",
    "the stage after it often has nothing to do",
    "it works at its limit",
)
_DAYS = 60
"""At how many points, evenly spaced, a queue is read to tell whether it grows."""


@dataclass(frozen=True, kw_only=True)
class Stream:
    """What a stream did in a span, one column a stage in the order of work.

    `waited` and `worked` are hours by block of whole items (rows); `through` how many items came through each stage;
    `waiting` and `active` how many items waited and were worked on at evenly spaced moments (rows), oldest first.
    `began` is how many items began between one moment and the next; `warm` the moments that pass before the stream,
    where it begins empty, has filled. `late` is `waited` of only what was done in the last part of the span, and
    `late_items` how many that were: what was done before a constraint moved has waited elsewhere.
    """

    stages: tuple[str, ...]
    waited: Floats
    worked: Floats
    through: Ints
    waiting: Ints
    active: Ints
    began: Ints
    warm: int = 0
    late: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    late_items: int = 0


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A stage that may be the constraint: the probability that it holds the most waiting, and the signals it shows.

    `utilisation` is the share of the most that was ever in work at once that is in work on average, null where that
    most is no limit; `items` is how many came through; `is_contested` says that another stage works as near to its
    limit. `wait_hours` is how long an item waits there on average, with its 95 % interval.
    """

    stage: str
    probability: float
    wait_share: float
    signals: tuple[str, ...]
    utilisation: float | None = None
    is_contested: bool = False
    items: int = 0
    wait_hours: float | None = None
    wait_low_hours: float | None = None
    wait_high_hours: float | None = None


def candidates(stream: Stream, terms: BottleneckTerms | None = None) -> tuple[Candidate, ...]:
    """Return every stage at which work waits, the one that most likely holds the most waiting first."""
    terms = terms or BottleneckTerms()
    held = stream.waited.sum(axis=0)
    if not len(stream.waited) or held.sum() <= 0:
        return ()
    limits = _limits(stream, terms)
    again, busy = drawn(stream.waited), drawn(stream.worked / np.where(limits > 0, limits, np.inf))
    late = drawn(stream.late) if stream.late_items >= terms.items else None
    likely, busiest = first(again), first(busy)
    found = []
    for i in np.nonzero(held > 0)[0].tolist():
        sign = _Sign(stream, terms, i, limits, busiest)
        said = sign.said(again, late) if stream.through[i] >= terms.items else ()
        span = between(again[:, i] / max(1, stream.through[i]))
        found.append(
            Candidate(
                stage=stream.stages[i],
                probability=float(likely[i]),
                wait_share=float(held[i] / held.sum()),
                signals=said,
                utilisation=sign.utilisation,
                is_contested=sign.is_contested,
                items=int(stream.through[i]),
                wait_hours=float(held[i] / max(1, stream.through[i])),
                wait_low_hours=span[0] if span else None,
                wait_high_hours=span[1] if span else None,
            )
        )
    return tuple(sorted(found, key=lambda c: (-c.probability, -c.wait_share, c.stage)))


def bottleneck(found: Sequence[Candidate]) -> Candidate | None:
    """Return the stage that most likely holds the most waiting, where two signals agree on it; else None.

    Growth or waiting must be among them, it must be likelier than not, and no other stage as near to its limit.
    """
    if len(found) < 2:  # the only stage where waiting is recorded is no finding
        return None
    top = found[0]
    agree = len(top.signals) >= 2 and {GROWTH, WAIT} & set(top.signals) and top.probability >= 0.5
    return top if agree and not top.is_contested else None


@dataclass(frozen=True)
class Growth:
    """How a queue went: its mean at first and at last, and the chance that one without a trend seems to grow so.

    `times` is how many times as long it became, beyond what more beginning work explains.
    """

    before: float
    now: float
    times: float
    chance: float


def growth(stream: Stream, place: int) -> Growth | None:
    """Return how the queue of a stage went while work still arrived; None where it was watched too shortly."""
    arrived = np.nonzero(stream.began)[0]
    last = int(arrived[-1]) + 1 if len(arrived) else 0
    queue = stream.waiting[stream.warm : last, place].astype(np.float64)
    if len(queue) < _DAYS:
        return None
    fifth = len(queue) // 5
    before, now = float(queue[:fifth].mean()), float(queue[-fifth:].mean())
    began = stream.began[stream.warm : last]
    more = max(1.0, float(began[-fifth:].sum()) / max(1.0, float(began[:fifth].sum())))
    slope, chance = trend(queue[:: max(1, len(queue) // _DAYS)])
    return Growth(before, now, now / max(1.0, before) / more, chance if slope > 0 else 1.0)


def _limits(stream: Stream, terms: BottleneckTerms) -> Floats:
    """Return by stage the most that is ever in work at once, where that is a limit; else 0.

    It is one where it is reached whenever work waits: people who had room would have taken some up.
    """
    most = stream.active.max(axis=0, initial=0)
    full = (stream.active == most) & (stream.waiting > 0)
    waits = (stream.waiting > 0).sum(axis=0)
    is_limit = (most > 0) & (waits > 0) & (full.sum(axis=0) >= terms.ceiling * waits)
    found: Floats = np.where(is_limit, most, 0).astype(np.float64)
    return found


@dataclass(frozen=True)
class _Sign:
    """The signals of one stage."""

    stream: Stream
    terms: BottleneckTerms
    place: int
    limits: Floats
    busiest: Floats

    @property
    def utilisation(self) -> float | None:
        limit = self.limits[self.place]
        return float(self.stream.active[:, self.place].mean() / limit) if limit > 0 else None

    @property
    def is_contested(self) -> bool:
        """Whether another stage may work as near to its limit; where its own queue doubles, of late.

        One that took over from another was not the busiest at first.
        """
        if self.limits[self.place] <= 0 or self.busiest[self.place] >= self.terms.busiest:
            return False
        newer = self.stream.worked[len(self.stream.worked) // 2 :]
        busy = first(drawn(newer / np.where(self.limits > 0, self.limits, np.inf)))[self.place]
        return not (self._grows(self.terms.clear) and busy >= self.terms.busiest)

    def said(self, again: Floats, late: Floats | None) -> tuple[str, ...]:
        """Return the signals that it shows, in words, by resamples of all that was done and of what was done late."""
        shows = (
            (WAIT, self._waits(again) or (late is not None and self._waits(late))),
            (GROWTH, self._grows(self._times)),
            (STARVED, self._starves()),
            (BUSY, (self.utilisation or 0.0) >= self.terms.busy and self.busiest[self.place] >= self.terms.busiest),
        )
        return tuple(word for word, is_so in shows if is_so)

    @property
    def _times(self) -> float:
        """How many times as much as elsewhere must wait, and as at first: without a limit there is more to prove."""
        return self.terms.clear if self.limits[self.place] <= 0 else 1.0

    def _waits(self, again: Floats) -> bool:
        """Whether most waiting is here in enough resamples; a share of the first place where others have as much."""
        if again.shape[1] < 2:
            return False
        sure = first(again)[self.place] if self._times == 1.0 else leads(again, self.place, self._times)
        return bool(sure >= self.terms.sure)

    def _grows(self, times: float) -> bool:
        found = growth(self.stream, self.place)
        return found is not None and found.times >= times and found.chance < SURE

    def _starves(self) -> bool:
        """Whether the next stage that has a queue at all finds it empty while this one's hardly ever is."""
        queues, through = self.stream.waiting, self.stream.through
        most = 0.5 * through[self.place]  # a stage that little goes through is always empty
        later = range(self.place + 1, queues.shape[1])
        after = next((j for j in later if queues[:, j].any() and through[j] >= most), None)
        if after is None or not len(queues):
            return False
        own, other = (queues[:, self.place] == 0).mean(), (queues[:, after] == 0).mean()
        return bool(other >= self.terms.empty and own < self.terms.never_empty)
