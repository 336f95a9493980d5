"""Whether a line of values grows: slope by Theil and Sen, tested by Mann and Kendall for values that hang together."""

import math

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
LEAST_VALUES = 10
SURE = 0.05


def grows(values: Floats) -> bool:
    """Return whether values grow: Theil-Sen slope above zero, Mann-Kendall p below 0.05 (one-sided, Hamed and Rao).

    The level of a queue hangs on what it was before; the test without their correction would see a trend in most.
    """
    slope, p = trend(values)
    return slope > 0 and p < SURE


def trend(values: Floats) -> tuple[float, float]:
    """Return the slope a step, and the chance that values without a trend seem to grow so; (0, 1) below ten values."""
    n = len(values)
    if n < LEAST_VALUES or float(values.max()) == float(values.min()):
        return 0.0, 1.0
    i, j = np.triu_indices(n, 1)
    differences = values[j] - values[i]
    slope, score = float(np.median(differences / (j - i))), float(np.sign(differences).sum())
    _, ties = np.unique(values, return_counts=True)
    variance = (n * (n - 1) * (2 * n + 5) - float((ties * (ties - 1) * (2 * ties + 5)).sum())) / 18
    variance *= _held_together(values - slope * np.arange(n))
    z = (score - 1) / math.sqrt(variance) if score > 0 and variance > 0 else 0.0
    return slope, 0.5 * math.erfc(z / math.sqrt(2))


def _held_together(rest: Floats) -> float:
    """Return how many times as wide the score spreads because neighbours are alike; at least 1 (Hamed and Rao 1998)."""
    n = len(rest)
    if float(np.ptp(rest)) < 1e-9:
        return 1.0
    ranks = np.argsort(np.argsort(rest, kind="stable"), kind="stable").astype(np.float64)
    ranks -= ranks.mean()
    near = np.correlate(ranks, ranks, "full")[n:-1] / float(ranks @ ranks)
    steps = np.arange(1, n - 1)
    near = np.where(np.abs(near) > 1.96 / math.sqrt(n), near, 0.0)
    more = float(((n - steps) * (n - steps - 1) * (n - steps - 2) * near).sum())
    return max(1.0, 1 + 2 / (n * (n - 1) * (n - 2)) * more)
