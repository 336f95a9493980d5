"""Event logs for tests, and what plain Python finds in them: what follows what, ways through, how long cases take."""

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from streamgauge.lake import Lake
from tests.kit.board import START, write


@dataclass(frozen=True)
class Event:
    """One row of an event log."""

    activity: str
    at: datetime
    mark: str | None = None
    team: str | None = None


Traces = Mapping[str, Sequence[Event]]


def hours(number: float) -> datetime:
    """Return the instant so many hours after the start of the log."""
    return START + timedelta(hours=number)


def log(place: Path, traces: Traces) -> Lake:
    """Return a lake with these cases, kept as an imported event log is."""
    rows: list[dict[str, Any]] = [
        {"id": f"{case}#{i}", "item": case, "field": "status", "value": one.activity, "happened_at": one.at}
        | {"source": "files", "repository": "log", "recorded_at": START + timedelta(days=900), "deleted": False}
        | {"sequence": i, "lifecycle": one.mark, "team": one.team}
        for case, events in traces.items()
        for i, one in enumerate(events, 1)
    ]
    return write(place, rows)


@dataclass(frozen=True)
class _Piece:
    activity: str
    began: datetime
    ended: datetime | None
    is_begun: bool


@dataclass(frozen=True)
class Found:
    """What plain Python finds: medians in hours, touches in minutes."""

    edges: dict[tuple[str, str], tuple[int, float | None]]
    variants: Counter[tuple[str, ...]]
    durations: list[float]
    touches: dict[str, float]
    first_pass: float
    rows: Counter[str]


def plain(traces: Traces) -> Found:
    """Return what the events tell: by START and COMPLETE where the log has them, else event by event.

    Of cases whose last work was begun and not completed, unless half of them are such, only what was done is told.
    """
    marked = any((one.mark or "").lower() == "start" for events in traces.values() for one in events)
    pieces = {case: _pieces(events, marked=marked) for case, events in traces.items() if events}
    waits: dict[tuple[str, str], list[float | None]] = defaultdict(list)
    touched: dict[str, list[float]] = defaultdict(list)
    for way in pieces.values():
        for a, b in pairwise(way):
            wait = None if a.ended is None else max(0.0, (b.began - a.ended).total_seconds() / 3600)
            waits[a.activity, b.activity].append(wait)
    begun = {case for case, way in pieces.items() if way[-1].is_begun and way[-1].ended is None}
    over = [case for case in pieces if case not in begun or len(begun) * 2 >= len(pieces)]
    for one in (one for case in over for one in pieces[case]):
        if one.is_begun and one.ended is not None:
            touched[one.activity].append((one.ended - one.began).total_seconds() / 60)
    ways = {case: tuple(one.activity for one in way) for case, way in pieces.items()}
    ordered = [sorted(one.at for one in traces[case]) for case in over]
    return Found(
        edges={pair: (len(found), _median(found)) for pair, found in waits.items()},
        variants=Counter(ways.values()),
        durations=[(times[-1] - times[0]).total_seconds() / 3600 for times in ordered],
        touches={activity: statistics.median(found) for activity, found in touched.items()},
        first_pass=sum(len(set(ways[case])) == len(ways[case]) for case in over) / len(over),
        rows=Counter(one.activity for events in traces.values() for one in events),
    )


def finished(traces: Traces) -> list[str]:
    """Return the cases that are done: all but those whose last step was begun, in a log that marks ends of most."""
    pieces = {case: _pieces(events, marked=True) for case, events in traces.items() if events}
    going_on = {case for case, way in pieces.items() if way and way[-1].is_begun and way[-1].ended is None}
    return [case for case in traces if case not in going_on or len(going_on) * 2 >= len(traces)]


def _median(found: Iterable[float | None]) -> float | None:
    known = [one for one in found if one is not None]
    return statistics.median(known) if known else None


def _pieces(events: Sequence[Event], *, marked: bool) -> list[_Piece]:
    ordered = sorted(events, key=lambda one: one.at)
    if not marked:
        return [_Piece(one.activity, one.at, one.at, False) for one in ordered]
    found: list[_Piece] = []
    begun: dict[str, list[int]] = defaultdict(list)
    for one in ordered:
        mark = (one.mark or "").lower()
        if mark == "start":
            begun[one.activity].append(len(found))
            found.append(_Piece(one.activity, one.at, None, True))
        elif mark == "complete" and begun[one.activity]:
            place = begun[one.activity].pop(0)
            found[place] = _Piece(one.activity, found[place].began, one.at, True)
        elif mark != "schedule":
            found.append(_Piece(one.activity, one.at, one.at, False))
    return sorted(found, key=lambda piece: piece.began)
