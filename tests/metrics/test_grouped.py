"""Sums and order statistics are those of plain Python, and the same in whatever order the values come."""

import math
from statistics import median as plain_median

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streamgauge.metrics import statistics
from streamgauge.metrics.grouped import in_order, medians, totals

VALUES = st.lists(st.floats(-1e6, 1e6).map(lambda v: round(v, 9) / 3.6), min_size=1, max_size=60)
PAIRS = st.lists(st.tuples(st.integers(0, 6), st.one_of(st.none(), st.floats(-1e6, 1e6))), min_size=1, max_size=60)


@settings(max_examples=60, deadline=None)
@given(values=VALUES, seed=st.integers(0, 99))
def test_a_sum_is_exact_and_the_same_in_any_order(values: list[float], seed: int) -> None:
    mixed = np.random.default_rng(seed).permutation(values)
    found = statistics.total(np.array(values))
    assert found == statistics.total(mixed)
    assert found == math.fsum(values)
    assert found == math.fsum(statistics.sums(np.array(values[:7])) + statistics.sums(np.array(values[7:])))


@settings(max_examples=60, deadline=None)
@given(pairs=PAIRS, seed=st.integers(0, 99))
def test_sums_and_medians_of_groups_are_those_of_each_by_itself(
    pairs: list[tuple[int, float | None]], seed: int
) -> None:
    keys = np.array([key for key, _ in pairs])
    values = np.array([np.nan if value is None else value for _, value in pairs])
    mixed = np.random.default_rng(seed).permutation(len(pairs))
    there = ~np.isnan(values)
    order, other = in_order(keys), in_order(keys[mixed])
    sums, middles = totals(keys, values, 8, there), medians(keys[order], values[order], 8, there[order])
    assert totals(keys[mixed], values[mixed], 8, there[mixed]).tolist() == sums.tolist()
    assert str(medians(keys[mixed][other], values[mixed][other], 8, there[mixed][other])) == str(middles)
    for key in range(8):
        mine = [value for k, value in pairs if k == key and value is not None]
        assert sums[key] == pytest.approx(math.fsum(mine), rel=1e-12, abs=1e-9)
        assert math.isnan(middles[key]) if not mine else middles[key] == pytest.approx(plain_median(mine))


@pytest.mark.parametrize("n", [1, 2, 7, 1000, 1001, 5003])
def test_what_is_arranged_has_the_places_that_are_looked_at(n: int) -> None:
    values = np.random.default_rng(n).lognormal(3, 2, n)
    found, risen = statistics.arranged(values), np.sort(values)
    assert statistics.median_interval(found) == statistics.median_interval(risen)
    assert statistics.median(found) == np.median(values)
    told = [statistics.percentile(found, share) for share in statistics.PERCENTILES]
    assert told == pytest.approx(np.percentile(values, [100 * share for share in statistics.PERCENTILES]), rel=1e-14)


def test_many_groups_have_the_same_medians_as_few() -> None:
    """So many keys that they do not fit into 16 bits."""
    drawn = np.random.default_rng(7)
    keys, values = drawn.integers(0, 70_000, 200_000), drawn.random(200_000)
    order = in_order(keys)
    found = medians(keys[order], values[order], 70_000, values[order] >= 0)
    for key in (0, 1, 69_999, 35_000):
        assert found[key] == pytest.approx(np.median(values[keys == key]))
