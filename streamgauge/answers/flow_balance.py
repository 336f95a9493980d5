"""Little's law over a window: exact as a test of the data, approximate as a check of stability (definitions 2.2)."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from streamgauge.answers.flow_report import Balance, Queueing
from streamgauge.answers.flow_terms import FlowTerms
from streamgauge.facts.ways import NEVER
from streamgauge.lake import View
from streamgauge.lake.instants import micros
from streamgauge.metrics.columns import Asked, Spans, spans
from streamgauge.metrics.metric import HIGHER_LEVEL, SCOPE, WANTED_ITEM
from streamgauge.metrics.observations import parameters
from streamgauge.metrics.statistics import arranged, median

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
    limits = (asked.thresholds.stable_from, asked.thresholds.stable_to)
    known = _asked_spans(view, asked) if work is None else work.spans()
    return law(known, micros(since), micros(asked.end), stable=limits)


def law(spans: Spans, since: int, until: int, *, stable: tuple[float, float] = _STABLE) -> Balance | None:
    """Return Little's law for spans of work in a window; all in microseconds."""
    span, (present, presence) = until - since, spans.present(since, until)
    if not present:
        return None
    area = float(presence - spans.reversed(since, until))
    load = area / span
    arrivals, mean = present / span, float(presence) / present
    gone, n, took = spans.went(since, until)
    cycle = float(took) / n if n else None
    expected = area / n if n else None
    ratio = expected / cycle if expected is not None and cycle else None
    return Balance(
        load=load,
        arrivals=arrivals * _DAY,
        presence_hours=mean / _HOUR,
        throughput=n / span * _DAY,
        cycle_hours=None if cycle is None else cycle / _HOUR,
        ratio=ratio,
        debt_hours=None if expected is None or cycle is None else (expected - cycle) / _HOUR,
        stable=None if ratio is None else stable[0] <= ratio <= stable[1],
        is_exact=bool(np.isclose(load, arrivals * mean, rtol=1e-9, atol=0)),
        starts_per_end=spans.came(since, until) / gone if gone else None,
        cancel_share=1 - n / gone if gone else None,
        load_change=float(spans.level(until) - spans.level(since)) / load,
        age_slope=_age_slope(spans, since, until),
    )


def _age_slope(spans: Spans, since: int, until: int) -> float | None:
    """Return by how many hours a day the mean age of open work grows, as the median of all slopes."""
    moments = np.linspace(since, until, _MOMENTS + 1)[1:]
    found = spans.open_at(np.ceil(moments).astype(np.int64), until)
    some = np.array([n > 0 for n, _ in found])
    if some.sum() < 2:
        return None
    starts = np.array([(total - since * n) / n for n, total in found if n > 0])
    at = moments[some]
    ages = at - since - starts
    i, j = np.triu_indices(len(at), 1)
    return median(arranged((ages[j] - ages[i]) / (at[j] - at[i]))) * _DAY / _HOUR


def queueing(view: View, asked: FlowTerms, busy: float) -> Queueing:
    """Return what waiting would be if work were going on for this share of the time, by the window's own variation."""
    since = asked.window.since
    rows = view.query(_SPANS, parameters(asked.scopes))
    started, finished, active = (_floats(rows[name]) for name in ("started", "finished", "active"))
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


def _asked_spans(view: View, asked: FlowTerms) -> Spans:
    rows = view.query(_SPANS, parameters(asked.scopes))
    return spans(*(pc.fill_null(rows[name], NEVER).to_numpy() for name in ("started", "finished", "ended")))


def _floats(column: Any) -> Floats:
    return np.asarray(column.to_numpy(), dtype=np.float64)
