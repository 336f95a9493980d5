"""What every proof has in common: one month of it, its words, its records, and how it is put together."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from streamgauge.answers.proof import Evidence, Proof
from streamgauge.answers.service_delivery import Measure
from streamgauge.errors import BadOption
from streamgauge.metrics.metric import Metric, Shape
from streamgauge.metrics.observations import Scope, statement


def proof_of(
    metric: Metric,
    number: Measure,
    bucket: str | None,
    records: Sequence[Evidence],
    *,
    of: tuple[str, str | None],
    coverage: str,
    parameters: Sequence[tuple[str, str]],
    caveats: Sequence[str],
) -> Proof:
    """Return the proof of a measure; `of` are the service and its release line, or the datasets and none."""
    counted = _is_count(metric, bucket)
    service, release_line = of
    return Proof(
        service=service,
        release_line=release_line,
        metric=metric.name,
        of=None,
        which=(),
        bucket=bucket,
        label=number.label,
        question=metric.asks,
        formula=f"{metric.formula}; {'count in the month' if counted else metric.shape.value}",
        source=metric.source,
        # In a month, frequency is a plain count, as the series shows it.
        value=float(number.n) if counted and number.value is not None else number.value,
        sum=None,
        unit=metric.unit.partition("/")[0] if counted else metric.unit,
        record_unit=_record_unit(metric),
        n=number.n,
        low=None if counted else number.low,
        high=None if counted else number.high,
        percentiles=number.percentiles,
        null_reason=number.null_reason,
        provisional=number.provisional,
        coverage=coverage,
        parameters=tuple(parameters),
        caveats=tuple(caveats),
        shown=number.n,
        left_out=number.left_out,
        total=number.n + sum(left.n for left in number.left_out),
        records=tuple(records),
        sql=statement(metric),
    )


def in_month(scope: Scope, bucket: str, zone: str) -> Scope:
    """Return the terms of a question for one month only ("2025-03", in a zone), within the window; raises BadOption."""
    try:
        first = datetime.strptime(bucket, "%Y-%m").replace(tzinfo=ZoneInfo(zone))
    except ValueError:
        raise BadOption(f"'{bucket}' is not a month.", advice="Write it as 2025-03.") from None
    after = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
    since, until = first.astimezone(UTC), after.astimezone(UTC)
    return replace(scope, since=max(since, scope.since or since), until=min(until, scope.until))


def shown(value: object) -> str:
    """Return a bound value in words."""
    return ", ".join("null" if v is None else str(v) for v in value) if isinstance(value, list) else str(value)


def evidence_of(row: dict[str, Any], title: str | None) -> Evidence:
    """Return one record as a proof shows it; `title` stands where the metric says nothing of it."""
    return Evidence(
        id=row["evidence"],
        at=row["observed_at"].astimezone(UTC) if row["observed_at"] else None,
        bucket=row["month"].strftime("%Y-%m") if row["month"] else None,
        release=row["release"],
        value=row["value"],
        detail=row["detail"] or title,
        left_out=row["left_out"],
    )


def _record_unit(metric: Metric) -> str | None:
    """Return the unit of a single record's value; null where it is only counted, or is yes or no."""
    if metric.record_unit is not None:
        return metric.record_unit
    if metric.shape in (Shape.FREQUENCY, Shape.SHARE):
        return None
    if metric.shape is Shape.RATIO:
        return metric.sums
    return "hours" if metric.shape is Shape.INVENTORY else metric.unit


def _is_count(metric: Metric, bucket: str | None) -> bool:
    return bucket is not None and metric.shape is Shape.FREQUENCY
