"""A day and its time in two columns are one instant, and nothing else is taken for such a pair."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.kit.imports import csv, looked, made
from tests.kit.workbook import workbook

NOBODY_SAYS: dict[str, object] = {}


def told(path: Path, field: str = "happened_at") -> list[datetime]:
    found = looked(path, said=NOBODY_SAYS)
    return sorted(row[field] for row in made(found, "Transition"))


@pytest.mark.parametrize(
    ("header", "days"),
    [
        ("Case ID,Activity,Date,Time", ("2025-03-01", "2025-03-02", "2025-03-25")),
        ("Fall,Aktivität,Datum,Uhrzeit", ("01.03.2025", "02.03.2025", "25.03.2025")),
        ("Expediente,Tarea,Fecha,Hora", ("01/03/2025", "02/03/2025", "25/03/2025")),
        ("case,event,Event Date,event_time", ("1 March 2025", "2 March 2025", "25 March 2025")),
    ],
)
def test_a_time_of_day_in_a_column_of_its_own_belongs_to_its_day(
    tmp_path: Path, header: str, days: tuple[str, str, str]
) -> None:
    first, second, last = days
    table = [("A", "one", first, "09:30"), ("A", "two", first, "17:05"), ("A", "three", second, "8:00")]
    table += [("B", "one", last, "23:59")]
    found = told(csv(tmp_path / "export.csv", table, header))
    expected = [(1, 9, 30), (1, 17, 5), (2, 8, 0), (25, 23, 59)]
    assert found == [datetime(2025, 3, *one, tzinfo=UTC) for one in expected]


def test_it_is_said_and_a_row_without_a_time_is_its_day(tmp_path: Path) -> None:
    table = [
        ("A", "one", "2025-03-01", "9:30 PM"),
        ("A", "two", "2025-03-02", ""),
        ("A", "three", "2025-03-03", "1:00 AM"),
    ]
    one = looked(csv(tmp_path / "x.csv", table, "Case ID,Activity,Date,Time"), said=NOBODY_SAYS)
    assert any("'Time' is the time of day of 'Date'" in note for table in one.tables for note in table.notes)
    hours = [(row["happened_at"].day, row["happened_at"].hour) for row in made(one, "Transition")]
    assert sorted(hours) == [(1, 21), (2, 0), (3, 1)]


def test_starts_and_ends_have_their_own_times(tmp_path: Path) -> None:
    table = [("A", "one", "2025-03-01", "09:00", "2025-03-01", "10:00")]
    header = "case,activity,Start Date,Start Time,End Date,End Time"
    assert [one.hour for one in told(csv(tmp_path / "x.csv", table, header))] == [9, 10]


def test_days_and_times_of_a_workbook_are_joined_too(tmp_path: Path) -> None:
    day = datetime(2025, 3, 1)  # noqa: DTZ001 - a workbook knows no zone
    table: list[list[object]] = [["Case ID", "Activity", "Date", "Time"], ["A", "one", day, "09:30:00"]]
    place = tmp_path / "x.xlsx"
    place.write_bytes(workbook({"Export": [*table, ["A", "two", day, "17:05:00"]]}))
    assert told(place) == [datetime(2025, 3, 1, 9, 30, tzinfo=UTC), datetime(2025, 3, 1, 17, 5, tzinfo=UTC)]


@pytest.mark.parametrize(
    ("header", "time"),
    [
        ("case,activity,Date,Time Spent", "01:30"),
        ("case,activity,Date,Time", "soon"),
        ("case,activity,date,Start Time", "8:00"),
    ],
)
def test_other_columns_are_left_as_they_are(tmp_path: Path, header: str, time: str) -> None:
    path = csv(tmp_path / "x.csv", [("A", "one", "2025-03-01", time)], header)
    one = looked(path, said={"kind": "event-log", "columns": {"at": header.split(",")[2]}})
    assert not any("time of day" in note for table in one.tables for note in table.notes)
    assert {row["happened_at"] for row in made(one, "Transition")} == {datetime(2025, 3, 1, tzinfo=UTC)}
