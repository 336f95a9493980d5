"""Small models to test with, and what is read out of a history."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from streamgauge.forecasts import Event, History
from streamgauge.forecasts.model import (
    After,
    Arrivals,
    Blocking,
    Cadence,
    Calendar,
    Cancellation,
    Duration,
    Item,
    ItemClass,
    Lever,
    Model,
    Order,
    Reopening,
    Request,
    Route,
    Service,
    Shift,
    Stage,
    Stream,
    Team,
)

START = datetime(2026, 1, 5, tzinfo=UTC)  # a Monday
HOUR = 3600
FEATURE = ItemClass(name="feature")


def hours(count: float) -> datetime:
    """Return the instant so many hours after the start."""
    return START + timedelta(hours=count)


def line(*works: Duration, people: int = 1, weeks: float = 4, **more: Any) -> Model:
    """Return one stream whose stages each have a team that always works; `more` goes into the model."""
    teams = tuple(Team(name=f"team {n}", people=people, calendar=None) for n in range(len(works)))
    stages = tuple(Stage(name=f"stage {n}", team=f"team {n}", work=work) for n, work in enumerate(works))
    given = {"teams": teams, "streams": (Stream(name="stream", stages=stages),), "classes": (FEATURE,)}
    return Model(start=START, until=START + timedelta(weeks=weeks), **(given | more))


def single(*stages: Stage, teams: Sequence[Team] = (), weeks: float = 4, **more: Any) -> Model:
    """Return one stream of these stages, by default with one person who always works."""
    given = {"classes": (FEATURE,), "streams": (Stream(name="stream", stages=stages),)} | more
    people = tuple(teams) or (Team(name="team", people=1, calendar=None),)
    return Model(start=START, until=START + timedelta(weeks=weeks), teams=people, **given)


def items(*names: str, **more: Any) -> tuple[Item, ...]:
    """Return items of one stream that are there at the start."""
    return tuple(Item(name=name, stream="stream", kind="feature", **more) for name in names)


def finished(history: History) -> dict[str, float]:
    """Return the hour at which each named item was done; -1: not."""
    rows = history.items.to_pylist()
    return {row["name"]: row["finished"] / HOUR if row["finished"] >= 0 else -1 for row in rows}


def told(history: History, item: str) -> list[tuple[str, float]]:
    """Return what happened to an item, and at which hour."""
    names = history.items.column("name").to_pylist()
    rows = [row for row in history.events.to_pylist() if row["item"] == names.index(item)]
    return [(Event(row["event"]).name, row["happened"] / HOUR) for row in rows]


OFFICE = Calendar(zone="Europe/Berlin", holidays=frozenset({date(2026, 1, 6)}))
TROUBLE = {"detection": Duration.exponential(2, elapsed=True), "repair": Duration.lognormal(3, 0.5)}


def rich_streams() -> tuple[Stream, ...]:
    """Return two streams, one through a board and a train, one that releases by itself."""
    build = Stage(
        name="build",
        team="makers",
        work=Duration.lognormal(9, 0.7),
        repeat=0.5,
        blocking=Blocking(probability=0.2, wait=Duration.exponential(20, elapsed=True)),
        requests=(Request(team="platform", work=Duration.gamma(4, 0.7), probability=0.4),),
        wip_limit=4,
    )
    check = Stage(
        name="check",
        team="testers",
        work=Duration.empirical((1, 2, 3, 5, 8)),
        routes=(
            Route(to="build", probability=0.25),
            Route(to="release", probability=0.2, classes=("defect",)),
        ),
    )
    approve = Stage(name="approve", work=Duration.exponential(12), calendar=OFFICE)
    board = Stage(name="board", cadence=Cadence(weekdays=frozenset({2})), routes=(Route(to="build", probability=0.1),))
    train = Stage(name="release", cadence=Cadence(weekdays=frozenset({1, 3}), zone="Europe/Berlin"), releases=True)
    fix = Stage(name="fix", team="platform", work=Duration.exponential(3), releases=True)
    return (
        Stream(name="apps", stages=(build, check, approve, board, train)),
        Stream(name="repairs", stages=(fix, Stage(name="watch", team="night", work=Duration.fixed(1)))),
    )


def rich_teams() -> tuple[Team, ...]:
    """Return four teams, each with another order and calendar."""
    return (
        Team(name="makers", people=3, calendar=OFFICE, order=Order.PRIORITY, wip_limit=4),
        Team(name="platform", people=2, order=Order.FAIR_SHARE, allocation={"apps": 2, "repairs": 1}),
        Team(name="testers", people=1, calendar=Calendar(zone="America/New_York"), order=Order.SHORTEST),
        Team(name="night", people=2, calendar=None, order=Order.NEWEST),
    )


def rich_inflow() -> tuple[Arrivals, ...]:
    """Return arrivals in each of their ways."""
    return (
        Arrivals(
            name="ideas",
            stream="apps",
            classes={"feature": 3, "defect": 1},
            services={"web": 1, "core": 1},
            per_week=6,
            calendar=OFFICE,
        ),
        Arrivals(name="bugs", stream="repairs", classes={"defect": 1}, services={"core": 1}, per_week=3),
        Arrivals(
            name="plan",
            stream="apps",
            classes={"feature": 1},
            services={"web": 1},
            cadence=Cadence(weekdays=frozenset({0}), every=4),
            batch=3,
        ),
    )


def rich_shifts() -> tuple[Shift, ...]:
    """Return shifts of several levers."""
    return (
        Shift(at=hours(500), lever=Lever.PEOPLE, of="makers", to=2),
        Shift(at=hours(700), lever=Lever.ALLOCATION, of="platform/repairs", to=5),
        Shift(at=hours(800), lever=Lever.STAGE_OPEN, of="apps/board", to=0),
        Shift(at=hours(900), lever=Lever.ARRIVALS, of="bugs", to=9),
        Shift(at=hours(1000), lever=Lever.CADENCE, of="apps/release", to=Cadence(weekdays=frozenset(range(5)))),
        Shift(at=hours(1100), lever=Lever.TEAM_LIMIT, of="makers", to=None),
    )


def rich(*, weeks: int = 12) -> Model:
    """Return a model in which everything occurs that can: two streams, shared teams, trains, incidents, shifts."""
    return Model(
        start=START,
        until=START + timedelta(weeks=weeks),
        teams=rich_teams(),
        streams=rich_streams(),
        classes=(
            ItemClass(
                name="feature",
                sizes=(0.5, 1, 2),
                cancellation=Cancellation(probability=0.1, after=Duration.exponential(90)),
            ),
            ItemClass(
                name="defect",
                priority=1,
                effort={"build": 0.5},
                reopening=Reopening(probability=0.3, after=Duration.fixed(30), to="fix"),
            ),
        ),
        services=(
            Service(name="web", team="makers", failure=0.3, growth=0.05, people=2, rollback=0.5, **TROUBLE),
            Service(name="core", team="platform", failure=0.1, incidents_per_week=0.5, **TROUBLE),
        ),
        items=(
            Item(name="first", stream="apps", kind="feature", service="web", stage="check", done=0.5),
            Item(
                name="second",
                stream="apps",
                kind="feature",
                service="core",
                after=(After(item="first", stage="check"),),
            ),
            Item(name="third", stream="repairs", kind="defect", arrives=hours(200), after=(After(item="second"),)),
        ),
        arrivals=rich_inflow(),
        shifts=rich_shifts(),
    )
