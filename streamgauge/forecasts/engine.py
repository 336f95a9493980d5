"""The one simulation: a single history with every event, or many replications with finish times only.

Both follow the same rules (`docs/simulation.md`), so that the same seed and replication give the same finish times.
"""

from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial

import numpy as np

from streamgauge.errors import BadModel
from streamgauge.forecasts import layout as at
from streamgauge.forecasts.check import check
from streamgauge.forecasts.history import History, Replications
from streamgauge.forecasts.image import POOL_ROOM, Image, build
from streamgauge.forecasts.machine import Rule, machine_code
from streamgauge.forecasts.memory import Numbers, key
from streamgauge.forecasts.model import Model
from streamgauge.forecasts.telling import Teller, items_of

LOG_ROOM = 1 << 17
_TABLES = {at.HEAP_FULL: (at.HEAP, at.HEAP_MOST, at.HEAP_WIDTH), at.LOG_FULL: (at.LOG, at.LOG_MOST, at.LOG_WIDTH)}


def simulate(model: Model, *, seed: int, replication: int = 0) -> History:
    """Return one history of a model, with every event; the same seed and replication give the same bytes.

    Raises BadModel where the model is not sound.
    """
    image = _image(model)
    teller = Teller(model, image)
    m, floats, run = _grown(image.memory, at.LOG_FULL, rows=LOG_ROOM), image.floats.copy(), kernel()
    _seed(m, seed, replication)
    while (why := run(m, floats)) != at.ENDED:
        if why != at.LOG_FULL or teller.drain(m) < m[at.LOG_MOST] // 2:
            m = _grown(m, why)
    teller.drain(m)
    return teller.history(m)


def replicate(model: Model, *, seed: int, replications: int, threads: int = 2) -> Replications:
    """Return when each item of a model was done in each of many replications, in seconds since its start; -1: not.

    Variants of a model that are replicated with the same seed share their chance: an item draws the same work in both,
    and what a change does not touch stays the same to the second. Raises BadModel where the model is not sound.
    """
    if replications < 1 or threads < 1:
        raise BadModel(f"{replications} replications on {threads} threads.", advice="Allowed: at least 1 of each.")
    image = _image(model)
    finished = np.empty((replications, len(image.items)), dtype=np.int64)
    work = partial(_replicate, image, kernel(), seed, finished)
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, [range(n, replications, threads) for n in range(threads)]))
    return Replications(start=image.start, until=image.until, items=image.items, finished=finished)


def _replicate(image: Image, run: Rule, seed: int, finished: Numbers, numbers: range) -> None:
    """Run these replications, and write when items were done into their rows."""
    fresh, m = image.memory, image.memory.copy()
    for number in numbers:
        while True:
            m[:], floats = fresh, image.floats.copy()
            _seed(m, seed, number)
            why = run(m, floats)
            if why == at.ENDED:
                break
            fresh = _grown(fresh, why)
            m = np.empty_like(fresh)
        finished[number] = items_of(m)[:, at.ITEM_FINISHED]


def _image(model: Model) -> Image:
    check(model)
    return build(model)


@cache
def kernel() -> Rule:
    """Return the loop as machine code; it is compiled once in a process, by who first simulates."""
    from streamgauge.forecasts.kernel.run import run

    return machine_code(run)


def _seed(m: Numbers, seed: int, replication: int) -> None:
    m[at.SEED] = key("seed", seed, replication)


def _grown(m: Numbers, why: int, *, rows: int = 0) -> Numbers:
    """Return the memory with more room, at its end, for the table that was too full."""
    if why == at.POOL_EMPTY:
        return _with_pool(m)
    base, most, width = _TABLES[why]
    rows = max(2 * int(m[most]), rows)
    kept = m[m[base] : m[base] + m[most] * width]
    grown = np.concatenate([m, kept, np.zeros(rows * width - len(kept), dtype=np.int64)])
    grown[base], grown[most] = len(m), rows
    return grown


def _with_pool(m: Numbers) -> Numbers:
    """Return the memory with twice as many rows as one step may need added to its pool, at least the usual number."""
    rows = max(POOL_ROOM, 2 * int(m[at.POOL_NEED]))
    pool = np.zeros((rows, at.TASK_WIDTH), dtype=np.int64)
    pool[:, at.TASK_NEXT] = len(m) + np.arange(1, rows + 1) * at.TASK_WIDTH
    pool[-1, at.TASK_NEXT] = m[at.POOL_NEXT]
    grown = np.concatenate([m, pool.ravel()])
    grown[at.POOL_NEXT], grown[at.POOL_FREE] = len(m), m[at.POOL_FREE] + rows
    return grown
