"""The statistics behind every number, written once (definitions 0.3)."""

import math
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache, partial
from statistics import NormalDist
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

Z95 = NormalDist().inv_cdf(0.975)
MEDIAN_INTERVAL_FROM = 6
_EXACT_UP_TO = 2000
_FEW = 1000
"""Up to so many values are as quickly sorted as parted."""
_LEAST = -900
"""The least power of two that is told apart in a sum."""
AT_ONCE = 2**16
"""So many values are summed up together."""
PERCENTILES = (0.5, 0.75, 0.85, 0.9, 0.95)
"""The percentiles that are shown."""
Floats = npt.NDArray[np.float64]
Interval = tuple[float | None, float | None, float | None]
"""Value, low and high."""


class Arranged(Protocol):
    """Values by their place in their order, at the places that are looked at."""

    def __len__(self) -> int:
        """Return how many values there are."""

    def __getitem__(self, place: int, /) -> float:
        """Return the value at a place."""


def summands(values: Floats) -> list[Floats]:
    """Cut values into parts, the coarsest first, whose sums are exact in any order, of all values or of some of them.

    Each is so few whole steps of a power of two that no sum of them is ever rounded.
    """
    greatest = max(float(values.max()), -float(values.min())) if len(values) else 0.0
    bits = 53 - len(values).bit_length()
    power, rest, found = math.frexp(greatest)[1], values, []
    while power > _LEAST:
        power = max(power - bits, _LEAST)
        found.append(_in_steps(rest, power))
        rest = rest - found[-1]
        if not rest.any():
            break
    return found


def _in_steps(values: Floats, power: int) -> Floats:
    """Return values as whole steps of a power of two."""
    steps = values * 2.0**-power
    np.rint(steps, out=steps)
    steps *= 2.0**power
    return steps


def sums(values: npt.NDArray[Any]) -> list[float]:
    """Return numbers whose sum is exactly that of the values; together with those of other values, that of all."""
    if values.dtype.kind != "f":
        return [float(values.sum())]
    return [float(part.sum()) for rows in pieces(len(values)) for part in summands(values[rows])]


def pieces(n: int) -> list[slice]:
    """Return which rows to look at together, of `n`: what is made of so many stays near the processor."""
    return [slice(start, min(start + AT_ONCE, n)) for start in range(0, n, AT_ONCE)]


def whole_pieces(rows: slice) -> tuple[int, int, list[slice]]:
    """Return the places of the first of `pieces` within these rows and behind the last, and the rest of the rows."""
    first, last = -(-rows.start // AT_ONCE), rows.stop // AT_ONCE
    if first >= last:
        return 0, 0, [rows]
    return first, last, [slice(rows.start, first * AT_ONCE), slice(last * AT_ONCE, rows.stop)]


def total(values: npt.NDArray[Any]) -> float:
    """Return the sum of values, rounded once: the same in whatever order they come."""
    return total_of(sums(values))


def total_of(*parts: Iterable[float]) -> float:
    """Return the sum of what `sums` gave of values, rounded once."""
    return math.fsum(number for part in parts for number in part)


def arranged(values: Floats) -> Floats:
    """Return values with those at their places in the order that a median, its interval or a percentile looks at."""
    n = len(values)
    return np.sort(values) if is_few(n) else np.partition(values, looked_at(n))


def is_few(n: int) -> bool:
    """Return whether so many values are sorted as soon as looked for among."""
    return n <= _FEW


def looked_at(n: int) -> list[int]:
    """Return the places, rising, that a median, its interval or a percentile of `n` values looks at."""
    lows = {math.floor((n - 1) * share) for share in PERCENTILES}
    ranks = median_ranks(n) or ()
    places = lows | {low + 1 for low in lows} | {rank - 1 for rank in ranks} | {(n - 1) // 2, n // 2}
    return sorted(place for place in places if place < n)


def median(values: Arranged) -> float:
    """Return the median of arranged values, of which there is one at least."""
    n = len(values)
    return float(values[(n - 1) // 2] + values[n // 2]) / 2


def percentile(values: Arranged, share: float) -> float:
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


def median_interval(values: Arranged) -> tuple[float, float | None, float | None]:
    """Return the median of arranged values with its 95 % interval; no interval below n = 6. Needs a value."""
    ranks = median_ranks(len(values))
    low, high = (float(values[ranks[0] - 1]), float(values[ranks[1] - 1])) if ranks else (None, None)
    return median(values), low, high


def beyond(values: npt.NDArray[Any], weights: npt.NDArray[Any], ratio: float) -> float:
    """Return the sum of the squares of what each value is beyond the ratio's share of its weight."""
    each = ((values[rows] - ratio * weights[rows]) ** 2 for rows in pieces(len(values)))
    return total_of(*map(sums, each))


def ratio_interval(values: Floats, weights: Floats, *, is_share: bool = True) -> Interval:
    """Return the ratio of two sums with its 95 % interval by linearisation; none below n = 6, all null without weight.

    The interval of a share stays within 0 and 1.

    The spread is that of what each case adds beyond the ratio's share of its weight (Cochran, ratio estimator).
    """
    spread = partial(beyond, values, weights)
    return ratio_of(total(values), total(weights), len(values), spread, is_share=is_share)


def ratio_of(value: float, weight: float, n: int, spread: Callable[[float], float], *, is_share: bool) -> Interval:
    """Return the ratio of the sums of `n` values and of their weights; `spread` is what is `beyond` a ratio."""
    if weight <= 0:
        return None, None, None
    ratio = value / weight
    if n < MEDIAN_INTERVAL_FROM:
        return ratio, None, None
    reach = Z95 * math.sqrt(n / (n - 1) * spread(ratio)) / weight
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
