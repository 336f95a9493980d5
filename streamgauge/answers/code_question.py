"""One question about code: the facts brought up to date, and the terms on which it is asked."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from streamgauge.answers.code_facts import rehearse, renew
from streamgauge.answers.flow_question import Question
from streamgauge.answers.flow_terms import SLICE, FlowRequest, FlowTerms, known_until, silence, stream_of, team_and_type
from streamgauge.errors import BadOption
from streamgauge.lake import Lake, View
from streamgauge.metrics.observations import Scope

_FACTS = ("code_sets", "pull_request_phases", "runs", "red_streaks", "rewritten_lines")
_SETS = """
SELECT line_id, source, repository, known_at, pull_requests, reviews, delivered_by FROM code_sets
ORDER BY repository, source
"""
_FIRST = """
SELECT min(f.began_at) AS first FROM (
  SELECT coalesce(started_at, created_at) AS began_at FROM pull_request_phases WHERE line_id IN (SELECT unnest($lines))
  UNION ALL SELECT coalesce(queued_at, started_at, finished_at) FROM runs WHERE line_id IN (SELECT unnest($lines))
  UNION ALL SELECT happened_at FROM rewritten_lines WHERE line_id IN (SELECT unnest($lines))) AS f
"""
_VALUES = """
SELECT DISTINCT {field} AS value FROM pull_request_phases
WHERE line_id IN (SELECT unnest($lines)) AND {field} IS NOT NULL
"""


@dataclass(frozen=True, kw_only=True)
class CodeTerms(FlowTerms):
    """The repositories that are asked for, measured as one, and what is known of them at all."""

    has_pull_requests: bool
    has_reviews: bool
    has_deliveries: bool


@dataclass(frozen=True)
class CodeQuestion(Question):
    """What an answer about code is made from."""

    asked: CodeTerms


@contextmanager
def question(lake: Lake, request: FlowRequest, now: datetime | None = None) -> Iterator[CodeQuestion]:
    """Give what an answer is made from; raises BadOption where the lake holds no code, or not what is asked for."""
    now = now or datetime.now(UTC)
    with _up_to_date(lake, request) as view:
        asked = _terms(view, request, now)
        if asked is None:
            advice = "Bring some in: `streamgauge import FILE --as PullRequest`, `--as Review`, `--as Build`."
            raise BadOption("The lake holds no pull requests and no runs of pipelines yet.", advice=advice)
        if request.as_of is None:
            # Many questions to the same rows: they are read from their files once.
            view.narrow(_FACTS, asked.line_ids)
        yield CodeQuestion(view, asked, view.snapshot or "none", now)


@contextmanager
def _up_to_date(lake: Lake, request: FlowRequest) -> Iterator[View]:
    """Give a view whose facts about code are up to date, or those that follow from what was known on a past day."""
    if request.as_of is not None:
        with lake.view(as_of=request.as_of) as past:
            rehearse(past, request.company, request.as_of)
            yield past
        return
    renew(lake, request.company)
    with lake.view() as view:
        yield view


def _terms(view: View, request: FlowRequest, now: datetime) -> CodeTerms | None:
    """Return the terms of a question; None where the lake holds no code. The window ends as that of flow does."""
    rows = view.rows(_SETS)
    if not rows:
        return None
    chosen = [row for row in rows if request.dataset in (None, row["repository"])]
    if not chosen:
        raise BadOption.unknown("repository", request.dataset or "", {row["repository"] for row in rows})
    lines = [row["line_id"] for row in chosen]
    team, kind = team_and_type(view, _VALUES, request, lines)
    stream = stream_of(request)
    known_at = request.as_of or now
    last, ended, today = known_until(request, known_at, [row["known_at"] for row in chosen])
    until = min(request.until or ended, request.as_of or today, today)
    first = view.rows(_FIRST, {"lines": lines})[0]["first"]
    return CodeTerms(
        scopes=tuple(
            Scope(
                line_id=line,
                slice=SLICE,
                since=request.since,
                until=until,
                known_at=known_at,
                team=team,
                type=kind,
                stream=stream,
            )
            for line in lines
        ),
        datasets=tuple(dict.fromkeys(row["repository"] for row in chosen)),
        notes=silence(request, ended, today, last) + _unreviewed(chosen),
        zone=request.company.zone,
        company=request.company,
        has=frozenset(),
        first_at=first,
        wanted_at=first,
        has_pull_requests=any(row["pull_requests"] for row in chosen),
        has_reviews=any(row["reviews"] for row in chosen),
        has_deliveries=any(row["delivered_by"] for row in chosen),
    )


def _unreviewed(chosen: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    names = [row["repository"] for row in chosen if row["pull_requests"] and not row["reviews"]]
    if not names:
        return ()
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    where = ", ".join(names[:3]) + more
    return (f"No review is known in {where}: there, merge time begins when a change is ready.",)
