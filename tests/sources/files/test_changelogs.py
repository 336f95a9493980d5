"""Items that bring their own history tell of each change of status, type, team and flag, and of nothing else."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from streamgauge.answers.flow import report
from streamgauge.answers.flow_terms import FlowRequest
from tests.kit.imports import lake_at, looked, made, taken


def change(number: int, at: str, **one: str) -> dict[str, Any]:
    return {"id": str(number), "created": at, "author": {"displayName": "Ada Example"}, "items": [one]}


def issue(key: str, status: str, *changes: dict[str, Any]) -> dict[str, Any]:
    fields = {"summary": f"About {key}", "status": {"name": status}, "created": "2025-01-01T09:00:00.000+0000"}
    fields |= {"resolutiondate": "2025-01-08T08:00:00.000+0000" if status == "Done" else ""}
    return {"id": key[2:], "key": key, "fields": fields, "changelog": {"histories": list(changes)}}


def written(path: Path) -> Path:
    began = change(1, "2025-01-02T10:00:00.000+0100", field="status", fromString="To Do", toString="In Progress")
    ended = change(2, "2025-01-05T09:00:00.000+0000", field="status", fromString="In Progress", toString="Done")
    other = change(3, "2025-01-03T09:00:00.000+0000", field="assignee", fromString="", toString="Ada Example")
    flag = change(4, "2025-01-03T12:00:00.000+0000", field="Flagged", fromString="", toString="Impediment")
    kind = change(6, "2025-01-04T09:00:00.000+0000", field="issuetype", fromString="Story", toString="Bug")
    team = change(7, "2025-01-04T10:00:00.000+0000", field="Team", fromString="Tide", toString="Crane")
    late = change(5, "some day", field="status", fromString="To Do", toString="In Progress")
    issues = [
        issue("A-1", "Done", ended, flag, other, kind, team, began),
        issue("A-2", "To Do", late),
        issue("A-3", "To Do"),
    ]
    path.write_text(json.dumps({"startAt": 0, "total": 3, "issues": issues}), encoding="utf-8")
    return path


def test_the_history_of_each_item_becomes_transitions(tmp_path: Path) -> None:
    one = looked(written(tmp_path / "search.json"), said={})
    found = [(r["item"], r["field"], r["former_value"], r["value"], r["happened_at"]) for r in made(one, "Transition")]
    assert sorted(found, key=lambda row: row[-1]) == [
        ("A-1", "status", "To Do", "In Progress", datetime(2025, 1, 2, 9, tzinfo=UTC)),
        ("A-1", "flag", None, "Impediment", datetime(2025, 1, 3, 12, tzinfo=UTC)),
        ("A-1", "type", "Story", "Bug", datetime(2025, 1, 4, 9, tzinfo=UTC)),
        ("A-1", "team", "Tide", "Crane", datetime(2025, 1, 4, 10, tzinfo=UTC)),
        ("A-1", "status", "In Progress", "Done", datetime(2025, 1, 5, 9, tzinfo=UTC)),
    ]
    notes = " ".join(one.tables[0].notes)
    assert "read from 'changelog.histories': 5 of them" in notes
    assert "1 change of 'changelog.histories' is left unread" in notes
    assert "changelog.histories" not in one.tables[0].plan.unused
    assert "Ada" not in str(one.tables[0].parts)


def test_work_is_measured_by_its_history_and_not_by_dates_in_columns(tmp_path: Path) -> None:
    lake = lake_at(tmp_path / "lake")
    taken(lake, written(tmp_path / "search.json"), said={})
    found = {m.metric: m for m in report(lake, FlowRequest(), now=datetime(2025, 1, 20, tzinfo=UTC)).measures}
    assert (found["request_lead_time"].value, found["request_lead_time"].n) == (96, 1)
    assert (found["cycle_time"].value, found["flow_load"].value) == (72, 2)


def test_dates_tell_of_what_has_a_history_without_a_change_of_status(tmp_path: Path) -> None:
    """What Jira took over from another tool is done, and its history does not say since when."""
    began = change(1, "2025-01-02T09:00:00.000+0000", field="status", fromString="To Do", toString="Done")
    urgent = change(2, "2025-01-09T09:00:00.000+0000", field="priority", fromString="Low", toString="High")
    issues = [issue("A-1", "Done", began), issue("A-2", "Done"), issue("A-3", "Done", urgent), issue("A-4", "To Do")]
    path = tmp_path / "search.json"
    path.write_text(json.dumps({"issues": issues}), encoding="utf-8")
    one = looked(path, said={})
    found = {(r["item"], r["value"], r["happened_at"]) for r in made(one, "Transition")}
    resolved = datetime(2025, 1, 8, 8, tzinfo=UTC)
    assert found == {
        ("A-1", "Done", datetime(2025, 1, 2, 9, tzinfo=UTC)),
        ("A-2", "Done", resolved),
        ("A-3", "Done", resolved),
    }
    said = "Where no change of status is told, dates of 'fields.resolutiondate' are taken as changes of status"
    assert any(note.startswith(said) for note in one.tables[0].notes)


def test_a_history_of_states_beside_each_other_is_read_too(tmp_path: Path) -> None:
    """Linear tells of each change what the state and the team were and became."""
    moves = [("Todo", "In Progress", 3), ("In Progress", "Done", 7)]
    nodes: list[dict[str, Any]] = [
        {"id": f"h{n}", "createdAt": f"2025-01-0{n}T09:00:00.000Z", "fromState": {"name": was}, "toState": {"name": to}}
        for was, to, n in moves
    ]
    nodes.append({"id": "h9", "createdAt": "2025-01-05T09:00:00.000Z", "toTeam": {"name": "Tide"}, "toState": None})
    work = {"identifier": "E-1", "title": "One", "createdAt": "2025-01-01T09:00:00.000Z", "state": {"name": "Done"}}
    path = tmp_path / "issues.json"
    path.write_text(json.dumps({"data": {"issues": {"nodes": [work | {"history": {"nodes": nodes}}]}}}), "utf-8")
    found = sorted(
        (r["field"], r["former_value"], r["value"], r["happened_at"].day)
        for r in made(looked(path, said={}), "Transition")
    )
    assert found == [
        ("status", "In Progress", "Done", 7),
        ("status", "Todo", "In Progress", 3),
        ("team", None, "Tide", 5),
    ]


def test_a_history_of_which_only_a_part_is_there_is_said(tmp_path: Path) -> None:
    began = change(1, "2025-01-02T10:00:00.000+0100", field="status", fromString="To Do", toString="In Progress")
    whole, short = issue("A-1", "In Progress", began), issue("A-2", "In Progress", began)
    whole["changelog"] |= {"startAt": 0, "total": 1}
    short["changelog"] |= {"startAt": 0, "total": 130}
    for issues, said in (([whole], False), ([whole, short], True)):
        place = tmp_path / "search.json"
        place.write_text(json.dumps({"isLast": True, "issues": issues}), encoding="utf-8")
        notes = " ".join(looked(place, said={}).tables[0].notes)
        assert ("Of 1 item only a part of the changes is in 'changelog.histories'" in notes) is said


def test_a_query_names_parents_and_dates_as_its_tool_does(tmp_path: Path) -> None:
    """Linear's parents by their `identifier`, GitLab's issues by their `iid` where no `id` was asked for."""
    node = {"identifier": "E-2", "id": "u", "title": "x", "state": {"name": "Todo"}, "parent": {"identifier": "E-1"}}
    place = tmp_path / "answer.json"
    place.write_text(json.dumps({"data": {"issues": {"nodes": [node]}}}), encoding="utf-8")
    assert [(row["id"], row["parent"]) for row in made(looked(place, said={}), "Item")] == [("E-2", "E-1")]
    node = {"iid": "7", "title": "x", "state": "closed", "createdAt": "2025-01-01", "closedAt": "2025-01-03T09:00:00Z"}
    deep = {"data": {"group": {"board": {"lists": {"first": {"issues": {"nodes": [node]}}}}}}}
    place.write_text(json.dumps(deep), encoding="utf-8")
    assert [(row["id"], row["status"]) for row in made(looked(place, said={}), "Item")] == [("7", "closed")]


def test_dates_that_are_shown_stand_back_behind_those_in_utc(tmp_path: Path) -> None:
    """ServiceNow shows `06-01-2025` of what it keeps as 2025-01-06, when asked for both."""
    shown = {"number": {"value": "INC1", "display_value": "INC1"}, "state": {"value": "6", "display_value": "Resolved"}}
    shown["resolved_at"] = {"value": "2025-01-06 09:00:00", "display_value": "06-01-2025 10:00:00"}
    shown["short_description"] = {"value": "x", "display_value": "x"}
    place = tmp_path / "answer.json"
    place.write_text(json.dumps({"result": [shown]}), encoding="utf-8")
    (one,) = made(looked(place, said={}), "Transition")
    assert (one["value"], one["happened_at"]) == ("Resolved", datetime(2025, 1, 6, 9, tzinfo=UTC))
