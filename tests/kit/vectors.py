"""The worked examples of the definitions as plain data: what goes in, and the number that must come out."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Vector:
    """One worked example: its name in the definitions, and the expected values by what they are."""

    name: str
    expected: dict[str, float | int | str | tuple[float, ...]]
    tolerance: float = 1e-9


@dataclass(frozen=True)
class Elapsed:
    """Two local times in one IANA zone."""

    zone: str
    start: str
    end: str


@dataclass(frozen=True)
class Proportion:
    """A share of a number of cases."""

    hits: int
    of: int
    low_percent: float
    high_percent: float


@dataclass(frozen=True)
class Deployed:
    """A deployment on day `day` of the example (1 is the first), of one kind, as it ended."""

    day: int
    kind: Literal["normal", "hotfix", "rollback", "config"] = "normal"
    outcome: Literal["succeeded", "failed attempt"] = "succeeded"


@dataclass(frozen=True)
class Shipped:
    """A change and its lead time in hours, deployed on day `day` of the example."""

    hours: float
    day: int
    revert: bool = False


@dataclass(frozen=True)
class Outage:
    """A failure's hours so far, and whether it is mended."""

    hours: float
    mended: bool


# T0.1: nine in the morning to nine in the morning over the night in which clocks go forward.
BERLIN_NIGHT = Elapsed("Europe/Berlin", "2026-03-28T09:00", "2026-03-30T09:00")
T0_1 = Vector("T0.1", {"hours": 47.0, "naive_hours": 48.0})

# T0.2: Friday to Monday on a clock of working days from nine to five.
WEEKEND = Elapsed("Europe/Berlin", "2026-06-05T16:00", "2026-06-08T10:00")
WORKING_DAYS, WORKING_HOURS = (0, 1, 2, 3, 4), (9, 17)
T0_2 = Vector("T0.2", {"working_hours": 2.0, "hours": 66.0})

# T0.3: an item that changes its type; what counts is the type it has at the time in question.
RETYPED = (("2026-07-01", "defect"), ("2026-07-05", "story"), ("2026-07-11", "defect"))
RETYPED_STARTED, RETYPED_DONE = "2026-07-01", "2026-07-10"
T0_3 = Vector("T0.3", {"load_until_4": "defect", "load_from_5": "feature", "finished_as": "feature"})

# T0.4: Wilson's 95 % interval, in percent to one decimal.
WILSON = (Proportion(3, 20, 5.2, 36.0), Proportion(0, 8, 0.0, 32.4), Proportion(9, 10, 59.6, 98.2))
T0_4 = Vector("T0.4", {"percent": tuple(b for p in WILSON for b in (p.low_percent, p.high_percent))}, tolerance=0.05)

# T1.1: fourteen days from Monday 2 to Sunday 15 March 2026; day 1 is that Monday.
FREQUENCY_FIRST_DAY, FREQUENCY_DAYS = "2026-03-02", 14
FREQUENCY = (
    *(Deployed(day) for day, times in ((1, 2), (2, 1), (4, 3), (8, 1), (9, 1), (11, 2)) for _ in range(times)),
    Deployed(4, "rollback"),
    Deployed(9, outcome="failed attempt"),
)
T1_1 = Vector(
    "T1.1",
    {
        "counted": 10,
        "per_day": 10 / 14,
        "per_week": 5.0,
        "median_per_working_day": 1.0,
        "category": 5,
        "deployment_days_per_week": (3, 3),
        "four_keys": "daily",
    },
)

# T1.2: four changes and a revert.
CHANGES = (Shipped(2, 1), Shipped(24, 1), Shipped(5, 1), Shipped(72, 2), Shipped(0.5, 2, revert=True))
T1_2 = Vector(
    "T1.2",
    {"median": 14.5, "mean": 25.75, "p75": 36.0, "p90": 57.6, "with_revert": 5.0, "median_of_daily_medians": 38.5},
)

# T1.3: twenty deployments; which of them each incident is linked to (None: not caused by a change).
FAIL_DEPLOYMENTS = 20
INCIDENTS = {"I1": "D3", "I2": "D3", "I3": "D7", "I4": None, "I5": "D12"}
HOTFIXES = ("D12",)
T1_3 = Vector("T1.3", {"failed": 3, "rate": 0.15, "low": 0.052, "high": 0.360, "wrong_rate": 0.20}, tolerance=5e-4)

# T1.4: four failures mended, one open for three hours.
OUTAGES = (Outage(0.5, True), Outage(1, True), Outage(2, True), Outage(4, True), Outage(3, False))
T1_4 = Vector("T1.4", {"median": 2.0, "closed_only": 1.5})

# T1.5: deployments by kind; `config` is unplanned, but mends no fault.
REWORK = {"normal": 18, "config": 1, "hotfix": 4, "rollback": 2}
T1_5 = Vector("T1.5", {"rework": 6, "of": 25, "rate": 0.24, "counted_for_frequency": 23})

# T1.6: answers on the 2025 scale, and the scores from 0 to 10 that they give.
ANSWERS = {
    "change_lead_time": "less than one day",
    "deployment_frequency": "between once per day and once per week",
    "failed_deployment_recovery_time": "less than one hour",
    "change_fail_rate": 0.12,
    "deployment_rework_rate": 0.20,
}
T1_6 = Vector(
    "T1.6",
    {
        "scores": (8.0, 6.0, 10.0, 8.8, 8.0),
        "overall": 8.16,
        "throughput": 8.0,
        "stability": 8.4,
        "lead_time_z": 1.04,
    },
    tolerance=5e-3,
)

# T1.7: one lead time, two editions of the bands.
T1_7 = Vector("T1.7", {"hours": 5.0, "2021": "high", "2024": "elite"})

# T1.8: one run of a pipeline that deploys two services.
ONE_RUN = ("A", "B")
T1_8 = Vector("T1.8", {"A": 1, "B": 1, "stream": 1})
