"""The statistics behind every number, written once (definitions 0.3)."""

import math
from collections.abc import Sequence
from functools import lru_cache
from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt

Z95 = NormalDist().inv_cdf(0.975)
MEDIAN_INTERVAL_FROM = 6
_EXACT_UP_TO = 2000
_FEW = 1000
"""Up to so many values are as quickly sorted as parted."""
_LEAST = -900
"""The least power of two that is told apart in a sum."""
PERCENTILES = (0.5, 0.75, 0.85, 0.9, 0.95)
"""The percentiles that are shown."""
Floats = npt.NDArray[np.float64]


def summands(values: Floats) -> tuple[Floats, ...]:
    """Cut values into a coarse and a fine part, whose sums are exact in any order, of all values or of some of them.

    Both are so few whole steps of a power of two that no sum of them is ever rounded. What is finer than 2**-60 of the
    greatest value, or somewhat more of very many, is left out, of each value by itself.
    """
    greatest = float(np.abs(values).max()) if len(values) else 0.0
    if not greatest:
        return (values,)
    bits = 53 - len(values).bit_length()
    power = max(math.frexp(greatest)[1] - bits, _LEAST)
    coarse = _in_steps(values, power)
    rest = values - coarse
    return (coarse, _in_steps(rest, power - bits)) if rest.any() else (coarse,)


def _in_steps(values: Floats, power: int) -> Floats:
    """Return values as whole steps of a power of two."""
    steps = values * 2.0**-power
    np.rint(steps, out=steps)
    steps *= 2.0**power
    return steps


def total(values: npt.NDArray[Any]) -> float:
    """Return the sum of values, the same in whatever order they come."""
    if values.dtype.kind != "f":
        return float(values.sum())
    return math.fsum(float(part.sum()) for part in summands(values))


def arranged(values: Floats) -> Floats:
    """Return values with those at their places in the order that a median, its interval or a percentile looks at."""
    n = len(values)
    if n <= _FEW:
        return np.sort(values)
    lows = {math.floor((n - 1) * share) for share in PERCENTILES}
    ranks = median_ranks(n) or ()
    middle = ((n - 1) // 2, n // 2)
    places = lows | {low + 1 for low in lows} | {rank - 1 for rank in ranks} | {*middle}
    return np.partition(values, sorted(place for place in places if place < n))


def median(values: Floats) -> float:
    """Return the median of arranged values, of which there is one at least."""
    n = len(values)
    return float(values[(n - 1) // 2] + values[n // 2]) / 2


def percentile(values: Floats, share: float) -> float:
    """Return a linear percentile (Hyndman-Fan type 7) of arranged values: one of PERCENTILES. Needs a value."""
    place = (len(values) - 1) * share
    low = math.floor(place)
    below, above = float(values[low]), float(values[min(low + 1, len(values) - 1)])
    part = place - low
    return above - (above - below) * (1 - part) if part >= 0.5 else below + (above - below) * part


def wilson(successes: float, n: int) -> tuple[float, float] | None:
    """Return the Wilson 95 % interval of a proportion; None without cases."""
    if n == 0:
        return None
    p, zz = successes / n, Z95 * Z95
    middle = p + zz / (2 * n)
    reach = Z95 * math.sqrt(p * (1 - p) / n + zz / (4 * n * n))
    low = 0.0 if successes == 0 else (middle - reach) / (1 + zz / n)
    return low, 1.0 if successes == n else (middle + reach) / (1 + zz / n)


@lru_cache(maxsize=4096)
def median_ranks(n: int) -> tuple[int, int] | None:
    """Return the ranks (from 1) of the order statistics that hold the median with at least 95 %; None below n = 6.

    Exact binomial ranks; above 2,000 values their normal approximation, which differs by at most one rank there.
    """
    if n < MEDIAN_INTERVAL_FROM:
        return None
    if n > _EXACT_UP_TO:
        low = math.floor((n - Z95 * math.sqrt(n)) / 2)
        return low, n + 1 - low
    tail, below, next_one = 0, 0, 1
    while 1000 * (tail + next_one) <= 25 * 2**n:
        tail += next_one
        next_one = next_one * (n - below) // (below + 1)
        below += 1
    return max(below, 1), n + 1 - max(below, 1)


def median_interval(values: Floats) -> tuple[float, float | None, float | None]:
    """Return the median of arranged values with its 95 % interval; no interval below n = 6. Needs a value."""
    ranks = median_ranks(len(values))
    low, high = (float(values[ranks[0] - 1]), float(values[ranks[1] - 1])) if ranks else (None, None)
    return median(values), low, high


def ratio_interval(
    values: Floats, weights: Floats, *, is_share: bool = True
) -> tuple[float | None, float | None, float | None]:
    """Return the ratio of two sums with its 95 % interval by linearisation; none below n = 6, all null without weight.

    The interval of a share stays within 0 and 1.

    The spread is that of what each case adds beyond the ratio's share of its weight (Cochran, ratio estimator).
    """
    weight = total(weights)
    if weight <= 0:
        return None, None, None
    ratio, n = total(values) / weight, len(values)
    if n < MEDIAN_INTERVAL_FROM:
        return ratio, None, None
    beyond = values - ratio * weights
    reach = Z95 * math.sqrt(n / (n - 1) * total(beyond**2)) / weight
    low, high = ratio - reach, ratio + reach
    return (ratio, max(0.0, low), min(1.0, high)) if is_share else (ratio, low, high)


def kaplan_meier_median(durations: Sequence[float], censored: Sequence[bool]) -> float | None:
    """Return the shortest duration by which at least half have ended; None where too many are still open."""
    order = np.argsort(np.asarray(durations, dtype=float), kind="stable")
    times = np.asarray(durations, dtype=float)[order]
    ended = ~np.asarray(censored, dtype=bool)[order]
    surviving = 1.0
    for time in np.unique(times[ended]):
        at_risk = int((times >= time).sum())
        surviving *= 1 - int((ended & (times == time)).sum()) / at_risk
        if surviving <= 0.5 + 1e-12:
            return float(time)
    return None


def poisson_interval(n: int) -> tuple[float, float]:
    """Return a 95 % interval of a Poisson count, by Byar's approximation of the exact limits."""
    low = 0.0 if n == 0 else n * (1 - 1 / (9 * n) - Z95 / (3 * math.sqrt(n))) ** 3
    m = n + 1
    return low, m * (1 - 1 / (9 * m) + Z95 / (3 * math.sqrt(m))) ** 3
