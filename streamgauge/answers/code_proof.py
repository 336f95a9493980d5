"""Proves one number about code: the pull requests or runs behind it, what was left out, and the statement."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from streamgauge.answers.code import measured
from streamgauge.answers.code_question import CodeTerms, question
from streamgauge.answers.flow_terms import FlowRequest
from streamgauge.answers.proof import Proof
from streamgauge.answers.proven import evidence_of, in_month, proof_of, shown
from streamgauge.lake import Lake
from streamgauge.metrics.metric import Better, Metric
from streamgauge.metrics.observations import parameters, records, summarise


def prove_code(
    lake: Lake,
    request: FlowRequest,
    metric: Metric,
    *,
    bucket: str | None = None,
    limit: int | None = 50,
    now: datetime | None = None,
) -> Proof:
    """Return the proof of one number: of the whole window, or of one month ("2025-03") in the company's zone.

    Raises BadOption where the lake holds no code, or no such repository, team, type or month.
    """
    with question(lake, request, now) as asking:
        view, asked = asking.view, asking.asked
        if bucket is not None:
            asked = replace(asked, scopes=tuple(in_month(scope, bucket, asked.zone) for scope in asked.scopes))
        found = summarise(view, metric, asked.scopes)[asked.scope.slice]
        worst = "ASC" if metric.better is Better.HIGHER else "DESC"
        rows = records(view, metric, asked.scopes, worst=worst, limit=limit, zone=asked.zone)[asked.scope.slice]
    return proof_of(
        metric,
        measured(metric, found, asked),
        bucket,
        [evidence_of(row, None) for row in rows],
        of=(", ".join(asked.datasets), None),
        coverage=f"{len(asked.datasets)} of {len(asked.datasets)} repositories read",
        parameters=tuple(_parameters(asked)),
        caveats=asked.notes,
    )


def _parameters(asked: CodeTerms) -> Iterator[tuple[str, str]]:
    window = asked.window
    yield "repositories", ", ".join(asked.datasets)
    since = window.since.isoformat() if window.since else "the beginning"
    yield "window", f"{since} to {window.until.isoformat()} (end excluded)"
    yield "known at", asked.scope.known_at.isoformat(timespec="seconds")
    yield "zone of months and days", asked.zone
    yield from ((f"${name}", shown(value)) for name, value in parameters(asked.scopes).items())
