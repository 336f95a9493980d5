"""Proves one number about flow: the items behind it, what was left out, and the statement that was run."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from streamgauge.answers.flow import measured
from streamgauge.answers.flow_question import question
from streamgauge.answers.flow_terms import FlowRequest, FlowTerms
from streamgauge.answers.proof import Proof
from streamgauge.answers.proven import evidence_of, in_month, proof_of, shown
from streamgauge.answers.service_delivery import Measure
from streamgauge.errors import BadOption
from streamgauge.lake import Lake, View
from streamgauge.metrics.measured import summarise
from streamgauge.metrics.metric import Better, Metric
from streamgauge.metrics.observations import Summary, parameters, records

Asked = TypeVar("Asked", bound=FlowTerms)


def prove_flow(
    lake: Lake,
    request: FlowRequest,
    metric: Metric,
    *,
    bucket: str | None = None,
    limit: int | None = 50,
    now: datetime | None = None,
) -> Proof:
    """Return the proof of one number: of the whole window, or of one month ("2025-03") in the company's zone.

    Raises BadOption where the lake holds no work, or no such dataset, team, type or month, or where
    there is not what the metric needs.
    """
    with question(lake, request, now) as asking:
        if metric not in asking.asked.metrics:
            advice = "Calendars and limits stand in the company file, parents come with the items."
            raise BadOption(f"{metric.name} needs what is not there: {metric.needs}.", advice=advice)
        return prove(asking.view, asking.asked, metric, measured, read="datasets", bucket=bucket, limit=limit)


def prove_each(
    lake: Lake, request: FlowRequest, metrics: Sequence[Metric], *, limit: int | None = 50, now: datetime | None = None
) -> tuple[Proof, ...]:
    """Return the proofs of several numbers over the whole window, each with so many records of each kind.

    A number for which there is not what it needs has no proof.
    """
    with question(lake, request, now) as asking:
        offered = (metric for metric in metrics if metric in asking.asked.metrics)
        return tuple(
            prove(asking.view, asking.asked, metric, measured, read="datasets", bucket=None, limit=limit)
            for metric in offered
        )


def prove(
    view: View,
    asked: Asked,
    metric: Metric,
    measure: Callable[[Metric, Summary, Asked], Measure],
    *,
    read: str,
    bucket: str | None,
    limit: int | None,
) -> Proof:
    """Return the proof of one number, as `measure` gives it; `read` says what was read: datasets or repositories."""
    if bucket is not None:
        asked = replace(asked, scopes=tuple(in_month(scope, bucket, asked.zone) for scope in asked.scopes))
    found = summarise(view, metric, asked.scopes)[asked.scope.slice]
    worst = "ASC" if metric.better is Better.HIGHER else "DESC"
    rows = records(view, metric, asked.scopes, worst=worst, limit=limit, zone=asked.zone)[asked.scope.slice]
    return proof_of(
        metric,
        measure(metric, found, asked),
        bucket,
        [evidence_of(row, None) for row in rows],
        of=(", ".join(asked.datasets), None),
        coverage=f"{len(asked.datasets)} of {len(asked.datasets)} {read} read",
        parameters=tuple(terms_of(asked, read)),
        caveats=asked.notes,
    )


def terms_of(asked: FlowTerms, read: str) -> Iterator[tuple[str, str]]:
    """Give the terms of a question in words, and the values that are bound into its statement."""
    window = asked.window
    yield read, ", ".join(asked.datasets)
    since = window.since.isoformat() if window.since else "the beginning"
    yield "window", f"{since} to {window.until.isoformat()} (end excluded)"
    yield "known at", asked.scope.known_at.isoformat(timespec="seconds")
    yield "zone of months and days", asked.zone
    yield from ((f"${name}", shown(value)) for name, value in parameters(asked.scopes).items())
