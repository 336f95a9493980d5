"""The simulation: how long its rules take to compile, many replications of half a year, and one long, large history."""

import resource
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from time import perf_counter, process_time

from bench.clock import apart
from bench.figure import Figure
from bench.ground import Ground
from streamgauge.forecasts.model import (
    After,
    Arrivals,
    Blocking,
    Cadence,
    Calendar,
    Duration,
    Item,
    ItemClass,
    Model,
    Order,
    Request,
    Route,
    Service,
    Stage,
    Stream,
    Team,
)

START = datetime(2026, 1, 5, tzinfo=UTC)
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "UTC")
REPLICATIONS, LARGE_TEAMS, LARGE_WEEKS = 1_000, 400, 260


def simulation(ground: Ground) -> Iterator[Figure]:
    """Give the time of compilation, of a thousand replications on two cores, and the memory of a large history."""
    is_small = ground.commits is not None
    replications = 20 if is_small else REPLICATIONS
    compiled, replicated = apart(2, replicate_half_a_year, replications)
    yield Figure(name="simulation, compiling its rules", ours=compiled, against="time", limit=8)
    yield Figure(name=f"{replications:,} replications of half a year", ours=replicated, against="time", limit=5)
    teams, weeks = (8, 8) if is_small else (LARGE_TEAMS, LARGE_WEEKS)
    taken, mebibytes, events = apart(2, simulate_large, teams, weeks)
    name = f"history of {teams} teams, {weeks} weeks"
    yield Figure(name=f"{name}, {events:,} events", ours=taken, against="time", limit=120)
    yield Figure(name=f"{name}, memory", ours=mebibytes, unit="MiB", against="memory", limit=4096)


def replicate_half_a_year(replications: int) -> tuple[float, float]:
    """Return the processor seconds of compilation, and the seconds of so many replications after it."""
    from streamgauge.forecasts.engine import kernel, replicate

    start = process_time()
    kernel()
    compiled = process_time() - start
    model = company(teams=8, weeks=26, open_items=200)
    start = perf_counter()
    replicate(model, seed=1, replications=replications)
    return compiled, perf_counter() - start


def simulate_large(teams: int, weeks: int) -> tuple[float, float, int]:
    """Return the seconds, this process's peak memory in MiB, and the number of events of one detailed history."""
    from streamgauge.forecasts.engine import simulate

    model = company(teams=teams, weeks=weeks, open_items=200)
    start = perf_counter()
    history = simulate(model, seed=1)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return perf_counter() - start, peak / (1024 * 1024 if sys.platform == "darwin" else 1024), history.events.num_rows


def company(*, teams: int, weeks: int, open_items: int) -> Model:
    """Return a company: a stream for each three teams, each team with services of its own, items open and arriving."""
    names = [f"team {n:03}" for n in range(teams)]
    streams = [_stream(n, names[3 * n : 3 * n + 3], names) for n in range(max(1, teams // 3))]
    services = [_service(n, names[n % teams]) for n in range(teams * 5 // 2)]
    return Model(
        start=START,
        until=START + timedelta(weeks=weeks),
        teams=tuple(_team(n, name) for n, name in enumerate(names)),
        streams=tuple(streams),
        classes=(ItemClass(name="feature", sizes=(0.5, 1, 1, 2)), ItemClass(name="defect", sizes=(0.5,), priority=1)),
        services=tuple(services),
        items=tuple(_items(streams, services, open_items)),
        arrivals=tuple(_arrivals(n, stream, services) for n, stream in enumerate(streams)),
    )


def _team(number: int, name: str) -> Team:
    zone = ZONES[number % len(ZONES)]
    order = (Order.PRIORITY, Order.FIRST_COME, Order.SHORTEST)[number % 3]
    return Team(name=name, people=5, calendar=Calendar(zone=zone), order=order, wip_limit=8)


def _service(number: int, team: str) -> Service:
    detection, repair = Duration.exponential(3, elapsed=True), Duration.lognormal(3, 0.8)
    trouble = {"failure": 0.08, "growth": 0.01, "incidents_per_week": 0.1, "people": 2, "rollback": 0.4}
    return Service(name=f"service {number:04}", team=team, detection=detection, repair=repair, **trouble)  # type: ignore[arg-type]


def _stream(number: int, own: list[str], teams: list[str]) -> Stream:
    """Return a stream that designs, builds, checks, is approved and leaves with a train."""
    asked = teams[(3 * number + 5) % len(teams)]
    builders = own[1] if len(own) > 1 else own[0]
    request = Request(team=asked, work=Duration.lognormal(6, 0.7), probability=0.15)
    blocking = Blocking(probability=0.1, wait=Duration.exponential(30, elapsed=True))
    return Stream(
        name=f"stream {number:03}",
        stages=(
            Stage(name="design", team=own[0], work=Duration.lognormal(6, 0.8)),
            Stage(
                name="build", team=builders, work=Duration.lognormal(12, 0.8), requests=(request,), blocking=blocking
            ),
            Stage(
                name="check",
                team=own[-1],
                work=Duration.gamma(5, 2),
                routes=(Route(to="build", probability=0.15),),
                repeat=0.5,
            ),
            Stage(name="approve", work=Duration.exponential(10), calendar=Calendar()),
            Stage(name="release", cadence=Cadence(weekdays=frozenset({1, 3})), releases=True),
        ),
    )


def _items(streams: list[Stream], services: list[Service], count: int) -> Iterator[Item]:
    """Give open items over all streams; each fourth one waits for the one before it in its stream."""
    for n in range(count):
        stream, before = streams[n % len(streams)], n - len(streams)
        after = (After(item=f"item {before:05}", stage="build"),) if n % 4 == 3 and before >= 0 else ()
        service = services[n % len(services)].name
        yield Item(name=f"item {n:05}", stream=stream.name, kind="feature", service=service, after=after)


def _arrivals(number: int, stream: Stream, services: list[Service]) -> Arrivals:
    own = [service.name for service in services if service.team == stream.stages[1].team]
    weights = {"feature": 3.0, "defect": 1.0}
    return Arrivals(
        name=f"{stream.name} inflow",
        stream=stream.name,
        classes=weights,
        services=dict.fromkeys(own, 1.0),
        per_week=7.5,
        calendar=Calendar() if number % 2 else None,
    )
