"""Answers what each status of the tools is taken for, and which are not understood."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from streamgauge.answers.flow_question import question
from streamgauge.answers.flow_report import AboutWork
from streamgauge.answers.flow_terms import FlowRequest
from streamgauge.company.draft import FoundStatus
from streamgauge.company.draft import statuses as drafted
from streamgauge.lake import Lake

# What is unmapped by its name may still be told apart by start and end marks; the meaning counts here, not the stay.
_MEANINGS = """
SELECT d.dataset, m.status, m.state, m.stage, m.place, m.phase, m.known_by, coalesce(v.n, 0) AS n,
       coalesce(v.items, 0) AS items, v.first_at, v.last_at
FROM (SELECT line_id, status, max_by(state, since) AS state, max_by(stage, since) AS stage,
             max_by(place, since) AS place, max_by(phase, since) AS phase, max_by(known_by, since) AS known_by
      FROM meanings WHERE line_id IN (SELECT unnest($lines)) GROUP BY line_id, status) AS m
JOIN datasets AS d ON d.line_id = m.line_id
LEFT JOIN (SELECT line_id, status, count(*) AS n, count(DISTINCT item) AS items, min(entered_at) AS first_at,
                  max(entered_at) AS last_at
           FROM visits GROUP BY line_id, status) AS v ON v.line_id = m.line_id AND v.status = m.status
ORDER BY m.place NULLS LAST, n DESC, m.status, d.dataset
"""
UNMAPPED = "unmapped"


@dataclass(frozen=True, kw_only=True)
class StatusMeaning:
    """What one status of a dataset is taken for: its state, stage and phase, by the company file or by its name.

    `rows` are the stays in it, `items` how many items had it, `first_at` and `last_at` its first and last entry. A
    status that is not understood is `unmapped`, its stage is itself, and nobody knows it (`known_by` is null).
    """

    dataset: str
    status: str
    state: str
    stage: str
    phase: str | None
    known_by: str | None
    rows: int
    items: int
    first_at: datetime | None
    last_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class StatusMap(AboutWork):
    """The statuses that are not understood, and the lines of the company file that are to be filled in for them.

    `mapped` are those that are understood. `lines` is empty where there is nothing to add.
    """

    unmapped: tuple[StatusMeaning, ...]
    mapped: tuple[StatusMeaning, ...]
    lines: str


def status_map(lake: Lake, request: FlowRequest, now: datetime | None = None) -> StatusMap:
    """Return what each status is taken for, facts brought up to date first; raises BadOption where there is no work."""
    with question(lake, request, now) as asking:
        rows = asking.view.rows(_MEANINGS, {"lines": asking.asked.line_ids})
        about = asking.about
    unmapped = [row for row in rows if row["state"] == UNMAPPED]
    return StatusMap(
        **about,
        message=_message(unmapped, len(rows)),
        unmapped=tuple(_meaning(row) for row in unmapped),
        mapped=tuple(_meaning(row) for row in rows if row["state"] != UNMAPPED),
        lines="\n".join(drafted(_found(unmapped))) + "\n" if unmapped else "",
    )


def found_statuses(lake: Lake, now: datetime | None = None) -> tuple[FoundStatus, ...]:
    """Return the statuses that the lake's work had, as understood by their names; none where it has no work."""
    with lake.view() as view:
        if not view.rows("SELECT 1 AS one FROM transitions UNION ALL SELECT 1 FROM items LIMIT 1"):
            return ()
    with question(lake, FlowRequest(), now) as asking:
        return tuple(_found(asking.view.rows(_MEANINGS, {"lines": asking.asked.line_ids})))


def _found(rows: Sequence[dict[str, Any]]) -> list[FoundStatus]:
    """Return the statuses, each once however many datasets have it."""
    found: dict[str, FoundStatus] = {}
    for row in rows:
        name = row["status"].strip().casefold()
        former = found[name].rows if name in found else 0
        found[name] = FoundStatus(
            status=row["status"].strip(),
            state=None if row["state"] == UNMAPPED else row["state"],
            stage=row["stage"],
            phase=row["phase"],
            rows=former + row["n"],
        )
    return list(found.values())


def _meaning(row: dict[str, Any]) -> StatusMeaning:
    return StatusMeaning(
        dataset=row["dataset"],
        status=row["status"],
        state=row["state"],
        stage=row["stage"],
        phase=row["phase"],
        known_by=row["known_by"],
        rows=row["n"],
        items=row["items"],
        first_at=None if row["first_at"] is None else row["first_at"].astimezone(UTC),
        last_at=None if row["last_at"] is None else row["last_at"].astimezone(UTC),
    )


def _message(unmapped: Sequence[dict[str, Any]], total: int) -> str:
    if not unmapped:
        return f"All {total:,} statuses are understood." if total != 1 else "The only status is understood."
    stays = sum(row["n"] for row in unmapped)
    verb, times = "is" if len(unmapped) == 1 else "are", "stay" if stays == 1 else "stays"
    return f"{len(unmapped):,} of {total:,} statuses {verb} not understood, in {stays:,} {times} of items."
