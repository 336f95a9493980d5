"""What was read of the facts of one snapshot as plain columns, and is kept for the next question of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from threading import RLock
from typing import Any

import numpy as np

from streamgauge.facts.flow import EACH_DATASET
from streamgauge.facts.ways import NEVER
from streamgauge.lake import View, engines, limits
from streamgauge.lake.instants import instant, micros
from streamgauge.metrics.columns.ahead import Ahead
from streamgauge.metrics.columns.asked import Asked
from streamgauge.metrics.columns.by_day import Advances, advances
from streamgauge.metrics.columns.cases import Wanted
from streamgauge.metrics.columns.reading import Column
from streamgauge.metrics.columns.work import Work
from streamgauge.metrics.columns.work_read import Rows, work
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


def first_of(at: Mapping[str, Column]) -> datetime | None:
    """Return when the first of these flow items began that counts beside its parts, or ended with no known start."""
    first = np.where(at["started"] == NEVER, at["finished"], at["started"])
    first = first[~at["is_higher"] & (first != NEVER)]
    return instant(int(first.min())) if len(first) else None


def work_of(
    view: View,
    lines: Sequence[str],
    kept: Kept,
    wanted: Wanted,
    *,
    stream: str | None = None,
    coming: Ahead[Rows] | None = None,
) -> Work | None:
    """Return the flow items of datasets, those of one value stream or all, and what metrics want of them.

    None where statements are to be asked.
    """
    if not fits_memory(view, lines, _BYTES_OF_WORK):
        return None
    name = "work" if stream is None else "work of a stream"
    with kept.lock:
        if name not in kept.things or kept.things[name][0] != stream:
            known = None if coming is None or stream is not None else coming.of(view.snapshot, lines)
            kept.things[name] = stream, work(view, {"line_ids": list(lines)}, stream, wanted, known)
        found: Work | None = kept.things[name][1]
    return found


def asked_of(
    view: View, scopes: Sequence[Scope], kept: Kept, wanted: Wanted, days: Ahead[Advances] | None
) -> Asked | None:
    """Return what metrics take from the flow items that are asked for; None where statements are to be asked.

    `days` are the advances of all items by day, which are being read.
    """
    lines = [scope.line_id for scope in scopes]
    found = work_of(view, lines, kept, wanted, stream=scopes[0].stream)
    if found is None:
        return None
    return Asked(found, scopes[0], partial(_advances, view, lines, kept, scopes[0], days))


def _advances(
    view: View, lines: Sequence[str], kept: Kept, scope: Scope, days: Ahead[Advances] | None, zone: str
) -> Advances | None:
    name, key = "advances" if not scope.is_narrowed else "some advances", (zone, scope.team, scope.type, scope.stream)
    with kept.lock:
        if name not in kept.things or kept.things[name][0] != key:
            coming = None if days is None or scope.is_narrowed else days.of(view.snapshot, lines)
            is_told = coming is not None and coming.zone == zone
            kept.things[name] = key, coming if is_told else advances(view, {"line_ids": lines}, scope, zone)
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
