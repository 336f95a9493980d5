"""Proves one number about flow: the items behind it, what was left out, and the statement that was run."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from streamgauge.answers.flow import asked_for, measured, opened
from streamgauge.answers.flow_terms import SLICE, FlowRequest, FlowTerms
from streamgauge.answers.proof import Proof
from streamgauge.answers.proving import aggregation, evidence_of, in_month, is_count, record_unit, shown, unit_of
from streamgauge.lake import Lake
from streamgauge.metrics.metric import Better, Metric
from streamgauge.metrics.observations import parameters, records, statement, summarise


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

    Raises BadOption where the lake holds no work, or no such dataset, team, type or month.
    """
    with opened(lake, request) as view:
        asked = asked_for(view, request, now or datetime.now(UTC))
        if bucket is not None:
            asked = replace(asked, scopes=tuple(in_month(scope, bucket, asked.zone) for scope in asked.scopes))
        found = summarise(view, metric, asked.scopes)[SLICE]
        worst = "ASC" if metric.better is Better.HIGHER else "DESC"
        rows = records(view, metric, asked.scopes, worst=worst, limit=limit, zone=asked.zone)[SLICE]
    number, counted = measured(metric, found, asked), is_count(metric, bucket)
    return Proof(
        service=", ".join(asked.datasets),
        release_line=None,
        metric=metric.name,
        bucket=bucket,
        label=number.label,
        question=metric.asks,
        formula=f"{metric.formula}; {aggregation(metric, bucket)}",
        source=metric.source,
        value=float(found.n) if counted and number.value is not None else number.value,
        unit=unit_of(metric, bucket),
        record_unit=record_unit(metric),
        n=found.n,
        low=None if counted else number.low,
        high=None if counted else number.high,
        percentiles=number.percentiles,
        null_reason=number.null_reason,
        provisional=False,
        coverage=f"{len(asked.datasets)} of {len(asked.datasets)} datasets read",
        parameters=tuple(_parameters(asked)),
        caveats=asked.notes,
        shown=found.n,
        left_out=number.left_out,
        total=found.n + sum(found.left_out.values()),
        records=tuple(evidence_of(row, None) for row in rows),
        sql=statement(metric),
    )


def _parameters(asked: FlowTerms) -> Iterator[tuple[str, str]]:
    window = asked.window
    yield "datasets", ", ".join(asked.datasets)
    since = window.since.isoformat() if window.since else "the beginning"
    yield "window", f"{since} to {window.until.isoformat()} (end excluded)"
    yield "known at", asked.scope.known_at.isoformat(timespec="seconds")
    yield "zone of months and days", asked.zone
    yield from ((f"${name}", shown(value)) for name, value in parameters(asked.scopes).items())
