"""What a stream did of late, as the rule for its constraint takes it: waiting and work by stage, and the queues."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.facts.ways import NONE, coded
from streamgauge.insights.constraint import Stream
from streamgauge.insights.ground import Ground
from streamgauge.insights.resampling import blocks
from streamgauge.lake.instants import micros
from streamgauge.metrics.columns import LATE, window
from streamgauge.metrics.columns.columns import Columns
from streamgauge.metrics.metric import HIGHER_LEVEL, SCOPE, WANTED_ITEM
from streamgauge.metrics.observations import parameters
from streamgauge.metrics.walked import AT, CHOSEN, GOES_ON, only_wanted

OPEN = f"""WITH scope AS ({SCOPE}),
open AS (
  SELECT f.line_id, f.item, f.title, f.type, f.team, f.parent, f.started_at, d.source, d.dataset,
         v.status, v.stage, v.state, v.entered_at
  FROM flow_items AS f JOIN scope ON scope.line_id = f.line_id JOIN datasets AS d ON d.line_id = f.line_id
  JOIN {{stays}} AS v ON v.line_id = f.line_id AND v.item = f.item AND v.entered_at < $end
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
_LOGS = "SELECT line_id FROM datasets WHERE is_log"
_STAYS = f"""WITH scope AS ({SCOPE})
SELECT v.stage, v.state = 'active' AS is_active, unix_micros(v.entered_at) AS came, unix_micros(v.left_at) AS went
FROM {{source}}
WHERE v.line_id IN (SELECT unnest($lines)) AND v.state IN ('waiting', 'active')
  AND v.entered_at < $end AND (v.left_at IS NULL OR v.left_at >= $recent) AND {GOES_ON}
"""
_OF_STATES = "visits AS v {only_wanted}"
# Only the rows of a log say the same status twice in a row, so that elsewhere what came before need not be looked up.
_OF_EVENTS = f"""(
  SELECT line_id, state, entered_at, left_at, {AT} AS stage
  FROM (SELECT v.*, lag(v.status) OVER way AS former_status, lag(v.state) OVER way AS former_state
        FROM visits AS v {{only_wanted}}
        WHERE v.line_id IN (SELECT unnest($lines)) AND v.entered_at < $end
          AND (v.left_at IS NULL OR v.left_at >= $recent) AND {GOES_ON}
        WINDOW way AS (PARTITION BY v.line_id, v.item ORDER BY v.ordinal)) AS v) AS v"""
_SPANS = f"""WITH scope AS ({SCOPE})
SELECT unix_micros(f.started_at) AS started, unix_micros(coalesce(f.finished_at, f.cancelled_at)) AS ended,
       f.left_truncated
FROM flow_items AS f JOIN scope ON scope.line_id = f.line_id
WHERE f.started_at < $end AND {WANTED_ITEM} AND {HIGHER_LEVEL} IS NULL
"""
_MOMENTS = 2_000


def stream(ground: Ground) -> Stream:
    """Return the stream of the recent past, its stages in the order of work; without stages where nothing ended."""
    return ground.lasting("stream", lambda: _stream(ground))


def _stream(ground: Ground) -> Stream:
    sums = _sums(ground, ground.since)
    stages = _in_order(sums)
    index = {stage: i for i, stage in enumerate(stages)}
    held = _held(sums, index)
    late = _sums(ground, ground.end - (ground.end - ground.since) * ground.company.insights.bottleneck.late)
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
        late=_held(late, index)["waited"],
        late_items=_items(late),
    )


def _items(sums: Sequence[Mapping[str, Any]]) -> int:
    return max((row["total"] for row in sums), default=0)


def _held(sums: Sequence[Mapping[str, Any]], index: Mapping[str, int]) -> dict[str, npt.NDArray[np.float64]]:
    """Return what is summed up, by block (rows) and stage (columns)."""
    held = {name: np.zeros((blocks(_items(sums)), len(index))) for name in ("waited", "worked", "through")}
    for row in sums:
        for name, table in held.items():
            table[row["block"], index[row["stage"]]] = row[name]
    return held


def _sums(ground: Ground, since: datetime) -> Sequence[Mapping[str, Any]]:
    """Return what items that were done since then waited and were worked on, by block of neighbours and stage."""
    scopes = [replace(scope, since=since) for scope in ground.scopes]
    columns = ground.columns
    if columns is None:
        return ground.rows(_SUMS, **parameters(scopes), recent=since)
    span = window(scopes[0])
    ends = columns.items.ends(columns.counted, *span)
    firsts = _firsts(len(ends))
    if (ends[firsts[1:]] == ends[firsts[1:] - 1]).any():
        # What ended at once is in different blocks, in which order its names say.
        return ground.rows(_SUMS, **parameters(scopes), recent=since)
    rows = columns.passages.by_block(columns.passed(*span), ends[firsts])
    return [row | {"total": len(ends)} for row in rows]


def _firsts(total: int) -> npt.NDArray[np.int64]:
    """Return which items are the first of their block, counted from 0; see BLOCK."""
    block = np.floor(np.arange(total) * float(blocks(total)) / max(1, total)).astype(np.int64)
    return np.flatnonzero(np.concatenate([[True], block[1:] != block[:-1]])) if total else np.zeros(0, np.int64)


def _in_order(sums: Sequence[Mapping[str, object]]) -> tuple[str, ...]:
    """Return the stages by their place in the process; those without one by when items are there, at the end."""
    places: dict[str, tuple[bool, float, float]] = {}
    for row in sums:
        stage, place, turn = str(row["stage"]), row["place"], float(str(row["turn"]))
        mine = (place is None, float(str(place)) if place is not None else 0.0, turn)
        places[stage] = min(places.get(stage, mine), mine)
    return tuple(sorted(places, key=lambda stage: (places[stage], stage)))


def _levels(ground: Ground, index: Mapping[str, int]) -> tuple[np.ndarray, np.ndarray]:
    """Return how many items waited at each moment (rows) in each stage (columns), and how many were worked on."""
    steps = np.zeros((2, _MOMENTS * len(index)), np.int64)
    if index:
        narrowed = ground.scopes[0].is_narrowed
        if "logs" not in ground.shared:
            ground.shared["logs"] = {row["line_id"] for row in ground.rows(_LOGS)}
        logs = ground.shared["logs"]
        by_columns = ground.columns is not None and not logs & {scope.line_id for scope in ground.scopes}
        for source, is_log in ((_OF_STATES, False), (_OF_EVENTS, True)):
            lines = [scope.line_id for scope in ground.scopes if (scope.line_id in logs) == is_log]
            if lines and not by_columns:
                sql = _STAYS.replace("{source}", source.replace("{only_wanted}", only_wanted("v", narrowed=narrowed)))
                steps += _steps(ground, _of_table(ground.table(sql, {"lines": lines}), index), len(index))
        if by_columns and ground.columns is not None:
            for stays in _of_columns(ground, ground.columns, index):
                steps += _steps(ground, stays, len(index))
    waiting, active = steps.reshape(2, _MOMENTS, len(index)).cumsum(axis=1)
    return waiting, active


@dataclass(frozen=True, eq=False)
class _Stays:
    """Stays that wait or are worked on: the place of the stage, NONE without one, and when each came and went."""

    stage: npt.NDArray[np.int64]
    is_active: npt.NDArray[np.int64]
    came: npt.NDArray[np.int64]
    went: npt.NDArray[np.int64]
    """In microseconds, like `came`; later than all else for what is still there."""


def _of_table(stays: pa.Table, index: Mapping[str, int]) -> _Stays:
    names, codes = coded(stays["stage"])
    return _Stays(
        stage=np.array([index.get(name, NONE) for name in names.to_pylist()] + [NONE], np.int64)[codes],
        is_active=np.asarray(stays["is_active"]).astype(np.int64),
        came=np.asarray(stays["came"]),
        went=np.asarray(pc.fill_null(stays["went"], LATE)),
    )


def _of_columns(ground: Ground, columns: Columns, index: Mapping[str, int]) -> Iterator[_Stays]:
    """Give the stays part by part: what is made of each stays near the processor."""
    place = np.array([index.get(str(name), NONE) for name in columns.visits.stages], np.int64)
    for found in columns.visits.stays(columns.moved, micros(ground.since), micros(ground.end)):
        yield _Stays(
            stage=place[found["stage"]],
            is_active=found["is_active"].astype(np.int64),
            came=found["came"],
            went=found["went"],
        )


def _steps(ground: Ground, stays: _Stays, n: int) -> np.ndarray:
    """Return how many items more than a moment before are in each stage at each, of those that wait and the others."""
    width = _width(ground)
    first, last = (round(moment.timestamp() * 1e6) for moment in (ground.since, ground.end))
    size = 2 * _MOMENTS * n
    found = np.zeros(size, np.int64)
    # What counts in no cell counts in one behind all.
    there = np.where(stays.stage == NONE, size, stays.is_active * (_MOMENTS * n) + stays.stage)
    for moment, step in ((stays.came, 1), (stays.went, -1)):
        slot = np.floor(np.maximum((np.minimum(moment, last) - first) / width, 0)).astype(np.int64)
        cell = there + np.where((moment < last) & (slot < _MOMENTS), slot * n, size)
        found += step * np.bincount(np.minimum(cell, size), minlength=size + 1)[:size]
    return found.reshape(2, -1)


def _width(ground: Ground) -> float:
    return max(1.0, (ground.end - ground.since).total_seconds() * 1e6 / _MOMENTS)


def spans(ground: Ground) -> pa.Table:
    """Return when each item began and ended, in microseconds, and whether it began before what the tool tells."""
    if "spans" not in ground.kept:
        ground.kept["spans"] = ground.table(_SPANS)
    found: pa.Table = ground.kept["spans"]
    return found


def _began(ground: Ground) -> tuple[npt.NDArray[np.int64], int]:
    """Return how many items began between one moment and the next, and while how many moments the stream filled.

    A history that begins within the span, or just before it, begins with an empty stream.
    """
    started = np.zeros(0, np.int64)
    if ground.columns is not None:
        started = ground.columns.items.began(ground.columns.counted, micros(ground.end))
    elif ground.scopes:
        started = np.asarray(spans(ground)["started"])
    slot = np.floor((started - round(ground.since.timestamp() * 1e6)) / _width(ground)).astype(np.int64)
    began = np.bincount(slot[(slot >= 0) & (slot < _MOMENTS)], minlength=_MOMENTS)
    return began, _MOMENTS // 5 if slot.min(initial=0) > -_MOMENTS // 5 else 0
