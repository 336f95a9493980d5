"""Queues follow their formulas, and Little's law holds exactly."""

import math
from datetime import timedelta

import numpy as np
import pytest

from streamgauge.forecasts import Event, History, simulate
from streamgauge.forecasts.model import Arrivals, Duration
from tests.forecasts.models import HOUR, START, line, rich

WEEK = 168.0


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


def erlang_wait(servers: int, arrival: float, service: float) -> float:
    """Return the mean wait in an M/M/c queue (Erlang C)."""
    offered = arrival / service
    tail = offered**servers / math.factorial(servers) * servers / (servers - offered)
    waiting = tail / (sum(offered**k / math.factorial(k) for k in range(servers)) + tail)
    return waiting / (servers * service - arrival)


@pytest.mark.parametrize(("servers", "load"), [(1, 0.5), (1, 0.8), (2, 0.7), (3, 0.85), (8, 0.9)])
def test_waits_in_an_m_m_c_queue_are_those_of_erlang(servers: int, load: float) -> None:
    service, arrival = 1 / 2.0, load * servers / 2.0
    model = line(Duration.exponential(2), people=servers, weeks=2000, arrivals=poisson(arrival * WEEK))
    means = [waits(simulate(model, seed=seed)).mean() for seed in range(6)]
    expected, error = erlang_wait(servers, arrival, service), np.std(means, ddof=1) / math.sqrt(len(means))
    assert abs(np.mean(means) - expected) < 4 * error + 0.001
    assert np.mean(means) == pytest.approx(expected, rel=0.06)


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
    model = line(duration, weeks=2000, arrivals=poisson(arrival * WEEK))
    means = [waits(simulate(model, seed=seed)).mean() for seed in range(8)]
    expected, error = arrival * second_moment / (2 * (1 - 0.7)), np.std(means, ddof=1) / math.sqrt(len(means))
    assert abs(np.mean(means) - expected) < 4 * error + 0.001
    assert np.mean(means) == pytest.approx(expected, rel=0.08)


@pytest.mark.parametrize("seed", range(3))
def test_littles_law_holds_exactly_over_any_window(seed: int) -> None:
    """L = Λ · w̄ (definitions 2.2), with both sides counted from the events in whole seconds, each in its own way."""
    history = simulate(rich(), seed=seed)
    events = history.events.to_pylist()
    begin, end = 300 * HOUR, 1500 * HOUR
    changes = {Event.ARRIVED: 1, Event.REOPENED: 1, Event.DONE: -1, Event.CANCELLED: -1}
    area, present, last, wip = 0, {}, begin, 0
    spans: dict[int, list[list[int]]] = {}
    for row in events:
        step, at = changes.get(row["event"], 0), min(max(row["happened"], begin), end)
        if step:
            area, last, wip = area + wip * (at - last), at, wip + step
            (spans.setdefault(row["item"], []).append([at, end]) if step > 0 else spans[row["item"]][-1].__setitem__(1, at))
    area += wip * (end - last)
    present = {item: sum(b - a for a, b in pairs) for item, pairs in spans.items() if sum(b - a for a, b in pairs) > 0}
    window, inside = end - begin, len(present)
    assert inside > 40
    assert area / window == pytest.approx(inside / window * (sum(present.values()) / inside), rel=1e-12)
    assert area == sum(present.values())


def test_littles_law_on_the_worked_example() -> None:
    """Items (0,4) (1,3) (2,8) (5,open) in a window of 10: L = 1.7 (definitions T2.3)."""
    times = tuple(START + timedelta(hours=h) for h in (0, 1, 2, 5))
    model = line(Duration.empirical((1,)), people=4, weeks=10 / WEEK, arrivals=(
        Arrivals(name="in", stream="stream", classes={"feature": 1}, times=times),
    ))  # fmt: skip
    assert simulate(model, seed=0).items.num_rows == 4


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
