"""What was known on a past day: facts made anew from the records that the lake had then."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from streamgauge.answers.request import Request
from streamgauge.answers.subject import Subject
from streamgauge.company import Service
from streamgauge.facts import FACTS
from streamgauge.facts.refresh import Terms, refresh
from streamgauge.facts.rehearsal import AT_ONCE, Rehearsal, hold
from streamgauge.lake import Lake, View

_RECORDED = """
SELECT repository, min(recorded_at) AS first, max(recorded_at) AS last FROM (
  SELECT repository, recorded_at FROM commits_history
  UNION ALL SELECT repository, recorded_at FROM branches_history
  UNION ALL SELECT repository, recorded_at FROM releases_history) AS r
WHERE repository IN (SELECT unnest($repositories)) GROUP BY repository
"""


@dataclass(frozen=True, kw_only=True)
class Past:
    """A subject with the release lines that it had on the day asked about."""

    path: str
    repository: str
    services: tuple[Service, ...]
    line_ids: tuple[str, ...]
    notes: tuple[str, ...] = ()
    failure: Exception | None = None


@contextmanager
def facts_as_known(lake: Lake, request: Request, subjects: Sequence[Subject]) -> Iterator[tuple[View, list[Subject]]]:
    """Give a view, and the subjects with their lines, as known at `request.as_of`.

    A day before the first sync of a repository is answered from its history as first read, cut at that day by the
    times in it; what was deleted or moved before that sync nobody can know.
    """
    as_of = request.as_of
    assert as_of is not None
    readable = [one for one in subjects if one.failure is None]
    with lake.view() as now:
        rows = now.rows(_RECORDED, {"repositories": [one.repository for one in readable]})
    moments = {row["repository"]: max(as_of, row["first"]) for row in rows if row["last"] > max(as_of, row["first"])}
    changed = [one for one in readable if one.repository in moments]
    if not changed:
        with lake.view() as view:
            yield view, list(subjects)
        return
    moment = max(moments.values())
    made, lines = _made_apart(lake, request, changed, moment) if len(changed) > 1 else ({}, {})
    with lake.view(as_of=moment) as past:
        rehearsal = Rehearsal(past, FACTS, [key for one in subjects if one not in changed for key in one.line_ids])
        for name, tables in made.items():
            rehearsal.append_facts(name, pa.concat_tables(tables))
        if len(changed) == 1:
            lines = {changed[0].repository: _rehearsed(rehearsal, request, changed[0])}
        then = [_past(one, lines[one.repository]) if one in changed else one for one in subjects]
        yield past, then


Facts = dict[str, list[pa.Table]]


def _made_apart(
    lake: Lake, request: Request, changed: Sequence[Subject], moment: datetime
) -> tuple[Facts, dict[str, list[str]]]:
    """Return the facts of these subjects by name, and the keys of their lines by repository.

    They are made of a few at a time, whose records are held in memory, so that nobody reads all for each.
    """
    facts: Facts = defaultdict(list)
    lines: dict[str, list[str]] = {}
    for first in range(0, len(changed), AT_ONCE):
        some = changed[first : first + AT_ONCE]
        with lake.view(as_of=moment) as past:
            hold(past, [one.repository for one in some])
            rehearsal = Rehearsal(past, FACTS, [])
            lines |= {one.repository: _rehearsed(rehearsal, request, one) for one in some}
            for name, table in rehearsal.facts.items():
                facts[name].append(table)
    return facts, lines


def _rehearsed(rehearsal: Rehearsal, request: Request, one: Subject) -> list[str]:
    """Make the facts of a subject, and return the keys of its lines."""
    keys: list[str] = []
    for service in one.services:
        terms = Terms(
            repository=one.repository,
            service=service,
            patterns=request.releases,
            thresholds=request.company.thresholds,
            basis="past",
            identity="past",
        )
        keys += refresh(rehearsal, terms)
    return keys


def _past(one: Subject, keys: Sequence[str]) -> Subject:
    return Past(
        path=one.path,
        repository=one.repository,
        services=tuple(one.services),
        line_ids=tuple(keys),
        notes=tuple(one.notes),
    )
