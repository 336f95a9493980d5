"""The statistics agree with SciPy and with hand-made examples."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats  # type: ignore[import-untyped]

from streamgauge.metrics.statistics import kaplan_meier_median, median_ranks, poisson_interval, wilson


@given(n=st.integers(1, 3000), data=st.data())
def test_wilson_is_scipys(n: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, n))
    expected = stats.binomtest(hits, n).proportion_ci(0.95, method="wilson")
    assert wilson(hits, n) == pytest.approx((expected.low, expected.high), abs=1e-9)


def test_wilson_of_nothing_is_none() -> None:
    assert wilson(0, 0) is None


@pytest.mark.parametrize("n", [*range(6, 80), 100, 500, 1999, 2000])
def test_the_ranks_of_a_median_are_the_narrowest_symmetric_ones_with_95_percent(n: int) -> None:
    ranks = median_ranks(n)
    assert ranks is not None
    low, high = ranks
    assert low + high == n + 1
    assert stats.binom.cdf(high - 1, n, 0.5) - stats.binom.cdf(low - 1, n, 0.5) >= 0.95 - 1e-12
    assert stats.binom.cdf(high - 2, n, 0.5) - stats.binom.cdf(low, n, 0.5) < 0.95


@pytest.mark.parametrize("n", [2001, 2500, 10_000, 99_999])
def test_the_ranks_of_many_are_within_one_of_the_exact_ones(n: int) -> None:
    ranks = median_ranks(n)
    assert ranks is not None
    assert abs(ranks[0] - stats.binom.ppf(0.025, n, 0.5)) <= 1
    assert ranks[0] + ranks[1] == n + 1


def test_a_median_of_fewer_than_six_has_no_interval() -> None:
    assert [median_ranks(n) for n in range(6)] == [None] * 6
    assert median_ranks(6) == (1, 6)


@pytest.mark.parametrize("n", [0, 1, 2, 5, 10, 50, 500, 5000])
def test_the_poisson_interval_is_near_the_exact_limits(n: int) -> None:
    low, high = poisson_interval(n)
    exact_low = stats.chi2.ppf(0.025, 2 * n) / 2 if n else 0.0
    assert low == pytest.approx(exact_low, abs=0.06)
    assert high == pytest.approx(stats.chi2.ppf(0.975, 2 * n + 2) / 2, abs=0.06)
    assert low <= n <= high


@pytest.mark.parametrize(
    ("durations", "censored", "median"),
    [
        ([], [], None),
        ([3], [False], 3),
        ([3], [True], None),
        ([1, 2, 3, 4], [False] * 4, 2),
        ([1, 2, 3], [False] * 3, 2),
        ([0.5, 1, 2, 4, 3], [False] * 4 + [True], 2),
        ([1, 1, 1, 9, 9], [False] * 3 + [True] * 2, 1),
        ([1, 2, 3, 4], [True, True, True, False], 4),
        ([5, 5, 5, 5], [True, True, False, True], None),
        ([4, 1, 3, 2], [False, True, False, False], 3),
    ],
)
def test_the_median_of_what_is_partly_open(durations: list[float], censored: list[bool], median: float | None) -> None:
    assert kaplan_meier_median(durations, censored) == median


@given(st.lists(st.tuples(st.integers(1, 20), st.booleans()), max_size=30))
def test_the_median_of_what_is_partly_open_is_scipys(rows: list[tuple[int, bool]]) -> None:
    durations, censored = [r[0] for r in rows], [r[1] for r in rows]
    found = kaplan_meier_median(durations, censored)
    if all(censored):
        assert found is None
        return
    sample = stats.CensoredData.right_censored(durations, censored)
    curve = stats.ecdf(sample).sf
    below = [q for q, p in zip(curve.quantiles, curve.probabilities, strict=True) if p <= 0.5 + 1e-9]
    assert found == (min(below) if below else None)
    assert found is None or math.isfinite(found)
