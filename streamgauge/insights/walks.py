"""The ways of the items that ended in the recent past, as plain numbers: what the insights about one stream look at."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.facts.ways import NEVER, NONE, Flags, Numbers, coded, instants, starts_of
from streamgauge.insights.ground import Ground
from streamgauge.metrics.metric import HIGHER_LEVEL, SCOPE, WANTED_ITEM
from streamgauge.metrics.observations import parameters

HOUR = 3.6e9
"""Microseconds of an hour."""
OTHER, WAITING, ACTIVE, ENDED = range(4)
"""States of a visit: done and cancelled are ENDED, new and unmapped are OTHER."""
_ENDED_AT = "coalesce(f.finished_at, CASE WHEN d.by_activity THEN f.cancelled_at END)"
_CHOSEN = f"""WITH scope AS ({SCOPE}),
chosen AS (
  SELECT CAST(scope.slice AS BIGINT) AS part, f.line_id, f.item, f.episode, d.dataset, d.is_log, d.by_activity,
         f.started_at, {_ENDED_AT} AS ended_at
  FROM flow_items AS f JOIN scope ON scope.line_id = f.line_id JOIN datasets AS d ON d.line_id = f.line_id
  WHERE f.started_at IS NOT NULL AND NOT f.left_truncated AND {WANTED_ITEM} AND {HIGHER_LEVEL} IS NULL
    AND {_ENDED_AT} >= scope.since AND {_ENDED_AT} < scope.until),
ordered AS (SELECT *, row_number() OVER (ORDER BY part, ended_at, line_id, item, episode) AS nth FROM chosen)
"""
_ITEMS = f"""{_CHOSEN}
SELECT nth, part, item, dataset, started_at FROM ordered
"""
# Only the rows of a log say the same status twice in a row.
_VISITS = f"""{_CHOSEN}
SELECT o.nth, v.ordinal, v.stage, v.team, v.place, v.entered_at, v.left_at, v.blocked_hours,
       CASE v.state WHEN 'waiting' THEN {WAITING} WHEN 'active' THEN {ACTIVE}
                    WHEN 'done' THEN {ENDED} WHEN 'cancelled' THEN {ENDED} ELSE {OTHER} END AS state,
       coalesce(o.is_log AND v.state = 'active' AND v.status = v.next_status, FALSE) AS is_followed_by_itself,
       CASE WHEN o.is_log AND v.state = 'waiting' THEN v.next_stage END AS next_stage
FROM visits AS v JOIN ordered AS o ON o.line_id = v.line_id AND o.item = v.item AND v.entered_at >= o.started_at
  AND (v.entered_at < o.ended_at OR o.by_activity AND v.entered_at = o.ended_at)
"""


@dataclass(frozen=True, kw_only=True)
class Walks:
    """The visits of each way from its start to its end, sorted by way and their order, column by column.

    Ways are numbered in the order of their ends, and `items` has the `item` and `dataset` of each, `started` its start.
    Names are places among `stages` and `teams`, NONE without one; instants are microseconds since 1970 in UTC, NEVER
    where they did not happen. `at` is the stage that a visit counts for: where a log marks the end of work, what then
    waits is before the next stage. `blocked` is in microseconds.
    """

    items: pa.Table
    started: Numbers
    stages: tuple[str, ...]
    teams: tuple[str, ...]
    way: Numbers
    state: Numbers
    stage: Numbers
    at: Numbers
    place: Numbers
    team: Numbers
    entered: Numbers
    left: Numbers
    blocked: Numbers

    @property
    def total(self) -> int:
        """How many ways there are."""
        return len(self.started)

    def block(self, way: Numbers, parts: int) -> Numbers:
        """Return the block of neighbours that each way is in, of so many."""
        return np.floor(way * float(parts) / max(1, self.total)).astype(np.int64)

    @cached_property
    def stays(self) -> Numbers:
        """The visits in which work waited or was worked on."""
        return np.flatnonzero((self.state == WAITING) | (self.state == ACTIVE))

    @cached_property
    def waited(self) -> Numbers:
        """How long work waited in each visit, in microseconds: all of what waits, and what was blocked of work."""
        spent = np.where(self.left == NEVER, 0, self.left - self.entered)
        return np.where(self.state == ACTIVE, self.blocked, np.where(self.state == WAITING, spent, 0))

    @cached_property
    def thing(self) -> Numbers:
        """A number for the item of each way, alike where one item has several."""
        items, item = coded(self.items["item"])
        _, dataset = coded(self.items["dataset"])
        _, found = np.unique(dataset * (len(items) + 1) + item, return_inverse=True)
        return np.asarray(found, np.int64)

    def most(self, way: Numbers, amounts: Numbers, limit: int) -> list[tuple[str, str, int]]:
        """Return the items with the largest sums of whole amounts, and their datasets; among equal ones by name."""
        thing = self.thing[way]
        seen, first = np.unique(thing, return_index=True)
        sums = np.bincount(thing, amounts.astype(np.float64), minlength=1)[seen]
        if len(sums) > limit:
            kept = np.flatnonzero(sums >= np.partition(sums, len(sums) - limit)[len(sums) - limit])
            first, sums = first[kept], sums[kept]
        named = self.items.take(pa.array(way[first], pa.int64())).to_pylist()
        rows = [(one["item"], one["dataset"], int(total)) for one, total in zip(named, sums.tolist(), strict=True)]
        return sorted(rows, key=lambda row: (-row[2], row[0], row[1]))[:limit]


def walks(ground: Ground) -> Walks:
    """Return the ways of one stream, of the work that ended in its recent past; none where nothing is asked for."""
    if "walks" not in ground.kept:
        prepare([ground])
    found: Walks = ground.kept["walks"]
    return found


def prepare(grounds: Sequence[Ground]) -> None:
    """Read the ways of several streams of one view at once, and keep those of each with it."""
    scopes = [
        replace(scope, slice=str(part), since=ground.since)
        for part, ground in enumerate(grounds)
        for scope in ground.scopes
    ]
    if not scopes:
        return
    view, said = grounds[0].view, parameters(scopes)
    items = view.query(_ITEMS, said).sort_by("nth")
    whole = _walks(items, view.query(_VISITS, said))
    part = np.asarray(items["part"])
    ends = np.searchsorted(part, np.arange(len(grounds)), side="right").tolist()
    for ground, start, end in zip(grounds, [0, *ends[:-1]], ends, strict=True):
        ground.kept["walks"] = whole if (start, end) == (0, len(part)) else _cut(whole, start, end)


def _walks(items: pa.Table, visits: pa.Table) -> Walks:
    way, ordinal = np.asarray(visits["nth"]) - 1, np.asarray(visits["ordinal"])
    order = np.lexsort((ordinal, way))

    def column(name: str, missing: int = NONE) -> Numbers:
        found = np.asarray(pc.fill_null(visits[name], missing))
        return found.astype(np.int64, copy=False)[order]

    stages, stage = coded(pa.chunked_array([*visits["stage"].chunks, *visits["next_stage"].chunks], pa.string()))
    teams, team = coded(visits["team"])
    stage, onward = stage[: len(order)][order], stage[len(order) :][order]
    way, state = way[order], column("state")
    waits_on = np.zeros(len(order), np.bool_)
    waits_on[1:] = np.asarray(visits["is_followed_by_itself"])[order][:-1] & (way[1:] == way[:-1])
    waits_on &= (state == WAITING) & (onward != NONE)
    return Walks(
        items=items.select(["item", "dataset"]),
        started=instants(items["started_at"]),
        stages=tuple(stages.to_pylist()),
        teams=tuple(teams.to_pylist()),
        way=way,
        state=state,
        stage=stage,
        at=np.where(waits_on, onward, stage),
        place=column("place"),
        team=team[order],
        entered=instants(visits["entered_at"])[order],
        left=instants(visits["left_at"])[order],
        blocked=np.rint(np.asarray(pc.fill_null(visits["blocked_hours"], 0.0)) * HOUR).astype(np.int64)[order],
    )


def _cut(whole: Walks, start: int, end: int) -> Walks:
    """Return the ways from one to before another."""
    first, last = np.searchsorted(whole.way, [start, end]).tolist()
    columns = {
        name: getattr(whole, name)[first:last]
        for name in ("state", "stage", "at", "place", "team", "entered", "left", "blocked")
    }
    return replace(
        whole,
        items=whole.items.slice(start, end - start),
        started=whole.started[start:end],
        way=whole.way[first:last] - start,
        **columns,
    )


def runs(*columns: Numbers) -> Flags:
    """Return which rows are the first of a run that is alike in all columns."""
    found: Flags = np.logical_or.reduce([starts_of(column) for column in columns])
    return found
