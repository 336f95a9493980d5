"""One question about code: the facts brought up to date, and the terms on which it is asked."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from streamgauge.answers.flow_question import Question
from streamgauge.answers.flow_terms import SLICE, FlowRequest, FlowTerms, silence, stream_of
from streamgauge.answers.terms import next_midnight
from streamgauge.errors import BadOption
from streamgauge.facts import FACTS, code
from streamgauge.facts.code_sets import code_sets
from streamgauge.facts.rehearsal import Rehearsal
from streamgauge.lake import Lake, View
from streamgauge.metrics.observations import Scope

_SILENT = timedelta(days=30)
_SETS = "SELECT line_id, source, repository, known_at FROM code_sets ORDER BY repository, source"
_FIRST = """
SELECT min(f.began_at) AS first FROM (
  SELECT coalesce(started_at, created_at) AS began_at FROM pull_request_phases WHERE line_id IN (SELECT unnest($lines))
  UNION ALL SELECT coalesce(queued_at, started_at, finished_at) FROM runs WHERE line_id IN (SELECT unnest($lines))) AS f
"""
_VALUES = """
SELECT DISTINCT {field} AS value FROM pull_request_phases
WHERE line_id IN (SELECT unnest($lines)) AND {field} IS NOT NULL
"""


@contextmanager
def question(lake: Lake, request: FlowRequest, now: datetime | None = None) -> Iterator[Question]:
    """Give what an answer is made from; raises BadOption where the lake holds no code, or not what is asked for."""
    now = now or datetime.now(UTC)
    with _up_to_date(lake, request) as view:
        asked = _terms(view, request, now)
        if asked is None:
            advice = "Bring some in: `streamgauge import FILE --as PullRequest`, `--as Review`, `--as Build`."
            raise BadOption("The lake holds no pull requests and no runs of pipelines yet.", advice=advice)
        snapshot = lake.snapshot()
        yield Question(view, asked, snapshot.id if snapshot else "none", now)


@contextmanager
def _up_to_date(lake: Lake, request: FlowRequest) -> Iterator[View]:
    """Give a view whose facts about code are up to date, or those that follow from what was known on a past day."""
    if request.as_of is not None:
        with lake.view(as_of=request.as_of) as past:
            lines = [row["line_id"] for row in past.rows("SELECT line_id FROM lines")]
            code.refresh(
                Rehearsal(past, FACTS, lines), code_sets(past, request.company), request.company, request.as_of
            )
            yield past
        return
    with lake.view() as view:
        stale = code.stale(view, request.company)
    if stale:
        with lake.writing() as writer:
            with writer.view() as view:
                stale = code.stale(view, request.company)
            code.refresh(writer, stale, request.company)
            writer.publish({})
    with lake.view() as view:
        yield view


def _terms(view: View, request: FlowRequest, now: datetime) -> FlowTerms | None:
    """Return the terms of a question; None where the lake holds no code. The window ends as that of flow does."""
    rows = view.rows(_SETS)
    if not rows:
        return None
    chosen = [row for row in rows if request.dataset in (None, row["repository"])]
    if not chosen:
        raise BadOption.unknown("repository", request.dataset or "", {row["repository"] for row in rows})
    lines = [row["line_id"] for row in chosen]
    team, kind = (_known(view, name, said, lines) for name, said in (("team", request.team), ("type", request.type)))
    stream = stream_of(request)
    known_at = request.as_of or now
    today = next_midnight(known_at, request.company.zone)
    last = max((row["known_at"] for row in chosen if row["known_at"]), default=known_at)
    ended = next_midnight(last, request.company.zone) if known_at - last > _SILENT else today
    until = min(request.until or ended, request.as_of or today, today)
    return FlowTerms(
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
        notes=silence(ended, today, last) if request.until is None else (),
        zone=request.company.zone,
        company=request.company,
        has=frozenset(),
        first_at=view.rows(_FIRST, {"lines": lines})[0]["first"],
    )


def _known(view: View, name: str, said: str | None, lines: Sequence[str]) -> Any:
    """Return the value of a field that is meant, whatever its capitals."""
    if said is None:
        return None
    values = {row["value"] for row in view.rows(_VALUES.replace("{field}", name), {"lines": list(lines)})}
    found = next((value for value in sorted(values) if value.casefold() == said.casefold()), None)
    if found is None:
        raise BadOption.unknown(name, said, values)
    return found
