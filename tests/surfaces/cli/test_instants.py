"""Dates on the command line."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from streamgauge.errors import BadOption
from streamgauge.surfaces.cli.instants import instant

NOW = datetime(2026, 3, 31, 15, 30, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("2025-03-01", "2025-03-01T00:00:00+00:00"),
        ("2025-03-01T12:00:00Z", "2025-03-01T12:00:00+00:00"),
        ("2025-03-01T12:00+02:00", "2025-03-01T10:00:00+00:00"),
        ("2025-03-01 12:00", "2025-03-01T12:00:00+00:00"),
        ("90d", "2025-12-31T00:00:00+00:00"),
        ("12w ago", "2026-01-06T00:00:00+00:00"),
        ("1m", "2026-02-28T00:00:00+00:00"),
        ("13m", "2025-02-28T00:00:00+00:00"),
        ("2y", "2024-03-31T00:00:00+00:00"),
        ("0d", "2026-03-31T00:00:00+00:00"),
    ],
)
def test_a_date_is_the_start_of_its_day(given: str, meant: str) -> None:
    """Days, instants and times ago are understood."""
    assert instant("--since", given, zone=UTC, now=NOW).isoformat() == meant


def test_a_day_starts_in_the_zone_of_the_company() -> None:
    """A bare day starts at midnight in Berlin, in summer two hours earlier than in UTC."""
    assert instant("--since", "2025-07-01", zone=BERLIN, now=NOW).isoformat() == "2025-06-30T22:00:00+00:00"
    assert instant("--since", "2025-07-01T00:00", zone=BERLIN, now=NOW).isoformat() == "2025-06-30T22:00:00+00:00"


@pytest.mark.parametrize(
    "given",
    [
        "",
        "yesterday",
        "2025",
        "2025-13-01",
        "2025-02-30",
        "20250301",
        "99999y",
        "-3d",
        "0001-01-01T00:00+14:00",
        "\x1b",
    ],
)
def test_what_is_no_date_is_named_with_what_is_allowed(given: str) -> None:
    """A bad date is an error that shows examples."""
    with pytest.raises(BadOption) as told:
        instant("--until", given, zone=UTC, now=NOW)
    assert "--until" in told.value.wrong
    assert "90d" in told.value.advice
