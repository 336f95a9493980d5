"""Bands are those of the published editions, gaps filled by the rule, and a frequency finds its category."""

from datetime import date, timedelta

import pytest

from streamgauge.metrics import bands
from streamgauge.metrics.bands import DAY, HOUR, MONTH, WEEK

END = date(2026, 3, 16)  # a Monday
LONG = 7 * MONTH


@pytest.mark.parametrize(
    ("edition", "names"),
    [
        ("2018", ["elite", "high", "high", "medium", "low", "low"]),
        ("2019", ["elite", "elite", "high", "medium", "low", "low"]),
        ("2021", ["elite", "high", "high", "medium", "medium", "low"]),
        ("2022", ["high", "high", "high", "medium", "low", "low"]),
        ("2023", ["elite", "elite", "high", "low", "low", "low"]),
        ("2024", ["elite", "elite", "high", "medium", "low", "low"]),
    ],
)
def test_a_lead_time_finds_its_cluster_in_every_edition(edition: str, names: list[str]) -> None:
    hours = (0.9 * HOUR, 5 * HOUR, 2 * DAY, 2 * WEEK, 2 * MONTH, LONG)
    found = [bands.lead_time(h, edition) for h in hours]
    assert [b.name for b in found] == names
    assert {b.edition for b in found} == {f"DORA {edition}"}


@pytest.mark.parametrize(
    ("edition", "names"),
    [
        ("2018", ["elite", "high", "low", "low", "low"]),
        ("2019", ["elite", "high", "low", "low", "low"]),
        ("2021", ["elite", "high", "medium", "low", "low"]),
        ("2022", ["high", "high", "medium", "low", "low"]),
        ("2023", ["elite", "high", "medium", "low", "low"]),
        ("2024", ["elite", "high", "low", "low", "low"]),
    ],
)
def test_a_recovery_time_finds_its_cluster_in_every_edition(edition: str, names: list[str]) -> None:
    assert [bands.recovery(h, edition).name for h in (0.9, 5, 2 * DAY, 2 * WEEK, LONG)] == names


def test_every_edition_reaches_from_best_to_worst() -> None:
    for clusters in (*bands.LEAD_TIME_CLUSTERS.values(), *bands.RECOVERY_CLUSTERS.values()):
        limits = [limit for _, limit in clusters]
        assert limits == sorted(limits)
        assert clusters[-1][0] == "low"


@pytest.mark.parametrize(
    ("share", "name"),
    [(0, "elite"), (0.05, "elite"), (0.051, "high"), (0.10, "high"), (0.15, "medium"), (0.16, "low"), (1, "low")],
)
def test_a_fail_rate_reads_the_points_of_2023_as_upper_bounds(share: float, name: str) -> None:
    assert bands.fail_rate(share, "2023").name == name


@pytest.mark.parametrize(
    ("share", "name"), [(0, "elite"), (0.09, "medium"), (0.15, "medium"), (0.16, "high"), (0.9, "low")]
)
def test_2024_only_has_a_nearest_cluster(share: float, name: str) -> None:
    assert bands.nearest_fail_rate(share) == name


@pytest.mark.parametrize(
    ("hours", "category"),
    [(0, 6), (0.99, 6), (1, 5), (23.9, 5), (24, 4), (168, 3), (MONTH, 2), (6 * MONTH, 1), (1e9, 1)],
)
def test_a_duration_finds_its_category(hours: float, category: int) -> None:
    assert bands.duration_category(hours) == category


def every(step: int, number: int, *, times: int = 1) -> list[date]:
    """Return the days of deployments, the last one the day before the end."""
    return [END - timedelta(days=1 + step * n) for n in range(number) for _ in range(times)]


@pytest.mark.parametrize(
    ("days", "category"),
    [
        (every(1, 90, times=2), 6),
        (every(1, 90), 5),
        (every(7, 13), 4),
        (every(3, 30), 4),
        (every(28, 4), 3),
        (every(14, 7), 3),
        (every(1, 1), 2),
        ([END - timedelta(days=182)], 2),
        ([END - timedelta(days=183)], 1),
        ([END], 1),
        ([], 1),
    ],
)
def test_a_rhythm_finds_its_category(days: list[date], category: int) -> None:
    assert bands.frequency_category(days, END, 90) == category


def test_deployments_of_the_weekend_do_not_make_a_working_day() -> None:
    weekend = [d for d in every(1, 90, times=3) if d.weekday() > 4]
    assert bands.frequency_category(weekend, END, 90) == 4


def test_the_worked_example_is_category_5() -> None:
    first = date(2026, 3, 2)
    days = [
        first + timedelta(days=d - 1) for d, n in ((1, 2), (2, 1), (4, 3), (8, 1), (9, 1), (11, 2)) for _ in range(n)
    ]
    assert bands.frequency_category(days, END, 14) == 5


def test_scores_drop_what_is_not_known() -> None:
    check = bands.QuickCheck(lead_time=8, frequency=None, recovery=10, fail_rate=None, rework=None)
    assert (check.overall, check.throughput, check.stability) == (9, 9, None)
    assert bands.category_score(None) is bands.share_score(None) is None
    assert (bands.category_score(1), bands.category_score(6)) == (0, 10)
    assert bands.share_score(0.12) == pytest.approx(8.8)


def test_t1_1_four_keys_calls_three_days_a_week_daily() -> None:
    """T1.1: three days with a deployment in each of two weeks are "daily" by the older rule."""
    first = date(2026, 3, 2)
    deployed = [first + timedelta(days=d - 1) for d in (1, 1, 2, 4, 4, 4, 8, 9, 11, 11)]
    end = first + timedelta(days=14)
    assert bands.four_keys_frequency(deployed, end, 14) == "daily"
    assert bands.four_keys_frequency(deployed[:1] + deployed[6:7], end, 14) == "weekly"
    assert bands.four_keys_frequency([end - timedelta(days=n) for n in (3, 40, 70)], end, 90) == "monthly"
    assert bands.four_keys_frequency([], end, 90) == "yearly"
