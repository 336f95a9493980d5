"""Little's law over a window: exact as a test of the data, approximate as a check of stability (definitions 2.2)."""

from typing import Any

import numpy as np
import numpy.typing as npt

from streamgauge.answers.flow_report import Balance, Queueing
from streamgauge.answers.flow_terms import FlowTerms
from streamgauge.lake import View
from streamgauge.metrics.columns import Asked
from streamgauge.metrics.grouped import Numbers, totals
from streamgauge.metrics.metric import HIGHER_LEVEL, SCOPE, WANTED_ITEM
from streamgauge.metrics.observations import parameters
from streamgauge.metrics.statistics import total

_SPANS = f"""WITH scope AS ({SCOPE})
SELECT unix_micros(f.started_at) AS started, unix_micros(f.finished_at) AS finished,
       unix_micros(coalesce(f.finished_at, f.cancelled_at)) AS ended, f.active_hours AS active
FROM flow_items AS f JOIN scope ON scope.line_id = f.line_id
WHERE f.started_at IS NOT NULL AND NOT f.left_truncated AND {WANTED_ITEM} AND {HIGHER_LEVEL} IS NULL
  AND f.started_at < least(scope.until, scope.known_at)
"""
_HOUR, _DAY = 3.6e9, 8.64e10
_STABLE = (0.8, 1.25)
_MOMENTS = 200
"""At how many moments of the window the mean age of open work is looked at."""
Floats = npt.NDArray[np.float64]


def balance(view: View, asked: FlowTerms, work: Asked | None) -> Balance | None:
    """Return Little's law over the window; None where the window is empty or nothing was under way in it."""
    since = asked.window.since
    if since is None or since >= asked.end:
        return None
    started, finished, ended = _spans(view, asked)[:3] if work is None else work.spans()
    limits = (asked.thresholds.stable_from, asked.thresholds.stable_to)
    return law(started, finished, ended, since.timestamp() * 1e6, asked.end.timestamp() * 1e6, stable=limits)


def law(
    started: Floats,
    finished: Floats,
    ended: Floats,
    since: float,
    until: float,
    *,
    stable: tuple[float, float] = _STABLE,
) -> Balance | None:
    """Return Little's law for spans of work in microseconds; NaN stands for what has no end."""
    span, ends = until - since, np.nan_to_num(ended, nan=np.inf)
    presence = np.minimum(ends, until) - np.maximum(started, since)
    presence = presence[(presence > 0) & (started < until)]
    if not len(presence):
        return None
    area = _area(started, ends, since, until)
    load = area / span
    arrivals, present = len(presence) / span, total(presence) / len(presence)
    done = (finished >= since) & (finished < until)
    gone = int(((ends >= since) & (ends < until)).sum())
    n = int(done.sum())
    cycle = total((finished - started)[done]) / n if n else None
    expected = area / n if n else None
    ratio = expected / cycle if expected is not None and cycle else None
    return Balance(
        load=load,
        arrivals=arrivals * _DAY,
        presence_hours=present / _HOUR,
        throughput=n / span * _DAY,
        cycle_hours=None if cycle is None else cycle / _HOUR,
        ratio=ratio,
        debt_hours=None if expected is None or cycle is None else (expected - cycle) / _HOUR,
        stable=None if ratio is None else stable[0] <= ratio <= stable[1],
        is_exact=bool(np.isclose(load, arrivals * present, rtol=1e-9, atol=0)),
        starts_per_end=int(((started >= since) & (started < until)).sum()) / gone if gone else None,
        cancel_share=1 - n / gone if gone else None,
        load_change=float(_level(started, ends, until) - _level(started, ends, since)) / load,
        age_slope=_age_slope(started, ends, since, until),
    )


def _area(started: Floats, ends: Floats, since: float, until: float) -> float:
    """Return the area under the number of items under way: each start adds what is left of the window, each end takes.

    That is the sum over the steps of the number, in any order, also where an end is before its start.
    """
    return total(np.clip(ends, since, until) - np.clip(started, since, until))


def _level(started: Floats, ends: Floats, moment: float) -> int:
    return int(((started < moment) & (ends >= moment)).sum())


def _age_slope(started: Floats, ends: Floats, since: float, until: float) -> float | None:
    """Return by how many hours a day the mean age of open work grows, as the median of all slopes."""
    moments = np.linspace(since, until, _MOMENTS + 1)[1:]
    begun, begun_sum = _before(moments, started, started - since)
    left, left_sum = _before(moments, ends, started - since)
    count = begun - left
    some = count > 0
    if some.sum() < 2:
        return None
    ages = (moments - since)[some] - (begun_sum - left_sum)[some] / count[some]
    i, j = np.triu_indices(int(some.sum()), 1)
    return float(np.median((ages[j] - ages[i]) / (moments[some][j] - moments[some][i]))) * _DAY / _HOUR


def _before(moments: Floats, at: Floats, values: Floats) -> tuple[Numbers, Floats]:
    """Return how many of these lie before each moment, and the sum of their values."""
    place = np.searchsorted(moments, at, side="right")
    n = len(moments) + 1
    return np.cumsum(np.bincount(place, minlength=n))[:-1], np.cumsum(totals(place, values, n))[:-1]


def queueing(view: View, asked: FlowTerms, busy: float) -> Queueing:
    """Return what waiting would be if work were going on for this share of the time, by the window's own variation."""
    since = asked.window.since
    started, finished, _, active = _spans(view, asked)
    begin, end = (since.timestamp() * 1e6 if since else -np.inf), asked.end.timestamp() * 1e6
    gaps = np.diff(np.sort(started[(started >= begin) & (started < end)]))
    times = active[(finished >= begin) & (finished < end) & (active > 0)]
    arrival, service = _cv2(gaps), _cv2(times)
    hours = float(times.mean()) if len(times) else None
    wait = None if arrival is None or service is None or hours is None else kingman(busy, arrival, service, hours)
    return Queueing(
        busy=busy, n=len(times), arrival_cv2=arrival, service_cv2=service, service_hours=hours, wait_hours=wait
    )


def kingman(busy: float, arrival_cv2: float, service_cv2: float, service: float) -> float:
    """Return the mean wait before one server that is busy for a share of the time below 1, in the unit of `service`."""
    return busy / (1 - busy) * (arrival_cv2 + service_cv2) / 2 * service


def _cv2(values: Floats) -> float | None:
    """Return the squared coefficient of variation; None below two values, or where they are all zero."""
    mean = float(values.mean()) if len(values) > 1 else 0.0
    return float(values.var()) / mean**2 if mean else None


def _spans(view: View, asked: FlowTerms) -> tuple[Floats, Floats, Floats, Floats]:
    rows = view.query(_SPANS, parameters(asked.scopes))
    started, finished, ended, active = (_floats(rows[name]) for name in ("started", "finished", "ended", "active"))
    return started, finished, ended, active


def _floats(column: Any) -> Floats:
    return np.asarray(column.to_numpy(), dtype=np.float64)
