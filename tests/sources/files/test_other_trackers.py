"""Exports of trackers and service desks whose columns are called in their own way are read without a mapping."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.kit.imports import csv, lake_at, looked, rows, taken

ITEM = "SELECT id, title, type, status, created_at FROM items ORDER BY id"
TOLD = "SELECT item, value, happened_at FROM transitions ORDER BY item, happened_at, sequence"


def day(number: int, hour: int = 0) -> datetime:
    return datetime(2025, 1, number, hour, tzinfo=UTC)


def test_a_story_tracker(tmp_path: Path) -> None:
    header = "Id,Title,Labels,Iteration,Iteration Start,Type,Current State,Created at,Accepted at,Requested By,Owned By"
    table = [
        (
            "7",
            "Sign in",
            "web",
            "1",
            '"Jan 6, 2025"',
            "feature",
            "accepted",
            '"Jan 5, 2025"',
            '"Jan 9, 2025"',
            "A",
            "B",
        ),
        ("8", "Later", "", "", "", "chore", "unscheduled", '"Jan 7, 2025"', "", "A", ""),
    ]
    lake = lake_at(tmp_path / "lake")
    taken(lake, csv(tmp_path / "stories.csv", table, header), said={})
    assert rows(lake, ITEM) == [
        ("7", "Sign in", "feature", "accepted", day(5)),
        ("8", "Later", "chore", "unscheduled", day(7)),
    ]
    assert rows(lake, TOLD) == [("7", "accepted", day(9))]


def test_a_service_desk(tmp_path: Path) -> None:
    header = "Ticket ID,Subject,Status,Ticket type,Group,Created time,Due by Time,Resolved time,Closed time"
    table = [
        ("1", "Cannot pay", "Closed", "Incident", "Desk", *(f"2025-01-{n:02d} 09:00:00" for n in (6, 8, 7, 9))),
        ("2", "Refund", "Open", "Question", "Desk", "2025-01-07 09:00:00", "2025-01-09 09:00:00", "", ""),
        ("3", "Slow", "Resolved", "Task", "Desk", "2025-01-08 09:00:00", "", "2025-01-10 09:00:00", ""),
    ]
    lake = lake_at(tmp_path / "lake")
    taken(lake, csv(tmp_path / "tickets.csv", table, header), said={})
    assert [row[2:] for row in rows(lake, ITEM)] == [
        ("Incident", "Closed", day(6, 9)),
        ("Question", "Open", day(7, 9)),
        ("Task", "Resolved", day(8, 9)),
    ]
    resolved = [("1", "Resolved", day(7, 9)), ("1", "Closed", day(9, 9)), ("3", "Resolved", day(10, 9))]
    assert rows(lake, TOLD) == resolved
    table = [("4", "Help", "Solved", "Mail", "2025-01-06 09:00", "2025-01-08 09:00", "48")]
    taken(
        lake, csv(tmp_path / "desk.csv", table, "Id,Subject,Status,Via,Created at,Solved at,Resolution time"), said={}
    )
    assert ("4", "Solved", day(8, 9)) in rows(lake, TOLD)


@pytest.mark.parametrize("key", ["#", "Bug ID", "Formatted ID", "Story ID", "Ticket No.", "Case Number", "Request ID"])
def test_keys_of_many_names(tmp_path: Path, key: str) -> None:
    lake = lake_at(tmp_path / "lake")
    table = [("1", "Crash", "RESOLVED", "2025-01-01 09:00:00")]
    taken(lake, csv(tmp_path / "bugs.csv", table, f"{key},Summary,Status,Opened"), said={})
    assert rows(lake, "SELECT id, title, status, created_at FROM items") == [("1", "Crash", "RESOLVED", day(1, 9))]


def test_a_share_that_is_done_is_no_date(tmp_path: Path) -> None:
    header = "#,Tracker,Status,Subject,Start date,% Done,Completed %,Created,Closed"
    table = [("5", "Bug", "Closed", "Link", "2025-01-06", "100", "100", "2025-01-05 09:00", "2025-01-10 14:00")]
    lake = lake_at(tmp_path / "lake")
    done = taken(lake, csv(tmp_path / "issues.csv", table, header), said={})
    assert rows(lake, TOLD) == [("5", "Started", day(6)), ("5", "Closed", day(10, 14))]
    assert not any("left unread" in note for note in done.tables[0].notes)


def test_a_column_that_proves_the_order_of_dates_settles_the_others(tmp_path: Path) -> None:
    """Whichever stands first: 01/05 alone may be of May."""
    header = "Key,Subject,Status,Created,Start date,Closed"
    table = [
        ("5", "One", "Closed", "01/05/2025 09:00 AM", "01/06/2025", "01/10/2025 02:00 PM"),
        ("6", "Two", "Closed", "01/06/2025 09:00 AM", "01/13/2025", "01/14/2025 02:00 PM"),
    ]
    lake = lake_at(tmp_path / "lake")
    done = taken(lake, csv(tmp_path / "issues.csv", table, header), said={})
    assert [row[-1] for row in rows(lake, ITEM)] == [day(5, 9), day(6, 9)]
    assert "Dates of 'Created' are month-first." in done.tables[0].notes
    both = [(*row[:4], row[4].replace("01/06/2025", "13/01/2025"), "01/02/2025") for row in table]
    unclear = looked(csv(tmp_path / "both.csv", both, header), said={})
    assert unclear.failure is not None
