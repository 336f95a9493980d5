"""The import of a large event log: its time against the engine's own scan of the file, its memory against a limit."""

import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from bench.clock import ROOT, apart, seconds
from bench.figure import Figure
from bench.ground import Ground

EVENTS = 10_000_000
_SECONDS, _MEBIBYTES = 60.0, 4096.0
_BATCH = 1_000_000


def intake(ground: Ground) -> Iterator[Figure]:
    """Give the time of a first import of an event log from a cold start, beside one scan by the engine, and memory."""
    events = ground.commits or EVENTS
    log, lake = ground.folder / "events.csv", ground.folder / "imported"
    write_log(log, events)
    ours, mebibytes = apart(2, run, str(log), str(lake))
    again, _ = apart(2, run, str(log), str(lake))
    scan = apart(2, scanned, str(log))
    what = f"import of {events:,} events"
    yield Figure(name=what, ours=ours, against="time", limit=_SECONDS)
    yield Figure(name=f"{what}, memory", ours=mebibytes, unit="MiB", against="memory", limit=_MEBIBYTES)
    yield Figure(name=what, ours=ours, against="scan by DuckDB", peer=scan, limit=30)
    yield Figure(name=f"{what}, again", ours=again, against="first import", peer=ours, limit=3)


def write_log(path: Path, events: int, seed: int = 1) -> None:
    """Write a log in the order of time whose cases have lengths with a heavy tail."""
    random = np.random.default_rng(seed)
    lengths = np.minimum(random.zipf(1.7, size=max(events // 3, 1)), 5000)
    case = np.repeat(np.arange(len(lengths)), lengths)
    case = (
        case[:events] if len(case) >= events else np.append(case, random.integers(0, len(lengths), events - len(case)))
    )
    start = random.integers(1_500_000_000, 1_700_000_000, len(lengths))
    at = start[case] + random.exponential(86_400 * 7, events).astype(np.int64)
    order = np.argsort(at, kind="stable")
    with csv.CSVWriter(str(path), _SCHEMA, write_options=csv.WriteOptions(quoting_style="none")) as writer:
        for first in range(0, events, _BATCH):
            rows = order[first : first + _BATCH]
            writer.write_table(_rows(case[rows], at[rows], random))


_SCHEMA = pa.schema([pa.field(name, pa.string()) for name in ("case", "activity", "timestamp", "resource", "group")])


def _rows(case: npt.NDArray[np.int64], at: npt.NDArray[np.int64], random: np.random.Generator) -> pa.Table:
    n = len(case)
    when = pc.strftime(pa.array(at, pa.int64()).cast(pa.timestamp("s")), format="%Y-%m-%d %H:%M:%S")
    columns = [
        pc.binary_join_element_wise("CASE", pa.array(case + 10_000_000).cast(pa.string()), "-"),
        pa.array(random.zipf(1.6, n) % 40).cast(pa.string()),
        when.cast(pa.string()),
        pa.array(random.integers(0, 2000, n)).cast(pa.string()),
        pa.array(random.zipf(1.5, n) % 60).cast(pa.string()),
    ]
    words = ("", "Activity ", "", "resource.", "Group ")
    named = [pc.binary_join_element_wise(w, c, "") if w else c for w, c in zip(words, columns, strict=True)]
    return pa.table(named, schema=_SCHEMA)


def run(log: str, lake: str) -> tuple[float, float]:
    """Return the seconds of one import by the command, and the peak memory of its process in MiB."""
    words = ["import", log, "--as", "event-log", "--lake", lake, "--no-progress"]
    start = perf_counter()
    subprocess.run([sys.executable, "-m", "streamgauge", *words], cwd=ROOT, capture_output=True, check=True)
    taken = perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return taken, peak / (1024 if sys.platform != "darwin" else 1024 * 1024)


def scanned(log: str) -> float:
    """Return the seconds that the engine takes to read every row of the file once."""
    import duckdb

    sql = 'SELECT count(*), max("timestamp"), max(activity), max("case") FROM read_csv(?, all_varchar = true)'
    engine = duckdb.connect()
    engine.execute("SET enable_progress_bar = false")
    return seconds(lambda: engine.execute(sql, [log]).fetchall())
