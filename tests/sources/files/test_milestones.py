"""Columns of dates in a table of items tell when each item came to a status, as far as they can."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from streamgauge.answers.flow import report
from streamgauge.answers.flow_terms import FlowRequest
from streamgauge.errors import BadOption
from streamgauge.sources.files.mapping import Look, Rules, planned
from streamgauge.sources.files.milestone_names import is_other_date, milestone
from tests.kit.imports import counts, csv, lake_at, looked, made, rows, taken

TOLD = "SELECT item, value, happened_at FROM transitions ORDER BY item, happened_at, sequence"


def day(number: int) -> datetime:
    return datetime(2025, 1, number, tzinfo=UTC)


def test_the_latest_date_of_an_item_is_when_it_came_to_its_state(tmp_path: Path) -> None:
    header = "ID,Name,State,Type,Started Date,Closed Date,Due Date,Updated"
    table = [
        ("A", "one", "Done", "Story", "2025-01-10", "2025-01-22", "2025-01-31", "2025-02-01"),
        ("B", "two", "In Test", "Story", "2025-01-12", "", "2025-01-31", "2025-02-01"),
        ("C", "three", "To Do", "Story", "", "", "2025-01-31", "2025-02-01"),
    ]
    lake = lake_at(tmp_path / "lake")
    done = taken(lake, csv(tmp_path / "board.csv", table, header), said={})
    assert counts(done, "Item") == (3, 0, 0, 0)
    assert rows(lake, TOLD) == [("A", "Started", day(10)), ("A", "Done", day(22)), ("B", "In Test", day(12))]
    assert any("'Started Date', 'Closed Date'" in note for note in done.tables[0].notes)
    again = taken(lake, tmp_path / "board.csv", said={})
    assert counts(again, "Transition") == (0, 0, 3, 0)


def test_the_date_of_the_newest_state_tells_of_no_earlier_one(tmp_path: Path) -> None:
    table = [
        ("A", "one", "In Review", "2025-01-10", "2025-01-15"),
        ("B", "two", "Done", "2025-01-20", "2025-01-11"),
    ]
    lake = lake_at(tmp_path / "lake")
    taken(lake, csv(tmp_path / "board.csv", table, "Key,Summary,Status,Started,Status Category Changed"), said={})
    assert rows(lake, TOLD) == [("A", "Started", day(10)), ("A", "In Review", day(15)), ("B", "Done", day(20))]


def test_dates_under_a_path_tell_what_they_would_without_it(tmp_path: Path) -> None:
    issues: list[dict[str, object]] = [
        {
            "key": key,
            "fields": {
                "summary": "Pay by card",
                "status": {"name": state},
                "issuetype": {"name": "Bug"},
                "created": "2025-01-02T00:00:00.000+0000",
                "updated": "2025-01-30T00:00:00.000+0000",
                "resolutiondate": resolved,
                "creator": {"displayName": "Annegret Quill"},
                "assignee": {"displayName": "Annegret Quill"} if resolved else None,
            },
        }
        for key, state, resolved in (("A-1", "Open", None), ("A-2", "Done", "2025-01-09T00:00:00.000+0000"))
    ]
    lake, file = lake_at(tmp_path / "lake"), tmp_path / "found.json"
    file.write_text(json.dumps({"total": 2, "issues": issues}), "utf-8")
    taken(lake, file, said={})
    assert rows(lake, TOLD) == [("A-2", "Done", day(9))]
    found = rows(lake, "SELECT id, title, status, type, created_at, assignee, reporter FROM items ORDER BY id")
    assert [one[:5] for one in found] == [
        ("A-1", "Pay by card", "Open", "Bug", day(2)),
        ("A-2", "Pay by card", "Done", "Bug", day(2)),
    ]
    assert found[0][5] is None
    assert found[1][5] == found[0][6] == found[1][6]
    assert str(found[1][5]).startswith("p-")


def test_stages_under_a_path_are_named_in_words() -> None:
    dated = ["made.created", "dates.Ready", "fields.Done", "dev.begun", "test.begun", "parent.made"]
    found = planned(["key", *dated], Rules(kind="Item"), look=Look(dated=lambda: dated)).milestones
    assert [(one.column, one.status) for one in found] == [
        *[("dates.Ready", "Ready"), ("fields.Done", "Done"), ("dev.begun", "dev begun")],
        ("test.begun", "test begun"),
    ]


def test_a_column_a_stage_needs_no_state(tmp_path: Path) -> None:
    header = "ID,Link,Title,Backlog,Ready,In Progress,Ready for Test,Done,Due Date,Type"
    table = [
        ("1", "", "one", "2025-01-01", "2025-01-02", "2025-01-05", "2025-01-07", "2025-01-09", "2025-01-30", "Story"),
        ("2", "", "two", "2025-01-03", "", "2025-01-06", "", "", "2025-01-30", "Bug"),
    ]
    lake = lake_at(tmp_path / "lake")
    taken(lake, csv(tmp_path / "stages.csv", table, header), said={})
    assert rows(lake, TOLD) == [
        *[("1", "Backlog", day(1)), ("1", "Ready", day(2)), ("1", "In Progress", day(5))],
        *[("1", "Ready for Test", day(7)), ("1", "Done", day(9))],
        *[("2", "Backlog", day(3)), ("2", "In Progress", day(6))],
    ]


def test_a_date_that_a_correction_takes_back_is_no_change_any_more(tmp_path: Path) -> None:
    header = "ID,Name,State,Started Date,Closed Date"
    lake = lake_at(tmp_path / "lake")
    taken(lake, csv(tmp_path / "board.csv", [("A", "one", "Done", "2025-01-10", "2025-01-22")], header), said={})
    corrected = csv(tmp_path / "board.csv", [("A", "one", "In Progress", "2025-01-10", "")], header)
    assert counts(taken(lake, corrected, said={}), "Transition") == (0, 1, 0, 1)
    assert rows(lake, TOLD) == [("A", "In Progress", day(10))]


def test_what_is_no_date_costs_nothing_but_itself(tmp_path: Path) -> None:
    table = [("A", "one", "Done", "soon", "2025-01-22"), ("B", "two", "Done", "2025-01-12", "2025-01-13")]
    lake = lake_at(tmp_path / "lake")
    done = taken(lake, csv(tmp_path / "b.csv", table, "ID,Name,State,Started Date,Closed Date"), said={}, max_bad=0)
    assert (counts(done, "Item"), done.rejected) == ((2, 0, 0, 0), 0)
    assert "1 values of 'Started Date' are left unread: each is no date that is understood." in done.tables[0].notes
    assert rows(lake, TOLD) == [("A", "Done", day(22)), ("B", "Started", day(12)), ("B", "Done", day(13))]


def test_a_table_with_ids_and_one_date_is_still_not_clear() -> None:
    with pytest.raises(BadOption, match="not clear"):
        planned(["ID", "Colour", "Seen"], Rules(), look=Look(dated=lambda: ["Seen"]))


@pytest.mark.parametrize(
    ("column", "status"),
    [("Aktiviert am", "Started"), ("resolution_date", "Resolved"), ("Fecha de cierre", "Closed"), ("StateSince", "")],
)
def test_dates_are_known_by_their_names(column: str, status: str) -> None:
    assert milestone(column) == status


@pytest.mark.parametrize("column", ["Due Date", "Last Updated", "Zieltermin", "Planned Start", "Date d'échéance"])
def test_plans_and_edits_are_no_changes_of_status(column: str) -> None:
    assert milestone(column) is None
    assert is_other_date(column)


def test_a_table_without_any_date_is_answered_with_that(tmp_path: Path) -> None:
    lake = lake_at(tmp_path / "lake")
    taken(lake, csv(tmp_path / "plain.csv", [("A", "one", "Done"), ("B", "two", "Open")], "ID,Title,State"), said={})
    found = report(lake, FlowRequest())
    assert found.notes == (
        "No item of 'plain' has a date, so nothing is known of how they flow: bring in their history too.",
    )
    assert all(measure.value is None for measure in found.measures)


@pytest.mark.parametrize(
    ("column", "status"),
    [
        ("Entered In Progress", "In Progress"),
        ("First entered In Review", "In Review"),
        ("In Test Entered Date", "In Test"),
        ("Moved to Done", "Done"),
        ("Entered By", None),
        ("Date entered", None),
        ("State Since", ""),
    ],
)
def test_a_date_at_which_a_status_was_entered_names_it(column: str, status: str | None) -> None:
    assert milestone(column) == status


def test_dates_of_entry_beside_a_status_are_changes_of_it(tmp_path: Path) -> None:
    table = [
        ("A", "one", "Done", "2025-01-10", "2025-01-12", "2025-01-20"),
        ("B", "two", "In Test", "2025-01-11", "2025-01-15", ""),
    ]
    lake = lake_at(tmp_path / "lake")
    header = "Key,Summary,Status,Entered In Progress,Entered In Test,Entered Done"
    taken(lake, csv(tmp_path / "board.csv", table, header), said={})
    assert rows(lake, TOLD) == [
        *(("A", "In Progress", day(10)), ("A", "In Test", day(12)), ("A", "Done", day(20))),
        *(("B", "In Progress", day(11)), ("B", "In Test", day(15))),
    ]


def test_a_key_and_the_dates_of_making_and_end_are_items(tmp_path: Path) -> None:
    lines = [("T-1", 0, "2015-02-05", "2015-02-07", 2), ("T-2", 1, "2015-02-06", "", "")]
    path = csv(tmp_path / "tasks.csv", lines, header="id,project,created_date,finished_date,cycle_time_days")
    one = looked(path, said={})
    assert [row["created_at"].day for row in made(one, "Item")] == [5, 6]
    assert [(row["item"], row["happened_at"].day) for row in made(one, "Transition")] == [("T-1", 7)]
