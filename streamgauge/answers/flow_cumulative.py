"""Cumulative flow by day: what had reached each stage, and what was under way (definitions 2.2)."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from streamgauge.answers.flow_report import CumulativeFlow, CumulativeLine
from streamgauge.answers.flow_terms import FlowTerms
from streamgauge.lake import View
from streamgauge.metrics.metric import HIGHER_LEVEL, PRESENT, SCOPE, WANTED_ITEM
from streamgauge.metrics.observations import parameters

GONE = "done or cancelled"
MOST_DAYS = 4_000
"""Of a longer window only the last days are told."""
_DAY = "CAST(from_utc_timestamp({at}, $zone) AS DATE)"
_QUARTER = 900_000_000
"""A quarter of an hour in microseconds. Days begin with one in every zone, so that its day is that of all within it."""
_ADVANCES = f"""WITH scope AS ({SCOPE}),
moves AS (
  SELECT CAST(floor(unix_micros(f.moved_at) / {_QUARTER}) AS BIGINT) AS quarter, f.former_place, f.place, f.stage
  FROM advances AS f JOIN scope ON scope.line_id = f.line_id
  WHERE {WANTED_ITEM} AND {HIGHER_LEVEL} IS NULL AND f.moved_at < least(scope.until, scope.known_at)),
days AS (
  SELECT quarter, {_DAY.format(at=f"timestamp_micros(quarter * {_QUARTER})")} AS day
  FROM (SELECT DISTINCT quarter FROM moves) AS q)
SELECT d.day, m.former_place AS former, m.place, count(*) AS n, min(m.stage) AS stage
FROM moves AS m JOIN days AS d ON d.quarter = m.quarter GROUP BY 1, 2, 3
"""
_STEPS = f"""WITH scope AS ({SCOPE})
SELECT {_DAY.format(at="m.moment")} AS day, m.kind, sum(m.came) AS came, sum(m.went) AS went,
       sum(m.started) AS started, sum(m.ended) AS ended
FROM (
  SELECT f.began_at AS moment, f.kind, 1 AS came, 0 AS went,
         CASE WHEN f.began_at = f.started_at THEN 1 ELSE 0 END AS started, 0 AS ended,
         least(scope.until, scope.known_at) AS end_at
  FROM {PRESENT} AS f JOIN scope ON scope.line_id = f.line_id WHERE {WANTED_ITEM} AND {HIGHER_LEVEL} IS NULL
  UNION ALL
  SELECT f.ended_at, f.kind, 0, 1, 0, CASE WHEN f.ended_at = f.left_at THEN 1 ELSE 0 END,
         least(scope.until, scope.known_at)
  FROM {PRESENT} AS f JOIN scope ON scope.line_id = f.line_id
  WHERE f.ended_at IS NOT NULL AND {WANTED_ITEM} AND {HIGHER_LEVEL} IS NULL) AS m
WHERE m.moment < m.end_at GROUP BY 1, 2
"""
Counts = npt.NDArray[np.int64]


def cumulative(view: View, asked: FlowTerms) -> CumulativeFlow | None:
    """Return cumulative flow over the days of the window; None where it has none."""
    since = asked.window.since
    if since is None or since >= asked.end:
        return None
    zone = ZoneInfo(asked.zone)
    last = (asked.end - timedelta(microseconds=1)).astimezone(zone).date()
    first = max(since.astimezone(zone).date(), last - timedelta(days=MOST_DAYS - 1))
    said = parameters(asked.scopes) | {"zone": asked.zone}
    steps = view.rows(_STEPS, said)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    kinds = sorted({row["kind"] for row in steps if row["kind"]})
    return CumulativeFlow(
        days=tuple(day.isoformat() for day in days),
        lines=_lines(view.rows(_ADVANCES, said), days),
        started=_told(_daily(steps, "started", days)[1:]),
        ended=_told(_daily(steps, "ended", days)[1:]),
        under_way=_level(steps, days),
        under_way_by_kind={kind: _level([r for r in steps if r["kind"] == kind], days) for kind in kinds},
    )


def _lines(advances: Sequence[Mapping[str, Any]], days: Sequence[date]) -> tuple[CumulativeLine, ...]:
    """Return a line for each place: an advance from one place to another crosses all that lie between them."""
    stages: dict[int, str] = {}
    for row in advances:
        if row["place"] is not None:
            stages[row["place"]] = min(row["stage"], stages.get(row["place"], row["stage"]))
    lines = [
        CumulativeLine(
            stage=stages[place],
            arrivals=_sum([row for row in advances if _crosses(row, place)], days),
        )
        for place in sorted(stages)
    ]
    gone = _sum([row for row in advances if row["place"] is None], days)
    return (*lines, CumulativeLine(stage=GONE, arrivals=gone))


def _crosses(advance: Mapping[str, Any], place: int) -> bool:
    return advance["former"] < place and (advance["place"] is None or advance["place"] >= place)


def _sum(rows: Sequence[Mapping[str, Any]], days: Sequence[date]) -> tuple[int, ...]:
    return _told(np.cumsum(_daily(rows, "n", days))[1:])


def _level(rows: Sequence[Mapping[str, Any]], days: Sequence[date]) -> tuple[int, ...]:
    return _told(np.cumsum(_daily(rows, "came", days) - _daily(rows, "went", days))[1:])


def _daily(rows: Sequence[Mapping[str, Any]], field: str, days: Sequence[date]) -> Counts:
    """Return a field by day, with all that lies before the first day in front."""
    found = np.zeros(len(days) + 1, dtype=np.int64)
    for row in rows:
        found[max((row["day"] - days[0]).days + 1, 0)] += int(row[field])
    return found


def _told(numbers: Counts) -> tuple[int, ...]:
    return tuple(int(number) for number in numbers)
