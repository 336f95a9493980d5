"""Proves one number: the records behind it, what was left out, and the statement that was run."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from streamgauge.answers.choice import the_one
from streamgauge.answers.delivery import opened
from streamgauge.answers.measures import measure
from streamgauge.answers.proof import Proof
from streamgauge.answers.proven import evidence_of, in_month, proof_of, shown
from streamgauge.answers.request import Request
from streamgauge.answers.subject import Subject
from streamgauge.answers.terms import LineTerms
from streamgauge.errors import BadOption
from streamgauge.lake import Lake, View
from streamgauge.metrics import DELIVERY, METRICS
from streamgauge.metrics.measured import summarise
from streamgauge.metrics.metric import Better, Metric
from streamgauge.metrics.observations import parameters, records

_SUBJECTS = """
SELECT c.repository, c.id, c.subject FROM commits AS c
JOIN evidence_of AS e ON e.id = c.id AND e.repository = c.repository
"""
_EVIDENCE = pa.schema([pa.field("repository", pa.string()), pa.field("id", pa.string())])


def prove(
    lake: Lake,
    request: Request,
    subjects: Sequence[Subject],
    *,
    metric: str,
    service: str,
    line: str | None = None,
    bucket: str | None = None,
    limit: int | None = 50,
) -> Proof:
    """Return the proof of one number: of the whole window, or of one month ("2025-03") in the company's zone.

    Raises BadOption for an unknown metric, service, release line or month, with the nearest name.
    """
    wanted, now = _metric(metric), datetime.now(UTC)
    with opened(lake, request, subjects, now, lambda lines: [the_one(lines, service, line)]) as (view, (chosen,)):
        (proof,) = _proofs(view, [_narrowed(chosen, bucket)], wanted, bucket, limit)
        return proof


def prove_all(
    lake: Lake,
    request: Request,
    subjects: Sequence[Subject],
    limit: int | None,
    now: datetime | None = None,
    *,
    only: Collection[tuple[str, str | None]] | None = None,
) -> tuple[Proof, ...]:
    """Return the proof of every metric of every release line over the whole window.

    `only` are the lines that are meant, each as (service, release line); null means all.
    """
    now = now or datetime.now(UTC)
    with opened(lake, request, subjects, now, lambda lines: _among(lines, only)) as (view, lines):
        return tuple(proof for metric in DELIVERY for proof in _proofs(view, lines, metric, None, limit))


def _among(lines: list[LineTerms], only: Collection[tuple[str, str | None]] | None) -> list[LineTerms]:
    return lines if only is None else [one for one in lines if (one.service, one.release_line) in only]


def _metric(name: str) -> Metric:
    found = next((m for m in METRICS if m.name == name), None)
    if found is None:
        raise BadOption.unknown("metric", name, [m.name for m in METRICS])
    return found


def _narrowed(line: LineTerms, bucket: str | None) -> LineTerms:
    return line if bucket is None else replace(line, scope=in_month(line.scope, bucket, line.zone))


def _proofs(
    view: View, lines: Sequence[LineTerms], metric: Metric, bucket: str | None, limit: int | None
) -> Iterator[Proof]:
    """Give the proof of one metric for each line; a fixed number of statements, however many lines there are."""
    if not lines:
        return
    scopes = [line.scope for line in lines]
    summaries = summarise(view, metric, scopes)
    worst = "ASC" if metric.better is Better.HIGHER else "DESC"
    rows = records(view, metric, scopes, worst=worst, limit=limit, zone=lines[0].zone)
    titles = _titles(view, lines, rows)
    for line in lines:
        key = line.scope.slice
        evidence = tuple(evidence_of(row, titles.get((line.repository, row["evidence"]))) for row in rows[key])
        number = measure(metric, summaries[key], line, line.window)
        yield proof_of(
            metric,
            number,
            bucket,
            evidence,
            of=(line.service, line.release_line),
            coverage=_coverage(line),
            parameters=tuple(_parameters(line, metric)),
            caveats=number.caveats,
        )


def _coverage(line: LineTerms) -> str:
    cut = any("shallow" in note for note in line.notes)
    return "1 of 1 sources read, its history is cut (shallow clone)" if cut else "1 of 1 sources read whole"


def _parameters(line: LineTerms, metric: Metric) -> Iterator[tuple[str, str]]:
    window = line.window
    yield "repository", line.repository
    yield "releases", line.rule
    yield (
        "window",
        f"{window.since.isoformat() if window.since else 'the beginning'} to {window.until.isoformat()} (end excluded)",
    )
    yield "known at", line.scope.known_at.isoformat(timespec="seconds")
    yield "zone of months and days", line.zone
    if metric.follows_policy:
        yield "clock starts at", "committer time" if line.scope.from_committed else "author time"
        yield "merge commits", "counted" if line.scope.include_merges else "left out"
    if metric.is_inferred:
        rules = "; ".join(line.failure_rules) or line.unmeasurable or "none"
        yield "a release failed when", rules
    yield from ((f"${name}", shown(value)) for name, value in parameters([line.scope]).items())


def _titles(
    view: View, lines: Sequence[LineTerms], rows: Mapping[str, list[dict[str, Any]]]
) -> dict[tuple[str, str], str]:
    """Return the subjects of the commits among the evidence, by repository and hash."""
    wanted = {(line.repository, row["evidence"]) for line in lines for row in rows[line.scope.slice]}
    of = pa.Table.from_pylist([{"repository": r, "id": i} for r, i in sorted(wanted)], schema=_EVIDENCE)
    view.register("evidence_of", of)
    return {(row["repository"], row["id"]): row["subject"] for row in view.rows(_SUBJECTS)}
