"""A list of changes within each item is read, whatever it is called; what is left by the first change counts too."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from streamgauge.answers.flow import report
from streamgauge.answers.flow_terms import FlowRequest
from tests.kit.imports import csv, lake_at, looked, made, rows, taken

Thing = dict[str, Any]


def at(day: int) -> str:
    return f"2025-03-{day:02d}T09:00:00Z"


def when(day: int) -> datetime:
    return datetime(2025, 3, day, 9, tzinfo=UTC)


MOVES = [("To Do", "In Progress", 2), ("In Progress", "Done", 5)]
"""What each of the histories below tells: from, to, day."""


def written(place: Path, content: object) -> Path:
    place.write_text(json.dumps(content), encoding="utf-8")
    return place


def item(**history: object) -> Thing:
    return {"key": "A-1", "summary": "Mend the crane", "status": "Done", "created": at(1), **history}


FORMS: dict[str, Thing] = {
    "from and to": item(history=[{"from": a, "to": b, "date": at(day)} for a, b, day in MOVES]),
    "field, old and new": item(
        changes=[
            *({"id": 7 + day, "field": "status", "old": a, "new": b, "changed_at": at(day)} for a, b, day in MOVES),
            {"id": 3, "field": "assignee", "old": "Ada Example", "new": None, "changed_at": at(3)},
        ]
    ),
    "nested values": item(
        transitions={
            "nodes": [{"fromState": {"name": a}, "toState": {"name": b}, "createdAt": at(day)} for a, b, day in MOVES]
        }
    ),
    "edges": item(
        activities={"edges": [{"node": {"from": a, "to": b, "timestamp": at(day)}} for a, b, day in MOVES]},
    ),
    "the last first": item(history=[{"from": a, "to": b, "at": at(day)} for a, b, day in reversed(MOVES)]),
    "what Jira calls items": item(
        changelog=[
            {"id": str(day), "created": at(day), "items": [{"field": "status", "fromString": a, "toString": b}]}
            for a, b, day in MOVES
        ]
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_the_changes_of_each_item_become_transitions(tmp_path: Path, form: str) -> None:
    untouched = {"key": "A-2", "summary": "Paint the quay", "status": "To Do", "created": at(1)}
    one = looked(written(tmp_path / "export.json", [FORMS[form], untouched]), said={})
    found = sorted(made(one, "Transition"), key=lambda row: row["happened_at"])
    told = [(row["former_value"], row["value"], row["happened_at"], row["field"]) for row in found]
    assert told == [(a, b, when(day), "status") for a, b, day in MOVES]
    assert [row["id"] for row in made(one, "Item")] == ["A-1", "A-2"]
    assert len({row["id"] for row in found}) == 2
    assert "Ada" not in str(one.tables[0].parts)


def test_states_and_events_at_a_time_are_a_history_too(tmp_path: Path) -> None:
    states = [{"status": "In Progress", "at": at(2)}, {"status": "Done", "at": at(5)}, {"status": None, "at": at(6)}]
    things = [{"id": "A-1", "title": "One", "events": states}, {"id": "A-2", "title": "Two", "events": []}]
    one = looked(written(tmp_path / "export.json", things), said={})
    assert [(row["id"], row["status"]) for row in made(one, "Item")] == [("A-1", None), ("A-2", None)]
    one = looked(written(tmp_path / "export.json", [{**things[0], "events": states[:2]}, things[1]]), said={})
    assert [(row["id"], row["status"]) for row in made(one, "Item")] == [("A-1", "Done"), ("A-2", None)]
    assert {row.get("sequence") for row in made(one, "Transition")} == {None}
    acts = [{"activity": "Check", "timestamp": at(2)}, {"activity": "Check", "timestamp": at(3)}]
    one = looked(written(tmp_path / "export.json", [{"case_id": "C-1", "trace": acts}]), said={})
    assert [row["id"] for row in made(one, "Item")] == ["C-1"]
    assert [(row["value"], row["sequence"]) for row in made(one, "Transition")] == [("Check", 1), ("Check", 2)]


def test_steps_and_states_by_their_name_alone_are_a_history_too(tmp_path: Path) -> None:
    """Marks of start and end stay with each step; of a step with both times, each is an event."""
    steps = [{"name": "Check", "time": at(2), "phase": "start"}, {"name": "Check", "time": at(3), "phase": "complete"}]
    spans = [{"name": "Check", "start": at(2), "end": at(3)}, {"name": "Sign", "start": at(4), "end": None}]
    stays = [{"name": "Doing", "entered": at(2), "left": at(3)}, {"name": "Done", "entered": at(3), "left": None}]
    marked = [("Check", when(2), "start"), ("Check", when(3), "complete")]
    expected = {
        "events": (steps, marked),
        "steps": (spans, [*marked, ("Sign", when(4), "start")]),
        "stages": (stays, [("Doing", when(2), None), ("Done", when(3), None)]),
    }
    for name, (told, found) in expected.items():
        one = looked(written(tmp_path / "export.json", {"traces": [{"id": "C-1", name: told}]}), said={})
        read = sorted(made(one, "Transition"), key=lambda row: row["happened_at"])
        assert [(row["value"], row["happened_at"], row["lifecycle"]) for row in read] == found
        assert len({row["id"] for row in read}) == len(found)
        assert any("is two events: its start by 'start'" in note for note in one.tables[0].notes) == (name == "steps")


def test_of_all_that_happened_to_an_issue_its_ends_count(tmp_path: Path) -> None:
    words = ["labeled", "closed", "subscribed", "reopened", "assigned"]
    events = [{"id": n, "event": word, "created_at": at(n)} for n, word in enumerate(words, 1)]
    things = [{"number": 4, "title": "One", "state": "open", "created_at": at(1), "events": events}]
    found = made(looked(written(tmp_path / "issues.json", things), said={}), "Transition")
    assert [(row["value"], row["happened_at"]) for row in found] == [("closed", when(2)), ("reopened", when(4))]


@pytest.mark.parametrize(
    "history",
    [
        [{"author": "Ada Example", "body": "closed?", "created": at(2)}],
        [{"status": "Done"}],
        ["Done", "To Do"],
        "no list",
        [{"at": at(2), "note": "x"}],
    ],
)
def test_what_tells_no_change_at_a_time_is_no_history(tmp_path: Path, history: object) -> None:
    one = looked(written(tmp_path / "export.json", [item(history=history), item(key="A-2", history=None)]), said={})
    assert made(one, "Transition") == []
    assert "history" in one.tables[0].plan.unused


def test_a_change_without_a_time_is_left_out_and_said(tmp_path: Path) -> None:
    moves = [{"from": "To Do", "to": "Done", "at": "soon"}, {"from": "a", "to": "b", "at": at(3)}, {"to": {}, "at": 7}]
    one = looked(written(tmp_path / "export.json", [item(history=moves)]), said={})
    assert [row["value"] for row in made(one, "Transition")] == ["b"]
    assert any("left unread" in note for note in one.tables[0].notes)


def test_what_the_first_change_left_is_a_stay_from_the_creation_on(tmp_path: Path) -> None:
    """The item was made on the 1st, begun on the 2nd and done on the 5th: 24 hours in its first state, 72 in work."""
    lines = [("A-1", at(1), a, b, at(day)) for a, b, day in MOVES] + [("A-2", at(6), "To Do", "In Progress", at(7))]
    table = csv(tmp_path / "moves.csv", lines, header="key,created,from,to,changed at")
    for place, path in (("a", table), ("b", written(tmp_path / "items.json", [FORMS["from and to"]]))):
        lake = lake_at(tmp_path / place)
        taken(lake, path, said={})
        found = {m.metric: m for m in report(lake, FlowRequest(), now=datetime(2025, 3, 20, tzinfo=UTC)).measures}
        assert (found["request_lead_time"].value, found["cycle_time"].value) == (96, 72)
        sql = "SELECT former_value, value FROM transitions WHERE item = 'A-1' ORDER BY happened_at"
        assert rows(lake, sql) == [m[:2] for m in MOVES]


def test_where_nothing_else_is_come_to_from_is_no_state(tmp_path: Path) -> None:
    lines = [("A-1", "Check", at(1), "desk"), ("A-1", "Done", at(2), "desk"), ("A-2", "Check", at(2), "web")]
    found = made(looked(csv(tmp_path / "log.csv", lines, header="case,activity,at,from"), said={}), "Transition")
    assert all(row.get("former_value") is None for row in found)
