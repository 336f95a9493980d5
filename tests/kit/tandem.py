"""A stream of stages with known capacities, played item by item: the truth that a claim is held against."""

import heapq
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from streamgauge.company.insights import BottleneckTerms
from streamgauge.insights.constraint import Stream
from streamgauge.insights.resampling import blocks

Floats = npt.NDArray[np.float64]
MOMENTS = 2_000


@dataclass(frozen=True, kw_only=True)
class Shape:
    """One kind of stream: `load` is the utilisation of its constraint, `gap` how much less the others have to do.

    Without a `gap` all stages are alike and there is no constraint. Items come in `batch`es, one a unit of time on
    average; with `held` so many are always under way, and a new one begins when one ends. `drained` plays on until
    all of them are done. Before so great a share of the items (`turn`) another stage is the constraint, with a
    load of `former`.
    """

    name: str
    stages: int = 4
    items: int = 1_000
    load: float = 0.9
    gap: float = 0.0
    batch: int = 1
    held: int | None = None
    variation: float = 1.0
    drained: bool = False
    turn: float = 0.0
    former: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Play:
    """What happened: when each item (rows) came to each stage (columns), was taken up and left it."""

    came: Floats
    begun: Floats
    left: Floats
    until: float
    constraint: int | None


def play(shape: Shape, seed: int) -> Play:
    """Return one history of a stream; its constraint, where it has one, is at a place of its own by seed."""
    random = np.random.default_rng(seed)
    n, k = shape.items, shape.stages
    servers = random.integers(1, 5, k)
    constraint = int(random.integers(0, k)) if shape.gap else None
    loads = np.full(k, shape.load * (1 - shape.gap))
    if constraint is not None:
        loads[constraint] = shape.load
    width = np.log(1 + shape.variation**2)
    lasts = random.lognormal(-width / 2, np.sqrt(width), (n, k)) * loads * servers
    if constraint is not None:
        before, other = round(n * shape.turn), (constraint + 1) % k
        lasts[:before, constraint] *= 1 - shape.gap
        lasts[:before, other] *= shape.former / loads[other]
    if shape.held is None:
        arrivals = np.repeat(np.cumsum(random.exponential(shape.batch, n // shape.batch + 1)), shape.batch)[:n]
        came, begun, left = _open(arrivals, lasts, servers)
        until = left.max() + 1 if shape.drained else float(arrivals[-1])
    else:
        came, begun, left = _closed(shape.held, lasts, servers)
        until = float(np.sort(left[:, -1])[int(n * 0.9)])
    return Play(came=came, begun=begun, left=left, until=until, constraint=constraint)


def _open(arrivals: Floats, lasts: Floats, servers: npt.NDArray[np.int64]) -> tuple[Floats, Floats, Floats]:
    came, begun, left = (np.zeros_like(lasts) for _ in range(3))
    at = arrivals
    for j in range(lasts.shape[1]):
        free = [0.0] * int(servers[j])
        for i in np.argsort(at, kind="stable").tolist():
            start = max(heapq.heappop(free), at[i])
            came[i, j], begun[i, j], left[i, j] = at[i], start, start + lasts[i, j]
            heapq.heappush(free, left[i, j])
        at = left[:, j]
    return came, begun, left


def _closed(held: int, lasts: Floats, servers: npt.NDArray[np.int64]) -> tuple[Floats, Floats, Floats]:
    n, k = lasts.shape
    came, begun, left = np.zeros((n, k)), np.full((n, k), np.inf), np.full((n, k), np.inf)
    queues: list[deque[int]] = [deque() for _ in range(k)]
    free, events, entered = servers.tolist(), [], min(held, n)

    def begin(j: int, now: float) -> None:
        while queues[j] and free[j]:
            i = queues[j].popleft()
            free[j] -= 1
            begun[i, j], left[i, j] = now, now + lasts[i, j]
            heapq.heappush(events, (left[i, j], i, j))

    queues[0].extend(range(entered))
    begin(0, 0.0)
    while events:
        now, i, j = heapq.heappop(events)
        free[j] += 1
        item, to = (i, j + 1) if j + 1 < k else (entered, 0)
        if item < n:
            entered += to == 0
            queues[to].append(item)
            came[item, to] = now
            begin(to, now)
        begin(j, now)
    return came, begun, left


def seen(played: Play, *, has_work: bool = True, names: Sequence[str] | None = None) -> Stream:
    """Return what our rule sees of a history up to its end; without `has_work` only queues are recorded."""
    done = played.left[:, -1] < played.until
    order = np.argsort(played.left[done, -1], kind="stable")
    waits, works = (
        (to - since)[done][order] for since, to in ((played.came, played.begun), (played.begun, played.left))
    )
    parts = np.array_split(np.arange(len(order)), blocks(len(order)))
    late = played.left[done, -1][order] >= played.until * (1 - BottleneckTerms().late)
    n_late, k = int(late.sum()), waits.shape[1]
    moments = np.linspace(0.0, played.until, MOMENTS + 1)[1:]
    active = _levels(played.begun, played.left, moments)
    return Stream(
        stages=tuple(names or (f"S{j}" for j in range(k))),
        waited=np.array([waits[part].sum(axis=0) for part in parts]),
        worked=np.array([works[part].sum(axis=0) for part in parts]) * has_work,
        through=np.full(k, len(order)),
        waiting=_levels(played.came, played.begun, moments),
        active=active * has_work,
        began=np.histogram(played.came[:, 0], np.append(0.0, moments))[0],
        warm=MOMENTS // 5,
        late=np.array([waits[late][part].sum(axis=0) for part in np.array_split(np.arange(n_late), blocks(n_late))]),
        late_items=n_late,
    )


def _levels(since: Floats, to: Floats, moments: Floats) -> npt.NDArray[np.int64]:
    columns = [
        np.searchsorted(np.sort(since[:, j]), moments, side="right")
        - np.searchsorted(np.sort(to[:, j]), moments, side="right")
        for j in range(since.shape[1])
    ]
    return np.stack(columns, axis=1).astype(np.int64)
