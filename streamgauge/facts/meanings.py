"""What each status of a tool means: by the company file where it says so, else by the status's own name."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from streamgauge.company import Company, Process, Status, clarification
from streamgauge.company.statuses import understood
from streamgauge.records.record import UTC_INSTANT

UNMAPPED = "unmapped"
COMPANY, NAME = "company file", "its name"
MEANINGS = pa.schema(
    [
        pa.field("line_id", pa.string()),
        pa.field("status", pa.string()),
        pa.field("detail", pa.string()),
        pa.field("type", pa.string()),
        pa.field("told", pa.int64()),
        pa.field("since", UTC_INSTANT),
        pa.field("until", UTC_INSTANT),
        pa.field("state", pa.string()),
        pa.field("stage", pa.string()),
        pa.field("place", pa.int64()),
        pa.field("phase", pa.string()),
        pa.field("is_held", pa.bool_()),
        pa.field("is_unclear", pa.bool_()),
        pa.field("known_by", pa.string()),
    ]
)
"""One row per status (and type, where the process differs by type) and span in which it means one thing.

`detail` is what a log's lifecycle column says beside the status where it marks no start and no end, else empty. `told`
counts the changes to this status that are told, whenever they happened. `state` is new, waiting, active, done,
cancelled, ignore or unmapped; `place` orders the stages; `is_held` says that work cannot go on, wherever it is,
`is_unclear` that it cannot for want of clarification; `known_by` says whether the company file or the name told it.
"""

EVER, NEVER = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)
"""Since when and until when what always holds does."""

_SPAN = ("status", "detail", "type", "since", "until")
_MEANT = ("state", "stage", "place", "phase", "is_held", "is_unclear")


@dataclass(frozen=True)
class _Span:
    since: datetime
    until: datetime
    process: Process | None


@dataclass(frozen=True)
class Told:
    """A status that items have had, what stands beside it, the type of those items, and how many rows tell of it."""

    status: str
    detail: str
    type: str | None
    told: int


def meanings(line_id: str, statuses: Sequence[Told], company: Company) -> pa.Table:
    """Return what each status means; types are null where no process of the company names any."""
    rows = [row for one in statuses for row in _rows(line_id, one, company)]
    return pa.Table.from_pylist(rows, schema=MEANINGS)


def of_activities(meant: pa.Table) -> pa.Table:
    """Return the meanings of a log whose names are activities: each is a stage of its own, in no order."""
    stages = {"stage": meant["status"], "place": pa.nulls(len(meant), pa.int64()), "phase": pa.nulls(len(meant))}
    stages["is_unclear"] = pa.repeat(pa.scalar(value=False), len(meant))
    for name, column in stages.items():
        meant = meant.set_column(meant.schema.get_field_index(name), name, column)
    return meant.cast(MEANINGS)


def numbered(meant: pa.Table) -> pa.Table:
    """Return the meanings with numbers in the place of names: of each (`meaning`), its status and its stage."""
    columns = {"meaning": pa.array(range(len(meant)), pa.int32())}
    for name in ("status", "stage"):
        codes = meant[name].combine_chunks().dictionary_encode(null_encoding="encode").indices
        columns[f"{name}_no"] = codes
    for name, column in columns.items():
        meant = meant.append_column(name, column)
    return meant


def differs(former: pa.Table, meant: pa.Table) -> bool:
    """Whether a status means something else now; one more, or one less, matters to the items only that have it."""
    was, now = ({tuple(row[n] for n in _SPAN): tuple(row[n] for n in _MEANT) for row in t.to_pylist()}
                for t in (former, meant))  # fmt: skip
    return any(was.get(span, meaning) != meaning for span, meaning in now.items())


def depends_on_type(company: Company) -> bool:
    """Return whether a status may mean something else for another type of item."""
    return any(process.types for process in company.process)


def _rows(line_id: str, one: Told, company: Company) -> Iterator[dict[str, Any]]:
    for span in _spans(one.type, company):
        yield {
            "line_id": line_id,
            "status": one.status,
            "detail": one.detail,
            "type": one.type,
            "told": one.told,
            "since": span.since,
            "until": span.until,
            **_meaning(one, span.process),
        }


def _spans(kind: str | None, company: Company) -> list[_Span]:
    """Return the spans of the processes that hold for a type, in order, without a gap."""
    mine = [p for p in company.process if not p.types or (kind or "").casefold() in {t.casefold() for t in p.types}]
    mine.sort(key=lambda p: (p.since is not None, p.since, bool(p.types)))
    starts = [_start(process, company.zone) for process in mine]
    ends = [*starts, NEVER][1:]
    spans = [_Span(s, u, p) for s, u, p in zip(starts, ends, mine, strict=False) if s < u]
    first = spans[0].since if spans else NEVER
    return [*([_Span(EVER, first, None)] if first > EVER else []), *spans]


def _start(process: Process, zone: str) -> datetime:
    if process.since is None:
        return EVER
    return datetime.combine(process.since, time(), ZoneInfo(zone)).astimezone(UTC)


def _meaning(one: Told, process: Process | None) -> dict[str, Any]:
    whole, stages = f"{one.status.strip()}/{one.detail}" if one.detail else one.status, _stages(process)
    said = _said(process, whole) or _said(process, one.status)
    if said is not None:
        return _as_said(said, stages)
    found = understood(whole)
    if found is None:
        return {
            "state": UNMAPPED,
            "stage": one.status,
            "place": None,
            "phase": None,
            "is_held": False,
            "is_unclear": False,
            "known_by": None,
        }
    place = stages.get(found.stage) if stages else found.place
    held = found.state == "waiting" and found.place is None
    return {
        "state": found.state,
        "stage": found.stage,
        "place": place,
        "phase": found.phase,
        "is_held": held,
        "is_unclear": held and clarification.is_wanted(whole),
        "known_by": NAME,
    }


def _as_said(said: Status, stages: Mapping[str, int]) -> dict[str, Any]:
    """Return what the company file says of a status; one that only wants clarification leaves work where it is."""
    stage = said.stage or said.status
    is_told = clarification.is_wanted(said.status) if said.clarification is None else said.clarification
    is_held = said.stage is None and said.clarification is True
    is_within = said.stage not in (None, said.status)
    return {
        "state": said.state,
        "stage": stage,
        "place": None if is_held else stages[stage],
        "phase": said.phase,
        "is_held": is_held,
        "is_unclear": said.state == "waiting" and is_told and (is_held or is_within),
        "known_by": COMPANY,
    }


def _said(process: Process | None, status: str) -> Status | None:
    folded = status.strip().casefold()
    return next((s for s in process.statuses if s.status.casefold() == folded), None) if process else None


def _stages(process: Process | None) -> dict[str, int]:
    named = dict.fromkeys((s.stage or s.status) for s in process.statuses) if process else {}
    return {stage: place for place, stage in enumerate(named, 1)}
