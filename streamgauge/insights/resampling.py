"""Which of several things is truly the largest: whole items drawn again and again, in blocks of neighbours."""

import math

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
RESAMPLES = 1_000
_LEAST, _MOST, _SEED = 20, 60, 20_260_301


def blocks(items: int) -> int:
    """Return into how many blocks of neighbours so many items are put: their root, from 20 to 60, never more than them.

    What is finished together has waited in the same queues, so that single items would make us surer than we are.
    """
    return min(max(_LEAST, round(math.sqrt(items))), _MOST, items)


def drawn(sums: Floats) -> Floats:
    """Return the sums of columns over blocks (rows) drawn again: one row a resample; always the same for the same."""
    n = len(sums)
    if not n:
        return np.zeros((0, sums.shape[1]))
    random = np.random.default_rng(_SEED)
    weights = random.multinomial(n, np.full(n, 1 / n), size=RESAMPLES).astype(np.float64)
    found: Floats = weights @ sums
    return found


def first(totals: Floats) -> Floats:
    """Return by column in what share of resamples it is the largest; columns that are equal share the win."""
    if not totals.size:
        return np.zeros(totals.shape[1])
    largest = totals >= totals.max(axis=1, keepdims=True) * (1 - 1e-12)
    found: Floats = (largest / largest.sum(axis=1, keepdims=True)).mean(axis=0)
    return found


def leads(totals: Floats, column: int, times: float) -> float:
    """Return in what share of resamples a column is at least so many times as large as every other one."""
    if not totals.size or totals.shape[1] < 2:
        return 0.0
    others = np.delete(totals, column, axis=1).max(axis=1)
    return float((totals[:, column] >= times * others).mean())


def between(values: Floats) -> tuple[float, float] | None:
    """Return the 95 % interval that resampled values span; None without any."""
    return (float(np.percentile(values, 2.5)), float(np.percentile(values, 97.5))) if len(values) else None
