"""Items wait for each other, and deterministic plans take as long as their critical path."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streamgauge.errors import BadModel
from streamgauge.forecasts import Event, simulate
from streamgauge.forecasts.model import After, Cancellation, Duration, Item, ItemClass
from tests.forecasts.models import HOUR, finished, hours, line, told

Plan = list[tuple[float, set[int]]]  # the size of each item, and the items before it


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    count = draw(st.integers(1, 14))
    sizes = st.integers(1, 40)
    return [
        (draw(sizes), draw(st.sets(st.integers(0, n - 1), max_size=3)) if n else set()) for n in range(count)
    ]  # fmt: skip


def known(plan: Plan, stage: str | None = None) -> tuple[Item, ...]:
    return tuple(
        Item(
            name=f"item {n:02}",
            stream="stream",
            kind="feature",
            size=size,
            after=tuple(After(item=f"item {b:02}", stage=stage) for b in sorted(before)),
        )
        for n, (size, before) in enumerate(plan)
    )


@settings(max_examples=25, deadline=None)
@given(plan=plans(), seed=st.integers(0, 5))
def test_no_item_starts_before_those_are_done_that_it_waits_for(plan: Plan, seed: int) -> None:
    history = simulate(line(Duration.exponential(2), people=2, items=known(plan), weeks=60), seed=seed)
    done = history.column("items", "finished")
    started = {row["item"]: row["happened"] for row in history.events.to_pylist() if row["event"] == Event.STARTED}
    assert (done >= 0).all()
    assert all(started[n] >= done[b] for n, (_, before) in enumerate(plan) for b in before)


@settings(max_examples=25, deadline=None)
@given(plan=plans())
def test_fixed_work_and_people_enough_take_the_longest_path(plan: Plan) -> None:
    @cache
    def path(n: int) -> float:
        size, before = plan[n]
        return size + max((path(b) for b in before), default=0)

    history = simulate(line(Duration.fixed(1), people=len(plan), items=known(plan), weeks=60), seed=0)
    assert list(finished(history).values()) == [path(n) for n in range(len(plan))]


@settings(max_examples=20, deadline=None)
@given(plan=plans())
def test_a_path_through_two_stages_waits_only_before_the_named_one(plan: Plan) -> None:
    @cache
    def path(n: int) -> float:
        size, before = plan[n]
        return size + max([size, *(path(b) for b in before)])

    model = line(Duration.fixed(1), Duration.fixed(1), people=len(plan), items=known(plan, "stage 1"), weeks=60)
    assert list(finished(simulate(model, seed=0)).values()) == [path(n) for n in range(len(plan))]


def test_one_person_does_all_items_one_after_the_other() -> None:
    model = line(Duration.fixed(1), items=known([(3, set()), (2, set()), (4, set())]))
    assert finished(simulate(model, seed=0)) == {"item 00": 3, "item 01": 5, "item 02": 9}


def test_an_item_is_told_to_be_held_until_the_other_is_done() -> None:
    history = simulate(line(Duration.fixed(1), people=2, items=known([(5, set()), (1, {0})])), seed=0)
    assert told(history, "item 01")[:3] == [("ARRIVED", 0), ("HELD", 0), ("QUEUED", 5)]
    held = next(row for row in history.events.to_pylist() if row["event"] == Event.HELD)
    assert (held["item"], held["other"]) == (1, 0)


def test_a_cancelled_item_holds_nobody() -> None:
    gone = ItemClass(name="gone", cancellation=Cancellation(probability=1, after=Duration.fixed(7)))
    first, second = known([(50, set()), (1, {0})])
    items = (Item(name=first.name, stream="stream", kind="gone", size=50), second)
    model = line(Duration.fixed(1), people=2, items=items, classes=(gone, ItemClass(name="feature")))
    assert finished(simulate(model, seed=0)) == {"item 00": -1, "item 01": 8}


def test_an_item_that_never_comes_holds_for_ever() -> None:
    late = Item(name="late", stream="stream", kind="feature", arrives=hours(10_000))
    waits = Item(name="waits", stream="stream", kind="feature", after=(After(item="late"),))
    history = simulate(line(Duration.fixed(1), items=(late, waits)), seed=0)
    assert finished(history) == {"late": -1, "waits": -1}
    assert told(history, "waits") == [("ARRIVED", 0), ("HELD", 0)]
    assert history.column("items", "arrival").max() == 10_000 * HOUR


def test_items_in_a_circle_are_refused_by_name() -> None:
    a, b, c = (Item(name=n, stream="stream", kind="feature", after=(After(item=w),)) for n, w in ("ab", "bc", "ca"))
    with pytest.raises(BadModel, match="circle: 'a' after 'b' after 'c' after 'a'"):
        simulate(line(Duration.fixed(1), items=(a, b, c)), seed=0)
