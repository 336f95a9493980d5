"""What the pictures of flow are drawn from: the finished items one by one, and the cumulative flow day by day."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from streamgauge.answers.flow_cumulative import DayOfFlow, day_by_day
from streamgauge.answers.flow_question import question
from streamgauge.answers.flow_terms import FlowRequest
from streamgauge.lake import Lake
from streamgauge.metrics.metric import HIGHER_LEVEL, SCOPE, WANTED_ITEM
from streamgauge.metrics.observations import parameters

_FINISHED = f"""WITH scope AS ({SCOPE})
SELECT f.item, f.finished_at, (unix_micros(f.finished_at) - unix_micros(f.started_at)) / 3.6e9 AS hours
FROM flow_items AS f JOIN scope ON scope.line_id = f.line_id
WHERE f.started_at IS NOT NULL AND NOT f.left_truncated AND {WANTED_ITEM} AND {HIGHER_LEVEL} IS NULL
  AND f.finished_at < least(scope.until, scope.known_at) AND (scope.since IS NULL OR f.finished_at >= scope.since)
ORDER BY f.finished_at, f.item
"""
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Finished:
    """One finished item: when it was done (UTC), and its flow time in hours."""

    item: str
    at: datetime
    hours: float


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
            days=day_by_day(asking.view, asking.asked),
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
