"""What was known on a past day: facts made anew from the records that the lake had then."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from streamgauge.answers.request import Request
from streamgauge.answers.subject import Subject
from streamgauge.company import Service
from streamgauge.facts import FACTS
from streamgauge.facts.refresh import Terms, refresh
from streamgauge.facts.rehearsal import Rehearsal
from streamgauge.lake import Lake, View

_RECORDED = """
SELECT min(recorded_at) AS first, max(recorded_at) AS last FROM (
  SELECT recorded_at FROM commits_history WHERE repository = $repository
  UNION ALL SELECT recorded_at FROM branches_history WHERE repository = $repository
  UNION ALL SELECT recorded_at FROM releases_history WHERE repository = $repository) AS r
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
    with lake.view() as now:
        changed = [one for one in subjects if one.failure is None and _changed_since(now, one, as_of)]
        moments = {one.repository: max(as_of, _first(now, one)) for one in changed}
    if not changed:
        with lake.view() as view:
            yield view, list(subjects)
        return
    with lake.view(as_of=max(moments.values())) as past:
        kept = [key for one in subjects if one not in changed for key in one.line_ids]
        rehearsal = Rehearsal(past, FACTS, kept)
        then = [_rehearsed(rehearsal, request, one) if one in changed else one for one in subjects]
        yield past, then


def _recorded(view: View, one: Subject) -> tuple[datetime | None, datetime | None]:
    (row,) = view.rows(_RECORDED, {"repository": one.repository})
    return row["first"], row["last"]


def _first(view: View, one: Subject) -> datetime:
    first = _recorded(view, one)[0]
    assert first is not None
    return first


def _changed_since(view: View, one: Subject, as_of: datetime) -> bool:
    first, last = _recorded(view, one)
    return first is not None and last is not None and last > max(as_of, first)


def _rehearsed(rehearsal: Rehearsal, request: Request, one: Subject) -> Subject:
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
    return Past(
        path=one.path,
        repository=one.repository,
        services=tuple(one.services),
        line_ids=tuple(keys),
        notes=tuple(one.notes),
    )
