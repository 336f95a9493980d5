"""Time zones are IANA names; a misspelt one gets its nearest match."""

import zoneinfo

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
