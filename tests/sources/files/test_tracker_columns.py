"""Columns that trackers add: labels in several columns, parents by an inner key, and why an item was closed."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from streamgauge.answers.flow import report
from streamgauge.answers.flow_terms import FlowRequest
from tests.kit.imports import csv, lake_at, looked, made, taken

HEADER = "Summary,Issue key,Issue id,Issue Type,Status,Resolution,Created,Resolved,Labels,Labels,Labels,Parent id"
ROWS = [
    ("Quay", "A-1", 101, "Epic", "In Progress", "", "2025-01-01", "", "stone", "", "", ""),
    ("Mend", "A-2", 102, "Story", "Done", "Done", "2025-01-01", "2025-01-05", "stone", "big one", "sea", 101),
    ("Paint", "A-3", 103, "Story", "Done", "Won't Do", "2025-01-01", "2025-01-06", "", "sea", "", 101),
    ("Sail", "A-4", 104, "Story", "Closed", "Duplicate", "2025-01-01", "2025-01-07", "", "", "", 999),
    ("Row", "A-5", 105, "Story", "To Do", "Won't Do", "2025-01-01", "", "", "", "", ""),
]


def test_labels_of_several_columns_of_one_name_are_one_list(tmp_path: Path) -> None:
    one = looked(csv(tmp_path / "export.csv", ROWS, HEADER), said={})
    assert [row["labels"] for row in made(one, "Item")] == [["stone"], ["stone", "big one", "sea"], ["sea"], [], []]
    assert any("The 3 columns 'Labels' are read as one list." in note for note in one.tables[0].notes)
    assert one.tables[0].plan.unused == ()


def test_a_column_that_is_asked_for_by_itself_stays_apart(tmp_path: Path) -> None:
    one = looked(csv(tmp_path / "export.csv", ROWS, HEADER), said={"columns": {"labels": "Labels (2)"}})
    assert [row["labels"] for row in made(one, "Item")] == [[], ["big one"], ["sea"], [], []]


def test_parents_are_called_by_the_key_that_they_have(tmp_path: Path) -> None:
    """One that is not in the table keeps the key by which it is named."""
    one = looked(csv(tmp_path / "export.csv", ROWS, HEADER), said={})
    assert [row["parent"] for row in made(one, "Item")] == [None, "A-1", "A-1", "999", None]
    assert any("Parents are named by 'Issue id'" in note for note in one.tables[0].notes)


def test_what_was_closed_without_being_done_is_cancelled(tmp_path: Path) -> None:
    """Where it is closed: a reason beside any other state says nothing."""
    file = csv(tmp_path / "export.csv", ROWS, HEADER)
    one = looked(file, said={})
    states = ["In Progress", "Done", "Done/Won't Do", "Closed/Duplicate", "To Do"]
    assert [row["status"] for row in made(one, "Item")] == states
    assert [row["value"] for row in made(one, "Transition")] == states[1:4]
    assert any("cancelled: 2, such as 'Done/Won't Do'" in note for note in one.tables[0].notes)
    lake = lake_at(tmp_path / "lake")
    taken(lake, file, said={})
    found = {m.metric: m for m in report(lake, FlowRequest(), now=datetime(2025, 1, 20, tzinfo=UTC)).measures}
    assert found["flow_velocity"].n == 1


def test_the_last_change_of_a_history_has_the_reason_too(tmp_path: Path) -> None:
    moves = [("To Do", "Done", 2), ("Done", "To Do", 3), ("To Do", "Done", 4)]
    histories = [
        {
            "id": str(day),
            "created": f"2025-01-{day:02d}",
            "items": [{"field": "status", "fromString": a, "toString": b}],
        }
        for a, b, day in moves
    ]
    fields = {"summary": "x", "status": {"name": "Done"}, "resolution": {"name": "Duplicate"}, "created": "2025-01-01"}
    place = tmp_path / "export.json"
    place.write_text(json.dumps({"issues": [{"key": "A-1", "fields": fields, "changelog": {"histories": histories}}]}))
    found = made(looked(place, said={}), "Transition")
    assert [row["value"] for row in found] == ["Done", "To Do", "Done/Duplicate"]


@pytest.mark.parametrize(
    ("header", "row", "expected"),
    [
        ("Task ID,Task Name,Status,Date Created,Date Closed", ("a", "x", "complete", 1789052400000, ""), "complete"),
        ("Card ID,Card Name,List Name,Labels,Due Date", ("a", "x", "Doing", "b", ""), "Doing"),
        ("Card ID,Title,Column Name,Lane Name,Actual Start Time", ("a", "x", "Done", "y", "2025-01-01"), "Done"),
    ],
)
def test_tables_of_boards_hold_items(tmp_path: Path, header: str, row: tuple[object, ...], expected: str) -> None:
    (found,) = made(looked(csv(tmp_path / "export.csv", [row], header), said={}), "Item")
    assert (found["id"], found["title"], found["status"]) == ("a", "x", expected)


def test_a_table_of_work_without_keys_is_told_what_it_lacks(tmp_path: Path) -> None:
    one = looked(csv(tmp_path / "export.csv", [("Mend", "Done")], "Title,Status"), said={})
    assert "no column holds a key" in str(one.failure)
    assert "--as item --map id='Title'" in (one.failure.advice if one.failure else "")
