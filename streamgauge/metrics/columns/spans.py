"""Spans of work in the order of their starts and of their ends: any window is told of without a look at each."""

from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

import numpy as np

from streamgauge.facts.ways import NEVER
from streamgauge.metrics.columns.spread import Flags, Numbers, exactly

_STEP = 1024
"""So many instants in microseconds are summed up in 64 bits."""


@dataclass(frozen=True, eq=False)
class Firsts:
    """Whole numbers, the first ones of which, however many, are soon summed up exactly."""

    values: Numbers

    @cached_property
    def _sums(self) -> list[int]:
        steps = np.arange(0, len(self.values), _STEP)
        return [0, *accumulate(np.add.reduceat(self.values, steps).tolist())] if len(steps) else [0]

    def sum(self, n: int) -> int:
        """Return the sum of the first `n`."""
        step = n // _STEP
        return self._sums[step] + int(self.values[step * _STEP : n].sum())

    def between(self, rows: slice) -> int:
        """Return the sum of these rows."""
        return self.sum(rows.stop) - self.sum(rows.start)


def firsts(values: Numbers) -> Firsts:
    """Return numbers to be summed up, of which those that are NEVER add nothing."""
    return Firsts(np.where(values == NEVER, 0, values))


@dataclass(frozen=True, eq=False)
class Spans:
    """When pieces of work started, and ended where they did, in microseconds. `back` are those that ended before.

    Of what ended, by its end, it says when it started and how long it took where it is done; what was given up took 0.
    """

    starts: Firsts
    at_once: Numbers
    """When what took no time started, rising."""
    ends: Firsts
    started: Firsts
    took: Firsts
    done: Firsts
    back: tuple[Numbers, Numbers, Flags]
    """The start and the end of each, and whether it is done."""

    def present(self, since: int, until: int) -> tuple[int, int]:
        """Return how many were under way for some time in the window, and how long all of them were, together."""
        before, came = _before(self.starts.values, since), _before(self.starts.values, until)
        over, went = _before(self.ends.values, since + 1), _before(self.ends.values, until)
        of_no_time = _before(self.at_once, until) - _before(self.at_once, since + 1)
        until_when = self.ends.sum(went) - self.ends.sum(over) + until * (came - went)
        from_when = self.starts.sum(came) - self.starts.sum(before) + since * (before - over)
        return came - over - of_no_time, until_when - from_when

    def reversed(self, since: int, until: int) -> int:
        """Return the time of the window that lies between the end and the later start of what ended before it began."""
        started, ended, _ = self._back(until)
        return exactly(np.clip(started, since, until) - np.clip(ended, since, until))

    def came(self, since: int, until: int) -> int:
        """Return how many started in the window."""
        started = self._back(until)[0]
        of_those = int((started >= since).sum())
        return _before(self.starts.values, until) - _before(self.starts.values, since) + of_those

    def went(self, since: int, until: int) -> tuple[int, int, int]:
        """Return how many ended in the window, how many of them are done, and how long these took together."""
        first, last = _before(self.ends.values, since), _before(self.ends.values, until)
        started, ended, done = self._back(until)
        within = (ended >= since) & (ended < until)
        gone, done = last - first + int(within.sum()), within & done
        n = self.done.sum(last) - self.done.sum(first) + int(done.sum())
        return gone, n, self.took.sum(last) - self.took.sum(first) + exactly((ended - started)[done])

    def level(self, moment: int) -> int:
        """Return how many were under way at a moment."""
        return _before(self.starts.values, moment) - _before(self.ends.values, moment)

    def open_at(self, moments: Numbers, until: int) -> list[tuple[int, int]]:
        """Return of each moment how many had started less those that had ended, and the sum of their starts.

        What started at `until` or later is not looked at.
        """
        started, ended, _ = self._back(until)
        found = []
        for moment in moments.tolist():
            came, went = _before(self.starts.values, moment), _before(self.ends.values, moment)
            since, gone = started[started < moment], started[ended < moment]
            sums = self.starts.sum(came) - self.started.sum(went) + exactly(since) - exactly(gone)
            found.append((came - went + len(since) - len(gone), sums))
        return found

    def _back(self, until: int) -> tuple[Numbers, Numbers, Flags]:
        started, ended, done = self.back
        kept = started < until
        return started[kept], ended[kept], done[kept]


def spans(started: Numbers, finished: Numbers, ended: Numbers) -> Spans:
    """Return spans of work; NEVER stands for what has no end. What is finished has ended then."""
    done, gone = finished != NEVER, ended != NEVER
    back = gone & (ended < started)
    those = np.flatnonzero(gone & ~back)
    those = those[np.argsort(ended[those], kind="stable")]
    took = np.where(done, ended - started, 0)[those]
    return Spans(
        starts=Firsts(np.sort(started[~back])),
        at_once=np.sort(started[gone & (ended == started)]),
        ends=Firsts(ended[those]),
        started=Firsts(started[those]),
        took=Firsts(took),
        done=Firsts(done[those].astype(np.int64)),
        back=(started[back], ended[back], done[back]),
    )


def _before(rising: Numbers, moment: int) -> int:
    return int(np.searchsorted(rising, moment))
