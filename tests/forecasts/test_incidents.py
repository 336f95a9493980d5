"""Releases fail, incidents are detected and repaired, and what they interrupt loses no work."""

from datetime import time

import numpy as np
import pytest

from streamgauge.forecasts import Event, History, simulate
from streamgauge.forecasts.model import Arrivals, Cadence, Calendar, Duration, Item, Service, Stage, Team
from tests.forecasts.models import HOUR, hours, items, rich, single, told

FIXED = Duration.fixed
DAILY = Cadence(weekdays=frozenset(range(7)), at=time(12))


def service(**more: object) -> Service:
    given = {"detection": FIXED(1, elapsed=True), "repair": FIXED(2), "rollback": 1.0}
    return Service(name="web", team="team", **(given | more))  # type: ignore[arg-type]


def test_what_an_incident_interrupts_keeps_the_work_that_was_done() -> None:
    """A release at hour 2 fails, is detected at hour 3, and takes the only person for two hours of the work on b."""
    ship = Stage(name="ship", releases=True)
    do = Stage(name="do", team="team", work=FIXED(2))
    known = items("a", service="web") + items("b", size=4)
    history = simulate(single(do, ship, services=(service(failure=1),), items=known), seed=0)
    assert told(history, "b")[2:7] == [
        ("STARTED", 2), ("INTERRUPTED", 3), ("RESUMED", 5), ("FINISHED", 12), ("QUEUED", 12),
    ]  # fmt: skip
    assert history.incidents.to_pylist() == [
        {
            "service": 0,
            "team": 0,
            "release": 0,
            "began": 2 * HOUR,
            "detected": 3 * HOUR,
            "restored": 5 * HOUR,
            "hotfix": -1,
        }
    ]


def spells(history: History) -> dict[tuple[int, int, int], float]:
    """Return the seconds that each item was in hands, by item, stage and visit, where the stage was finished."""
    begun, spent, ended = {}, {}, set()
    for row in history.events.to_pylist():
        where = (row["item"], row["stage"], row["visit"])
        if row["event"] in (Event.STARTED, Event.RESUMED):
            begun[where] = row["happened"]
        elif row["event"] in (Event.INTERRUPTED, Event.BLOCKED, Event.FINISHED) and where in begun:
            spent[where] = spent.get(where, 0) + row["happened"] - begun.pop(where)
            ended |= {where} if row["event"] == Event.FINISHED else set()
    return {where: spent[where] for where in ended}


def test_interruptions_conserve_work() -> None:
    """The same items in the same stages take the same work, with and without incidents that call people away."""

    def company(per_week: float) -> History:
        team = Team(name="team", people=2, calendar=None)
        trouble = service(incidents_per_week=per_week, repair=Duration.exponential(5), people=2)
        arrivals = (Arrivals(name="in", stream="stream", classes={"feature": 1}, per_week=20),)
        stage = Stage(name="do", team="team", work=Duration.lognormal(6, 0.8))
        return simulate(single(stage, teams=(team,), services=(trouble,), arrivals=arrivals, weeks=10), seed=3)

    calm, busy = company(0), company(6)
    interrupted = (busy.column("events", "event") == Event.INTERRUPTED).sum()
    alike = spells(calm).keys() & spells(busy).keys()
    assert interrupted > 30
    assert len(alike) > 100
    assert {where: spells(calm)[where] for where in alike} == {where: spells(busy)[where] for where in alike}


def test_a_train_makes_one_release_of_each_service() -> None:
    train = Stage(name="train", cadence=DAILY, releases=True)
    services = (Service(name="api", team="team"), Service(name="web", team="team"))
    known = (
        items("a", "b", "c", service="web") + items("d", service="api") + items("e", arrives=hours(13), service="web")
    )
    history = simulate(single(train, services=services, items=(*known, *items("f"))), seed=0)
    made = [(history.services[r["service"]], r["made"] / HOUR, r["items"]) for r in history.releases.to_pylist()]
    assert made == [("web", 12, 3), ("api", 12, 1), ("web", 36, 1)]
    left = {(row["item"], row["other"]) for row in history.events.to_pylist() if row["event"] == Event.RELEASED}
    assert left == {(0, 0), (1, 0), (2, 0), (3, 1), (5, 2)}


def test_without_a_train_each_item_is_a_release() -> None:
    model = single(
        Stage(name="do", team="team", work=FIXED(1), releases=True),
        services=(service(),),
        items=items("a", "b", service="web"),
    )
    assert simulate(model, seed=0).releases.column("items").to_pylist() == [1, 1]


@pytest.mark.parametrize(
    ("items_each", "growth", "expected"), [(1, 0.0, 0.3), (1, 0.1, 0.3), (4, 0.1, 1 - 0.7 * 0.9**3)]
)
def test_releases_fail_as_often_as_they_should_and_more_often_when_they_are_large(
    items_each: int, growth: float, expected: float
) -> None:
    arrivals = (
        Arrivals(
            name="in", stream="stream", classes={"feature": 1}, services={"web": 1}, cadence=DAILY, batch=items_each
        ),
    )
    train = Stage(name="train", cadence=DAILY, releases=True)
    trouble = service(failure=0.3, growth=growth, repair=FIXED(0), detection=FIXED(0))
    history = simulate(single(train, services=(trouble,), arrivals=arrivals, weeks=200), seed=1)
    failed = history.column("releases", "incident") >= 0
    assert len(failed) == 1400
    assert failed.mean() == pytest.approx(expected, abs=4 * (expected * (1 - expected) / 1400) ** 0.5)


def test_an_incident_ends_by_a_rollback_or_by_a_hotfix_that_says_what_it_repairs() -> None:
    history = simulate(rich(), seed=1)
    incidents, releases = history.incidents.to_pylist(), history.releases.to_pylist()
    ended = [n for n, row in enumerate(incidents) if row["restored"] >= 0]
    mended = {row["hotfix"]: n for n, row in enumerate(incidents) if row["hotfix"] >= 0}
    assert {n: row["repairs"] for n, row in enumerate(releases) if row["repairs"] >= 0} == mended
    assert 0 < len(mended) < len(ended)
    assert all(releases[hotfix]["stage"] == -1 and releases[hotfix]["items"] == 0 for hotfix in mended)
    assert {row["release"]: n for n, row in enumerate(incidents) if row["release"] >= 0} == {
        n: row["incident"] for n, row in enumerate(releases) if row["incident"] >= 0
    }
    assert all(row["began"] <= row["detected"] <= row["restored"] for row in incidents if row["restored"] >= 0)


def test_a_repair_takes_as_many_people_as_it_needs_one_after_the_other_where_they_are_fewer() -> None:
    for people, restored in ((1, 1 + 2 * 3), (2, 1 + 2 * 2), (3, 1 + 2)):
        team = Team(name="team", people=people, calendar=None)
        ship = Stage(name="ship", releases=True)
        trouble = service(failure=1, people=3)
        history = simulate(single(ship, teams=(team,), services=(trouble,), items=items("a", service="web")), seed=0)
        assert history.incidents.column("restored").to_pylist() == [restored * HOUR]


@pytest.mark.parametrize(("elapsed", "restored"), [(True, 4), (False, 11)])
def test_a_repair_out_of_hours_waits_unless_it_counts_all_hours(elapsed: bool, restored: int) -> None:
    team = Team(name="team", people=1, calendar=Calendar())
    trouble = service(failure=1, detection=FIXED(2, elapsed=True), repair=FIXED(2, elapsed=elapsed))
    model = single(
        Stage(name="ship", releases=True), teams=(team,), services=(trouble,), items=items("a", service="web")
    )
    assert simulate(model, seed=0).incidents.column("restored").to_pylist() == [restored * HOUR]


def test_incidents_without_a_release_are_poisson() -> None:
    trouble = service(incidents_per_week=3, repair=FIXED(0))
    history = simulate(single(Stage(name="do"), services=(trouble,), weeks=300), seed=2)
    counts = np.bincount(history.column("incidents", "began") // (168 * HOUR), minlength=300)
    assert counts.mean() == pytest.approx(3, abs=4 * (3 / 300) ** 0.5)
    assert counts.var() == pytest.approx(3, rel=0.4)
    assert (history.column("incidents", "release") == -1).all()


def test_the_least_urgent_work_is_interrupted_first() -> None:
    team = Team(name="team", people=2, calendar=None)
    do = Stage(name="do", team="team", work=FIXED(20))
    known = (*items("a", priority=1), *items("b", priority=4))
    trouble = service(failure=1, detection=FIXED(5, elapsed=True))
    other = Item(name="c", stream="stream", kind="feature", stage="ship", service="web")
    history = simulate(
        single(do, Stage(name="ship", releases=True), teams=(team,), services=(trouble,), items=(*known, other)), seed=0
    )
    assert ("INTERRUPTED", 5) in told(history, "b")
    assert not [name for name, _ in told(history, "a") if name == "INTERRUPTED"]
