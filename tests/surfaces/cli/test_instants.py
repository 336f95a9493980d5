"""Dates on the command line."""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from streamgauge.errors import BadOption
from streamgauge.surfaces.cli.asking import moments
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


@dataclass(frozen=True)
class Given:
    """The dates of a command line."""

    since: str | None = None
    until: str | None = None
    as_of: str | None = None


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        (Given(since="2026-03-02", until="2026-03-02"), "--since 2026-03-02 is not before --until 2026-03-02."),
        (Given(since="2026-03-02", as_of="2026-03-01"), "--since 2026-03-02 is not before --as-of 2026-03-01."),
        (Given(since="2026-03-02", as_of="2026-03-02"), "--since 2026-03-02 is not before --as-of 2026-03-02."),
        (Given(since="2026-04-02"), "--since 2026-04-02 lies in the future."),
        (Given(as_of="2026-04-02"), "--as-of 2026-04-02 lies in the future."),
    ],
)
def test_dates_that_contradict_each_other_are_refused(given: Given, wrong: str) -> None:
    """A window begins before it ends, and before the day of which is asked what was known."""
    with pytest.raises(BadOption) as caught:
        moments(given, UTC, NOW)
    assert caught.value.wrong == wrong


def test_dates_in_their_order_are_taken() -> None:
    """The end of a window may be later than what is known, as it is for any window that is asked about early."""
    found = moments(Given(since="2026-03-01", until="2026-04-01", as_of="2026-03-02"), UTC, NOW)
    assert [moment and f"{moment:%m-%d}" for moment in found] == ["03-01", "04-01", "03-02"]
