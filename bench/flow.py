"""Facts about flow and the answers made from them, for made-up organisations of millions of transitions."""

import math
import resource
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from time import perf_counter

import numpy as np

from bench.clock import apart
from bench.figure import Figure
from bench.ground import Ground
from bench.organisation import BEGIN, fill, go_on

TRANSITIONS = 10_000_000
NEW = 1_000
ANSWERS = {
    "flow": ("flow", "report"),
    "map": ("value_stream", "stream_map"),
    "blocked": ("blocked", "blocked"),
    "aging": ("ageing", "ageing"),
}
"""By question the module and the function that answer it: a process loads no others, as a command does not."""
_MEBIBYTES = {100_000_000: 20 * 1024}


def flow(ground: Ground) -> Iterator[Figure]:
    """Give the time and memory of facts from scratch and after a little more, and of each answer, on two cores."""
    size = ground.commits or TRANSITIONS
    large, small = ground.folder / f"flow-{size}", ground.folder / f"flow-{size // 10}"
    found = {place: _made(place, count) for place, count in ((small, size // 10), (large, size))}
    taken, mebibytes = found[large]
    what, limit = f"flow facts of {size:,} transitions", _MEBIBYTES.get(size, 8 * 1024)
    yield Figure(name=what, ours=taken, against="DuckDB's one window", peer=apart(2, window, str(large)), limit=4)
    yield Figure(name=f"{what}, memory", ours=mebibytes, unit="MiB", against="memory", limit=limit)
    exponent = math.log10(taken / found[small][0])
    yield Figure(name=f"{what}, growth", ours=exponent, unit="power", against="time of a tenth", limit=1.1)
    rounds = ground.times or 3
    little, much = (apart(2, renew, str(place), rounds) for place in (small, large))
    yield Figure(name=f"refresh after {NEW:,} more of {size:,}", ours=much, against="time", limit=1.5)
    yield Figure(name=f"refresh after {NEW:,} more", ours=much, against="in a tenth", peer=little, limit=2)
    for name in ANSWERS:
        cold, warm, again = apart(2, asked, str(large), name, 7 * rounds)
        yield Figure(name=f"{name} of {size:,}, cold", ours=cold, against="time", limit=1.5)
        yield Figure(name=f"{name} of {size:,}, warm p95", ours=warm, against="time", limit=0.3)
        yield Figure(name=f"{name} of {size:,}, asked again", ours=again, against="time", limit=0.01)


def _made(place: Path, transitions: int) -> tuple[float, float]:
    if not place.exists():
        apart(None, fill, str(place), transitions)
    return apart(2, derive, str(place))


def derive(lake: str) -> tuple[float, float]:
    """Return the seconds that all facts about flow take from scratch, and this process's peak memory in MiB."""
    from streamgauge.company import Company
    from streamgauge.facts import FACTS, flow
    from streamgauge.lake import Lake

    start = perf_counter()
    with Lake.open(lake, facts=FACTS).writing() as writer:
        with writer.view() as view:
            wanted = flow.datasets(view)
        flow.refresh(writer, wanted, Company())
        writer.publish({})
    return perf_counter() - start, peak()


def window(lake: str) -> float:
    """Return the seconds of the engine's own single window over the same files, its rows kept in memory.

    It gives each change of status with the status and the time that follow, in the order in which changes count.
    """
    import duckdb

    start = perf_counter()
    sql = (
        "CREATE TABLE followed AS SELECT item, value, happened_at, lead(value) OVER way AS next, "
        "lead(happened_at) OVER way AS left_at FROM read_parquet(?) WHERE field = 'status' "
        "WINDOW way AS (PARTITION BY item ORDER BY happened_at, sequence, id)"
    )
    with duckdb.connect(":memory:") as engine:
        engine.execute("SET enable_progress_bar = false")
        engine.execute(sql, [f"{lake}/records/transitions/*.parquet"])
    return perf_counter() - start


def renew(lake: str, rounds: int) -> float:
    """Return the median seconds of bringing the facts up to date, each time after some items have moved on."""
    from streamgauge.company import Company
    from streamgauge.facts import FACTS, flow
    from streamgauge.lake import Lake

    taken = []
    for number in range(rounds + 1):
        go_on(lake, NEW)
        start = perf_counter()
        with Lake.open(lake, facts=FACTS).writing() as writer:
            with writer.view() as view:
                stale = flow.stale(view, Company())
            flow.refresh(writer, stale, Company())
            writer.publish({})
        taken += [perf_counter() - start] if number else []
    return float(np.median(taken))


def asked(lake: str, name: str, times: int) -> tuple[float, float, float]:
    """Return the seconds of the first answer in a fresh process, of one worked out anew (p95), of one given again.

    Each one that is worked out anew is of another window, which leaves out the first days of all.
    """
    start = perf_counter()
    ask: Callable[..., object] = getattr(import_module(f"streamgauge.answers.{ANSWERS[name][0]}"), ANSWERS[name][1])
    from streamgauge.answers.flow_terms import FlowRequest
    from streamgauge.facts import FACTS
    from streamgauge.lake import Lake
    from streamgauge.lake.memory import Memory

    opened = Lake.open(lake, facts=FACTS)
    warm: list[float] = []
    again: list[float] = []
    for number in range(times + 1):
        opened.memory = Memory()
        request = FlowRequest(since=BEGIN + timedelta(days=number) if number else None)
        for kept in (warm, again):
            start = start if kept is warm and not number else perf_counter()
            ask(opened, request)
            kept.append(perf_counter() - start)
    cold = warm.pop(0)
    return cold, float(np.percentile(warm, 95)), float(np.percentile(again, 95))


def peak() -> float:
    """Return the most memory that this process held, in MiB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10
