"""Dates as the world writes them: each way of writing is one row, each trap one test."""

# Local times have no zone: that is what these tests are about.
# ruff: noqa: DTZ001

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamgauge.sources.files import instants
from streamgauge.sources.files.clock_times import CONTRARY, FAR, GOOD, IMPOSSIBLE, ROUNDED, SKIPPED, STRANGE
from streamgauge.sources.files.instants import Instants
from streamgauge.sources.files.orders import AmbiguousDates, MixedDates


def read(*cells: object, **how: str) -> Instants:
    return instants.read(pa.chunked_array([pa.array(list(cells))]), **how)


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def one(cell: object, **how: str) -> datetime | None:
    return read(cell, **how).values[0].as_py()


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2025-01-20", at(2025, 1, 20)),
        ("2025년 1월 20일 10:15", at(2025, 1, 20, 10, 15)),
        ("2025年01月20日 10:15", at(2025, 1, 20, 10, 15)),
        ("20/01/2025 10h15", at(2025, 1, 20, 10, 15)),
        ("/Date(1737368100000)/", at(2025, 1, 20, 10, 15)),
        ("/Date(1737368100000+0200)/", at(2025, 1, 20, 10, 15)),
        ("2025/1/2", at(2025, 1, 2)),
        ("20250120", at(2025, 1, 20)),
        ("20250120T101530Z", at(2025, 1, 20, 10, 15, 30)),
        ("20250120101530", at(2025, 1, 20, 10, 15, 30)),
        ("20250120101530250", at(2025, 1, 20, 10, 15, 30, 250_000)),
        ("20250120101530250125", at(2025, 1, 20, 10, 15, 30, 250_125)),
        ("2025-01-20 10:15", at(2025, 1, 20, 10, 15)),
        ("2025-01-20T10:15:30.123456789Z", at(2025, 1, 20, 10, 15, 30, 123456)),
        ("2025-01-20 10:15:30,5", at(2025, 1, 20, 10, 15, 30, 500000)),
        ("2025-01-20T10:15:30+02:00", at(2025, 1, 20, 8, 15, 30)),
        ("2025-01-20T10:15:30 -0530", at(2025, 1, 20, 15, 45, 30)),
        ("2025-01-20 10:15:30 UTC", at(2025, 1, 20, 10, 15, 30)),
        ("2025-01-20 10:15:30 CEST", at(2025, 1, 20, 8, 15, 30)),
        ("2025-01-20T10:15:30+01:00[Europe/Berlin]", at(2025, 1, 20, 9, 15, 30)),
        ("31.12.2024", at(2024, 12, 31)),
        ("7.6.2025 14:59:28", at(2025, 6, 7, 14, 59, 28)),
        ("5. Mai 2025", at(2025, 5, 5)),
        ("31 Dez 2024 14:00 Uhr", at(2024, 12, 31, 14)),
        ("Mi, 12. März 2025 um 08:30", at(2025, 3, 12, 8, 30)),
        ("Jan 7, 2025 @ 03:16:54.250", at(2025, 1, 7, 3, 16, 54, 250_000)),
        ("12 août 2025", at(2025, 8, 12)),
        ("15 de septiembre de 2025", at(2025, 9, 15)),
        ("3 gennaio 2025", at(2025, 1, 3)),
        ("May 5, 2025 3:04 PM", at(2025, 5, 5, 15, 4)),
        ("Mon, 03 Mar 2025 04:05:06 +0100", at(2025, 3, 3, 3, 5, 6)),
        ("Mon Mar 03 04:05:06 UTC 2025", at(2025, 3, 3, 4, 5, 6)),
        ("03-Mar-25", at(2025, 3, 3)),
        ("2025年3月7日", at(2025, 3, 7)),
        ("12/31/2024 12:05 AM", at(2024, 12, 31, 0, 5)),
        ("12/31/2024 12:05 p.m.", at(2024, 12, 31, 12, 5)),
        ("31/12/2024 12:05:00 p. m.", at(2024, 12, 31, 12, 5)),
        ("31/12/2024 03:05\u00a0p.\u00a0m.", at(2024, 12, 31, 15, 5)),
        ("2025-01-20 24:00", at(2025, 1, 21)),
        ("2024-366", at(2024, 12, 31)),
        ("2025-W01-1", at(2024, 12, 30)),
        ("2020-W53-7", at(2021, 1, 3)),
        ("  2025-01-20  ", at(2025, 1, 20)),
        ("03.05.2024 10.15", at(2024, 5, 3, 10, 15)),
        ("3.5.2024 klo 9.05", at(2024, 5, 3, 9, 5)),
        ("23-05-2024 kl. 10.15.30", at(2024, 5, 23, 10, 15, 30)),
        ("14/05/2024 alle ore 10.15.30", at(2024, 5, 14, 10, 15, 30)),
        ("2024-05-03 10.15.30,5", at(2024, 5, 3, 10, 15, 30, 500000)),
        ("1.7e9", at(2023, 11, 14, 22, 13, 20)),
        ("1,7e+09", at(2023, 11, 14, 22, 13, 20)),
        ("1.700000000123e12", at(2023, 11, 14, 22, 13, 20, 123000)),
        ("1.70000E+12", at(2023, 11, 14, 22, 13, 20)),
    ],
)
def test_a_way_of_writing_is_understood(text: str, instant: datetime) -> None:
    assert one(text) == instant


@given(
    st.datetimes(datetime(1951, 1, 1), datetime(2099, 12, 31)),
    st.integers(-12 * 60, 14 * 60),
    st.sampled_from(["seconds", "milliseconds", "microseconds"]),
)
def test_what_python_writes_is_read_back(local: datetime, minutes: int, precision: str) -> None:
    instant = local.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    cut = datetime.fromisoformat(instant.isoformat(timespec=precision))
    assert one(instant.isoformat(timespec=precision)) == cut.astimezone(UTC)


@given(st.lists(st.dates(date(1951, 1, 1), date(2099, 12, 31)), min_size=1, max_size=30))
def test_the_whole_column_decides_or_it_is_ambiguous(days: list[date]) -> None:
    """One day past the 12th settles it for all; with none there is no guess."""
    cells = [f"{day.day}/{day.month}/{day.year}" for day in days]
    if any(day.day > 12 for day in days):
        found = read(*cells)
        assert [value.date() for value in found.values.to_pylist()] == days
        assert found.order == "day-first"
    elif all(day.day == day.month for day in days):
        found = read(*cells)
        assert [value.date() for value in found.values.to_pylist()] == days
        assert found.order is None
    else:
        with pytest.raises(AmbiguousDates) as doubt:
            read(*cells)
        first = next(day for day in days if day.day != day.month)
        assert doubt.value.example == f"{first.day}/{first.month}/{first.year}"
        assert doubt.value.readings == {
            "day-first": f"{first:%d %B %Y}",
            "month-first": f"{date(first.year, first.day, first.month):%d %B %Y}",
        }


def test_month_first_is_found_too() -> None:
    found = read("03/04/2025", "03/25/2025")
    assert (found.order, found.values[0].as_py()) == ("month-first", at(2025, 3, 4))


def test_an_ambiguous_column_shows_both_readings() -> None:
    with pytest.raises(AmbiguousDates) as doubt:
        read("01/02/2025", "03/04/2025")
    assert doubt.value.example == "01/02/2025"
    assert doubt.value.readings == {"day-first": "01 February 2025", "month-first": "02 January 2025"}


def test_the_example_of_an_ambiguous_column_is_the_first_that_reads_in_two_ways() -> None:
    with pytest.raises(AmbiguousDates, match="'02/01/2024' may be 02 January 2024") as doubt:
        read("01/01/2024", "5/5/2024", "02/01/2024", "04/03/2024")
    assert doubt.value.readings["month-first"] == "01 February 2024"


def test_days_that_read_the_same_both_ways_need_no_order_and_settle_none() -> None:
    found = read("01/01/2024", "02/02/2024 10:30", "13/13/2024")
    assert found.values.to_pylist() == [at(2024, 1, 1), at(2024, 2, 2, 10, 30), None]
    assert (found.faults.tolist(), found.order) == ([GOOD, GOOD, IMPOSSIBLE], None)


@pytest.mark.parametrize(("order", "month"), [("day-first", 2), ("month-first", 1)])
def test_a_said_order_or_that_of_another_column_settles_it(order: str, month: int) -> None:
    assert one("01/02/2025", given=order).month == month  # type: ignore[union-attr]
    assert one("01/02/2025", order=order).month == month  # type: ignore[union-attr]


@given(st.lists(st.dates(date(1951, 1, 1), date(2099, 12, 31)), min_size=2, max_size=30), st.data())
def test_a_column_of_both_orders_is_refused_with_both_readings(days: list[date], data: st.DataObject) -> None:
    """Whatever the majority: what reads both ways would be wrong in silence for the others."""
    turned = [data.draw(st.booleans()) for _ in days]
    cells = [f"{d.month}/{d.day}/{d.year}" if is_turned else f"{d.day}/{d.month}/{d.year}"
             for d, is_turned in zip(days, turned, strict=True)]  # fmt: skip
    proofs = {is_turned for d, is_turned in zip(days, turned, strict=True) if d.day > 12}
    if len(proofs) == 2:
        with pytest.raises(MixedDates) as doubt:
            read(*cells)
        assert set(doubt.value.examples) == set(doubt.value.readings) == {"day-first", "month-first"}
    elif proofs:
        assert read(*cells).order == ("month-first" if proofs.pop() else "day-first")


@pytest.mark.parametrize(("wrong", "is_refused"), [(1, False), (2, True)])
def test_one_in_a_hundred_may_be_the_other_way_round_and_is_put_aside(wrong: int, is_refused: bool) -> None:
    cells = ["31/01/2025"] * 99 + ["02/03/2025", *["01/31/2025"] * wrong]
    if is_refused:
        with pytest.raises(MixedDates, match="31 January 2025"):
            read(*cells)
        return
    found = read(*cells)
    assert found.faults.tolist() == [GOOD] * 100 + [CONTRARY]
    assert found.values[99].as_py() == at(2025, 3, 2)


def test_dots_prove_nothing_against_the_values() -> None:
    assert read("03.25.2025", "03.04.2025").values.to_pylist() == [at(2025, 3, 25), at(2025, 3, 4)]


def test_one_impossible_day_does_not_turn_the_order_of_a_column() -> None:
    found = read(*[f"{day}/01/2025" for day in range(1, 32)], "31/04/2025")
    assert found.order == "day-first"
    assert found.faults.tolist() == [GOOD] * 31 + [IMPOSSIBLE]


def test_numbers_with_dots_are_day_first() -> None:
    assert one("01.02.2025") == at(2025, 2, 1)


def test_two_digits_of_a_year() -> None:
    assert [value.year for value in read("24.12.24", "24.12.99").values.to_pylist()] == [2024, 1999]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("2025-02-29", IMPOSSIBLE),
        ("2025-13-01", IMPOSSIBLE),
        ("2025-01-01 25:00", IMPOSSIBLE),
        ("2025-01-01 24:30", IMPOSSIBLE),
        ("2023-366", IMPOSSIBLE),
        ("2025-W53-1", IMPOSSIBLE),
        ("May 5, 2025 13:04 PM", IMPOSSIBLE),
        ("9999-12-31", FAR),
        ("0001-01-01", FAR),
        ("soon", STRANGE),
        ("12 Brumaire 2025", STRANGE),
        ("2025-01-20 10:15 QQQ", STRANGE),
        ("x" * 200, STRANGE),
    ],
)
def test_what_is_no_date_is_a_fault_and_never_a_guess(text: str, fault: int) -> None:
    found = read(text)
    assert (found.faults[0], found.values[0].as_py()) == (fault, None)


@pytest.mark.parametrize("digits", ["1700000000", "1700000000000", "1700000000000000", "1700000000000000000"])
def test_the_digits_tell_the_unit_of_an_epoch(digits: str) -> None:
    assert one(digits) == at(2023, 11, 14, 22, 13, 20)
    assert one(int(digits)) == at(2023, 11, 14, 22, 13, 20)


def test_fractions_of_an_epoch() -> None:
    assert one("1700000000.25") == at(2023, 11, 14, 22, 13, 20, 250000)


@pytest.mark.parametrize("serial", ["45292.5", 45292.5, "45292,5"])
def test_a_day_of_a_spreadsheet(serial: object) -> None:
    found = read(serial)
    assert found.values[0].as_py() == at(2024, 1, 1, 12)
    assert found.kinds == {"excel"}


@pytest.mark.parametrize(("number", "has_days"), [(45292, False), (12345, True), (99999, True)])
def test_other_whole_numbers_of_five_digits_are_no_days(number: int, has_days: bool) -> None:
    column = pa.chunked_array([pa.array([number])])
    assert instants.read(column, has_days=has_days).faults.tolist() == [STRANGE]
    assert read(45292, given="excel").values[0].as_py() == at(2024, 1, 1)
    assert instants.read(pa.chunked_array([pa.array([45292])]), has_days=True).values[0].as_py() == at(2024, 1, 1)


def test_an_hour_that_no_clock_showed_is_a_fault() -> None:
    assert read("2025-03-30 02:30", zone="Europe/Berlin").faults.tolist() == [SKIPPED]


def test_of_an_hour_shown_twice_the_first_counts() -> None:
    found = read("2025-10-26 02:30", "2025-10-26 03:30", "2025-10-26T02:30:00+01:00", zone="Europe/Berlin")
    assert found.values.to_pylist() == [at(2025, 10, 26, 0, 30), at(2025, 10, 26, 2, 30), at(2025, 10, 26, 1, 30)]
    assert (found.twice, found.local) == (1, 2)


@given(
    st.datetimes(datetime(1960, 1, 1), datetime(2060, 12, 31)),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Africa/Casablanca"]),
)
def test_local_times_are_those_of_the_zone(local: datetime, zone: str) -> None:
    """Python's own zones are the second opinion: fold 0 is the first of two, and a gap does not come back."""
    local = local.replace(microsecond=0, fold=0)
    expected = local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    is_gap = expected.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local
    assert one(local.isoformat(sep=" "), zone=zone) == (None if is_gap else expected)


def test_offsets_may_change_inside_a_column() -> None:
    found = read("2025-01-20T10:00:00+01:00", "2025-07-20T10:00:00+02:00", "2025-07-20T10:00:00Z")
    assert [value.hour for value in found.values.to_pylist()] == [9, 8, 10]


@pytest.mark.parametrize("pattern", ["%d.%m.%Y %H:%M", "dd.MM.yyyy HH:mm", "TT.MM.JJJJ HH:mm"])
def test_a_pattern_is_followed_and_nothing_else(pattern: str) -> None:
    found = read("03.04.2025 10:15", "2025-04-03 10:15", given=pattern)
    assert found.values.to_pylist() == [at(2025, 4, 3, 10, 15), None]


def test_timestamps_of_typed_files_are_taken_as_they_are() -> None:
    aware = pa.chunked_array([pa.array([at(2025, 1, 1, 12)], pa.timestamp("us", "UTC"))])
    naive = pa.chunked_array([pa.array([datetime(2025, 1, 1, 12)], pa.timestamp("us"))])
    assert instants.read(aware, zone="Asia/Tokyo").values[0].as_py() == at(2025, 1, 1, 12)
    assert instants.read(naive, zone="Asia/Tokyo").values[0].as_py() == at(2025, 1, 1, 3)


def test_nulls_stay_nulls_and_are_no_fault() -> None:
    found = read("2025-01-20", None)
    assert (found.values[1].as_py(), found.faults.tolist()) == (None, [GOOD, GOOD])


@given(st.lists(st.text(max_size=70), max_size=20))
def test_no_text_whatever_breaks_the_reader(texts: list[str]) -> None:
    cells = pa.chunked_array([pa.array([t.encode("utf-8", "replace").decode() for t in texts], pa.string())])
    with suppress(AmbiguousDates):
        assert len(instants.read(cells).values) == len(texts)


def test_of_a_number_that_a_spreadsheet_rounded_it_is_known_how_far_it_is_off() -> None:
    """`1.71234E+12` keeps six digits: 10,000 seconds. `1.70E+12` keeps three: 116 days, which is no date."""
    found = read("1.71234E+12", "1.7E+12", "1.71E+12")
    assert found.values.to_pylist() == [at(2024, 4, 5, 18), at(2023, 11, 14, 22, 13, 20), at(2024, 3, 9, 16)]
    assert (found.rounded, found.known_to) == (3, 10_000 * 10**6)
    assert list(read("1.70E+12", "1.71E+12").faults) == [ROUNDED, ROUNDED]
    exact = read("1.700000123e9", "1.7e9")
    assert exact.rounded == 0
    assert exact.values[0].as_py() == at(2023, 11, 14, 22, 15, 23)


@pytest.mark.parametrize("text", ["0.5e9", "1e3", "1.7e99", "9.99999999999999999e18", "e9", "1.7e-9"])
def test_another_number_with_a_power_is_no_date(text: str) -> None:
    assert list(read(text).faults) != [GOOD]


@given(st.integers(1_000_000_000, 4_000_000_000))
def test_whole_seconds_with_a_power_of_ten_are_read_back(seconds: int) -> None:
    whole = datetime.fromtimestamp(seconds, UTC)
    assert one(f"{seconds:.9e}") == whole
    assert one(f"{seconds * 1000:.12e}") == whole


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (20250120, at(2025, 1, 20)),
        (20250120.0, at(2025, 1, 20)),
        (20250120101530, at(2025, 1, 20, 10, 15, 30)),
        (20250120101530250, at(2025, 1, 20, 10, 15, 30, 250_000)),
    ],
)
def test_numbers_whose_digits_write_a_date_are_read_as_texts_are(number: float, expected: datetime) -> None:
    """As tables that are not text, such as Parquet, hold them; beside one that is none, of which nothing is made."""
    found = instants.read(pa.chunked_array([pa.array([number, None, number - number])]))
    assert found.values.to_pylist() == [expected, None, None]
    assert found.faults.tolist() == [GOOD, GOOD, STRANGE]


def test_a_pattern_holds_for_numbers_too() -> None:
    column = pa.chunked_array([pa.array([250120, 250121])])
    assert instants.read(column, given="%y%m%d").values.to_pylist() == [at(2025, 1, 20), at(2025, 1, 21)]
