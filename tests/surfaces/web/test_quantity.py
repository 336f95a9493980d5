"""Numbers in the words a person uses."""

from datetime import UTC, datetime

import pytest

from streamgauge.surfaces.web import quantity


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (297.6, "hours", "12.4 days"),
        (19.0, "hours", "19.0 h"),
        (0.315, "hours", "18.9 min"),
        (0.002, "hours", "7.20 s"),
        (2427.504, "hours", "101 days"),
        (131856.0, "hours", "5,494 days"),
        (0.0, "hours", "0 h"),
        (1e-6 / 3600, "hours", "0 h"),
        (-5.0, "hours", "-5.00 h"),
        (0.105, "share", "10.5 %"),
        (0.0, "share", "0 %"),
        (8.3e-8, "share", "<0.001 %"),
        (-8.3e-8, "share", ">-0.001 %"),
        (0.000015, "share", "0.0015 %"),
        (10.5, "percent", "10.5 %"),
        (3.0, "deployments/day", "3.00 per day"),
        (0.2, "deployments/day", "1.40 per week"),
        (0.07, "deployments/day", "2.13 per month"),
        (0.003, "deployments/day", "1.10 per year"),
        (1.0, "changes", "1 change"),
        (-0.0, "changes", "0 changes"),
        (12.5, "changes", "12.5 changes"),
        (5494.0, "commits", "5,494 commits"),
        (None, "hours", "no data"),
        (float("inf"), "hours", "∞ days"),
    ],
)
def test_an_amount_reads_as_a_person_says_it(value: float | None, unit: str, words: str) -> None:
    assert quantity.amount(value, unit) == words


def test_an_interval_is_in_the_scale_of_its_value() -> None:
    assert quantity.interval(40.0, 480.0, 240.0, "hours") == "1.67 to 20.0 days"


def test_an_interval_with_one_end_says_which() -> None:
    assert quantity.interval(None, 0.324, 0.0, "share") == "up to 32.4 %"
    assert quantity.interval(0.05, None, 0.1, "share") == "at least 5.00 %"


def test_no_value_or_no_ends_has_no_interval() -> None:
    assert quantity.interval(1.0, 2.0, None, "hours") is None
    assert quantity.interval(None, None, 2.0, "hours") is None


def test_counts_take_the_right_number() -> None:
    assert [quantity.count(n, "release") for n in (0, 1, 1204)] == ["0 releases", "1 release", "1,204 releases"]


def test_days_and_months_are_plain() -> None:
    assert quantity.day(datetime(2025, 3, 5, tzinfo=UTC)) == "5 Mar 2025"
    assert quantity.month("2025-03") == "Mar 2025"
    assert quantity.day(None) == quantity.minute(None) == "–"
