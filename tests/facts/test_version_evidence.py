"""Versions whose names may mean two things are read by when their tags were made."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from streamgauge.facts.version import Version, parse
from streamgauge.facts.version_evidence import Dated, as_meant

START = datetime(2026, 1, 1, tzinfo=UTC)


def made(name: str, day: float | None) -> Dated:
    version = parse(name)
    assert version is not None
    return None if day is None else START + timedelta(days=day), version


def numbers(versions: list[Version]) -> list[tuple[int, ...]]:
    return [version.numbers for version in versions]


def test_days_are_no_patches_of_the_day_before() -> None:
    found = [made(f"2026.01.{n:02}", n - 1) for n in (3, 4, 9)] + [made("2026.01.09.1", 8.5), made("26.1.12", None)]
    assert numbers(as_meant(found)) == [(20260103,), (20260104,), (20260109,), (20260109, 1), (20260112,)]


def test_patches_of_a_month_are_no_days() -> None:
    found = [
        made("2026.1.0", 5),
        made("2026.1.1", 9),
        made("2026.1.2", 20),
        made("2026.1.30", 31),
        made("2026.2.31", 32),
    ]
    assert numbers(as_meant(found)) == [(2026, 1, 0), (2026, 1, 1), (2026, 1, 2), (2026, 1, 30), (2026, 2, 31)]


def test_a_letter_is_a_patch_where_the_version_came_before_it() -> None:
    found = [made("1.0a", 0), made("1.0", 1), made("1.1", None), made("1.1a", 3), made("1.0b", 4), made("1.0b1", 5)]
    assert [version.is_pre for version in as_meant(found)] == [True, False, False, True, False, True]
    assert as_meant(found)[4].numbers == (1, 0, 2)


def test_a_number_behind_an_underscore_is_a_trial_where_they_begin_with_a_nought() -> None:
    found = [made("v7.76", 0), made("v7.77_01", 1), made("v7.77_12", 2), made("v7.78", 3), made("7.79-TRIAL", 4)]
    assert [version.is_pre for version in as_meant(found)] == [False, True, True, False, True]
    assert numbers(as_meant(found)) == [(7, 76), (7, 77), (7, 77), (7, 78), (7, 79)]
    found = [made("R1.2_10", 0), made("R1.2_11", 1), made("1.0.2_01", 2)]
    assert [version.is_pre for version in as_meant(found)] == [False, False, False]
    assert numbers(as_meant(found)) == [(1, 2, 10), (1, 2, 11), (1, 0, 2, 1)]


@settings(max_examples=30)
@given(st.lists(st.tuples(st.text("0123456789.abv-", max_size=9), st.integers(0, 700) | st.none())))
def test_there_are_as_many_versions_as_before(tags: list[tuple[str, int | None]]) -> None:
    found = [made(name, day) for name, day in tags if parse(name)]
    assert len(as_meant(found)) == len(found)
