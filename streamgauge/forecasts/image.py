"""A model laid out as the memory with which every replication begins; all things stand in the order of their names."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from streamgauge.forecasts import dates, processes
from streamgauge.forecasts import layout as at
from streamgauge.forecasts.memory import Draft, Numbers, Table, chance, key, millionths
from streamgauge.forecasts.model import Cadence, Lever, Model, Order, Stage, Team

ORDERS = {order: n for n, order in enumerate(Order)}
HEAP_ROOM, POOL_ROOM = 4096, 256


@dataclass(frozen=True, kw_only=True)
class Image:
    """The memory before anything happened, and the names of what lies in it.

    `named` says which items are declared by themselves; the others come by arrivals.
    """

    memory: Numbers
    floats: Any
    start: datetime
    until: int
    streams: tuple[str, ...]
    stages: tuple[tuple[str, str], ...]
    teams: tuple[str, ...]
    services: tuple[str, ...]
    classes: tuple[str, ...]
    items: tuple[str, ...]
    named: int


@dataclass(kw_only=True)
class Places:
    """The draft and where each named thing lies in it."""

    model: Model
    draft: Draft
    head: Table
    streams: dict[str, int] = field(default_factory=dict)
    teams: dict[str, int] = field(default_factory=dict)
    stages: dict[tuple[str, str], int] = field(default_factory=dict)
    classes: dict[str, int] = field(default_factory=dict)
    services: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, int] = field(default_factory=dict)
    shares: dict[str, int] = field(default_factory=dict)


def build(model: Model) -> Image:
    """Return the image of a model that was checked."""
    draft = Draft(model.start, model.until)
    places = Places(model=model, draft=draft, head=draft.table(1, at.HEAD_WIDTH))
    places.streams = {name: n for n, name in enumerate(sorted(s.name for s in model.streams))}
    places.kinds = {name: n for n, name in enumerate(sorted(c.name for c in model.classes))}
    _teams(places)
    _stages(places)
    _classes(places)
    _services(places)
    names, named = processes.build(places)
    _shifts(places)
    _room(places)
    memory, floats = draft.finished()
    return Image(
        memory=memory,
        floats=floats,
        start=model.start,
        until=dates.since(model.start, model.until),
        streams=tuple(places.streams),
        stages=tuple(places.stages),
        teams=tuple(places.teams),
        services=tuple(places.services),
        classes=tuple(places.kinds),
        items=names,
        named=named,
    )


def _most_people(model: Model, team: Team) -> int:
    """Return the most people that a team has at any time."""
    later = [int(_number(s.to)) for s in model.shifts if s.lever is Lever.PEOPLE and s.of == team.name]
    return max([team.people, *later])


def _number(to: float | Cadence | None) -> float:
    return to if isinstance(to, int | float) else at.NONE


def _teams(places: Places) -> None:
    draft, model = places.draft, places.model
    teams = sorted(model.teams, key=lambda team: team.name)
    table = draft.table(len(teams), at.TEAM_WIDTH, fill=at.NONE)
    for n, team in enumerate(teams):
        places.teams[team.name] = table.address(n)
        shares = draft.table(len(places.streams), at.SHARE_WIDTH)
        places.shares[team.name] = shares.base
        for stream, share in team.allocation.items():
            shares.rows[places.streams[stream], at.SHARE] = millionths(share)
        cells = {at.TEAM_ID: n, at.TEAM_PEOPLE: team.people, at.TEAM_ORDER: ORDERS[team.order]}
        cells |= {at.TEAM_SLOTS: draft.table(_most_people(model, team), 1, fill=at.NONE).base}
        cells |= {at.TEAM_CALENDAR: draft.calendar(team.calendar), at.TEAM_FACTOR: at.MILLION}
        cells |= {at.TEAM_LIMIT: at.NONE if team.wip_limit is None else team.wip_limit}
        cells |= {at.TEAM_WIP: 0, at.TEAM_REPAIRS: 0, at.TEAM_SHARES: shares.base}
        table.put(n, cells)


def _stages(places: Places) -> None:
    streams = sorted(places.model.streams, key=lambda stream: stream.name)
    listed = [(stream.name, stage) for stream in streams for stage in stream.stages]
    table = places.draft.table(len(listed), at.STAGE_WIDTH, fill=at.NONE)
    places.stages = {(stream, stage.name): table.address(n) for n, (stream, stage) in enumerate(listed)}
    last = {stream.name: stream.stages[-1].name for stream in streams}
    first = {stream.name: places.stages[stream.name, stream.stages[0].name] for stream in streams}
    for n, (stream, stage) in enumerate(listed):
        here = table.address(n)
        following = at.NONE if stage.name == last[stream] else here + at.STAGE_WIDTH
        place = (here - first[stream]) // at.STAGE_WIDTH
        table.put(n, {at.STAGE_ID: n, at.STAGE_KEY: key("stage", stream, stage.name)})
        table.put(n, {at.STAGE_PLACE: place, at.STAGE_NEXT: following})
        table.put(n, _what(places, stage))
        table.put(n, _where(places, stream, stage))
        table.put(n, _when(places, stream, stage))


def _what(places: Places, stage: Stage) -> dict[int, int]:
    """Return the cells that say what a stage does."""
    draft = places.draft
    kind = at.PEOPLE if stage.team else at.TRAIN if stage.cadence else at.DELAY
    blocking = stage.blocking
    return {
        at.STAGE_KIND: kind,
        at.STAGE_TEAM: places.teams[stage.team] if stage.team else at.NONE,
        at.STAGE_WORK: draft.duration(stage.work),
        at.STAGE_CALENDAR: draft.calendar(stage.calendar),
        at.STAGE_LIMIT: at.NONE if stage.wip_limit is None else stage.wip_limit,
        at.STAGE_WIP: 0,
        at.STAGE_REPEAT: millionths(stage.repeat),
        at.STAGE_FACTOR: at.MILLION,
        at.STAGE_OPEN: 1,
        at.STAGE_BLOCKING: chance(blocking.probability) if blocking else 0,
        at.STAGE_WAIT: draft.duration(blocking.wait) if blocking else at.NONE,
        at.STAGE_RELEASES: int(stage.releases),
    }


def _where(places: Places, stream: str, stage: Stage) -> dict[int, int]:
    """Return the cells that say where an item may go from a stage, and whom it may ask."""
    draft = places.draft
    routes = draft.listed(
        [(places.stages[stream, r.to], chance(r.probability), _mask(places, r.classes), r.most) for r in stage.routes],
        at.ROUTE_WIDTH,
    )
    requests = draft.listed(
        [
            (places.teams[r.team], chance(r.probability), draft.duration(r.work), millionths(r.at))
            for r in stage.requests
        ],
        at.ASK_WIDTH,
    )
    return {
        at.STAGE_ROUTES: routes.base,
        at.STAGE_ROUTE_COUNT: len(stage.routes),
        at.STAGE_REWORK: at.MILLION,
        at.STAGE_REQUESTS: requests.base,
        at.STAGE_REQUEST_COUNT: len(stage.requests),
        at.STAGE_ASKING: at.MILLION,
    }


def _mask(places: Places, classes: tuple[str, ...]) -> int:
    return sum(1 << places.kinds[name] for name in classes or places.kinds)


def _when(places: Places, stream: str, stage: Stage) -> dict[int, int]:
    """Return the cells that hold the dates of a gate; a cadence holds until it is shifted."""
    if stage.cadence is None:
        return {}
    model, of = places.model, f"{stream}/{stage.name}"
    shifts = sorted((s for s in model.shifts if s.lever is Lever.CADENCE and s.of == of), key=lambda s: s.at)
    cadences = [(model.start, stage.cadence), *((s.at, s.to) for s in shifts if isinstance(s.to, Cadence))]
    found = [(date,) for date, _ in dates.in_turn(cadences, start=model.start, until=model.until)]
    return {at.STAGE_DATES: places.draft.listed(found, 1).base, at.STAGE_DATE_COUNT: len(found)}


def _classes(places: Places) -> None:
    draft = places.draft
    table = draft.table(len(places.kinds), at.CLASS_WIDTH)
    for kind in places.model.classes:
        n = places.kinds[kind.name]
        places.classes[kind.name] = table.address(n)
        sizes = draft.listed([(millionths(size),) for size in kind.sizes], 1)
        effort = [(millionths(kind.effort.get(stage, 1.0)),) for _, stage in places.stages]
        table.put(n, {at.CLASS_ID: n, at.CLASS_PRIORITY: kind.priority, at.CLASS_EFFORT: draft.listed(effort, 1).base})
        table.put(n, {at.CLASS_SIZES: sizes.base, at.CLASS_SIZE_COUNT: len(kind.sizes)})
        if gone := kind.cancellation:
            cells = {at.CLASS_CANCEL: chance(gone.probability), at.CLASS_CANCEL_AFTER: draft.duration(gone.after)}
            table.put(n, cells)
        if back := kind.reopening:
            to = [(places.stages.get((stream, back.to), at.NONE),) for stream in places.streams]
            cells = {at.CLASS_REOPEN: chance(back.probability), at.CLASS_REOPEN_AFTER: draft.duration(back.after)}
            cells |= {at.CLASS_REOPEN_TO: draft.listed(to, 1).base, at.CLASS_REOPEN_MOST: back.most}
            table.put(n, cells)


def _services(places: Places) -> None:
    draft = places.draft
    services = sorted(places.model.services, key=lambda service: service.name)
    table = draft.table(len(services), at.SERVICE_WIDTH)
    for n, service in enumerate(services):
        places.services[service.name] = table.address(n)
        cells = {at.SERVICE_ID: n, at.SERVICE_KEY: key("service", service.name), at.SERVICE_PEOPLE: service.people}
        cells |= {at.SERVICE_TEAM: places.teams[service.team], at.SERVICE_FAILURE: chance(service.failure)}
        cells |= {at.SERVICE_GROWTH: chance(service.growth), at.SERVICE_ROLLBACK: chance(service.rollback)}
        cells |= {at.SERVICE_DETECTION: draft.duration(service.detection)}
        table.put(n, cells | {at.SERVICE_REPAIR: draft.duration(service.repair)})
    places.head.put(0, {at.SERVICES: table.base, at.SERVICE_COUNT: len(services)})


def _shifts(places: Places) -> None:
    """Lay out those shifts that set a cell at their instant; the others went into dates and rates."""
    model = places.model
    timed = sorted(model.shifts, key=lambda s: (dates.since(model.start, s.at), s.lever, s.of))
    found = [(dates.since(model.start, s.at), _shift(places, s.lever, s.of, _number(s.to))) for s in timed]
    rows = [(when, *cells) for when, cells in found if cells]
    table = places.draft.listed(rows, at.SHIFT_WIDTH)
    places.head.put(0, {at.SHIFTS: table.base, at.SHIFT_COUNT: len(rows), at.STREAM_COUNT: len(places.streams)})


def _shift(places: Places, lever: Lever, of: str, to: float) -> tuple[int, int, int, int] | None:
    """Return the cell, its value, the team that has to look again, and the shares that begin anew (-1: none)."""
    if lever in _OF_TEAM:
        column, kept = _OF_TEAM[lever]
        team = places.teams[of]
        return team + column, kept(to), team, at.NONE
    if lever in _OF_STAGE:
        column, kept = _OF_STAGE[lever]
        stream, stage = of.split("/", 1)
        declared = next(s.team for d in places.model.streams if d.name == stream for s in d.stages if s.name == stage)
        team = places.teams[declared] if declared else at.NONE
        return places.stages[stream, stage] + column, kept(to), team, at.NONE
    if lever is Lever.ALLOCATION:
        team_name, stream = of.split("/", 1)
        shares = places.shares[team_name]
        return shares + places.streams[stream] * at.SHARE_WIDTH, millionths(to), places.teams[team_name], shares
    if lever is Lever.FAILURE:
        return places.services[of] + at.SERVICE_FAILURE, chance(to), at.NONE, at.NONE
    return None


_OF_TEAM: dict[Lever, tuple[int, Callable[[float], int]]] = {
    Lever.PEOPLE: (at.TEAM_PEOPLE, int),
    Lever.TEAM_LIMIT: (at.TEAM_LIMIT, int),
    Lever.TEAM_FACTOR: (at.TEAM_FACTOR, millionths),
}
_OF_STAGE: dict[Lever, tuple[int, Callable[[float], int]]] = {
    Lever.STAGE_FACTOR: (at.STAGE_FACTOR, millionths),
    Lever.STAGE_LIMIT: (at.STAGE_LIMIT, int),
    Lever.STAGE_OPEN: (at.STAGE_OPEN, int),
    Lever.REWORK: (at.STAGE_REWORK, millionths),
    Lever.BLOCKING: (at.STAGE_BLOCKING, chance),
    Lever.REQUESTS: (at.STAGE_ASKING, millionths),
}


def _room(places: Places) -> None:
    """Lay out the pool of incidents and repairs, and the heap; say how much one step may need of them."""
    model, draft, head = places.model, places.draft, places.head
    people = max((_most_people(model, team) for team in model.teams), default=0)
    repairs = max((service.people for service in model.services), default=0)
    waiting = max(Counter(after.item for item in model.items for after in item.after).values(), default=0)
    margin = 64 + 4 * people + 3 * len(model.services) + 4 * repairs + waiting
    need = len(model.services) + repairs + 1
    pool = draft.table(POOL_ROOM + 2 * need, at.TASK_WIDTH)
    pool.rows[:-1, at.TASK_NEXT], pool.rows[-1, at.TASK_NEXT] = pool.addresses()[1:], at.NONE
    most = HEAP_ROOM + 4 * margin + len(places.model.arrivals) + len(places.services)
    heap = draft.table(most, at.HEAP_WIDTH)
    head.put(0, {at.POOL_NEXT: pool.base, at.POOL_FREE: len(pool.rows), at.POOL_NEED: need, at.MARGIN: margin})
    head.put(0, {at.HEAP: heap.base, at.HEAP_MOST: most, at.NOW: at.NONE})
    head.put(0, {at.UNTIL: dates.since(model.start, model.until)})
