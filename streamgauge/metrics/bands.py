"""DORA's bands as versioned data, and how a number finds its band (definitions 0.6, 1.1 and 1.7)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

HOUR, DAY, WEEK = 1.0, 24.0, 168.0
MONTH = 30.4375 * DAY
DEFAULT_EDITION = "2024"
SCALE_EDITION = "DORA Quick Check, 2025"
INSUFFICIENT = "insufficient data"

FREQUENCY_SCALE = {
    6: "on demand (multiple per day)",
    5: "between once per hour and once per day",
    4: "between once per day and once per week",
    3: "between once per week and once per month",
    2: "between once per month and once per six months",
    1: "fewer than once per six months",
}
DURATION_SCALE = ((6, HOUR), (5, DAY), (4, WEEK), (3, MONTH), (2, 6 * MONTH))

LEAD_TIME_CLUSTERS: dict[str, tuple[tuple[str, float], ...]] = {
    "2018": (("elite", HOUR), ("high", WEEK), ("medium", MONTH), ("low", 6 * MONTH)),
    "2019": (("elite", DAY), ("high", WEEK), ("medium", MONTH), ("low", 6 * MONTH)),
    "2021": (("elite", HOUR), ("high", WEEK), ("medium", 6 * MONTH), ("low", float("inf"))),
    "2022": (("high", WEEK), ("medium", MONTH), ("low", 6 * MONTH)),
    "2023": (("elite", DAY), ("high", WEEK), ("low", MONTH)),
    "2024": (("elite", DAY), ("high", WEEK), ("medium", MONTH), ("low", 6 * MONTH)),
}
"""Upper limits, best first. Where a report leaves a hole, the band reaches up to the better neighbour's limit.

In 2023 medium and low share one range (1 week to 1 month), which therefore tells them not apart and reads as low's.
"""
RECOVERY_CLUSTERS: dict[str, tuple[tuple[str, float], ...]] = {
    "2018": (("elite", HOUR), ("high", DAY), ("low", MONTH)),
    "2019": (("elite", HOUR), ("high", DAY), ("low", MONTH)),
    "2021": (("elite", HOUR), ("high", DAY), ("medium", WEEK), ("low", float("inf"))),
    "2022": (("high", DAY), ("medium", WEEK), ("low", MONTH)),
    "2023": (("elite", HOUR), ("high", DAY), ("medium", WEEK), ("low", 6 * MONTH)),
    "2024": (("elite", HOUR), ("high", DAY), ("low", MONTH)),
}
FAIL_RATE_CLUSTERS: dict[str, tuple[tuple[str, float], ...]] = {
    "2023": (("elite", 0.05), ("high", 0.10), ("medium", 0.15), ("low", 1.0)),
}
FAIL_RATE_POINTS_2024 = (("elite", 0.05), ("high", 0.20), ("medium", 0.10), ("low", 0.40))
"""Not in order (high 20 %, medium 10 %), so that no band follows from them, only the nearest cluster."""
MEAN_2025 = {
    "change_lead_time": (5.5, 2.4),
    "deployment_frequency": (4.8, 2.8),
    "failed_deployment_recovery_time": (7.4, 2.1),
}
"""Mean and standard deviation of all industries on the 0 to 10 scale (DORA 2025, CC-BY 4.0)."""


@dataclass(frozen=True)
class Band:
    """A band's name, the edition it is from, and the category (1 to 6) where it is on DORA's scale."""

    name: str
    edition: str
    score: int | None = None


def cluster(value: float, clusters: Sequence[tuple[str, float]]) -> str:
    """Return the first band whose upper limit is above `value`, the last one beyond all limits."""
    return next((name for name, limit in clusters if value < limit), clusters[-1][0])


def lead_time(hours: float, edition: str = DEFAULT_EDITION) -> Band:
    """Return the cluster of a lead time in one edition."""
    return Band(cluster(hours, LEAD_TIME_CLUSTERS[edition]), f"DORA {edition}")


def recovery(hours: float, edition: str = DEFAULT_EDITION) -> Band:
    """Return the cluster of a recovery time in one edition."""
    return Band(cluster(hours, RECOVERY_CLUSTERS[edition]), f"DORA {edition}")


def nearest_fail_rate(share: float) -> str:
    """Return the 2024 cluster whose change fail rate is nearest, the better one on a tie."""
    return min(FAIL_RATE_POINTS_2024, key=lambda point: (abs(point[1] - share), point[1]))[0]


def fail_rate(share: float, edition: str) -> Band:
    """Return the band of a change fail rate in an edition whose points are in order (upper-bound reading)."""
    name = next(name for name, limit in FAIL_RATE_CLUSTERS[edition] if share <= limit)
    return Band(name, f"DORA {edition}")


def frequency_category(days: Sequence[date], end: date, window_days: int) -> int:
    """Return DORA's category (6 best) for deployments on `days`, looking back from `end` (exclusive).

    Medians are over working days, ISO weeks that lie wholly in the window, and spans of 28 days back from its end.
    """
    counts = Counter(days)
    span, weeks = _window(end, window_days)
    working = [counts[day] for day in span if day.weekday() < 5]
    months = [sum(counts[day] for day in span[-28 * n - 28 : len(span) - 28 * n]) for n in range(window_days // 28)]
    if working and median(working) >= 1:
        return 6 if median(working) >= 2 else 5
    if weeks and median(sum(counts[day] for day in week) for week in weeks) >= 1:
        return 4
    if months and median(months) >= 1:
        return 3
    return 2 if any(end - timedelta(days=182) <= day < end for day in counts) else 1


def four_keys_frequency(days: Sequence[date], end: date, window_days: int) -> str:
    """Return the older rule's word for deployments on `days`: daily, weekly, monthly or yearly.

    Daily where a median week has at least three days with a deployment, weekly where it has one, monthly where a median
    span of 28 days has one (definitions 1.1).
    """
    deployed = set(days)
    span, weeks = _window(end, window_days)
    days_a_week = [sum(day in deployed for day in week) for week in weeks]
    if days_a_week and median(days_a_week) >= 1:
        return "daily" if median(days_a_week) >= 3 else "weekly"
    months = [any(d in deployed for d in span[-28 * n - 28 : len(span) - 28 * n]) for n in range(window_days // 28)]
    return "monthly" if months and median(months) >= 1 else "yearly"


def _window(end: date, window_days: int) -> tuple[list[date], list[list[date]]]:
    """Return the days of the window, and the ISO weeks that lie wholly in it."""
    span = [end - timedelta(days=n) for n in range(window_days, 0, -1)]
    mondays = [i for i, day in enumerate(span) if day.weekday() == 0 and i + 7 <= len(span)]
    return span, [span[i : i + 7] for i in mondays]


def duration_category(hours: float) -> int:
    """Return DORA's category for a lead or recovery time: 6 below an hour to 1 above six months."""
    return next((category for category, limit in DURATION_SCALE if hours < limit), 1)


@dataclass(frozen=True, kw_only=True)
class QuickCheck:
    """DORA's Quick Check scores, 0 to 10, each of its parts null where it is not known."""

    lead_time: float | None
    frequency: float | None
    recovery: float | None
    fail_rate: float | None
    rework: float | None

    @property
    def overall(self) -> float | None:
        """Mean of the five."""
        return _mean((self.lead_time, self.frequency, self.recovery, self.fail_rate, self.rework))

    @property
    def throughput(self) -> float | None:
        """Mean of lead time, frequency and recovery."""
        return _mean((self.lead_time, self.frequency, self.recovery))

    @property
    def stability(self) -> float | None:
        """Mean of fail rate and rework."""
        return _mean((self.fail_rate, self.rework))


def _mean(scores: Sequence[float | None]) -> float | None:
    known = [s for s in scores if s is not None]
    return sum(known) / len(known) if known else None


def category_score(category: int | None) -> float | None:
    """Return the score (0 to 10) of a category from 1 to 6."""
    return None if category is None else (category - 1) * 2.0


def share_score(share: float | None) -> float | None:
    """Return the score (0 to 10) of a share of failures (0 to 1)."""
    return None if share is None else 10 - share * 10


def against_survey(metric: str, score: float) -> float:
    """Return how many standard deviations a score lies above the 2025 survey's mean."""
    mean, deviation = MEAN_2025[metric]
    return (score - mean) / deviation
