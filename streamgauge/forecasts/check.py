"""What a sound model holds: each mistake is named with where it stands, what is allowed, and the nearest match."""

import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any

from streamgauge.errors import BadModel
from streamgauge.forecasts.mistakes import (
    above_one,
    bad_cadence,
    bad_calendar,
    bad_duration,
    out_of_range,
    repeated,
    unknown,
    weightless,
    without_zone,
)
from streamgauge.forecasts.model import (
    Arrivals,
    Cadence,
    Item,
    ItemClass,
    Lever,
    Model,
    Service,
    Shift,
    Stage,
    Stream,
    Team,
)

MOST_CLASSES = 62


def check(model: Model) -> None:
    """Return where a model is sound; else raise BadModel for its first mistake, with how many more there are."""
    mistakes = list(_mistakes(model))
    if mistakes:
        more = f" There are {len(mistakes) - 1} more mistakes." if len(mistakes) > 1 else ""
        wrong, _, advice = mistakes[0].partition("\n")
        raise BadModel(wrong, advice=advice + more)


@dataclass(frozen=True, kw_only=True)
class Names:
    """What there is in a model, by name."""

    teams: frozenset[str]
    streams: Mapping[str, frozenset[str]]
    stages: frozenset[str]
    classes: frozenset[str]
    services: frozenset[str]
    items: frozenset[str]


def _names(model: Model) -> Names:
    streams = {stream.name: frozenset(stage.name for stage in stream.stages) for stream in model.streams}
    return Names(
        teams=frozenset(team.name for team in model.teams),
        streams=streams,
        stages=frozenset[str]().union(*streams.values()),
        classes=frozenset(kind.name for kind in model.classes),
        services=frozenset(service.name for service in model.services),
        items=frozenset(item.name for item in model.items),
    )


def _mistakes(model: Model) -> Iterator[str]:
    names = _names(model)
    yield from _period(model)
    yield from _named(model)
    for team in model.teams:
        yield from _team(team, names)
    for stream in model.streams:
        yield from _stream(stream, names)
    for kind in model.classes:
        yield from _class(kind, names)
    for service in model.services:
        yield from _service(service, names)
    for arrivals in model.arrivals:
        yield from _arrivals(arrivals, names)
    for item in model.items:
        yield from _item(item, names)
    yield from _precedence(model)
    for shift in model.shifts:
        yield from _shift(model, shift, names)


def _named(model: Model) -> Iterator[str]:
    kinds: dict[str, Sequence[Any]] = {"team": model.teams, "stream": model.streams, "class": model.classes}
    yield from (f"There is no {what}.\nA model needs one." for what, given in kinds.items() if not given)
    for what, given in (kinds | {"service": model.services, "item": model.items, "arrivals": model.arrivals}).items():
        yield from repeated("The model", what, (one.name for one in given))
    if len(model.classes) > MOST_CLASSES:
        yield f"There are {len(model.classes)} classes.\nAllowed: at most {MOST_CLASSES}."


def _period(model: Model) -> Iterator[str]:
    yield from without_zone("The model", "its start", model.start)
    yield from without_zone("The model", "its end", model.until)
    both = model.start.tzinfo is not None and model.until.tzinfo is not None
    if both and model.until <= model.start:
        yield f"The model ends at {model.until}, and starts at {model.start}.\nIt starts first."


def _team(team: Team, names: Names) -> Iterator[str]:
    where = f"Team '{team.name}'"
    yield from out_of_range(where, "the number of people", team.people)
    yield from bad_calendar(where, team.calendar)
    if team.wip_limit is not None:
        yield from out_of_range(where, "the WIP limit", team.wip_limit, 1)
    for stream in team.allocation:
        yield from unknown(where, "stream", stream, names.streams)
    yield from weightless(where, "stream", team.allocation)


def _stream(stream: Stream, names: Names) -> Iterator[str]:
    where = f"Stream '{stream.name}'"
    if not stream.stages:
        yield f"{where} has no stage.\nA stream needs one."
    yield from repeated(where, "stage", (stage.name for stage in stream.stages))
    for stage in stream.stages:
        here = f"Stage '{stage.name}' of stream '{stream.name}'"
        yield from _stage(here, stage)
        yield from _asks(here, stage, names)
        yield from _goes(here, stage, names.streams[stream.name], names=names)
        if stage.team is not None:
            yield from unknown(here, "team", stage.team, names.teams)


def _stage(where: str, stage: Stage) -> Iterator[str]:
    if stage.team is not None and stage.cadence is not None:
        yield f"{where} has a team and a cadence.\nGive each a stage of its own."
    if stage.team is None and (stage.wip_limit is not None or stage.blocking or stage.requests):
        yield f"{where} has a limit, blocking or requests, and no team.\nOnly work of a team can have them."
    if stage.wip_limit is not None:
        yield from out_of_range(where, "the WIP limit", stage.wip_limit, 1)
    yield from bad_duration(where, "its work", stage.work)
    yield from out_of_range(where, "the factor of repeated work", stage.repeat)
    yield from bad_calendar(where, stage.calendar)
    if stage.cadence is not None:
        yield from bad_cadence(where, stage.cadence)


def _asks(where: str, stage: Stage, names: Names) -> Iterator[str]:
    if stage.blocking is not None:
        yield from out_of_range(where, "the probability of blocking", stage.blocking.probability, 0, 1)
        yield from bad_duration(where, "the wait of blocking", stage.blocking.wait)
    yield from above_one(where, "requests", (request.probability for request in stage.requests))
    for request in stage.requests:
        yield from unknown(f"A request of {where}", "team", request.team, names.teams)
        yield from bad_duration(where, f"the work asked of '{request.team}'", request.work)
        yield from out_of_range(where, "the share of work before a request", request.at, 0, 1)


def _goes(where: str, stage: Stage, stages: frozenset[str], *, names: Names) -> Iterator[str]:
    yield from above_one(where, "routes", (route.probability for route in stage.routes))
    for route in stage.routes:
        yield from unknown(f"A route of {where}", "stage", route.to, stages)
        yield from out_of_range(where, "the most visits of a route", route.most, 1)
        for kind in route.classes:
            yield from unknown(f"A route of {where}", "class", kind, names.classes)


def _class(kind: ItemClass, names: Names) -> Iterator[str]:
    where, stages = f"Class '{kind.name}'", names.stages
    if not kind.sizes or min(kind.sizes) <= 0:
        yield f"{where} has the sizes {kind.sizes}.\nAllowed: at least one, all above 0."
    for size in kind.sizes:
        yield from out_of_range(where, "a size", size)
    for stage, effort in kind.effort.items():
        yield from unknown(where, "stage", stage, stages)
        yield from out_of_range(where, f"the effort in '{stage}'", effort)
    for what, fate in (("cancellation", kind.cancellation), ("reopening", kind.reopening)):
        if fate is not None:
            yield from out_of_range(where, f"the probability of {what}", fate.probability, 0, 1)
            yield from bad_duration(where, f"the time to {what}", fate.after)
    if kind.reopening is not None:
        yield from unknown(where, "stage", kind.reopening.to, stages)
        yield from out_of_range(where, "the most reopenings", kind.reopening.most, 1)


def _service(service: Service, names: Names) -> Iterator[str]:
    where = f"Service '{service.name}'"
    yield from unknown(where, "team", service.team, names.teams)
    for what in ("failure", "growth", "rollback"):
        yield from out_of_range(where, f"the probability of {what}", getattr(service, what), 0, 1)
    yield from out_of_range(where, "the number of incidents per week", service.incidents_per_week)
    yield from out_of_range(where, "the people of a repair", service.people, 1)
    yield from bad_duration(where, "the detection", service.detection)
    yield from bad_duration(where, "the repair", service.repair)


def _arrivals(arrivals: Arrivals, names: Names) -> Iterator[str]:
    where = f"Arrivals '{arrivals.name}'"
    yield from unknown(where, "stream", arrivals.stream, names.streams)
    yield from out_of_range(where, "the number per week", arrivals.per_week)
    yield from bad_calendar(where, arrivals.calendar)
    ways = (arrivals.per_week > 0, bool(arrivals.times), arrivals.cadence is not None)
    if sum(ways) > 1 or (arrivals.batch and not ways[2]):
        yield f"{where} come in more than one way.\nGive a number per week, or times, or a cadence with a batch."
    for kind in arrivals.classes:
        yield from unknown(where, "class", kind, names.classes)
    for service in arrivals.services:
        yield from unknown(where, "service", service, names.services)
    if not arrivals.classes:
        yield f"{where} have no class.\nGive the weight of at least one."
    yield from weightless(where, "class", arrivals.classes)
    yield from weightless(where, "service", arrivals.services)
    for time in arrivals.times:
        yield from without_zone(where, "a time", time)
    if arrivals.cadence is not None:
        yield from bad_cadence(where, arrivals.cadence)
        yield from out_of_range(where, "the batch", arrivals.batch, 0)


def _item(item: Item, names: Names) -> Iterator[str]:
    where = f"Item '{item.name}'"
    yield from unknown(where, "stream", item.stream, names.streams)
    yield from unknown(where, "class", item.kind, names.classes)
    if item.service is not None:
        yield from unknown(where, "service", item.service, names.services)
    stages = names.streams.get(item.stream, frozenset())
    places = [item.stage, *(after.stage for after in item.after)]
    for stage in places:
        if stage is not None and item.stream in names.streams:
            yield from unknown(where, "stage", stage, stages)
    for after in item.after:
        yield from unknown(f"{where}, which comes after another,", "item", after.item, names.items)
    if not item.size > 0:
        yield f"{where}: the size is {item.size:g}.\nAllowed: above 0."
    yield from out_of_range(where, "the size", item.size)
    yield from out_of_range(where, "the share that is done", item.done, 0, 1)
    yield from without_zone(where, "its arrival", item.arrives)
    yield from without_zone(where, "its due date", item.due)


def _precedence(model: Model) -> Iterator[str]:
    graph = {item.name: [after.item for after in item.after] for item in model.items}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle = " after ".join(f"'{name}'" for name in reversed(error.args[1]))
        yield f"Items wait for each other in a circle: {circle}.\nTake one of these out."


_PROBABILITIES = (Lever.FAILURE, Lever.BLOCKING, Lever.STAGE_OPEN)
_LIMITS = (Lever.TEAM_LIMIT, Lever.STAGE_LIMIT)
_COUNTS = (Lever.PEOPLE, Lever.TEAM_LIMIT, Lever.STAGE_LIMIT)
_OF_TEAMS = (Lever.PEOPLE, Lever.TEAM_FACTOR, Lever.TEAM_LIMIT)
_OF_SERVICES = (Lever.FAILURE, Lever.INCIDENTS)


def _shiftable(model: Model, lever: Lever, names: Names) -> tuple[str, Collection[str]]:
    """Return what a lever is about, and how each of those things is named."""
    if lever in _OF_TEAMS:
        return "team", names.teams
    if lever in _OF_SERVICES:
        return "service", names.services
    if lever is Lever.ARRIVALS:
        return "arrivals", [arrivals.name for arrivals in model.arrivals if not arrivals.times]
    if lever is Lever.ALLOCATION:
        return "share", [f"{team}/{stream}" for team in names.teams for stream in names.streams]
    fits: Callable[[Stage], bool] = {
        Lever.CADENCE: lambda stage: stage.cadence is not None,
        Lever.STAGE_LIMIT: lambda stage: stage.team is not None,
        Lever.BLOCKING: lambda stage: stage.blocking is not None,
    }.get(lever, lambda _: True)
    return "stage", [
        f"{stream.name}/{stage.name}" for stream in model.streams for stage in stream.stages if fits(stage)
    ]


def _shift(model: Model, shift: Shift, names: Names) -> Iterator[str]:
    where = f"The shift of the {shift.lever} of '{shift.of}'"
    yield from without_zone(where, "its instant", shift.at)
    what, known = _shiftable(model, shift.lever, names)
    yield from unknown(where, what, shift.of, known)
    if shift.lever is Lever.CADENCE or isinstance(shift.to, Cadence):
        yield from _new_cadence(where, shift)
    elif shift.to is not None:
        most = 1 if shift.lever in _PROBABILITIES else math.inf
        yield from out_of_range(where, "the number", shift.to, int(shift.lever in _LIMITS), most=most)
        if shift.lever in _COUNTS and shift.to != int(shift.to):
            yield f"{where} gives {shift.to:g}.\nAllowed: a whole number."
    elif shift.lever not in _LIMITS:
        yield f"{where} gives nothing.\nAllowed: a number; only limits can be taken away."


def _new_cadence(where: str, shift: Shift) -> Iterator[str]:
    if shift.lever is Lever.CADENCE and isinstance(shift.to, Cadence):
        yield from bad_cadence(where, shift.to)
    else:
        allowed = "a cadence" if shift.lever is Lever.CADENCE else "a number"
        yield f"{where} gives {shift.to}.\nAllowed: {allowed}."
