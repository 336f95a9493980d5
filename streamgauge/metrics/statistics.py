"""The statistics behind every number, written once (definitions 0.3)."""

import math
from collections.abc import Sequence
from functools import lru_cache
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

Z95 = NormalDist().inv_cdf(0.975)
MEDIAN_INTERVAL_FROM = 6
_EXACT_UP_TO = 2000
Floats = npt.NDArray[np.float64]


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
    """Return the median of ordered values with its 95 % interval; no interval below n = 6. Needs at least one value."""
    ranks = median_ranks(len(values))
    low, high = (float(values[ranks[0] - 1]), float(values[ranks[1] - 1])) if ranks else (None, None)
    return float(np.median(values)), low, high


def ratio_interval(
    values: Floats, weights: Floats, *, is_share: bool = True
) -> tuple[float | None, float | None, float | None]:
    """Return the ratio of two sums with its 95 % interval by linearisation; none below n = 6, all null without weight.

    The interval of a share stays within 0 and 1.

    The spread is that of what each case adds beyond the ratio's share of its weight (Cochran, ratio estimator).
    """
    total = float(weights.sum())
    if total <= 0:
        return None, None, None
    ratio, n = float(values.sum()) / total, len(values)
    if n < MEDIAN_INTERVAL_FROM:
        return ratio, None, None
    beyond = values - ratio * weights
    reach = Z95 * math.sqrt(n / (n - 1) * float((beyond**2).sum())) / total
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
