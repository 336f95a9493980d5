"""Reading exported files: delimited text beside pyarrow's and DuckDB's own scans, event logs beside pm4py's reader."""

import os
import random
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from time import process_time

from bench.clock import apart
from bench.figure import Figure
from bench.ground import Ground

PM4PY = "PM4PY_PYTHON"
_NAMES = ("case", "activity", "at", "team", "amount")
_STATES = ("New", "In Progress", "Waiting for customer", "Resolved", "Closed")
_ROWS, _CASES = 500, 6
"""For each commit of the synthetic history so many rows of text, and so many cases: 2,000,000 and 24,000 by default."""
_THEIRS = """
import sys, time, warnings
warnings.filterwarnings("ignore")
from pm4py.objects.log.importer.xes import importer
start = time.process_time()
importer.apply(sys.argv[1], variant=importer.Variants.ITERPARSE, parameters={"show_progress_bar": False})
print(time.process_time() - start)
"""


def files(ground: Ground) -> Iterator[Figure]:
    """Give the time for text on all cores, by itself and against two scans, and for event logs on one core."""
    commits, times = ground.commits or 4_000, ground.times or 3
    for kind in ("plain", "quoted"):
        place = ground.folder / f"{kind}.csv"
        write_text(place, commits * _ROWS, is_quoted=kind == "quoted")
        ours, arrow, duck = (_least(act, place, times) for act in (read_ours, scan_arrow, scan_duck))
        yield Figure(
            name=f"text, {kind}, for 150 MB", ours=ours / place.stat().st_size * 150e6, against="time", limit=1
        )
        yield Figure(name=f"text, {kind}", ours=ours, against="pyarrow's stream", peer=arrow, limit=2.5)
        yield Figure(name=f"text, {kind}", ours=ours, against="DuckDB's scan", peer=duck, limit=2.5)
    yield from _logs(ground, commits * _CASES, times)


def _logs(ground: Ground, cases: int, times: int) -> Iterator[Figure]:
    place = ground.folder / "log.xes"
    write_log(place, cases)
    ours = _least(read_ours, place, times, on_cores=1)
    yield Figure(name="event log, for 100 MB", ours=ours / place.stat().st_size * 1e8, against="time", limit=60.0)
    python = os.environ.get(PM4PY)
    name, against = "event log, one core", "pm4py's reader"
    if not python:
        yield Figure(name=name, against=against, limit=1.0, missing=f"{PM4PY} names none")
        return
    done = [
        subprocess.run([python, "-c", _THEIRS, place], capture_output=True, text=True, check=True) for _ in range(times)
    ]
    theirs = min(float(one.stdout.split()[-1]) for one in done)
    yield Figure(name=name, ours=ours, against=against, peer=theirs, limit=1.0)


def _least(act: Callable[[Path], float], place: Path, times: int, *, on_cores: int | None = None) -> float:
    return min(apart(on_cores, act, place) for _ in range(times))


def read_ours(place: Path) -> float:
    """Return the seconds of computing that it takes to read a file to its end, the look at its beginning included."""
    from streamgauge.sources.files import tables
    from streamgauge.sources.files.reading import READERS, reader

    for form in READERS:
        reader(form)  # imported before the clock starts, as the peers are

    def act() -> None:
        for batch in next(tables(str(place))).batches():
            assert not batch.bad

    return _timed(act)


def scan_arrow(place: Path) -> float:
    """Return the seconds that pyarrow's own stream takes, all columns as text."""
    import pyarrow as pa
    import pyarrow.csv as pa_csv

    converting = pa_csv.ConvertOptions(column_types=dict.fromkeys(_NAMES, pa.string()))
    parsing = pa_csv.ParseOptions(newlines_in_values=True)

    def act() -> None:
        for _ in pa_csv.open_csv(place, parse_options=parsing, convert_options=converting):
            pass

    return _timed(act)


def scan_duck(place: Path) -> float:
    """Return the seconds that DuckDB's scan takes, all columns looked at."""
    import duckdb

    looks = ", ".join(f'max("{name}")' for name in _NAMES)
    statement = f"SELECT count(*), {looks} FROM read_csv('{place}', all_varchar = true, header = true)"
    with duckdb.connect() as engine:
        engine.execute("SET enable_progress_bar = false")
        return _timed(lambda: engine.execute(statement).fetchall())


def _timed(act: Callable[[], object]) -> float:
    """Return the seconds of computing that an act takes, on all cores together."""
    start = process_time()
    act()
    return process_time() - start


def write_text(place: Path, rows: int, *, is_quoted: bool) -> None:
    """Write an event log as text; quoted, every value is, and one row in fifty has a line end and quotes in one."""
    chance = random.Random(1)
    sign = '"' if is_quoted else ""
    with place.open("w", encoding="utf-8") as file:
        file.write(",".join(_NAMES) + "\n")
        for n in range(rows):
            odd = is_quoted and n % 50 == 0
            state = 'say ""hi""\nthere, you' if odd else chance.choice(_STATES)
            at = f"2024-0{chance.randrange(1, 10)}-1{n % 10} 12:{10 + n % 50}:00"
            row = (f"INC{chance.randrange(10**7):08d}", state, at, f"Group {n % 47}", str(n % 9973 / 100))
            file.write(",".join(f"{sign}{value}{sign}" for value in row) + "\n")


def write_log(place: Path, cases: int) -> None:
    """Write an event log as XES: five events a case, five attributes an event."""
    with place.open("w", encoding="utf-8") as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n<log xes.version="1.0">\n')
        for case in range(cases):
            file.write(f'<trace>\n  <string key="concept:name" value="case {case}"/>\n')
            for n, state in enumerate(_STATES):
                file.write(
                    f'  <event>\n    <string key="concept:name" value="{state}"/>\n'
                    '    <string key="lifecycle:transition" value="complete"/>\n'
                    f'    <string key="org:group" value="Group {case % 47}"/>\n'
                    f'    <date key="time:timestamp" value="2024-01-{1 + case % 28:02d}T0{n}:00:00.000+01:00"/>\n'
                    f'    <int key="effort" value="{case % 13}"/>\n  </event>\n'
                )
            file.write("</trace>\n")
        file.write("</log>\n")
