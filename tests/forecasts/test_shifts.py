"""Each lever changes what it names from its instant on, and nothing before it."""

import dataclasses
from datetime import time

import numpy as np
import pytest

from streamgauge.forecasts import Event, replicate, simulate
from streamgauge.forecasts.model import (
    Arrivals,
    Blocking,
    Cadence,
    Duration,
    Item,
    Lever,
    Model,
    Order,
    Request,
    Route,
    Service,
    Shift,
    Stage,
    Stream,
    Team,
)
from tests.forecasts.models import HOUR, finished, hours, items, line, rich, single

FIXED = Duration.fixed
DO = Stage(name="do", team="team", work=FIXED(4))


def done(model: Model, *shifts: Shift) -> dict[str, float]:
    return finished(simulate(dataclasses.replace(model, shifts=shifts), seed=0))


def shift(at: float, lever: Lever, of: str, to: float | Cadence | None) -> Shift:
    return Shift(at=hours(at), lever=lever, of=of, to=to)


def test_more_people_help_from_their_first_hour_and_fewer_finish_what_they_have() -> None:
    model = single(DO, items=items("a", "b", "c"))
    assert done(model, shift(2, Lever.PEOPLE, "team", 3)) == {"a": 4, "b": 6, "c": 6}
    two = dataclasses.replace(model, teams=(Team(name="team", people=2, calendar=None),))
    assert done(two, shift(2, Lever.PEOPLE, "team", 1)) == {"a": 4, "b": 4, "c": 8}


@pytest.mark.parametrize(("lever", "of"), [(Lever.TEAM_FACTOR, "team"), (Lever.STAGE_FACTOR, "stream/do")])
def test_a_factor_holds_for_what_becomes_available_after_it(lever: Lever, of: str) -> None:
    known = items("a") + items("b", arrives=hours(3))
    assert done(single(DO, items=known), shift(2, lever, of, 2)) == {"a": 4, "b": 12}


@pytest.mark.parametrize(("lever", "of"), [(Lever.TEAM_LIMIT, "team"), (Lever.STAGE_LIMIT, "stream/do")])
def test_a_limit_can_come_and_go(lever: Lever, of: str) -> None:
    model = single(DO, teams=(Team(name="team", people=3, calendar=None),), items=items("a", "b", "c"))
    assert done(model, shift(0, lever, of, 1), shift(5, lever, of, None)) == {"a": 4, "b": 8, "c": 9}


def test_a_new_allocation_begins_its_account_anew() -> None:
    streams = tuple(Stream(name=name, stages=(Stage(name="do", team="team", work=FIXED(1)),)) for name in ("x", "y"))
    known = tuple(Item(name=f"{s} {n:03}", stream=s, kind="feature") for s in ("x", "y") for n in range(200))
    team = Team(name="team", people=1, calendar=None, order=Order.FAIR_SHARE, allocation={"x": 1})
    model = single(DO, teams=(team,), streams=streams, items=known)
    at = done(model, shift(100, Lever.ALLOCATION, "team/y", 1))
    assert sum(1 for name, hour in at.items() if name[0] == "y" and hour <= 100) == 0
    late = [name[0] for name, hour in at.items() if 100 < hour <= 140]
    assert (late.count("x"), late.count("y")) == pytest.approx((20, 20), abs=1)


def test_a_stage_can_be_taken_out_and_put_back() -> None:
    known = tuple(item for n, name in enumerate("abc") for item in items(name, arrives=hours(10 * n)))
    model = single(Stage(name="approve", work=FIXED(3)), Stage(name="end", work=FIXED(1)), items=known)
    of = "stream/approve"
    assert done(model, shift(5, Lever.STAGE_OPEN, of, 0), shift(15, Lever.STAGE_OPEN, of, 1)) == {
        "a": 4,
        "b": 11,
        "c": 24,
    }


@pytest.mark.parametrize("lever", [Lever.REWORK, Lever.BLOCKING, Lever.REQUESTS])
def test_probabilities_change_at_their_instant(lever: Lever) -> None:
    stage = Stage(
        name="do",
        team="team",
        work=FIXED(0),
        routes=(Route(to="do", probability=0.5, most=2),),
        blocking=Blocking(probability=0, wait=FIXED(1)),
        requests=(Request(team="team", work=FIXED(0), probability=0.5),),
    )
    arrivals = (Arrivals(name="in", stream="stream", classes={"feature": 1}, per_week=100),)
    kept = {Lever.REWORK: "routes", Lever.REQUESTS: "requests"}.get(lever)
    plain = dataclasses.replace(stage, **{n: () for n in ("routes", "requests") if n != kept})
    to = 1.0 if lever is Lever.BLOCKING else 0.0
    model = single(plain, arrivals=arrivals, shifts=(shift(336, lever, "stream/do", to),))
    history = simulate(model, seed=0)
    event = {Lever.REWORK: Event.RETURNED, Lever.BLOCKING: Event.BLOCKED, Lever.REQUESTS: Event.REQUESTED}[lever]
    at = history.column("events", "happened")[history.column("events", "event") == event] / HOUR
    early, late = (at < 336).sum(), (at >= 336).sum()
    assert (early, late > 100) == (0, True) if lever is Lever.BLOCKING else (early > 60, late) == (True, 0)


def test_failures_incidents_and_arrivals_change_at_their_instant() -> None:
    ship = Stage(name="ship", releases=True)
    service = Service(name="web", team="team", detection=FIXED(1))
    arrivals = (Arrivals(name="in", stream="stream", classes={"feature": 1}, services={"web": 1}, per_week=50),)
    shifts = (
        shift(168, Lever.FAILURE, "web", 1),
        shift(336, Lever.FAILURE, "web", 0),
        shift(336, Lever.INCIDENTS, "web", 20),
        shift(504, Lever.INCIDENTS, "web", 0),
        shift(504, Lever.ARRIVALS, "in", 0),
    )
    history = simulate(single(ship, services=(service,), arrivals=arrivals, shifts=shifts, weeks=5), seed=1)
    began = history.column("incidents", "began") / HOUR
    caused = history.column("incidents", "release") >= 0
    made = history.column("releases", "made")[history.column("releases", "stage") >= 0] / HOUR
    assert began[caused].min() >= 168
    assert began[caused].max() < 336
    assert ((began[~caused] >= 336) & (began[~caused] < 504)).all()
    assert (~caused).sum() == pytest.approx(20, abs=4 * 20**0.5)
    assert caused.sum() == ((made >= 168) & (made < 336)).sum() > 20
    assert made.max() < 504


def test_a_batch_and_a_cadence_change_at_their_instant() -> None:
    weekly = Cadence(weekdays=frozenset({0}), at=time(0))
    arrivals = (Arrivals(name="in", stream="stream", classes={"feature": 1}, cadence=weekly, batch=2),)
    gate = Stage(name="gate", cadence=Cadence(weekdays=frozenset({2}), at=time(0)))
    daily = Cadence(weekdays=frozenset(range(7)), at=time(6))
    shifts = (shift(200, Lever.ARRIVALS, "in", 3), shift(400, Lever.CADENCE, "stream/gate", daily))
    history = simulate(single(gate, arrivals=arrivals, shifts=shifts), seed=0)
    assert np.bincount(history.column("items", "arrival") // (168 * HOUR)).tolist() == [2, 2, 3, 3]
    assert sorted(set(history.column("items", "finished") / HOUR)) == [48, 168 + 48, 336 + 48, 510]


@pytest.mark.parametrize("week", [3, 8])
def test_nothing_that_is_done_before_a_shift_is_changed_by_it(week: int) -> None:
    model = dataclasses.replace(rich(), shifts=())
    late = (
        shift(week * 168, Lever.PEOPLE, "makers", 1),
        shift(week * 168, Lever.FAILURE, "web", 1),
        shift(week * 168, Lever.STAGE_FACTOR, "apps/approve", 3),
        shift(week * 168, Lever.ARRIVALS, "bugs", 1),
    )
    plain, shifted = (
        replicate(dataclasses.replace(model, shifts=shifts), seed=2, replications=20) for shifts in ((), late)
    )
    columns = {name: n for n, name in enumerate(shifted.items)}
    both = [n for n, name in enumerate(plain.items) if name in columns]
    one, other = plain.finished[:, both], shifted.finished[:, [columns[plain.items[n]] for n in both]]
    before = (one >= 0) & (one < week * 168 * HOUR)
    assert before.sum() > 100
    assert (one[before] == other[before]).all()
    assert not (one == other).all()


def test_shifts_before_the_start_hold_from_it() -> None:
    assert done(line(FIXED(4), items=items("a", "b")), shift(-50, Lever.PEOPLE, "team 0", 2)) == {"a": 4, "b": 4}
