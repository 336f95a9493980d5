"""What a stream did of late, as the rule for its constraint takes it: waiting and work by stage, and the queues."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from streamgauge.insights.constraint import Stream
from streamgauge.insights.ground import Ground
from streamgauge.insights.resampling import blocks
from streamgauge.metrics.metric import HIGHER_LEVEL, SCOPE, WANTED_ITEM
from streamgauge.metrics.walked import AT, CHOSEN, GOES_ON, only_wanted

OPEN = f"""WITH scope AS ({SCOPE}),
open AS (
  SELECT f.line_id, f.item, f.title, f.type, f.team, f.parent, f.started_at, d.source, d.dataset,
         v.status, v.stage, v.state, v.entered_at
  FROM flow_items AS f JOIN scope ON scope.line_id = f.line_id JOIN datasets AS d ON d.line_id = f.line_id
  JOIN visits AS v ON v.line_id = f.line_id AND v.item = f.item AND v.entered_at < $end
    AND (v.left_at IS NULL OR v.left_at >= $end)
  WHERE f.started_at < $end AND NOT f.left_truncated AND {WANTED_ITEM} AND {HIGHER_LEVEL} IS NULL
    AND (coalesce(f.finished_at, f.cancelled_at) IS NULL OR coalesce(f.finished_at, f.cancelled_at) >= $end))
"""
"""The work that is under way at the end of the window, with the stay that it is in."""
BLOCK = """CAST(floor((nth - 1) * least(60.0, total, greatest(20.0, round(sqrt(total)))) / total) AS BIGINT)"""
"""The block of neighbours that an item is in, of as many as `blocks` says."""

_SUMS = f"""{CHOSEN.rstrip()},
ordered AS (
  SELECT line_id, item, episode, row_number() OVER (ORDER BY ended_at, line_id, item, episode) AS nth,
         count(*) OVER () AS total
  FROM chosen)
SELECT {BLOCK} AS block, p.stage, max(o.total) AS total, min(p.place) AS place,
       sum(p.turns) / CAST(sum(p.stays) AS DOUBLE) AS turn, sum(in_micros(p.waited_hours)) / 3.6e9 AS waited,
       sum(in_micros(p.worked_hours)) / 3.6e9 AS worked, count(*) AS through
FROM passages AS p JOIN ordered AS o ON o.line_id = p.line_id AND o.item = p.item AND o.episode = p.episode
WHERE p.stays > 0 AND p.ended_at >= $recent GROUP BY 1, 2
"""
# Only the rows of a log say the same status twice in a row, so that elsewhere what came before need not be looked up.
_LEVELS = f"""WITH scope AS ({SCOPE}),
v AS (
  SELECT v.*, d.is_log FROM visits AS v JOIN scope ON scope.line_id = v.line_id
  JOIN datasets AS d ON d.line_id = v.line_id {{only_wanted}}
  WHERE v.entered_at < $end AND (v.left_at IS NULL OR v.left_at >= $recent) AND {GOES_ON}),
told AS (
  SELECT stage, state, entered_at, left_at FROM v WHERE NOT is_log AND state IN ('waiting', 'active')
  UNION ALL
  SELECT {AT}, v.state, v.entered_at, v.left_at
  FROM (SELECT *, lag(status) OVER way AS former_status, lag(state) OVER way AS former_state FROM v WHERE is_log
        WINDOW way AS (PARTITION BY line_id, item ORDER BY ordinal)) AS v
  WHERE v.state IN ('waiting', 'active')),
steps AS (
  SELECT stage, state, unix_micros(entered_at) AS moment, 1 AS step FROM told
  UNION ALL SELECT stage, state, unix_micros(left_at), -1 FROM told WHERE left_at IS NOT NULL)
SELECT stage, state,
       CAST(greatest(0, floor((moment - $start) / $width)) AS BIGINT) AS slot, CAST(sum(step) AS BIGINT) AS change
FROM steps WHERE moment < $stop GROUP BY 1, 2, 3
"""
_BEGAN = f"""WITH scope AS ({SCOPE})
SELECT CAST(floor((unix_micros(f.started_at) - $start) / $width) AS BIGINT) AS slot, count(*) AS n,
       min(f.started_at) AS first
FROM flow_items AS f JOIN scope ON scope.line_id = f.line_id
WHERE f.started_at < $end AND {WANTED_ITEM} AND {HIGHER_LEVEL} IS NULL GROUP BY 1
"""
_MOMENTS = 2_000


def stream(ground: Ground) -> Stream:
    """Return the stream of the recent past, its stages in the order of work; without stages where nothing ended."""
    key = ("stream", ground.scopes)
    if key not in ground.shared:
        ground.shared[key] = _stream(ground)
    found: Stream = ground.shared[key]
    return found


def _stream(ground: Ground) -> Stream:
    sums = ground.rows(_SUMS)
    parts = blocks(max((row["total"] for row in sums), default=0))
    stages = _in_order(sums)
    index = {stage: i for i, stage in enumerate(stages)}
    held = {name: np.zeros((parts, len(stages))) for name in ("waited", "worked", "through")}
    for row in sums:
        for name, table in held.items():
            table[row["block"], index[row["stage"]]] = row[name]
    waiting, active = _levels(ground, index)
    began, warm = _began(ground)
    return Stream(
        stages=stages,
        waited=held["waited"],
        worked=held["worked"],
        through=held["through"].sum(axis=0).astype(np.int64),
        waiting=waiting,
        active=active,
        began=began,
        warm=warm,
    )


def _in_order(sums: Sequence[Mapping[str, object]]) -> tuple[str, ...]:
    """Return the stages by their place in the process; those without one by when items are there, at the end."""
    places: dict[str, tuple[bool, float, float]] = {}
    for row in sums:
        stage, place, turn = str(row["stage"]), row["place"], float(str(row["turn"]))
        mine = (place is None, float(str(place)) if place is not None else 0.0, turn)
        places[stage] = min(places.get(stage, mine), mine)
    return tuple(sorted(places, key=lambda stage: (places[stage], stage)))


def _levels(ground: Ground, index: Mapping[str, int]) -> tuple[np.ndarray, np.ndarray]:
    found = {state: np.zeros((_MOMENTS, len(index)), np.int64) for state in ("waiting", "active")}
    if index:
        sql = _LEVELS.replace("{only_wanted}", only_wanted("v", narrowed=ground.scopes[0].is_narrowed))
        for row in ground.rows(sql, width=_width(ground)):
            if row["stage"] in index and row["slot"] < _MOMENTS:
                found[row["state"]][row["slot"], index[row["stage"]]] += row["change"]
    return np.cumsum(found["waiting"], axis=0), np.cumsum(found["active"], axis=0)


def _width(ground: Ground) -> float:
    return max(1.0, (ground.end - ground.since).total_seconds() * 1e6 / _MOMENTS)


def _began(ground: Ground) -> tuple[npt.NDArray[np.int64], int]:
    """Return how many items began between one moment and the next, and while how many moments the stream filled.

    A history that begins within the span, or just before it, begins with an empty stream.
    """
    began = np.zeros(_MOMENTS, np.int64)
    rows = ground.rows(_BEGAN, width=_width(ground)) if ground.scopes else []
    earliest = min((row["slot"] for row in rows), default=0)
    for row in rows:
        if 0 <= row["slot"] < _MOMENTS:
            began[row["slot"]] += row["n"]
    return began, _MOMENTS // 5 if earliest > -_MOMENTS // 5 else 0
