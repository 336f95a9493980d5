"""Cumulative flow by day: what had reached each stage, and what was under way (definitions 2.2)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.answers.flow_report import CumulativeFlow, CumulativeLine
from streamgauge.answers.flow_terms import FlowTerms
from streamgauge.lake import View
from streamgauge.metrics.columns import Asked
from streamgauge.metrics.metric import HIGHER_LEVEL, PRESENT, SCOPE, WANTED_ITEM
from streamgauge.metrics.observations import parameters

GONE = "done or cancelled"
MOST_DAYS = 4_000
"""Of a longer window only the last days are told."""
_QUARTER = 900_000_000
"""A quarter of an hour in microseconds. Days begin with one in every zone, so that its day is that of all within it."""
_OF_A_DAY = 96
"""Quarters of a day in UTC. `$parts` says of each in which part it is: no part is of two days of the zone."""
_PARTS = f"""CAST(floor(quarter / {_OF_A_DAY}) AS BIGINT) AS utc_day,
         get($parts, CAST(quarter - {_OF_A_DAY} * floor(quarter / {_OF_A_DAY}) AS INT)) AS part"""
_IN_QUARTERS = f"CAST(floor(unix_micros({{at}}) / {_QUARTER}) AS BIGINT) AS quarter"
_ADVANCES = f"""WITH scope AS ({SCOPE}),
moves AS (
  SELECT {_IN_QUARTERS.format(at="f.moved_at")}, f.former_place, f.place, f.stage
  FROM advances AS f JOIN scope ON scope.line_id = f.line_id
  WHERE {WANTED_ITEM} AND {HIGHER_LEVEL} IS NULL AND f.moved_at < least(scope.until, scope.known_at)),
parts AS (
  SELECT quarter, former_place, place, stage,
         {_PARTS}
  FROM moves)
SELECT min(quarter) AS quarter, former_place AS former, place, count(*) AS n, min(stage) AS stage
FROM parts GROUP BY utc_day, part, former_place, place
"""
_STEPS = f"""WITH scope AS ({SCOPE}),
moves AS (
  SELECT {_IN_QUARTERS.format(at="f.began_at")}, f.kind, 1 AS came, 0 AS went,
         CASE WHEN f.began_at = f.started_at THEN 1 ELSE 0 END AS started, 0 AS ended
  FROM {PRESENT} AS f JOIN scope ON scope.line_id = f.line_id
  WHERE f.began_at < least(scope.until, scope.known_at) AND {WANTED_ITEM} AND {HIGHER_LEVEL} IS NULL
  UNION ALL
  SELECT {_IN_QUARTERS.format(at="f.ended_at")}, f.kind, 0, 1, 0, CASE WHEN f.ended_at = f.left_at THEN 1 ELSE 0 END
  FROM {PRESENT} AS f JOIN scope ON scope.line_id = f.line_id
  WHERE f.ended_at < least(scope.until, scope.known_at) AND {WANTED_ITEM} AND {HIGHER_LEVEL} IS NULL),
parts AS (
  SELECT *,
         {_PARTS}
  FROM moves)
SELECT min(quarter) AS quarter, kind, CAST(sum(came) AS BIGINT) AS came, CAST(sum(went) AS BIGINT) AS went,
       CAST(sum(started) AS BIGINT) AS started, CAST(sum(ended) AS BIGINT) AS ended
FROM parts GROUP BY utc_day, part, kind
"""
# Work that nobody has begun, from when it is under way to its first work or its end.
_NOT_BEGUN = f"""WITH scope AS ({SCOPE}),
moves AS (
  SELECT {_IN_QUARTERS.format(at="f.began_at")}, 1 AS n
  FROM {PRESENT} AS f JOIN scope ON scope.line_id = f.line_id
  WHERE f.began_at < least(scope.until, scope.known_at) AND {{waits}}
  UNION ALL
  SELECT {_IN_QUARTERS.format(at="least(f.first_active_at, f.ended_at)")}, -1
  FROM {PRESENT} AS f JOIN scope ON scope.line_id = f.line_id
  WHERE least(f.first_active_at, f.ended_at) < least(scope.until, scope.known_at) AND {{waits}}),
parts AS (
  SELECT quarter, n,
         {_PARTS}
  FROM moves)
SELECT min(quarter) AS quarter, CAST(sum(n) AS BIGINT) AS n FROM parts GROUP BY utc_day, part
""".replace(
    "{waits}",
    f"coalesce(f.first_active_at > f.began_at, TRUE) AND {WANTED_ITEM} AND {HIGHER_LEVEL} IS NULL",
)
_NOWHERE = -1
"""Stands for the place of the end, which has none."""
Numbers = npt.NDArray[np.int64]
Which = npt.NDArray[np.bool_] | slice


@dataclass(frozen=True, kw_only=True)
class DayOfFlow:
    """How many items had come under way, been begun and left (done or cancelled) by the end of a day of the company.

    All lines count from the beginning of the window: what was under way then is in those that it had passed, what had
    left before is in none. Committed less ended is the work in progress. Of the work of a team or type, what comes from
    another or goes to one comes and leaves too.
    """

    day: date
    committed: int
    begun: int
    ended: int


def cumulative(view: View, asked: FlowTerms, work: Asked | None) -> CumulativeFlow | None:
    """Return cumulative flow over the days of the window; None where it has none."""
    if not (days := _days(asked)):
        return None
    steps = _daily(view, asked, _STEPS, days, None if work is None else work.steps_by_day(asked.zone))
    advances = _daily(view, asked, _ADVANCES, days, None if work is None else work.advances(asked.zone))
    kinds = sorted(filter(None, pc.unique(steps.table["kind"]).to_pylist()))
    return CumulativeFlow(
        days=tuple(day.isoformat() for day in days),
        lines=_lines(advances),
        started=_told(steps.sums("started")[1:]),
        ended=_told(steps.sums("ended")[1:]),
        under_way=_level(steps),
        under_way_by_kind={kind: _level(steps, pc.equal(steps.table["kind"], kind)) for kind in kinds},
    )


def day_by_day(view: View, asked: FlowTerms) -> tuple[DayOfFlow, ...]:
    """Return what came, was begun and left by each day of the window; what is under way is that of `cumulative`."""
    if not (days := _days(asked)):
        return ()
    steps = _daily(view, asked, _STEPS, days)
    came, went = steps.sums("came"), steps.sums("went")
    # What only changed its team or type neither came nor left, where the work of all of them is asked for.
    changed = np.minimum(came - steps.sums("started"), went - steps.sums("ended"))
    before, waiting = came[0] - went[0], np.cumsum(_daily(view, asked, _NOT_BEGUN, days).sums("n"))[1:]
    committed, ended = before + np.cumsum((came - changed)[1:]), np.cumsum((went - changed)[1:])
    lines = zip(days, _told(committed), _told(committed - waiting), _told(ended), strict=True)
    return tuple(DayOfFlow(day=day, committed=came, begun=begun, ended=left) for day, came, begun, left in lines)


def _days(asked: FlowTerms) -> list[date]:
    """Return the days of the window, the last ones of a very long one; none where it has none."""
    since, zone = asked.window.since, ZoneInfo(asked.zone)
    if since is None or since >= asked.end:
        return []
    last = (asked.end - timedelta(microseconds=1)).astimezone(zone).date()
    first = max(since.astimezone(zone).date(), last - timedelta(days=MOST_DAYS - 1))
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _daily(view: View, asked: FlowTerms, sql: str, days: list[date], known: pa.Table | None = None) -> "_Daily":
    begins = np.array([_quarter_of(day, ZoneInfo(asked.zone)) for day in days], np.int64)
    found = view.query(sql, parameters(asked.scopes) | {"parts": _parts(begins)}) if known is None else known
    return _Daily(found, begins)


def _quarter_of(day: date, zone: ZoneInfo) -> int:
    """Return the quarter of an hour since 1970 with which a day begins."""
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp() * 1e6) // _QUARTER


def _parts(begins: Numbers) -> list[int]:
    """Return for each quarter of a day in UTC how many different beginnings of days are not after it."""
    different = np.unique(begins % _OF_A_DAY)
    found: list[int] = np.searchsorted(different, np.arange(_OF_A_DAY), side="right").tolist()
    return found


class _Daily:
    """Rows of a table by day, where `quarter` is one of the day."""

    def __init__(self, table: pa.Table, begins: Numbers) -> None:
        self.table = table
        self._days = len(begins)
        self._day = np.searchsorted(begins, self.numbers("quarter"), side="right")

    def numbers(self, name: str) -> Numbers:
        """Return a column of whole numbers."""
        found: Numbers = pc.fill_null(self.table[name], _NOWHERE).to_numpy().astype(np.int64)
        return found

    def sums(self, name: str, which: Which = slice(None)) -> Numbers:
        """Return the sum of a field by day, with all that lies before the first day in front."""
        found = np.bincount(self._day[which], weights=self.numbers(name)[which], minlength=self._days + 1)
        return found.astype(np.int64)


def _lines(advances: _Daily) -> tuple[CumulativeLine, ...]:
    """Return a line for each place: an advance from one place to another crosses all that lie between them."""
    places, former = advances.numbers("place"), advances.numbers("former")
    stages: dict[int, str] = {}
    for place, stage in zip(places.tolist(), advances.table["stage"].to_pylist(), strict=True):
        if place != _NOWHERE:
            stages[place] = min(stage, stages.get(place, stage))
    gone = places == _NOWHERE
    lines = [
        CumulativeLine(
            stage=stages[place],
            arrivals=_told(np.cumsum(advances.sums("n", (former < place) & (gone | (places >= place))))[1:]),
        )
        for place in sorted(stages)
    ]
    return (*lines, CumulativeLine(stage=GONE, arrivals=_told(np.cumsum(advances.sums("n", gone))[1:])))


def _level(steps: _Daily, of_kind: pa.ChunkedArray | None = None) -> tuple[int, ...]:
    which = slice(None) if of_kind is None else pc.fill_null(of_kind, False).to_numpy()
    return _told(np.cumsum(steps.sums("came", which) - steps.sums("went", which))[1:])


def _told(numbers: Numbers) -> tuple[int, ...]:
    return tuple(numbers.tolist())
