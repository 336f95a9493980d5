"""The invented company in large: how many records a second it gives, and in how much memory."""

import resource
import sys
from collections.abc import Iterator
from time import perf_counter

from bench.clock import apart
from bench.figure import Figure
from bench.ground import Ground

TEAMS, MONTHS = 400, 60
_SMALL = (3, 3)


def company(ground: Ground) -> Iterator[Figure]:
    """Give the time and the peak memory of all records of 400 teams over five years, without a lake."""
    teams, months = _SMALL if ground.commits else (TEAMS, MONTHS)
    rows, played, dressed, mebibytes = apart(2, give, teams, months)
    what = f"company of {teams} teams, {months} months"
    yield Figure(name=f"{what}: simulate", ours=played, against="time", limit=900)
    yield Figure(name=f"{what}: records", ours=dressed, against="time", limit=300)
    yield Figure(name=f"{what}: per 1,000 rows", ours=1e6 * dressed / rows, unit="ms", against="time", limit=20)
    yield Figure(name=f"{what}: memory", ours=mebibytes, unit="MiB", against="memory", limit=8192)


def give(teams: int, months: int) -> tuple[int, float, float, float]:
    """Return how many records there are, the seconds of simulation and of dressing, and the peak memory in MiB."""
    from streamgauge.examples.company import company as invent

    begins = perf_counter()
    invented = invent(1, teams=teams, months=months)
    pieces = len(invented.played.work)
    played = perf_counter()
    rows = sum(batch.num_rows for _, batch in invented.records(str))
    assert rows > pieces
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return rows, played - begins, perf_counter() - played, peak / 2**20 if sys.platform == "darwin" else peak / 2**10
