"""Titles of charts that say what the chart shows, from the answer's own figures."""

from collections.abc import Sequence

from streamgauge.answers.service_delivery import Measure, Point, Release, ServiceDelivery, Undeployed, Year
from streamgauge.surfaces.harmless import one_line
from streamgauge.surfaces.quantity import scale
from streamgauge.surfaces.web.quantity import amount, count, day, interval, last_day, month

YEAR = 12
_STEPS = (
    (0.4, "fell to less than half"),
    (0.6, "halved"),
    (0.85, "fell"),
    (1.18, "held steady"),
    (1.7, "rose"),
    (2.4, "doubled"),
)


def measure_of(delivery: ServiceDelivery, metric: str) -> Measure | None:
    """Return the measure of that name, or nothing."""
    return next((measure for measure in delivery.measures if measure.metric == metric), None)


def full_months(delivery: ServiceDelivery, metric: str) -> list[Point]:
    """Return the points of a metric, oldest first, without the month in which the window ends halfway."""
    points = sorted((point for point in delivery.series if point.metric == metric), key=lambda point: point.bucket)
    until = delivery.window.until
    if points and points[-1].bucket == f"{until:%Y-%m}":
        points.pop()
    return points


def of_releases(delivery: ServiceDelivery) -> tuple[str, str]:
    """Return headline and note on how many releases there were, year against year."""
    points = full_months(delivery, "deployment_frequency")
    total = count(len(delivery.releases), "release")
    if len(points) < 2 * YEAR:
        return f"{total} in {count(max(len(points), 1), 'full month')}", f"Releases per calendar month; n = {total}"
    now, before = (int(sum(point.value or 0 for point in part)) for part in (points[-YEAR:], points[-2 * YEAR : -YEAR]))
    turn = "as many as" if now == before else "up from" if now > before else "down from"
    headline = f"{count(now, 'release')} in twelve months, {turn} {count(before)}"
    return headline, f"The {_two_years(points)}; n = {total} in all"


def of_lead_time(delivery: ServiceDelivery) -> tuple[str, str]:
    """Return headline and note on how lead time moved from year to year."""
    measure = measure_of(delivery, "change_lead_time")
    if len(delivery.years) < 2 or delivery.years[1].value <= 0:
        changes = count(measure.n if measure else 0, "change")
        return _lead_time_overall(measure), f"Median of each month with releases; n = {changes}"
    now, before = delivery.years
    new, old = now.value, before.value
    # Both ends in one unit, or the eye compares 2 days with 41 hours.
    shown_in = scale("hours", min(old, new) if max(old, new) < 10 * min(old, new) else max(old, new))
    unit = shown_in.long
    turn = "did not clearly change" if _overlap(now, before) else _turn(new / old)
    headline = f"Lead time {turn}: {shown_in.figure(old)} {unit} → {shown_in.figure(new)} {unit}"
    span = f"twelve months to {last_day(now.until)} against the twelve before"
    return headline, f"Medians of {span}; n = {count(now.n)} and {count(before.n)} changes"


def _lead_time_overall(measure: Measure | None) -> str:
    if measure is None or measure.value is None:
        return "Lead time, month by month"
    return f"Half of all changes reached a release within {amount(measure.value, 'hours')}"


def of_failures(measure: Measure) -> tuple[str, str]:
    """Return headline and note on how many releases failed; `measure.value` must not be null."""
    failed = round((measure.value or 0) * measure.n)
    bounds = interval(measure.low, measure.high, measure.value, measure.unit)
    note = f"{amount(measure.value, measure.unit)}" + (f", 95 % interval {bounds}" if bounds else "")
    return f"{count(failed)} of {count(measure.n, 'release')} failed", f"{note}; n = {count(measure.n, 'release')}"


def of_batches(releases: Sequence[Release], measure: Measure | None) -> tuple[str, str]:
    """Return headline and note on how large releases are; `releases` must not be empty."""
    largest = max(releases, key=lambda release: release.changes)
    n = count(len(releases), "release")
    note = f"The largest, {one_line(largest.name)[:60]}, holds {count(largest.changes)}; n = {n}"
    if measure is None or measure.value is None:
        return "Size of each release", note
    return f"Half of the releases hold {amount(measure.value, measure.unit)} or fewer", note


def of_waiting(undeployed: Undeployed) -> tuple[str, str]:
    """Return headline and note on what waits for a release."""
    if undeployed.n is None:
        return "What waits for a release now is not known", "no data: the default branch is not known"
    headline = f"{count(undeployed.n, 'commit')} {'waits' if undeployed.n == 1 else 'wait'} for a release"
    oldest = f"the oldest since {day(undeployed.oldest_at)}; " if undeployed.oldest_at else ""
    return headline, f"{oldest}n = {count(undeployed.n, 'commit')}"


def _overlap(one: Year, other: Year) -> bool:
    """Return whether the intervals of two years leave open which one was slower, or are not known."""
    if one.low is None or one.high is None or other.low is None or other.high is None:
        return True
    return one.low <= other.high and other.low <= one.high


def _turn(ratio: float) -> str:
    return next((word for limit, word in _STEPS if ratio < limit), "more than doubled")


def _two_years(points: Sequence[Point]) -> str:
    return f"twelve months to {month(points[-1].bucket)} against the twelve before"
