"""Queues follow their formulas, and Little's law holds exactly."""

import math
from datetime import timedelta

import numpy as np
import pytest

from streamgauge.forecasts import Event, History, simulate
from streamgauge.forecasts.model import Arrivals, Duration, Item
from tests.forecasts.models import HOUR, START, line, rich

WEEK = 168.0
RUNS, ITEMS = 16, 60_000


def waits(history: History) -> np.ndarray:
    """Return the hours between `queued` and `started` of each item that started, without the first tenth."""
    events = {name: history.column("events", name) for name in ("happened", "event", "item")}
    queued, started = (events["event"] == Event.QUEUED), (events["event"] == Event.STARTED)
    at = np.full(history.items.num_rows, -1)
    at[events["item"][queued]] = events["happened"][queued]
    waited = (events["happened"][started] - at[events["item"][started]]) / HOUR
    return waited[len(waited) // 10 :]


def poisson(per_week: float) -> tuple[Arrivals, ...]:
    return (Arrivals(name="in", stream="stream", classes={"feature": 1}, per_week=per_week),)


def agrees(means: list[float], expected: float) -> bool:
    """Return whether the mean of runs is within four standard errors; they must be small, or it would say nothing."""
    error = np.std(means, ddof=1) / math.sqrt(len(means))
    assert error < 0.03 * expected
    return bool(abs(np.mean(means) - expected) < 4 * error)


def erlang_wait(servers: int, arrival: float, service: float) -> float:
    """Return the mean wait in an M/M/c queue (Erlang C)."""
    offered = arrival / service
    tail = offered**servers / math.factorial(servers) * servers / (servers - offered)
    waiting = tail / (sum(offered**k / math.factorial(k) for k in range(servers)) + tail)
    return waiting / (servers * service - arrival)


@pytest.mark.parametrize(("servers", "load"), [(1, 0.5), (1, 0.8), (2, 0.7), (3, 0.85), (8, 0.9)])
def test_waits_in_an_m_m_c_queue_are_those_of_erlang(servers: int, load: float) -> None:
    service, arrival = 1 / 2.0, load * servers / 2.0
    weeks = ITEMS / (arrival * WEEK)
    model = line(Duration.exponential(2), people=servers, weeks=weeks, arrivals=poisson(arrival * WEEK))
    means = [waits(simulate(model, seed=seed)).mean() for seed in range(RUNS)]
    assert agrees(means, erlang_wait(servers, arrival, service))


@pytest.mark.parametrize(
    ("duration", "mean", "second_moment"),
    [
        (Duration.fixed(2), 2.0, 4.0),
        (Duration.gamma(2, 0.5), 2.0, 12.0),
        (Duration.gamma(2, 4), 2.0, 5.0),
        (Duration.lognormal(1.5, 0.8), 1.5 * math.exp(0.32), 2.25 * math.exp(1.28)),
        (Duration.empirical((1, 1, 1, 5)), 2.0, 7.0),
    ],
)
def test_waits_in_an_m_g_1_queue_are_those_of_pollaczek_and_khinchine(
    duration: Duration, mean: float, second_moment: float
) -> None:
    arrival = 0.7 / mean
    model = line(duration, weeks=ITEMS / (arrival * WEEK), arrivals=poisson(arrival * WEEK))
    means = [waits(simulate(model, seed=seed)).mean() for seed in range(RUNS)]
    assert agrees(means, arrival * second_moment / (2 * (1 - 0.7)))


def presence(history: History, begin: int, end: int) -> tuple[int, dict[int, int]]:
    """Return the area under the number of open items, and the seconds that each was there, within a window."""
    step_of = {Event.ARRIVED: 1, Event.REOPENED: 1, Event.DONE: -1, Event.CANCELLED: -1}
    area, last, wip = 0, begin, 0
    since: dict[int, int] = {}
    there: dict[int, int] = {}
    for row in (*history.events.to_pylist(), {"event": None, "happened": end}):
        at, step = min(max(row["happened"], begin), end), step_of.get(row["event"], 0)
        area, last, wip = area + wip * (at - last), at, wip + step
        if step > 0:
            since[row["item"]] = at
        elif step < 0:
            there[row["item"]] = there.get(row["item"], 0) + at - since.pop(row["item"])
    for item, at in since.items():
        there[item] = there.get(item, 0) + end - at
    return area, {item: seconds for item, seconds in there.items() if seconds > 0}


@pytest.mark.parametrize("seed", range(3))
def test_littles_law_holds_exactly_over_any_window(seed: int) -> None:
    """L = Λ · w̄ (definitions 2.2): the area under the open items is the time that items were there."""
    area, there = presence(simulate(rich(), seed=seed), 300 * HOUR, 1500 * HOUR)
    window = 1200 * HOUR
    assert len(there) > 40
    assert area == sum(there.values())
    assert area / window == pytest.approx(len(there) / window * (sum(there.values()) / len(there)), rel=1e-12)


def test_littles_law_on_the_worked_example() -> None:
    """Items (0,4) (1,3) (2,8) (5,open) in a window of 10: L = 1.7, and w̄ = 4.25 (definitions T2.3)."""
    spans = {"a": (0, 4), "b": (1, 2), "c": (2, 6), "d": (5, 99)}
    known = tuple(
        Item(name=name, stream="stream", kind="feature", size=size, arrives=START + timedelta(hours=at))
        for name, (at, size) in spans.items()
    )
    history = simulate(line(Duration.fixed(1), people=4, items=known), seed=0)
    area, there = presence(history, 0, 10 * HOUR)
    assert area / (10 * HOUR) == pytest.approx(1.7)
    assert sum(there.values()) / len(there) / HOUR == pytest.approx(4.25)


def test_a_person_more_never_delays_anything_in_a_deterministic_queue() -> None:
    arrivals = (Arrivals(name="in", stream="stream", classes={"feature": 1}, per_week=60),)
    before = None
    for people in range(1, 6):
        model = line(Duration.fixed(4), people=people, arrivals=arrivals)
        done = simulate(model, seed=5).column("items", "finished")
        done = np.where(done < 0, np.iinfo(np.int64).max, done)
        assert before is None or (done <= before).all()
        before = done
    assert before is not None
    assert len(before) > 100
