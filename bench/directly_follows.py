"""The value stream map beside pm4py's performance directly-follows graph of the same log, where that is installed."""

import os
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from time import perf_counter

from bench.clock import apart
from bench.figure import Figure
from bench.files import PM4PY
from bench.flow import derive, peak
from bench.ground import Ground
from bench.organisation import BEGIN, fill

EVENTS = 1_000_000
_THEIRS = """
import contextlib, io, resource, sys, time, warnings
warnings.filterwarnings("ignore")
with contextlib.redirect_stdout(io.StringIO()):
    import pandas as pd, pm4py
start = time.perf_counter()
log = pm4py.format_dataframe(
    pd.read_csv(sys.argv[1], dtype={"case": str}), case_id="case", activity_key="activity", timestamp_key="at")
loaded = time.perf_counter()
pm4py.discover_performance_dfg(log)
end = time.perf_counter()
print(loaded - start, end - loaded, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def directly_follows(ground: Ground) -> Iterator[Figure]:
    """Give the time of the map from facts, and of facts and map from records, against pm4py; and the memory."""
    size, times = ground.commits or EVENTS, ground.times or 3
    python = os.environ.get(PM4PY)
    ours: tuple[float | None, ...] = (None, None, None)
    theirs: tuple[float | None, ...] = (None, None, None)
    if python:
        lake, log = ground.folder / f"log-{size}", ground.folder / f"log-{size}.csv"
        apart(None, fill, str(lake), size)
        apart(None, write, str(lake), str(log))
        theirs = _least([_peer(python, log) for _ in range(times)])
        ours = apart(2, mapped, str(lake), times)
    missing = "" if python else f"{PM4PY} names none"
    (both_made, asked, mebibytes), (load, graph, their_mebibytes) = ours, theirs
    both = None if load is None or graph is None else load + graph
    yield Figure(
        name=f"map of {size:,} events from facts",
        ours=asked,
        against="pm4py's graph",
        peer=graph,
        limit=20,
        is_faster=True,
        missing=missing,
    )
    yield Figure(
        name="facts and map from records",
        ours=both_made,
        against="pm4py's load and graph",
        peer=both,
        limit=2,
        missing=missing,
    )
    yield Figure(
        name="facts and map, memory",
        ours=mebibytes,
        unit="MiB",
        against="pm4py's",
        peer=their_mebibytes,
        limit=1,
        missing=missing,
    )


def write(lake: str, log: str) -> None:
    """Write the changes of status that a lake holds as the table that pm4py reads, in the order in which they came."""
    import pyarrow.csv

    from streamgauge.facts import FACTS
    from streamgauge.lake import Lake

    sql = """SELECT item AS "case", value AS activity, strftime(happened_at, '%Y-%m-%d %H:%M:%S+00:00') AS at
             FROM transitions WHERE field = 'status' ORDER BY happened_at, sequence, id"""
    with Lake.open(lake, facts=FACTS).view() as view:
        pyarrow.csv.write_csv(view.query(sql), log)


def mapped(lake: str, times: int) -> tuple[float, float, float]:
    """Return the seconds of all facts about flow and the first map, the least of the map made anew, and the peak MiB.

    Each map is of another window, which leaves out the first days of all. The peak is that of the facts and the first.
    """
    taken, _ = derive(lake)
    from streamgauge.answers.flow_terms import FlowRequest
    from streamgauge.answers.value_stream import stream_map
    from streamgauge.facts import FACTS
    from streamgauge.lake import Lake
    from streamgauge.lake.memory import Memory

    opened, maps, most = Lake.open(lake, facts=FACTS), [], 0.0
    for number in range(times + 1):
        opened.memory = Memory()
        start = perf_counter()
        stream_map(opened, FlowRequest(since=BEGIN + timedelta(days=number) if number else None))
        maps.append(perf_counter() - start)
        most = most or peak()
    return taken + maps[0], min(maps[1:]), most


def _peer(python: str, log: Path) -> tuple[float, ...]:
    """Return the seconds of pm4py's load and of its graph, and its peak memory in MiB."""
    done = subprocess.run([python, "-c", _THEIRS, str(log)], capture_output=True, text=True, check=True)
    return tuple(float(word) for word in done.stdout.split())


def _least(rounds: list[tuple[float, ...]]) -> tuple[float, ...]:
    return tuple(min(of_one) for of_one in zip(*rounds, strict=True))
