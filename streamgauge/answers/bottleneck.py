"""Which stage is the constraint: several signals must agree, else there are only candidates (definitions 4.2)."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from streamgauge.answers.stream_map import Candidate

Floats = npt.NDArray[np.float64]
LEAST_ITEMS = 20
SURE = 0.90
EMPTY_SHARE = 0.30
_RESAMPLES, _AT_ONCE, _SEED = 1_000, 50, 20_260_301
_DAYS = 180
GROWTH, WAIT, STARVED = "its queue grows", "most waiting is before it", "the stage after it often has nothing to do"


def candidates(stages: Sequence[str], waits: Floats, queues: Mapping[str, Floats]) -> tuple[Candidate, ...]:
    """Return every stage with the probability that it holds the most waiting, the likeliest first.

    `waits` holds hours by item and stage, whole items being resampled; `queues` how many items waited at each stage on
    each day, oldest first.
    """
    total = float(waits.sum())
    if not len(waits) or total <= 0:
        return ()
    first = _first_share(waits)
    through = (waits > 0).sum(axis=0)
    found = [
        Candidate(
            stage=stage,
            probability=float(first[i]),
            wait_share=float(waits[:, i].sum()) / total,
            signals=tuple(_signals(stages, i, float(first[i]), queues)) if through[i] >= LEAST_ITEMS else (),
        )
        for i, stage in enumerate(stages)
    ]
    return tuple(sorted((c for c in found if c.wait_share > 0), key=lambda c: (-c.probability, -c.wait_share, c.stage)))


def bottleneck(found: Sequence[Candidate]) -> Candidate | None:
    """Return the one stage that at least two signals call the constraint, growth or wait among them; else None.

    Where only one stage waits there is nothing to compare, and so none.
    """
    if len(found) < 2:
        return None
    agreed = [c for c in found if len(c.signals) >= 2 and {GROWTH, WAIT} & set(c.signals)]
    return max(agreed, key=lambda c: (len(c.signals), c.probability)) if agreed else None


def _first_share(waits: Floats) -> Floats:
    """Return by stage in what share of resamples of whole items it has the largest waiting."""
    random = np.random.default_rng(_SEED)
    n, wins = len(waits), np.zeros(waits.shape[1])
    for _ in range(_RESAMPLES // _AT_ONCE):
        weights = random.multinomial(n, np.full(n, 1 / n), size=_AT_ONCE).astype(np.float64)
        totals = weights @ waits
        largest = totals >= totals.max(axis=1, keepdims=True) * (1 - 1e-12)
        wins += (largest / largest.sum(axis=1, keepdims=True)).sum(axis=0)  # stages that are equal share the win
    return wins / _RESAMPLES


def _signals(stages: Sequence[str], i: int, probability: float, queues: Mapping[str, Floats]) -> list[str]:
    queue = queues.get(stages[i], np.array([]))[-_DAYS:]
    said = [WAIT] if probability >= SURE else []
    if grows(queue):
        said.append(GROWTH)
    after = queues.get(stages[i + 1]) if i + 1 < len(stages) else None
    if after is not None and len(after) and float((after[-_DAYS:] == 0).mean()) >= EMPTY_SHARE:
        said.append(STARVED)
    return said


def grows(queue: Floats) -> bool:
    """Return whether a daily queue grows: Theil-Sen slope above zero, Mann-Kendall p below 0.05 (one-sided)."""
    n = len(queue)
    if n < 10 or float(queue.max()) == float(queue.min()):
        return False
    i, j = np.triu_indices(n, 1)
    differences = queue[j] - queue[i]
    slope = float(np.median(differences / (j - i)))
    score = float(np.sign(differences).sum())
    _, ties = np.unique(queue, return_counts=True)
    variance = (n * (n - 1) * (2 * n + 5) - float((ties * (ties - 1) * (2 * ties + 5)).sum())) / 18
    z = (score - 1) / math.sqrt(variance) if score > 0 and variance > 0 else 0.0
    return slope > 0 and 0.5 * math.erfc(z / math.sqrt(2)) < 0.05
