"""The rule finds the true constraint of a stream, and claims none where all stages are alike."""

from dataclasses import replace

import numpy as np
import pytest

from streamgauge.insights.constraint import GROWTH, WAIT, Stream, bottleneck, candidates
from streamgauge.insights.trend import grows, trend
from tests.kit.tandem import Shape, play, seen

SEEDS = range(50)
CONSTRAINED = (
    Shape(name="overloaded", stages=4, items=500, load=1.15, gap=0.3),
    Shape(name="near its limit, and stable", stages=3, items=800, load=0.95, gap=0.3),
    Shape(name="so many always under way", stages=4, items=500, load=1.0, gap=0.4, held=24),
    Shape(name="another one at first", stages=4, items=800, load=1.4, gap=0.45, turn=0.4, former=0.95),
    Shape(name="in batches, and played out", stages=3, items=600, load=1.15, gap=0.4, batch=5, drained=True),
)
ALIKE = (
    Shape(name="quiet", stages=4, items=400, load=0.5),
    Shape(name="busy", stages=4, items=500, load=0.8),
    Shape(name="in batches", stages=3, items=500, load=0.7, batch=5),
    Shape(name="so many always under way", stages=5, items=500, load=1.0, held=20),
)


def named(shape: Shape, seed: int) -> tuple[str | None, str | None]:
    """Return what the rule names, and what is true."""
    played = play(shape, seed)
    found = bottleneck(candidates(seen(played)))
    return found and found.stage, None if played.constraint is None else f"S{played.constraint}"


@pytest.mark.parametrize("shape", CONSTRAINED, ids=lambda shape: shape.name)
def test_the_true_constraint_is_found_in_95_percent_of_streams(shape: Shape) -> None:
    found = [named(shape, seed) for seed in SEEDS]
    assert sum(said == true for said, true in found) >= 0.95 * len(SEEDS)
    assert all(said in (true, None) for said, true in found)


@pytest.mark.parametrize("shape", ALIKE, ids=lambda shape: shape.name)
def test_none_is_claimed_in_95_percent_of_streams_without_one(shape: Shape) -> None:
    assert sum(named(shape, seed)[0] is not None for seed in SEEDS) <= 0.05 * len(SEEDS)


def stream(waited: np.ndarray, waiting: np.ndarray | None = None, items: int = 40) -> Stream:
    """Return a stream of which only waiting is known."""
    stages = waited.shape[1]
    queues = np.zeros((100, stages), np.int64) if waiting is None else waiting
    return Stream(
        stages=tuple("ABCDEFG"[:stages]),
        waited=waited,
        worked=np.zeros_like(waited),
        through=np.full(stages, items),
        waiting=queues,
        active=np.zeros_like(queues),
        began=np.ones(len(queues), np.int64),
    )


def test_t4_4_a_stage_where_every_item_waits_longest_is_first_for_certain() -> None:
    """T4.4: P(rank 1) = 1.0; waiting alone is one signal and no bottleneck."""
    found = candidates(stream(np.tile([1.0, 5.0, 2.0], (40, 1))))
    assert (found[0].stage, found[0].probability, found[0].signals) == ("B", 1.0, (WAIT,))
    assert bottleneck(found) is None


def test_t4_4_two_stages_with_the_same_waiting_share_the_first_place() -> None:
    """T4.4: each is first with 0.5, so that there is no single bottleneck."""
    found = candidates(stream(np.tile([3.0, 3.0], (40, 1))))
    assert [(c.stage, c.probability) for c in found] == [("A", 0.5), ("B", 0.5)]
    assert bottleneck(found) is None


def test_two_stages_that_differ_by_chance_alone_are_about_even() -> None:
    random = np.random.default_rng(3)
    found = candidates(stream(random.exponential(5.0, (60, 2))))
    assert {c.stage for c in found} == {"A", "B"}
    assert bottleneck(found) is None


def test_waiting_that_is_clearly_largest_and_a_growing_queue_make_a_bottleneck() -> None:
    growing = np.stack([np.zeros(200), np.arange(200), np.ones(200)], axis=1).astype(np.int64)
    found = candidates(stream(np.tile([1.0, 9.0, 2.0], (40, 1)), growing))
    one = bottleneck(found)
    assert one is not None
    assert (one.stage, one.signals) == ("B", (WAIT, GROWTH))
    assert one.wait_share == pytest.approx(9 / 12)


def test_a_constraint_that_came_late_shows_in_what_was_done_late() -> None:
    """The queue grew since; most of what was done before waited elsewhere, so that only the newest tells where."""
    growing = np.stack([np.ones(200), np.maximum(0, np.arange(200) - 100)], axis=1).astype(np.int64)
    waited = np.tile([[4.0, 1.0]], (40, 1)) + np.arange(40)[:, None] // 28 * [[0.0, 19.0]]
    late, whole = waited[28:], stream(waited, growing)
    assert bottleneck(candidates(whole)) is None
    one = bottleneck(candidates(replace(whole, late=late, late_items=40)))
    assert one is not None
    assert (one.stage, one.signals) == ("B", (WAIT, GROWTH))
    assert bottleneck(candidates(replace(whole, late=late, late_items=19))) is None


def test_a_few_items_claim_nothing() -> None:
    growing = np.stack([np.zeros(200), np.arange(200)], axis=1).astype(np.int64)
    assert bottleneck(candidates(stream(np.tile([1.0, 9.0], (19, 1)), growing, items=19))) is None


def test_the_only_stage_where_work_waits_is_no_finding() -> None:
    growing = np.stack([np.zeros(200), np.arange(200)], axis=1).astype(np.int64)
    assert bottleneck(candidates(stream(np.tile([0.0, 9.0], (40, 1)), growing))) is None


def test_nothing_that_waited_has_no_candidates() -> None:
    assert candidates(stream(np.zeros((0, 2)))) == ()
    assert candidates(stream(np.zeros((30, 2)))) == ()


def test_a_queue_that_wanders_is_rarely_taken_to_grow() -> None:
    """Each value hangs on the one before, so that the plain test would see a trend twice as often."""
    random = np.random.default_rng(11)
    seen_to_grow = 0
    for _ in range(100):
        level, values = 0.0, []
        for step in random.normal(size=60):
            level = 0.7 * level + step
            values.append(level)
        seen_to_grow += grows(np.array(values))
    assert seen_to_grow <= 20


def test_a_line_grows_and_a_flat_one_does_not() -> None:
    assert trend(np.arange(40.0))[1] < 0.001
    assert trend(np.ones(40)) == (0.0, 1.0)
    assert not grows(np.arange(9.0))
