"""A column that nobody asked for, and that a record may do without, never puts a row aside."""

from pathlib import Path

import pytest

from streamgauge.errors import BadOption
from tests.kit.imports import counts, csv, lake_at, rows, taken

HEADER = "ID,Title,Status,Due Date,Story Points,Created"


def test_what_a_guessed_column_does_not_say_is_left_unread_and_said(tmp_path: Path) -> None:
    table = [
        ("A", "one", "Open", "2025-01-31", "3", "2025-01-01"),
        ("B", "two", "Open", "next week", "large", "2025-01-02"),
        ("C", "three", "Done", "", "5", "yesterday"),
    ]
    lake = lake_at(tmp_path / "lake")
    done = taken(lake, csv(tmp_path / "board.csv", table, HEADER), said={})
    assert (counts(done, "Item"), done.rejected) == ((3, 0, 0, 0), 0)
    assert rows(lake, "SELECT id, due_at IS NULL, estimate, created_at IS NULL FROM items ORDER BY id") == [
        ("A", False, 3.0, False),
        ("B", True, None, False),
        ("C", True, 5.0, True),
    ]
    notes = " ".join(done.tables[0].notes)
    for column, reason in (("Due Date", "no date"), ("Story Points", "no number"), ("Created", "no date")):
        assert f"1 values of '{column}' are left unread: each is {reason}" in notes


def test_a_column_that_was_asked_for_puts_rows_aside(tmp_path: Path) -> None:
    table = [(f"A{n}", "one", "Open", "2025-01-31", n, "2025-01-01") for n in range(9)]
    file = csv(tmp_path / "board.csv", [*table, ("B", "two", "Open", "next week", "1", "2025-01-02")], HEADER)
    done = taken(lake_at(tmp_path / "lake"), file, said={"columns": {"due_at": "Due Date"}})
    assert (counts(done, "Item"), done.rejected) == ((9, 0, 0, 0), 1)


def test_a_guessed_column_of_both_orders_of_day_and_month_is_left_unread(tmp_path: Path) -> None:
    table = [
        ("A", "one", "Open", "31/01/2025", "3", "2025-01-01"),
        ("B", "two", "Open", "01/31/2025", "5", "2025-01-02"),
    ]
    lake = lake_at(tmp_path / "lake")
    done = taken(lake, csv(tmp_path / "board.csv", table, HEADER), said={})
    assert rows(lake, "SELECT count(*), count(due_at) FROM items") == [(2, 0)]
    assert any("'Due Date' is left unread: '31/01/2025' can only be 31 January 2025" in n for n in done.tables[0].notes)
    again = taken(lake, tmp_path / "board.csv", said={"columns": {"due_at": "Due Date"}})
    assert isinstance(again.failure, BadOption)
    assert "'01/31/2025' can only be 31 January 2025 (month-first" in again.failure.wrong


def test_dates_that_all_read_both_ways_are_asked_about_wherever_they_stand(tmp_path: Path) -> None:
    table = [("A", "one", "Open", "02/01/2025", "3", "2025-01-01")]
    done = taken(lake_at(tmp_path / "lake"), csv(tmp_path / "board.csv", table, HEADER), said={})
    with pytest.raises(BadOption, match=r"may be 02 January 2025 .* or 01 February 2025"):
        counts(done, "Item")
