"""What was read of the facts of one snapshot as plain columns, and is kept for the next question of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from threading import RLock
from typing import Any

from streamgauge.facts.flow import EACH_DATASET
from streamgauge.facts.ways import NEVER
from streamgauge.lake import View, engines, limits
from streamgauge.lake.instants import instant, micros
from streamgauge.metrics.columns.asked import Asked
from streamgauge.metrics.columns.by_day import Advances, advances, begin
from streamgauge.metrics.columns.work import Work, work
from streamgauge.metrics.metric import Metric
from streamgauge.metrics.observations import Scope

_BYTES_OF_WORK = 40
_BYTES_OF_AGES = 15


@dataclass(frozen=True)
class Kept:
    """What was read of one snapshot; safe among threads."""

    lock: RLock = field(default_factory=RLock)
    things: dict[str, Any] = field(default_factory=dict)


def window(scope: Scope) -> tuple[int, int]:
    """Return the ends of the window in microseconds; it begins right after NEVER where nothing bounds it."""
    return (micros(scope.since) if scope.since else NEVER + 1), micros(scope.until)


def at_or_none(at: int | None) -> datetime | None:
    """Return an instant from its microseconds, in UTC."""
    return None if at is None else instant(at)


def begin_work(view: View, lines: Sequence[str], kept: Kept, zone: str, until: datetime) -> None:
    """Begin to read what is looked at by days of a zone, of all work of datasets, where it is not kept already."""
    with kept.lock:
        if "advances" not in kept.things and fits_memory(view, lines, _BYTES_OF_WORK):
            begin(view, {"line_ids": list(lines)}, zone, until)


def asked_of(view: View, scopes: Sequence[Scope], kept: Kept, metrics: Sequence[Metric]) -> Asked | None:
    """Return what these metrics take from the flow items that are asked for; None where statements are to be asked."""
    said = {"line_ids": [scope.line_id for scope in scopes]}
    if not fits_memory(view, said["line_ids"], _BYTES_OF_WORK):
        return None
    stream = scopes[0].stream
    name, key = ("work" if stream is None else "work of a stream"), (stream, frozenset(m.name for m in metrics))
    with kept.lock:
        if name not in kept.things or kept.things[name][0] != key:
            kept.things[name] = key, work(view, said, metrics, stream)
        found: Work | None = kept.things[name][1]
    if found is None:
        return None
    return Asked(found, scopes[0], partial(_advances, view, said, kept, scopes[0]))


def _advances(view: View, said: Mapping[str, object], kept: Kept, scope: Scope, zone: str) -> Advances | None:
    name, key = "advances" if not scope.is_narrowed else "some advances", (zone, scope.team, scope.type, scope.stream)
    with kept.lock:
        if name not in kept.things or kept.things[name][0] != key:
            kept.things[name] = key, advances(view, said, scope, zone)
        found: Advances | None = kept.things[name][1]
    return found


def keeps(view: View, scopes: Sequence[Scope]) -> bool:
    """Return whether what `aging` and `blocked` look at is kept as plain columns, for the questions of other windows.

    Else, and where the work of a team, a type or a stream is asked for, statements are to be asked.
    """
    lines = [scope.line_id for scope in scopes]
    return not (scopes and scopes[0].is_narrowed) and fits_memory(view, lines, _BYTES_OF_AGES)


def fits_memory(view: View, lines: Sequence[str], bytes_a_record: int) -> bool:
    """Return whether so much of each record of these datasets may be kept in this process."""
    if not lines or not engines.is_in_process():
        return False
    return records(view, lines) * bytes_a_record <= limits.BYTES_OF_COLUMNS


def records(view: View, lines: Sequence[str]) -> int:
    """Return of how many records the facts of these datasets are made."""
    return sum(row["records"] or 0 for row in view.rows(EACH_DATASET) if row["line_id"] in lines)
