"""The months of every metric, with those in which nothing happened."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from streamgauge.answers.service_delivery import Point, Window
from streamgauge.company import Thresholds
from streamgauge.metrics.metric import WEIGHTED, Metric, Shape
from streamgauge.metrics.observations import Scope
from streamgauge.metrics.observed import Month


class Terms(Protocol):
    """What the months of an answer depend on."""

    @property
    def scope(self) -> Scope:
        """The terms of the question."""

    @property
    def window(self) -> Window:
        """The window with its beginning."""

    @property
    def zone(self) -> str:
        """The zone of months."""

    @property
    def end(self) -> datetime:
        """The end of the window, not later than what is known."""

    @property
    def has_releases(self) -> bool:
        """Whether a month in which nothing happened is a true zero."""

    @property
    def thresholds(self) -> Thresholds:
        """The judgements that enter."""


def buckets(terms: Terms) -> list[str]:
    """Return the calendar months (in the company's zone) that the window touches, oldest first."""
    if terms.window.since is None or terms.window.since >= terms.end:
        return []
    zone = ZoneInfo(terms.zone)
    first, last = terms.window.since.astimezone(zone), (terms.end - timedelta(microseconds=1)).astimezone(zone)
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [f"{m // 12:04d}-{m % 12 + 1:02d}" for m in months]


def series(metric: Metric, months: Sequence[Month], terms: Terms) -> Iterator[Point]:
    """Give one point a month; a count without cases is 0, a duration or share is null."""
    wanted = buckets(terms)
    if metric.shape is Shape.INVENTORY:
        yield from _inventory(metric, months, wanted)
        return
    found = {m.bucket: m for m in months}
    for bucket in wanted:
        month = found.get(bucket)
        n = month.n if month else 0
        yield Point(
            bucket=bucket,
            metric=metric.name,
            value=_value(metric, month, terms),
            n=n,
            provisional=bool(n) and _is_young(metric, bucket, terms),
        )


def _value(metric: Metric, month: Month | None, terms: Terms) -> float | None:
    if metric.shape is Shape.FREQUENCY:
        return float(month.n if month else 0) if terms.has_releases else None
    if month is None or month.n == 0:
        return None
    if metric.shape in WEIGHTED:
        return month.total / month.weight if month.weight else None
    return month.total / month.n if metric.shape is Shape.SHARE else month.median


def _inventory(metric: Metric, months: Sequence[Month], wanted: Sequence[str]) -> Iterator[Point]:
    """Give how many lay undeployed at the end of each month: the sum of all that came less all that left."""
    rest = sorted(months, key=lambda m: m.bucket)
    level, i = 0.0, 0
    for bucket in wanted:
        while i < len(rest) and rest[i].bucket <= bucket:
            level, i = level + rest[i].total, i + 1
        yield Point(bucket=bucket, metric=metric.name, value=level, n=int(level), provisional=False)


def _is_young(metric: Metric, bucket: str, terms: Terms) -> bool:
    mature: datetime = terms.scope.known_at - timedelta(days=terms.thresholds.maturity_days)
    return metric.is_cohort and bucket >= mature.astimezone(ZoneInfo(terms.zone)).strftime("%Y-%m")
