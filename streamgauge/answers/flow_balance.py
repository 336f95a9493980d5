"""Little's law over a window: exact as a test of the data, approximate as a check of stability (definitions 2.2)."""

from typing import Any

import numpy as np
import numpy.typing as npt

from streamgauge.answers.flow_report import Balance
from streamgauge.answers.flow_terms import FlowTerms
from streamgauge.lake import View
from streamgauge.metrics.metric import HIGHER_LEVEL, SCOPE, WANTED_ITEM
from streamgauge.metrics.observations import parameters

_SPANS = f"""WITH scope AS ({SCOPE})
SELECT unix_micros(f.started_at) AS started, unix_micros(f.finished_at) AS finished,
       unix_micros(coalesce(f.finished_at, f.cancelled_at)) AS ended
FROM flow_items AS f JOIN scope ON scope.line_id = f.line_id
WHERE f.started_at IS NOT NULL AND NOT f.left_truncated AND {WANTED_ITEM} AND {HIGHER_LEVEL} IS NULL
  AND f.started_at < least(scope.until, scope.known_at)
"""
_HOUR, _DAY = 3.6e9, 8.64e10
_STABLE = (0.8, 1.25)
Floats = npt.NDArray[np.float64]


def balance(view: View, asked: FlowTerms) -> Balance | None:
    """Return Little's law over the window; None where the window is empty or nothing was under way in it."""
    since = asked.window.since
    if since is None or since >= asked.end:
        return None
    rows = view.query(_SPANS, parameters(asked.scopes))
    started, finished, ended = (_floats(rows[name]) for name in ("started", "finished", "ended"))
    return law(started, finished, ended, since.timestamp() * 1e6, asked.end.timestamp() * 1e6)


def law(started: Floats, finished: Floats, ended: Floats, since: float, until: float) -> Balance | None:
    """Return Little's law for spans of work in microseconds; NaN stands for what has no end."""
    span = until - since
    presence = np.minimum(np.nan_to_num(ended, nan=np.inf), until) - np.maximum(started, since)
    presence = presence[(presence > 0) & (started < until)]
    if not len(presence):
        return None
    done = (finished >= since) & (finished < until)
    times = (finished - started)[done]
    load, throughput = float(presence.sum()) / span, len(times) / span
    cycle = float(times.mean()) if len(times) else None
    expected = load / throughput if len(times) else None
    ratio = expected / cycle if expected is not None and cycle else None
    return Balance(
        load=load,
        arrivals=len(presence) / span * _DAY,
        presence_hours=float(presence.mean()) / _HOUR,
        throughput=throughput * _DAY,
        cycle_hours=None if cycle is None else cycle / _HOUR,
        ratio=ratio,
        debt_hours=None if expected is None or cycle is None else (expected - cycle) / _HOUR,
        stable=None if ratio is None else _STABLE[0] <= ratio <= _STABLE[1],
    )


def _floats(column: Any) -> Floats:
    return np.asarray(column.to_numpy(), dtype=np.float64)
