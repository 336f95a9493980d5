"""Every mistake in a model is refused, with where it stands and what would be right."""

import dataclasses
from datetime import UTC, datetime, time
from typing import Any

import pytest

from streamgauge.errors import BadModel
from streamgauge.forecasts import replicate, simulate
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
    Request,
    Route,
    Service,
    Shift,
    Stage,
    Team,
)
from tests.forecasts.models import FEATURE, hours, items, single

FIXED = Duration.fixed
COMES = {"name": "in", "stream": "stream", "classes": {"feature": 1}}


def stage(**more: Any) -> dict[str, Any]:
    return {"stage": Stage(**({"name": "do", "team": "team"} | more))}


MISTAKES: list[tuple[dict[str, Any], str]] = [
    ({"teams": ()}, "There is no team"),
    ({"teams": (Team(name="a/b", people=1), Team(name="team", people=1))}, "holds no '/'"),
    ({"teams": (Team(name="team", people=1), Team(name="team", people=2))}, "team 'team' 2 times"),
    ({"teams": (Team(name="team", people=-1),)}, "Team 'team': the number of people is -1"),
    ({"teams": (Team(name="team", people=1, wip_limit=0),)}, "WIP limit is 0"),
    ({"teams": (Team(name="team", people=1, allocation={"steam": 1}),)}, "Did you mean 'stream'"),
    ({"teams": (Team(name="team", people=1, allocation={"stream": 0}),)}, "no stream has a weight"),
    ({"teams": (Team(name="team", people=1, calendar=Calendar(weekdays=frozenset())),)}, "weekdays are"),
    ({"teams": (Team(name="team", people=1, calendar=Calendar(opens=time(18))),)}, "It opens first"),
    ({"teams": (Team(name="team", people=1, calendar=Calendar(zone="Europe/Berln")),)}, "Europe/Berlin"),
    (stage(team="teem"), "Did you mean 'team'"),
    (stage(cadence=Cadence()), "a team and a cadence"),
    (stage(team=None, wip_limit=2), "Only work of a team"),
    (stage(work=FIXED(-1)), "the hours of its work is -1"),
    (stage(work=FIXED(float("nan"))), "the hours of its work is nan"),
    (stage(work=Duration.gamma(1, 0)), "the shape of its work is 0"),
    (stage(work=Duration.empirical(())), "its work has no samples"),
    (stage(work=Duration.empirical((1, -2))), "a sample of its work is -2"),
    (stage(repeat=-0.1), "factor of repeated work"),
    (stage(blocking=Blocking(probability=-0.2, wait=FIXED(1))), "probability of blocking is -0.2"),
    (
        stage(requests=(Request(team="nobody", work=FIXED(1)),)),
        "request of Stage 'do' of stream 'stream' names the team",
    ),
    (stage(requests=(Request(team="team", work=FIXED(1), at=2),)), "share of work before a request is 2"),
    (stage(routes=(Route(to="dew", probability=1),)), "Did you mean 'do'"),
    (stage(routes=(Route(to="do", probability=0.6), Route(to="do", probability=0.6))), "routes add up to 1.2"),
    (stage(routes=(Route(to="do", probability=0.6, most=0),)), "most visits of a route is 0"),
    (stage(routes=(Route(to="do", probability=0.6, classes=("x",)),)), "names the class 'x'"),
    (stage(team=None, cadence=Cadence(weekdays=frozenset({7}))), "weekdays are \\[7\\]"),
    (stage(team=None, cadence=Cadence(every=0)), "weeks of the cadence is 0"),
    (stage(team=None, cadence=Cadence(zone="Mars")), "Mars"),
    (stage(team=None, cadence=Cadence(dates=(datetime(2026, 1, 1),))), "date of the cadence has no zone"),  # noqa: DTZ001
    ({"classes": (ItemClass(name="feature", sizes=()),)}, "sizes"),
    ({"classes": (ItemClass(name="feature", effort={"dont": 1}),)}, "stage 'dont'"),
    (
        {"classes": (ItemClass(name="feature", cancellation=Cancellation(probability=2, after=FIXED(1))),)},
        "cancellation is 2",
    ),
    ({"classes": tuple(ItemClass(name=f"c{n}") for n in range(63))}, "63 classes"),
    ({"services": (Service(name="web", team="x"),)}, "Service 'web' names the team 'x'"),
    ({"services": (Service(name="web", team="team", failure=1.1),)}, "probability of failure is 1.1"),
    ({"services": (Service(name="web", team="team", people=0),)}, "people of a repair is 0"),
    ({"items": items("a", "a")}, "item 'a' 2 times"),
    ({"items": items("a", stage="du")}, "names the stage 'du'"),
    ({"items": items("a", size=0)}, "the size is 0"),
    ({"items": items("a", done=1.5)}, "share that is done is 1.5"),
    ({"items": items("a", service="web")}, "names the service 'web'"),
    ({"items": items("a", arrives=datetime(2026, 1, 6))}, "its arrival has no zone"),  # noqa: DTZ001
    ({"items": items("a", after=(After(item="b"),))}, "names the item 'b'"),
    ({"items": items("a") + items("b", after=(After(item="a", stage="x"),))}, "names the stage 'x'"),
    ({"items": items("a", after=(After(item="a"),))}, "circle: 'a' after 'a'"),
    ({"items": (Item(name="a", stream="x", kind="y"),)}, "stream 'x'"),
    ({"arrivals": (Arrivals(**COMES | {"classes": {}}),)}, "have no class"),
    ({"arrivals": (Arrivals(**COMES, per_week=1, times=(hours(1),)),)}, "more than one way"),
    ({"arrivals": (Arrivals(**COMES, batch=3),)}, "more than one way"),
    ({"arrivals": (Arrivals(**COMES, per_week=-3),)}, "number per week is -3"),
    ({"shifts": (Shift(at=hours(1), lever=Lever.PEOPLE, of="tam", to=1),)}, "Did you mean 'team'"),
    ({"shifts": (Shift(at=hours(1), lever=Lever.PEOPLE, of="team", to=None),)}, "gives nothing"),
    ({"shifts": (Shift(at=hours(1), lever=Lever.PEOPLE, of="team", to=1.5),)}, "whole"),
    ({"shifts": (Shift(at=hours(1), lever=Lever.PEOPLE, of="team", to=Cadence()),)}, "Allowed: a number"),
    ({"shifts": (Shift(at=hours(1), lever=Lever.CADENCE, of="stream/do", to=1),)}, "which is not there"),
    ({"shifts": (Shift(at=hours(1), lever=Lever.TEAM_LIMIT, of="team", to=0),)}, "the number is 0"),
    ({"shifts": (Shift(at=hours(1), lever=Lever.BLOCKING, of="stream/do", to=0.5),)}, "which is not there"),
    ({"until": hours(0)}, "It starts first"),
    ({"start": datetime(2026, 1, 1)}, "its start has no zone"),  # noqa: DTZ001
]


@pytest.mark.parametrize(("change", "said"), MISTAKES, ids=[said[:40] for _, said in MISTAKES])
def test_a_mistake_is_named(change: dict[str, Any], said: str) -> None:
    given = dict(change)
    model = single(given.pop("stage", Stage(name="do", team="team")), classes=(FEATURE,))
    with pytest.raises(BadModel, match=said):
        simulate(dataclasses.replace(model, **given), seed=0)


def test_all_mistakes_are_counted_and_the_first_is_told() -> None:
    model = single(Stage(name="do", team="x"), items=items("a", size=0))
    with pytest.raises(BadModel, match="There are 1 more mistakes"):
        simulate(model, seed=0)


def test_no_replication_is_refused() -> None:
    with pytest.raises(BadModel, match="0 replications"):
        replicate(single(Stage(name="do", team="team")), seed=0, replications=0)


def test_a_model_without_items_has_an_empty_history() -> None:
    history = simulate(single(Stage(name="do", team="team")), seed=0)
    assert (history.events.num_rows, history.items.num_rows, history.start) == (0, 0, datetime(2026, 1, 5, tzinfo=UTC))
