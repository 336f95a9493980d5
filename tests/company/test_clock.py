"""Time as durations: elapsed and working."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamgauge.company.clock import WorkingTime, elapsed

BERLIN = ZoneInfo("Europe/Berlin")
INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


def test_t0_1_a_day_with_a_clock_change_has_23_hours() -> None:
    """T0.1: over the spring change two local days are 47 hours, where naive subtraction says 48."""
    start, end = datetime(2026, 3, 28, 9, tzinfo=BERLIN), datetime(2026, 3, 30, 9, tzinfo=BERLIN)
    assert elapsed(start, end) == timedelta(hours=47)
    assert end - start == timedelta(hours=48)


def test_a_time_without_a_zone_is_refused() -> None:
    """A duration between times of unknown zones is no duration."""
    with pytest.raises(ValueError, match="zone"):
        elapsed(datetime(2026, 1, 1), datetime(2026, 1, 2, tzinfo=UTC))  # noqa: DTZ001


def test_t0_2_a_weekend_is_not_working_time() -> None:
    """T0.2: Friday 16:00 to Monday 10:00 is 2 working hours and 66 elapsed ones."""
    friday, monday = datetime(2026, 1, 9, 16, tzinfo=BERLIN), datetime(2026, 1, 12, 10, tzinfo=BERLIN)
    assert WorkingTime(zone="Europe/Berlin").between(friday, monday) == timedelta(hours=2)
    assert elapsed(friday, monday) == timedelta(hours=66)


def test_a_holiday_is_not_working_time() -> None:
    """A holiday within the week counts nothing."""
    week = WorkingTime(holidays=frozenset({date(2026, 1, 6)}))
    assert week.between(datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 1, 8, tzinfo=UTC)) == timedelta(hours=16)


@given(INSTANTS, INSTANTS, INSTANTS)
def test_spans_add_up(a: datetime, b: datetime, c: datetime) -> None:
    """Working time from a to c is that from a to b and from b to c, and never more than the elapsed time."""
    week = WorkingTime(zone="America/New_York")
    assert week.between(a, b) + week.between(b, c) == week.between(a, c)
    assert abs(week.between(a, b)) <= abs(elapsed(a, b))
