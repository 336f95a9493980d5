"""The invented company in large: its records, the lake that they fill, and the report of all its services."""

import resource
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from bench.clock import apart
from bench.figure import Figure
from bench.ground import Ground

TEAMS, MONTHS = 400, 60
_SMALL = (3, 3)


def company(ground: Ground) -> Iterator[Figure]:
    """Give time and peak memory: of all records of 400 teams over five years, of their lake, of the report on it."""
    teams, months = _SMALL if ground.commits else (TEAMS, MONTHS)
    what = f"company of {teams} teams, {months} months"
    rows, played, dressed, mebibytes = apart(2, give, teams, months)
    yield Figure(name=f"{what}: simulate", ours=played, against="time", limit=900)
    yield Figure(name=f"{what}: records", ours=dressed, against="time", limit=300)
    yield Figure(name=f"{what}: per 1,000 rows", ours=1e6 * dressed / rows, unit="ms", against="time", limit=20)
    yield Figure(name=f"{what}: memory", ours=mebibytes, unit="MiB", against="memory", limit=8192)
    lake = ground.folder / "company"
    kept, whole, mebibytes = apart(2, filled, lake, teams, months)
    yield Figure(name=f"{what}: lake", ours=whole, against="time", limit=900)
    yield Figure(name=f"{what}: lake, per 1,000 records", ours=1e6 * whole / kept, unit="ms", against="time", limit=30)
    yield Figure(name=f"{what}: lake, memory", ours=mebibytes, unit="MiB", against="memory", limit=8192)
    services, told, mebibytes = apart(2, reported, lake)
    yield Figure(name=f"report of {services:,} services", ours=told, against="time", limit=120)
    yield Figure(
        name=f"report of {services:,} services: memory", ours=mebibytes, unit="MiB", against="memory", limit=6144
    )


def give(teams: int, months: int) -> tuple[int, float, float, float]:
    """Return how many records there are, the seconds of simulation and of dressing, and the peak memory in MiB."""
    from streamgauge.examples.company import company as invent

    begins = perf_counter()
    invented = invent(1, teams=teams, months=months)
    pieces = len(invented.played.work)
    played = perf_counter()
    rows = sum(batch.num_rows for _, batch in invented.records(str))
    assert rows > pieces
    return rows, played - begins, perf_counter() - played, _peak()


def filled(place: Path, teams: int, months: int) -> tuple[int, float, float]:
    """Fill a lake with a company, facts included; return its records, the seconds of all, the peak memory in MiB."""
    from streamgauge.answers.brought import Brought
    from streamgauge.examples.company import company as invent
    from streamgauge.facts import FACTS
    from streamgauge.fill import fill, pseudonyms
    from streamgauge.lake import Lake
    from streamgauge.progress import Silent

    begins = perf_counter()
    invented = invent(1, teams=teams, months=months)
    lake = Lake.open(str(place), create=True, facts=FACTS)
    given = Brought(mark=invented.mark, company=invented.file, until=invented.world.until)
    done = fill(lake, given, invented.records(pseudonyms(lake)), Silent())
    return sum(done.rows.values()), perf_counter() - begins, _peak()


def reported(place: Path) -> tuple[int, float, float]:
    """Answer for all services of a filled lake; return how many they are, the seconds, the peak memory in MiB."""
    from streamgauge.answers.brought import brought
    from streamgauge.answers.delivery import deliver
    from streamgauge.answers.request import Request
    from streamgauge.facts import FACTS
    from streamgauge.lake import Lake
    from streamgauge.sync import held

    begins = perf_counter()
    lake = Lake.open(str(place), facts=FACTS)
    given = brought(lake)
    assert given is not None
    request = Request(until=given.until, company=given.company)
    answer = deliver(lake, request, held(lake, request), datetime.now(UTC))
    return len(answer.services), perf_counter() - begins, _peak()


def _peak() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10
