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
_CHOSEN = f"""WITH scope AS ({SCOPE}),
chosen AS (
  SELECT f.line_id, f.item, coalesce(f.finished_at, f.cancelled_at) AS ended_at, least(scope.until, scope.known_at) AS
         end_at
  FROM flow_items AS f JOIN scope ON scope.line_id = f.line_id
  WHERE f.episode = 1 AND f.started_at IS NOT NULL AND {WANTED_ITEM} AND {HIGHER_LEVEL} IS NULL)"""
_DAY = "CAST(from_utc_timestamp({at}, $zone) AS DATE)"
# An item advances where it reaches a place behind all those before; what it skips it reaches with the next.
_ADVANCES = f"""{_CHOSEN},
told AS (
  SELECT v.line_id, v.item, v.place, v.entered_at, v.ordinal,
         max(v.place) OVER (PARTITION BY v.line_id, v.item ORDER BY v.ordinal
                            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS furthest
  FROM visits AS v JOIN chosen AS c ON c.line_id = v.line_id AND c.item = v.item
  WHERE v.place IS NOT NULL AND v.state NOT IN ('done', 'cancelled') AND v.entered_at < c.end_at
    AND (c.ended_at IS NULL OR v.entered_at <= c.ended_at))
SELECT {_DAY.format(at="entered_at")} AS day, coalesce(furthest, -1) AS former, place, count(*) AS n
FROM told WHERE furthest IS NULL OR place > furthest GROUP BY 1, 2, 3
UNION ALL
SELECT {_DAY.format(at="c.ended_at")}, coalesce(t.furthest, -1), NULL, count(*)
FROM chosen AS c LEFT JOIN (SELECT line_id, item, max(place) AS furthest FROM told GROUP BY line_id, item) AS t
  ON t.line_id = c.line_id AND t.item = c.item
WHERE c.ended_at < c.end_at GROUP BY 1, 2
"""
_PLACES = """
SELECT stage, min(place) AS place FROM visits
WHERE line_id IN (SELECT unnest($line_ids)) AND place IS NOT NULL AND state NOT IN ('done', 'cancelled')
GROUP BY stage ORDER BY 2, 1
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
        lines=_lines(view.rows(_ADVANCES, said), view.rows(_PLACES, said), days),
        started=_told(_daily(steps, "started", days)[1:]),
        ended=_told(_daily(steps, "ended", days)[1:]),
        under_way=_level(steps, days),
        under_way_by_kind={kind: _level([r for r in steps if r["kind"] == kind], days) for kind in kinds},
    )


def _lines(
    advances: Sequence[Mapping[str, Any]], places: Sequence[Mapping[str, Any]], days: Sequence[date]
) -> tuple[CumulativeLine, ...]:
    """Return a line for each place: an advance from one place to another crosses all that lie between them."""
    seen = {row["place"] for row in advances}
    stages = {row["place"]: row["stage"] for row in reversed(places) if row["place"] in seen}
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
