"""The company as a simulation is told it: who does which work, and what changes when. All that happens follows."""

from collections.abc import Iterator
from datetime import date, time, timedelta

from streamgauge.company.clock import WorkingTime
from streamgauge.examples.plan import TYPES, WORK, Plan
from streamgauge.examples.story import Story, Turn
from streamgauge.examples.world import DAY, Service, Stream, Team, World
from streamgauge.forecasts import model as m

STAGES = ("analysis", "development", "review", "validation", "approval", "release")
"""The stages of every stream, in line; only where a board sits is there an approval."""
ANALYSIS, DEVELOPMENT, REVIEW, VALIDATION, APPROVAL, RELEASE = range(len(STAGES))
_SIZES = (0.5, 1.0, 1.0, 1.0, 2.0)
_EFFORT = ((1.0, 1.0), (0.5, 0.6), (0.4, 0.8), (1.2, 1.2))
"""Per type, how much analysis and development it takes."""
_STOPPED, _SPARE, _LAST = "stopped", 3, 4
_SPREAD = {"analysis": 0.7, "development": 0.8, "review": 0.6, "validation": 0.6}
_DRIFT = 2.5
_NEVER = timedelta(days=40_000)


def model(world: World, story: Story, plan: Plan) -> m.Model:
    """Return the whole company with its work and its turns."""
    return m.Model(
        start=world.start,
        until=world.until,
        teams=tuple(_team(world, story, team) for team in world.teams),
        streams=tuple(_route(world, story, service) for service in world.services),
        classes=tuple(_classes()),
        services=tuple(_service(world, service) for service in world.services),
        items=tuple(_items(world, story, plan)),
        shifts=tuple(shift for turn in story.turns for shift in _shifts(world, turn)),
    )


def failure(service: Service) -> float:
    """Return the chance that a release of one change fails, as long as nothing special happens."""
    return (0.02, 0.04, 0.06, 0.09)[(service.number * 7 + service.tier) % 4]


def _team(world: World, story: Story, team: Team) -> m.Team:
    limits = {turn.team: int(turn.size) for turn in story.of("limit never binds")}
    ignored = {turn.team for turn in story.of("limit ignored")}
    return m.Team(
        name=team.name,
        people=team.people,
        calendar=WorkingTime(zone=team.zone, opens=time(8, 30), closes=time(16, 30), holidays=holidays(world)),
        order=m.Order.PRIORITY,
        wip_limit=None if team.number in ignored else limits.get(team.number, team.people + _SPARE),
    )


def holidays(world: World) -> frozenset[date]:
    """Return the days on which nobody works: Christmas to New Year, and the first of May."""
    years = range(world.start.year, world.until.year + 1)
    christmas = [date(year, 12, day) for year in years for day in range(24, 32)]
    return frozenset([*christmas, *(date(year, 1, 1) for year in years), *(date(year, 5, 1) for year in years)])


def _route(world: World, story: Story, service: Service) -> m.Stream:
    """Return the way of a service's work: through its team, the testers, where there is one the board, to a release."""
    team, stream = world.teams[service.team], _stream_of(world, service)
    tester = world.teams[stream.quality] if stream is not None and stream.quality >= 0 else team
    back = m.Route(to="development", probability=0.1, most=4)
    asks = _requests(world, service) if team.kind == "stream" else ()
    line = [
        m.Stage(name="analysis", team=team.name, work=_work("analysis")),
        m.Stage(
            name="development",
            team=team.name,
            work=_work("development"),
            repeat=0.4,
            blocking=m.Blocking(probability=0.07, wait=m.Duration.lognormal(14, 0.9, elapsed=True)),
            requests=asks,
        ),
        m.Stage(
            name="review",
            team=team.name,
            work=_work("review"),
            repeat=0.6,
            routes=(back,),
            blocking=m.Blocking(probability=0.0, wait=m.Duration.lognormal(40, 0.6, elapsed=True)),
        ),
        m.Stage(
            name="validation",
            team=tester.name,
            work=_work("validation"),
            repeat=0.7,
            routes=(m.Route(to="development", probability=0.09, most=4),),
        ),
    ]
    if stream is not None and stream.has_board:
        line.append(m.Stage(name="approval", cadence=m.Cadence(weekdays=frozenset({2}), at=time(13), zone=team.zone)))
    line.append(m.Stage(name="release", cadence=_cadence(world, story, service), releases=True))
    return m.Stream(name=service.name, stages=tuple(line))


def _stream_of(world: World, service: Service) -> Stream | None:
    return world.streams[service.stream] if service.stream >= 0 else None


def cadence_days(world: World, service: Service) -> int:
    """Return the days between releases; 0 is on merge. A platform releases every day."""
    stream = _stream_of(world, service)
    return 1 if stream is None else stream.cadence_days


def _cadence(world: World, story: Story, service: Service) -> m.Cadence | None:
    # Only what is released on dates can be told to stop.
    stops = any(turn.service == service.number for turn in story.of("releases stop"))
    days, zone = max(cadence_days(world, service), int(stops)), world.teams[service.team].zone
    at = time(10 + service.number % 4, 15 * (service.number % 3))
    if days == 0:
        return None
    if days <= 2:
        return m.Cadence(weekdays=frozenset(range(5)) if days == 1 else frozenset({0, 2, 4}), at=at, zone=zone)
    return m.Cadence(weekdays=frozenset({1 + service.number % 3}), every=days // 7, at=at, zone=zone)


def _requests(world: World, service: Service) -> tuple[m.Request, ...]:
    platform = world.platforms[service.team % len(world.platforms)]
    return (m.Request(team=platform.name, work=m.Duration.lognormal(6, 0.7), probability=0.12, at=0.4),)


def _work(stage: str) -> m.Duration:
    spread = _SPREAD[stage]
    return m.Duration.lognormal(WORK[stage] / 2.718281828 ** (spread**2 / 2), spread)


def _classes() -> Iterator[m.ItemClass]:
    for name, (analysis, development) in zip(TYPES, _EFFORT, strict=True):
        for suffix, chance in (("", 0.04), (f", {_STOPPED}", 0.85)):
            after = m.Duration.lognormal(20 if not suffix else 12, 0.6, elapsed=False)
            yield m.ItemClass(
                name=name + suffix,
                effort={"analysis": analysis, "development": development},
                cancellation=m.Cancellation(probability=chance, after=after),
                reopening=m.Reopening(
                    probability=0.025, after=m.Duration.lognormal(90, 0.8, elapsed=True), to="development"
                ),
            )


def _service(world: World, service: Service) -> m.Service:
    return m.Service(
        name=service.name,
        team=world.teams[service.team].name,
        failure=failure(service),
        growth=0.9 * failure(service),
        incidents_per_week=(0.05, 0.03, 0.02)[service.tier - 1],
        detection=m.Duration.lognormal(0.6, 1.0, elapsed=True),
        repair=m.Duration.lognormal(1.6, 0.8),
        people=2 if service.tier == 1 else 1,
        rollback=0.4,
    )


def _items(world: World, story: Story, plan: Plan) -> Iterator[m.Item]:
    """Give every piece of work under the number of its row."""
    draws = world.seed
    drifting = {turn.initiative for turn in story.of("commitment drifts")}
    stopped = {turn.initiative: (turn.begins + turn.ends) // 2 for turn in story.of("stopped half way")}
    work, services = plan.work, [service.name for service in world.services]
    initiative = [feature.initiative for feature in plan.features]
    columns = (work.service, work.created, work.type, work.feature, work.priority)
    for row, (service, created, kind, feature, priority) in enumerate(zip(*(c.tolist() for c in columns), strict=True)):
        ends = stopped.get(initiative[feature]) if feature >= 0 else None
        given_up = ends is not None and created > ends - 60 * DAY
        drifts = feature >= 0 and initiative[feature] in drifting
        size = _SIZES[(row * 2_654_435_761 + draws) // 65_536 % len(_SIZES)]
        yield m.Item(
            name=f"{row:08d}",
            stream=services[service],
            kind=TYPES[kind] + (f", {_STOPPED}" if given_up else ""),
            service=services[service],
            size=size * (_DRIFT if drifts else 1.0),
            priority=_LAST if drifts else priority,
            arrives=world.start + timedelta(seconds=created),
        )


def _shifts(world: World, turn: Turn) -> Iterator[m.Shift]:
    """Give the dated changes that a turn makes to the flow; none for what only shows in records."""
    changes = {
        "testers leave": _testers_leave,
        "provider slows down": _provider_slows,
        "waterbed": _waterbed,
        "spread thin": _spread_thin,
        "reviews wait": _reviews_wait,
        "releases stop": _releases_stop,
        "budget burns": _budget_burns,
    }
    for at, lever, of, to in changes[turn.kind](world, turn) if turn.kind in changes else ():
        if 0 <= at < world.seconds:
            yield m.Shift(at=world.start + timedelta(seconds=at), lever=lever, of=of, to=to)


Change = tuple[int, m.Lever, str, "float | m.Cadence | None"]


def _testers_leave(world: World, turn: Turn) -> Iterator[Change]:
    testers = [team for team in world.teams if team.kind == "quality"]
    for team in testers:
        yield turn.begins, m.Lever.PEOPLE, team.name, max(1, round(team.people * turn.size))
        yield turn.ends, m.Lever.PEOPLE, team.name, team.people
    for service in world.services if not testers else ():
        yield turn.begins, m.Lever.STAGE_FACTOR, f"{service.name}/validation", 2.5
        yield turn.ends, m.Lever.STAGE_FACTOR, f"{service.name}/validation", 1.0


def _provider_slows(world: World, turn: Turn) -> Iterator[Change]:
    name = world.teams[turn.team].name
    yield turn.begins, m.Lever.TEAM_FACTOR, name, turn.size
    yield turn.ends, m.Lever.TEAM_FACTOR, name, 1.0


def _waterbed(world: World, turn: Turn) -> Iterator[Change]:
    """They test no more and hardly review: quicker, and more of it fails."""
    for service in world.services_of(turn.team):
        yield turn.begins, m.Lever.STAGE_OPEN, f"{service.name}/validation", 0.0
        yield turn.begins, m.Lever.STAGE_FACTOR, f"{service.name}/review", 0.25
        yield turn.begins, m.Lever.FAILURE, service.name, min(0.5, turn.size * failure(service))


def _spread_thin(world: World, turn: Turn) -> Iterator[Change]:
    yield turn.begins, m.Lever.TEAM_FACTOR, world.teams[turn.team].name, 1.12


def _reviews_wait(world: World, turn: Turn) -> Iterator[Change]:
    """Most reviews stop until somebody outside of the team has looked too."""
    for service in world.services_of(turn.team):
        yield turn.begins, m.Lever.BLOCKING, f"{service.name}/review", turn.size


def _releases_stop(world: World, turn: Turn) -> Iterator[Change]:
    service = world.services[turn.service]
    never = m.Cadence(dates=(world.until + _NEVER,))
    yield turn.begins, m.Lever.CADENCE, f"{service.name}/release", never


def _budget_burns(world: World, turn: Turn) -> Iterator[Change]:
    service = world.services[turn.service]
    yield turn.begins, m.Lever.INCIDENTS, service.name, 0.12 * turn.size
