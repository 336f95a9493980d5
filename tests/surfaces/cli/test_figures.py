"""Values as people read them."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from streamgauge.answers.flow import report
from streamgauge.answers.flow_terms import FlowRequest
from streamgauge.company import Company
from streamgauge.surfaces import document
from streamgauge.surfaces.cli import figures
from streamgauge.surfaces.quantity import scale
from streamgauge.surfaces.web import quantity
from tests.kit.board import board


@pytest.mark.parametrize(
    ("unit", "value", "shown"),
    [
        ("hours", 0.25, "15.0 min"),
        ("hours", 6.4464, "6.45 h"),
        ("hours", 2295.07, "95.6 d"),
        ("hours", 131856.0, "5,494 d"),
        ("hours", 0.0, "0 h"),
        ("hours", -3.0, "-3.00 h"),
        ("share", 0.052, "5.20 %"),
        ("share", 0.0, "0 %"),
        ("deployments/day", 2.5, "2.50/day"),
        ("deployments/day", 0.5, "3.50/week"),
        ("deployments/day", 0.01, "3.65/year"),
        ("deployments/day", 0.0, "0/year"),
        ("changes", 41.0, "41 changes"),
        ("changes", 41.5, "41.5 changes"),
        ("changes", 1.0, "1 change"),
        ("changes", None, "no data"),
    ],
)
def test_a_value_gets_the_unit_that_fits(unit: str, value: float | None, shown: str) -> None:
    """Durations, shares, rates and counts are shown in a unit that fits their size."""
    assert figures.text(unit, value) == shown


def test_an_open_interval_is_said() -> None:
    """Where one end of an interval is not known, the other is still shown."""
    days = scale("hours", 240.0)
    assert figures.span(days, 216.0, 264.0) == "9.00–11.0"
    assert figures.span(days, 216.0, None) == "≥ 9.00"
    assert figures.span(days, None, 264.0) == "≤ 11.0"
    assert figures.span(days, None, None) == ""


def test_bytes_get_a_unit() -> None:
    """Sizes are decimal."""
    assert [figures.size(n) for n in (0, 999, 1500, 2_500_000)] == ["0 B", "999 B", "1.50 kB", "2.50 MB"]


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "America/New_York", "UTC"])
def test_the_days_of_a_window_are_those_of_the_companys_zone(tmp_path: Path, zone: str) -> None:
    """East of Greenwich the first day began on the day before in UTC, west of it the last one ends later."""
    since, until = (datetime(2026, 3, day, tzinfo=ZoneInfo(zone)).astimezone(UTC) for day in (2, 12))
    lake = board(tmp_path / "lake", {"A": [("In Progress", 0), ("Done", 5)]})
    request = FlowRequest(since=since, until=until, company=Company(zone=zone))
    window = report(lake, request, now=datetime(2026, 4, 1, tzinfo=UTC)).window
    assert figures.days_of(window) == "2026-03-02 to 2026-03-11"
    assert (quantity.day(window.since), quantity.last_day(window.until)) == ("2 Mar 2026", "11 Mar 2026")
    assert document.plain(window) == document.plain(replace(window, since=since, until=until))
    assert figures.days_of(replace(window, since=None)) == "all history to 2026-03-11"
