"""Chance is bound to what it is for: seeds repeat, order of declaration means nothing, variants share it."""

import dataclasses
from datetime import timedelta

import numpy as np
import pytest

from streamgauge.forecasts import Event, History, Model, engine, replicate, simulate
from streamgauge.forecasts.kernel.run import run
from streamgauge.forecasts.model import Arrivals, Calendar, Duration, Lever, Shift, Stage, Stream, Team
from tests.forecasts.models import hours, items, line, rich

TABLES = ("events", "items", "releases", "incidents")


def same(one: History, other: History) -> bool:
    return all(getattr(one, name).equals(getattr(other, name)) for name in TABLES)


def test_everything_occurs_in_the_model_that_these_tests_share() -> None:
    seen = np.unique(np.concatenate([simulate(rich(), seed=n).column("events", "event") for n in range(3)]))
    assert {Event(int(n)) for n in seen} == set(Event)


def test_the_same_seed_gives_the_same_bytes_and_another_one_others() -> None:
    assert same(simulate(rich(), seed=3), simulate(rich(), seed=3))
    assert not same(simulate(rich(), seed=3), simulate(rich(), seed=4))
    assert not same(simulate(rich(), seed=3), simulate(rich(), seed=3, replication=1))


@pytest.mark.parametrize("replication", [0, 7])
def test_a_detailed_history_has_the_finish_times_of_the_fast_replication(replication: int) -> None:
    fast = replicate(rich(), seed=11, replications=8)
    history = simulate(rich(), seed=11, replication=replication)
    columns = history.column("items", "column")
    assert (fast.finished[replication, columns] == history.column("items", "finished")).all()
    others = np.setdiff1d(np.arange(len(fast.items)), columns)
    assert (fast.finished[replication, others] == -1).all()
    assert [fast.items[n] for n in columns] == history.items.column("name").to_pylist()


@pytest.mark.parametrize("threads", [1, 3])
def test_threads_change_nothing(threads: int) -> None:
    assert (
        replicate(rich(), seed=1, replications=5, threads=threads).finished.tobytes()
        == replicate(rich(), seed=1, replications=5, threads=2).finished.tobytes()
    )


def turned_round(model: Model) -> Model:
    """Return a model with all that has no order declared the other way round."""
    names = ("teams", "streams", "classes", "services", "items", "arrivals", "shifts")
    return dataclasses.replace(model, **{name: getattr(model, name)[::-1] for name in names})


def test_the_order_of_declaration_means_nothing() -> None:
    assert same(simulate(rich(), seed=2), simulate(turned_round(rich()), seed=2))


def test_the_rules_do_the_same_as_plain_python(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine code against the very functions that it was made from, called as they stand."""
    compiled = [simulate(rich(weeks=6), seed=seed) for seed in (1, 2)]
    monkeypatch.setattr(engine, "kernel", lambda: run)
    with np.errstate(over="ignore"):
        assert [same(one, simulate(rich(weeks=6), seed=seed)) for one, seed in zip(compiled, (1, 2), strict=True)] == [
            True,
            True,
        ]


def test_tables_that_are_too_small_grow_and_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    history, fast = simulate(rich(), seed=6), replicate(rich(), seed=6, replications=3)
    monkeypatch.setattr("streamgauge.forecasts.image.HEAP_ROOM", -280)
    monkeypatch.setattr("streamgauge.forecasts.image.POOL_ROOM", 0)
    monkeypatch.setattr(engine, "LOG_ROOM", 100)
    assert same(simulate(rich(), seed=6), history)
    assert replicate(rich(), seed=6, replications=3).finished.tobytes() == fast.finished.tobytes()


def two_streams(**of_other: object) -> Model:
    """Return two streams with nothing in common, and the other one changed as asked."""
    work = of_other.pop("work", Duration.lognormal(6, 0.8))
    streams = tuple(
        Stream(
            name=name, stages=(Stage(name="do", team=name, work=work if name == "a other" else Duration.gamma(5, 2)),)
        )
        for name in ("a other", "mine")
    )
    teams = (Team(name="a other", people=int(str(of_other.get("people", 2)))), Team(name="mine", people=2))
    arrivals = tuple(
        Arrivals(name=f"to {name}", stream=name, classes={"feature": 1}, per_week=per_week)
        for name, per_week in (("a other", float(str(of_other.get("per_week", 9)))), ("mine", 12.0))
    )
    return dataclasses.replace(line(Duration.fixed(1)), teams=teams, streams=streams, arrivals=arrivals)


def mine(model: Model) -> bytes:
    replications = replicate(model, seed=8, replications=20)
    columns = [n for n, name in enumerate(replications.items) if name.startswith("to mine")]
    return replications.finished[:, columns].tobytes()


@pytest.mark.parametrize(
    "change", [{"people": 5}, {"per_week": 30}, {"work": Duration.fixed(3)}, {"people": 1, "per_week": 1}]
)
def test_a_change_elsewhere_leaves_a_stream_as_it_was(change: dict[str, object]) -> None:
    assert mine(two_streams(**change)) == mine(two_streams())


def test_a_variant_that_changes_nothing_gives_the_same_bytes() -> None:
    model = rich()
    nothing = (Shift(at=hours(50), lever=Lever.PEOPLE, of="makers", to=3),)
    idle = (Team(name="aa nobody asks", people=9, calendar=Calendar()),)
    variant = dataclasses.replace(model, shifts=model.shifts + nothing, teams=model.teams + idle)
    one, other = (replicate(each, seed=9, replications=10).finished for each in (model, variant))
    assert one.tobytes() == other.tobytes()


def lengths(people: int) -> dict[int, int]:
    """Return the seconds between the start and the end of the work on each of three items."""
    history = simulate(line(Duration.lognormal(5, 0.9), people=people, items=items("a", "b", "c")), seed=4)
    at = {(row["event"], row["item"]): row["happened"] for row in history.events.to_pylist()}
    return {item: at[Event.FINISHED, item] - at[Event.STARTED, item] for item in range(3)}


def test_an_item_draws_the_same_work_whatever_goes_before_it() -> None:
    assert lengths(people=1) == lengths(people=3)
    assert len(set(lengths(people=1).values())) == 3


def test_draws_have_the_mean_and_spread_that_were_asked_for() -> None:
    many = items(*(f"item {n:05}" for n in range(5_000)))
    for duration, mean, deviation in (
        (Duration.exponential(4), 4.0, 4.0),
        (Duration.gamma(4, 0.5), 4.0, 4 * 2**0.5),
        (Duration.lognormal(4, 0.5), 4 * np.exp(0.125), 4 * np.exp(0.125) * (np.exp(0.25) - 1) ** 0.5),
        (Duration.empirical((2, 4, 6)), 4.0, (8 / 3) ** 0.5),
    ):
        model = line(duration, people=5_000, items=many, weeks=52)
        drawn = simulate(model, seed=1).column("items", "finished") / 3600
        assert drawn.mean() == pytest.approx(mean, abs=5 * deviation / len(many) ** 0.5)
        assert drawn.std() == pytest.approx(deviation, rel=0.12)


def test_arrivals_are_poisson_in_number_and_even_in_time() -> None:
    arrivals = (Arrivals(name="in", stream="stream", classes={"feature": 1}, per_week=50),)
    history = simulate(line(Duration.fixed(0), weeks=200, arrivals=arrivals), seed=2)
    at = history.column("items", "arrival") / timedelta(weeks=1).total_seconds()
    counts = np.bincount(at.astype(int), minlength=200)
    assert counts.mean() == pytest.approx(50, abs=4 * (50 / 200) ** 0.5)
    assert counts.var() == pytest.approx(50, rel=0.3)
