"""Without dependencies the simulation forecasts what sampling past weeks does (definitions 10.1 and 10.2)."""

import numpy as np
import pytest

from streamgauge.forecasts import replicate, simulate
from streamgauge.forecasts.model import Duration
from tests.forecasts.models import items, line

WEEK = 168 * 3600
AHEAD = 30


@pytest.mark.parametrize("mean", [12.0, 40.0])
def test_the_weeks_until_so_many_items_are_done_agree_with_a_bootstrap_of_past_weeks(mean: float) -> None:
    """A person who is never idle, with memoryless work: weeks are alike and independent, so that both must agree."""
    past = line(
        Duration.exponential(mean), weeks=520, items=items(*(f"item {n:05}" for n in range(int(620 * 168 / mean))))
    )
    done = simulate(past, seed=1).column("items", "finished")
    weekly = np.bincount(done[done >= 0] // WEEK, minlength=520)
    drawn = np.random.default_rng(2).choice(weekly, size=(10_000, 40)).cumsum(axis=1)
    sampled = (drawn >= AHEAD).argmax(axis=1) + 1

    model = line(Duration.exponential(mean), weeks=40, items=items(*(f"item {n:02}" for n in range(AHEAD))))
    last = replicate(model, seed=3, replications=4_000).finished.max(axis=1)
    simulated = -(-last // WEEK)
    assert (last > 0).all()
    for week in range(1, 21):
        one, other = (sampled <= week).mean(), (simulated <= week).mean()
        assert one == pytest.approx(other, abs=0.05)
    assert np.median(sampled) == pytest.approx(np.median(simulated), abs=1)
    assert np.quantile(sampled, 0.85, method="inverted_cdf") == pytest.approx(
        np.quantile(simulated, 0.85, method="inverted_cdf"), abs=1
    )


def test_equal_weeks_give_the_same_answer_in_every_replication() -> None:
    """Four items a week, twelve items: exactly three weeks (definitions T10.6)."""
    model = line(Duration.fixed(42), weeks=5, items=items(*(f"item {n:02}" for n in range(12))))
    assert set(replicate(model, seed=0, replications=20).finished.max(axis=1)) == {3 * WEEK}
