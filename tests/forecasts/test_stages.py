"""How items go through stages: gates, approvals, rework, blocking, requests, limits, orders, cancelling, reopening."""

from datetime import time

import pytest

from streamgauge.forecasts import Event, simulate
from streamgauge.forecasts.model import (
    Blocking,
    Cadence,
    Calendar,
    Cancellation,
    Duration,
    Item,
    ItemClass,
    Order,
    Reopening,
    Request,
    Route,
    Stage,
    Stream,
    Team,
)
from tests.forecasts.models import FEATURE, finished, hours, items, line, single, told

FIXED = Duration.fixed
WORK = Stage(name="do", team="team", work=FIXED(4))


def test_a_delay_takes_nobodys_time() -> None:
    model = single(Stage(name="approve", work=FIXED(10)), WORK, items=items("a", "b"))
    assert finished(simulate(model, seed=0)) == {"a": 14, "b": 18}


def test_a_delay_in_working_hours_pauses_with_its_calendar() -> None:
    model = single(Stage(name="approve", work=FIXED(10), calendar=Calendar()), items=items("a"))
    assert finished(simulate(model, seed=0)) == {"a": 24 + 11}


def test_a_board_lets_all_go_that_wait_and_those_that_come_just_then() -> None:
    board = Stage(name="board", cadence=Cadence(weekdays=frozenset({0, 3}), at=time(8)))
    model = single(WORK, board, items=items("a", "b", "c"))
    assert finished(simulate(model, seed=0)) == {"a": 8, "b": 8, "c": 72 + 8}


def test_rework_goes_back_with_less_work_and_ends_after_the_most_visits() -> None:
    check = Stage(name="check", work=FIXED(1), routes=(Route(to="do", probability=1, most=3),))
    do = Stage(name="do", team="team", work=FIXED(4), repeat=0.25)
    history = simulate(single(do, check, items=items("a")), seed=0)
    assert finished(history) == {"a": 4 + 1 + (1 + 1) * 2}
    back = [row for row in history.events.to_pylist() if row["event"] == Event.RETURNED]
    assert [(row["stage"], row["other"], row["visit"]) for row in back] == [(0, 1, 2), (0, 1, 3)]


def test_rework_comes_as_often_as_its_probability_says() -> None:
    check = Stage(name="check", routes=(Route(to="do", probability=0.25, most=2),))
    many = items(*(f"item {n:04}" for n in range(2000)))
    history = simulate(single(Stage(name="do", team="team"), check, items=many), seed=0)
    returned = (history.column("events", "event") == Event.RETURNED).sum()
    assert returned / 2000 == pytest.approx(0.25, abs=4 * (0.25 * 0.75 / 2000) ** 0.5)


def test_a_route_of_a_class_is_taken_by_that_class_only() -> None:
    first = Stage(name="first", work=FIXED(1), routes=(Route(to="last", probability=1, classes=("defect",)),))
    model = single(
        first,
        Stage(name="middle", work=FIXED(10)),
        Stage(name="last", work=FIXED(1)),
        classes=(FEATURE, ItemClass(name="defect")),
        items=(*items("a"), Item(name="b", stream="stream", kind="defect")),
    )
    assert finished(simulate(model, seed=0)) == {"a": 12, "b": 2}


def test_blocked_work_frees_its_person_and_goes_on_before_new_work() -> None:
    do = Stage(name="do", team="team", work=FIXED(4), blocking=Blocking(probability=1, wait=FIXED(100)))
    history = simulate(single(do, items=items("a", "b")), seed=0)
    names = [name for name, _ in told(history, "a")]
    at = dict(told(history, "a"))
    assert names == ["ARRIVED", "QUEUED", "STARTED", "BLOCKED", "UNBLOCKED", "RESUMED", "FINISHED", "DONE"]
    assert at["UNBLOCKED"] - at["BLOCKED"] == 100
    assert at["BLOCKED"] - at["STARTED"] + at["FINISHED"] - at["RESUMED"] == 4
    assert dict(told(history, "b"))["STARTED"] == at["BLOCKED"]


def test_a_request_is_done_by_the_other_team_while_the_item_waits() -> None:
    teams = (Team(name="team", people=1, calendar=None), Team(name="other", people=1, calendar=None))
    do = Stage(name="do", team="team", work=FIXED(4), requests=(Request(team="other", work=FIXED(3), at=0.25),))
    history = simulate(single(do, teams=teams, items=items("a", "b")), seed=0)
    assert told(history, "a") == [
        ("ARRIVED", 0), ("QUEUED", 0), ("STARTED", 0), ("BLOCKED", 1), ("REQUESTED", 1), ("TAKEN_UP", 1),
        ("ANSWERED", 4), ("UNBLOCKED", 4), ("RESUMED", 4), ("FINISHED", 7), ("DONE", 7),
    ]  # fmt: skip
    assert finished(history) == {"a": 7, "b": 10}
    asked = next(row for row in history.events.to_pylist() if row["event"] == Event.TAKEN_UP)
    assert (history.teams[asked["team"]], asked["person"], asked["item"]) == ("other", 0, 0)


def test_a_limit_of_work_in_progress_counts_blocked_items() -> None:
    do = Stage(name="do", team="team", work=FIXED(4), blocking=Blocking(probability=1, wait=FIXED(100)))
    for limit in ({"wip_limit": 1}, {}):
        team = Team(name="team", people=2, calendar=None, **limit)
        stage = do if limit else Stage(**{**vars(do), "wip_limit": 1})
        history = simulate(single(stage, teams=(team,), items=items("a", "b")), seed=0)
        assert dict(told(history, "b"))["STARTED"] == finished(history)["a"] == 104


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (Order.FIRST_COME, ["a", "b", "c", "d"]),
        (Order.PRIORITY, ["a", "d", "b", "c"]),
        (Order.SHORTEST, ["a", "c", "b", "d"]),
        (Order.NEWEST, ["a", "d", "c", "b"]),
        (Order.FAIR_SHARE, ["a", "b", "c", "d"]),
    ],
)
def test_a_team_pulls_in_its_order(order: Order, expected: list[str]) -> None:
    given = (("a", 0, 9, 3), ("b", 1, 3, 3), ("c", 2, 2, 3), ("d", 3, 4, 1))
    known = tuple(
        Item(name=name, stream="stream", kind="feature", arrives=hours(at), size=size, priority=priority)
        for name, at, size, priority in given
    )
    stage = Stage(name="do", team="team", work=FIXED(1))
    team = Team(name="team", people=1, calendar=None, order=order)
    done = finished(simulate(single(stage, teams=(team,), items=known), seed=0))
    assert sorted(done, key=lambda name: done[name]) == expected


def test_a_fair_share_is_kept_while_both_streams_wait() -> None:
    streams = tuple(Stream(name=name, stages=(Stage(name="do", team="team", work=FIXED(1)),)) for name in ("x", "y"))
    known = tuple(
        Item(name=f"{stream} {n:03}", stream=stream, kind="feature") for stream in ("x", "y") for n in range(200)
    )
    team = Team(name="team", people=1, calendar=None, order=Order.FAIR_SHARE, allocation={"x": 3, "y": 1})
    history = simulate(single(WORK, teams=(team,), streams=streams, items=known, weeks=200 / 168), seed=0)
    done = [name[0] for name, at in finished(history).items() if at >= 0]
    assert (done.count("x"), done.count("y")) == pytest.approx((150, 50), abs=1)


def test_size_effort_and_what_is_done_already_multiply_the_work() -> None:
    kind = ItemClass(name="feature", effort={"do": 0.5})
    known = (Item(name="a", stream="stream", kind="feature", size=3, stage="do", done=0.75),)
    model = single(Stage(name="before", work=FIXED(50)), WORK, classes=(kind,), items=known)
    assert finished(simulate(model, seed=0)) == {"a": 4 * 3 * 0.5 * 0.25}


@pytest.mark.parametrize("stage", [WORK, Stage(name="wait", work=FIXED(9)), Stage(name="gate", cadence=Cadence())])
def test_a_cancelled_item_leaves_wherever_it_is(stage: Stage) -> None:
    kind = ItemClass(name="gone", cancellation=Cancellation(probability=1, after=FIXED(2)))
    known = (Item(name="a", stream="stream", kind="gone"), Item(name="b", stream="stream", kind="gone"))
    model = single(stage, classes=(FEATURE, kind), items=(*known, *items("z", arrives=hours(1))))
    history = simulate(model, seed=0)
    assert [told(history, name)[-1] for name in "ab"] == [("CANCELLED", 2), ("CANCELLED", 2)]
    expected = {"do": 2 + 4, "wait": 1 + 9, "gate": 10}[stage.name]
    assert finished(history) == {"a": -1, "b": -1, "z": expected}


def test_a_cancelled_item_takes_its_request_with_it() -> None:
    teams = (Team(name="team", people=1, calendar=None), Team(name="other", people=1, calendar=None))
    kind = ItemClass(name="gone", cancellation=Cancellation(probability=1, after=FIXED(5)))
    do = Stage(name="do", team="team", work=FIXED(4), requests=(Request(team="other", work=FIXED(90), at=0.5),))
    model = single(
        do, teams=teams, classes=(FEATURE, kind), items=(Item(name="a", stream="stream", kind="gone"), *items("b"))
    )
    assert finished(simulate(model, seed=0)) == {"a": -1, "b": 6 + 90 + 2 - 1}


def test_a_reopened_item_is_done_when_it_is_done_again() -> None:
    kind = ItemClass(name="feature", reopening=Reopening(probability=1, after=FIXED(10), to="do", most=2))
    model = single(Stage(name="do", team="team", work=FIXED(4), repeat=0.5), classes=(kind,), items=items("a"))
    history = simulate(model, seed=0)
    assert finished(history) == {"a": 4 + 10 + 2 + 10 + 2}
    assert [name for name, _ in told(history, "a")].count("REOPENED") == 2


def test_people_are_told_by_their_place_in_the_team() -> None:
    history = simulate(line(FIXED(4), people=3, items=items("a", "b", "c", "d")), seed=0)
    started = [row["person"] for row in history.events.to_pylist() if row["event"] == Event.STARTED]
    assert started == [0, 1, 2, 0]
