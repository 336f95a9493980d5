"""What the pictures of flow are drawn from: the finished items one by one, and the cumulative flow day by day."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from streamgauge.answers.flow_question import question
from streamgauge.answers.flow_terms import FlowRequest, FlowTerms
from streamgauge.lake import Lake, View
from streamgauge.metrics.metric import HIGHER_LEVEL, SCOPE, WANTED_ITEM
from streamgauge.metrics.observations import parameters

# What is cancelled leaves as what is done does (definitions 2.2). Work that nobody began before its end begins there.
_SPANS = f"""WITH scope AS ({SCOPE}),
spans AS (
  SELECT f.line_id, f.item, f.started_at, f.first_active_at, f.finished_at,
         CASE WHEN coalesce(f.finished_at, f.cancelled_at) < least(scope.until, scope.known_at)
              THEN coalesce(f.finished_at, f.cancelled_at) END AS ended_at,
         least(scope.until, scope.known_at) AS moment, scope.since
  FROM flow_items AS f JOIN scope ON scope.line_id = f.line_id
  WHERE f.started_at IS NOT NULL AND NOT f.left_truncated AND {{wanted}} AND {HIGHER_LEVEL} IS NULL
    AND f.started_at < least(scope.until, scope.known_at))
""".replace("{wanted}", WANTED_ITEM)
_DAILY = f"""{_SPANS}
SELECT boundary, CAST(date_trunc('day', from_utc_timestamp(moment, $zone)) AS DATE) AS day, count(*) AS n
FROM (SELECT 'committed' AS boundary, started_at AS moment FROM spans
      UNION ALL
      SELECT 'begun', least(coalesce(first_active_at, ended_at), coalesce(ended_at, first_active_at)) FROM spans
      WHERE coalesce(first_active_at, ended_at) IS NOT NULL AND coalesce(first_active_at, ended_at) < moment
      UNION ALL
      SELECT 'ended', ended_at FROM spans WHERE ended_at IS NOT NULL) AS b
GROUP BY 1, 2
"""
_FINISHED = f"""{_SPANS}
SELECT item, finished_at, (unix_micros(finished_at) - unix_micros(started_at)) / 3.6e9 AS hours
FROM spans WHERE finished_at < moment AND (since IS NULL OR finished_at >= since)
ORDER BY finished_at, item
"""
_BOUNDARIES = ("committed", "begun", "ended")
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Finished:
    """One finished item: when it was done (UTC), and its flow time in hours."""

    item: str
    at: datetime
    hours: float


@dataclass(frozen=True, kw_only=True)
class DayOfFlow:
    """How many items had been committed to, begun and ended (done or cancelled) by the end of a day of the company.

    All lines count from the beginning of the window: what was under way then is in those that it had passed, what had
    ended before is in none. Committed less ended is the work in progress.
    """

    day: date
    committed: int
    begun: int
    ended: int


@dataclass(frozen=True, kw_only=True)
class FlowPictures:
    """`finished` holds at most so many of the `total` finished items: the slowest, and every so many-th in time."""

    finished: tuple[Finished, ...]
    total: int
    days: tuple[DayOfFlow, ...]


def pictures(lake: Lake, request: FlowRequest, *, most: int = 1_200, now: datetime | None = None) -> FlowPictures:
    """Return what the pictures of a window are drawn from; raises BadOption where the lake holds no work."""
    with question(lake, request, now) as asking:
        rows = asking.view.query(_FINISHED, parameters(asking.asked.scopes))
        kept = chosen(np.asarray(rows["hours"].to_numpy(), dtype=np.float64), most)
        return FlowPictures(
            finished=tuple(_finished(row) for row in rows.take(kept).to_pylist()),
            total=rows.num_rows,
            days=_days(asking.view, asking.asked),
        )


def chosen(hours: npt.NDArray[np.float64], most: int) -> Numbers:
    """Return the places of at most `most` items in their order: a twentieth of them the slowest, others evenly."""
    if len(hours) <= most:
        return np.arange(len(hours))
    slowest = np.argsort(-hours, kind="stable")[: most // 20]
    evenly = np.linspace(0, len(hours) - 1, most - len(slowest)).astype(np.int64)
    return np.unique(np.concatenate([slowest, evenly]))


def _finished(row: dict[str, Any]) -> Finished:
    return Finished(item=row["item"], at=row["finished_at"].astimezone(UTC), hours=row["hours"])


def _days(view: View, asked: FlowTerms) -> tuple[DayOfFlow, ...]:
    since = asked.window.since
    if since is None or since >= asked.end:
        return ()
    zone = ZoneInfo(asked.zone)
    first = since.astimezone(zone).date()
    length = ((asked.end - timedelta(microseconds=1)).astimezone(zone).date() - first).days + 1
    steps = {boundary: np.zeros(length, dtype=np.int64) for boundary in _BOUNDARIES}
    before = dict.fromkeys(_BOUNDARIES, 0)
    for row in view.rows(_DAILY, parameters(asked.scopes) | {"zone": asked.zone}):
        place = (row["day"] - first).days
        if place < 0:
            before[row["boundary"]] += row["n"]
        else:
            steps[row["boundary"]][min(place, length - 1)] += row["n"]
    lines = [np.cumsum(steps[name]) + before[name] - before["ended"] for name in _BOUNDARIES]
    return tuple(
        DayOfFlow(day=first + timedelta(days=place), committed=int(committed), begun=int(begun), ended=int(ended))
        for place, (committed, begun, ended) in enumerate(zip(*lines, strict=True))
    )
