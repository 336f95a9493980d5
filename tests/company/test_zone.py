"""Time zones are IANA names; a misspelt one gets its nearest match."""

import zoneinfo
from datetime import UTC, datetime, timedelta

import pytest

from streamgauge.company import zone


@pytest.mark.parametrize("name", ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires"])
def test_a_zone_is_known(name: str) -> None:
    """IANA names are fine."""
    assert zone.problem(name) is None


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("Europe/Berln", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("Berlin", "Europe/Berlin"),
        ("new york", "America/New_York"),
    ],
)
def test_a_misspelt_zone_gets_the_nearest(name: str, near: str) -> None:
    """The nearest is found by the whole name or by its place alone."""
    assert f"Did you mean '{near}'?" in str(zone.problem(name))


@pytest.mark.parametrize(
    "name", ["", "..", "/etc/passwd", "Europe", "a\0b", "localtime", "right/UTC", "x" * 5000, "+02:00"]
)
def test_what_is_no_zone_is_refused(name: str) -> None:
    """Paths, folders, offsets and a machine's own zone are no zones."""
    assert "no time zone" in str(zone.problem(name))


def test_a_machine_without_zone_data_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no zone is known the machine is at fault, and UTC still works."""
    monkeypatch.setattr(zoneinfo, "available_timezones", set)
    assert "tzdata" in str(zone.problem("Europe/Nowhere"))
    assert zone.problem("UTC") is None


def test_a_local_moment_shows_the_clocks_of_its_zone_and_spans_stay_those_that_elapsed() -> None:
    """T0.1: from 28 to 30 March 2026, 09:00 each, 47 hours pass in Berlin."""
    begin, end = (zone.local(datetime(2026, 3, n, hour, tzinfo=UTC), "Europe/Berlin") for n, hour in ((28, 8), (30, 7)))
    assert (f"{begin:%d %H:%M}", f"{end:%d %H:%M}") == ("28 09:00", "30 09:00")
    assert end - begin == timedelta(hours=47)
    assert zone.local(begin, "UTC").isoformat() == "2026-03-28T08:00:00+00:00"
