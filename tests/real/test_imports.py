"""Real exports import by flags alone: the counts are taken by plain Python, and nobody named in them is in the lake."""

import csv
import gzip
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from tests.kit.imports import command, contents, lake_at, rows

SHARED = Path(os.environ.get("STREAMGAUGE_SHARED", Path(__file__).parents[3] / "shared"))
DATA = SHARED / "data"
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not DATA.is_dir(), reason=f"real data is not at hand: no folder {DATA}"),
]
LIGHTHOUSE = (
    "lighthouse-csv/Lighthouse.Backend/Lighthouse.Backend.Tests/Services/Implementation/WorkTrackingConnectors/Csv"
)
JIRA = "devlake-e2e/jira/e2e/snapshot_tables"


def imported(place: Path, file: str | Path, *options: str) -> dict[str, Any]:
    """Import a file by the command and return what it says of it."""
    code, out, err = command("import", DATA / file, "--lake", place, "--format", "json", *options)
    assert code == 0, err
    (said,) = json.loads(out)["files"]
    return said


def kept(said: dict[str, Any]) -> dict[str, tuple[int, int, int, int]]:
    return {one["kind"]: (one["new"], one["changed"], one["unchanged"], one["gone"]) for one in said["kept"]}


def twice(place: Path, file: str | Path, *options: str) -> dict[str, int]:
    """Return how many records of each kind are new, and see that a second import brings none."""
    first = kept(imported(place, file, *options))
    assert kept(imported(place, file, *options)) == {kind: (0, 0, n[0], 0) for kind, n in first.items()}
    assert all(n[1:] == (0, 0, 0) for n in first.values())
    return {kind: n[0] for kind, n in first.items()}


def table(file: str | Path) -> list[dict[str, str]]:
    csv.field_size_limit(1 << 30)
    with (DATA / file).open(newline="", encoding="utf-8-sig") as opened:
        return list(csv.DictReader(opened))


def traces(file: str) -> list[tuple[str, list[dict[str, str]]]]:
    with gzip.open(DATA / file) as opened:
        root = ET.parse(opened).getroot()
    name = root.tag.removesuffix("log")
    return [
        (
            next(one.get("value", "") for one in trace if one.get("key") == "concept:name"),
            [{one.get("key", ""): one.get("value", "") for one in event} for event in trace.iter(f"{name}event")],
        )
        for trace in root.iter(f"{name}trace")
    ]


@pytest.mark.parametrize(
    ("file", "cases", "events"),
    [
        ("process-logs/Helpdesk.xes.gz", 4580, 21348),
        ("process-logs/BPI_Challenge_2013_closed_problems.xes.gz", 1487, 6660),
    ],
)
def test_event_logs_in_xes_need_no_flag(tmp_path: Path, file: str, cases: int, events: int) -> None:
    assert twice(tmp_path / "lake", file) == {"Item": cases, "Transition": events}
    expected = []
    for case, found in traces(file):
        for one in found:
            at = datetime.fromisoformat(one["time:timestamp"]).astimezone(UTC)
            state = one["lifecycle:transition"]
            is_mark = state == "complete"
            value = one["concept:name"] if is_mark else f"{one['concept:name']}/{state}"
            expected.append((case, value, at, state if is_mark else None, one.get("org:group")))
    sql = "SELECT item, value, happened_at, lifecycle, team FROM transitions"
    assert sorted(rows(lake_at(tmp_path / "lake"), sql), key=str) == sorted(expected, key=str)


def test_audit_rows_of_servicenow_import_by_flags_alone(tmp_path: Path) -> None:
    file = "servicenow-incidents-sample/incident_event_log.csv"
    flags = ("--case", "number", "--activity", "incident_state", "--at", "sys_updated_at", "--as", "event-log")
    audit = table(file)
    assert len(audit) == 5998
    moment = {id(row): datetime.strptime(row["sys_updated_at"], "%d-%m-%Y %H:%M").replace(tzinfo=UTC) for row in audit}
    states, teams = [], []
    in_order = sorted(audit, key=lambda row: (row["number"], moment[id(row)], int(row["sys_mod_count"])))
    for case, of_case in groupby(in_order, key=lambda row: row["number"]):
        state = team = None
        for row in of_case:
            group = None if row["assignment_group"] == "?" else row["assignment_group"]
            if row["incident_state"] != state:
                state = row["incident_state"]
                states.append((case, state, moment[id(row)], group))
            if group is not None and team is not None and group != team:
                teams.append((case, group, moment[id(row)], team))
            team = group or team
    cases = len({row["number"] for row in audit})
    assert twice(tmp_path / "lake", file, *flags) == {"Item": cases, "Transition": len(states) + len(teams)}
    lake = lake_at(tmp_path / "lake")
    order = "item, happened_at, sequence, CAST(split_part(id, '#', 2) AS INT)"
    sql = f"SELECT item, value, happened_at, team FROM transitions WHERE field = 'status' ORDER BY {order}"
    assert rows(lake, sql) == states
    sql = "SELECT item, value, happened_at, former_value FROM transitions WHERE field = 'team'"
    assert sorted(rows(lake, sql)) == sorted(teams)


def test_github_events_import_by_flags_alone(tmp_path: Path) -> None:
    file = "gharchive/2015-01-01-0.json.gz"
    with gzip.open(DATA / file, "rt", encoding="utf-8") as opened:
        events = [json.loads(line) for line in opened]
    assert len(events) == 7702
    flags = ("--as", "event-log", "--case", "repo.id", "--activity", "type", "--at", "created_at", "--map", "event=id")
    found = twice(tmp_path / "lake", file, *flags)
    assert found == {"Item": len({event["repo"]["id"] for event in events}), "Transition": 7702}
    expected = {event["id"]: (str(event["repo"]["id"]), event["type"]) for event in events}
    assert {
        row[0]: row[1:] for row in rows(lake_at(tmp_path / "lake"), "SELECT id, item, value FROM transitions")
    } == expected


def test_purchases_import_as_events_of_customers(tmp_path: Path) -> None:
    file = "cdnow/example_transactions.csv"
    flags = ("--as", "event-log", "--case", "id", "--at", "date", "--set", "activity=purchase")
    purchases = table(file)
    found = twice(tmp_path / "lake", file, *flags)
    assert found == {"Item": len({row["id"] for row in purchases}), "Transition": len(purchases)}


def test_german_dates_of_work_items(tmp_path: Path) -> None:
    file = f"{LIGHTHOUSE}/adodata.csv"
    flags = ("--as", "event-log", "--case", "ID", "--at", "Closed Date", "--set", "activity=Closed", "--max-bad", "100")
    said = imported(tmp_path / "lake", file, *flags)
    closed = {row["ID"]: row["Closed Date"] for row in table(file)}
    expected = {
        key: datetime.strptime(text, "%d.%m.%Y %H:%M:%S").replace(tzinfo=UTC) for key, text in closed.items() if text
    }
    assert dict(rows(lake_at(tmp_path / "lake"), "SELECT item, happened_at FROM transitions")) == expected
    assert said["rejected"] == len(closed) - len(expected)
    assert any("day-first" in note for note in said["tables"][0]["notes"])


def lighthouse() -> Iterator[Path]:
    return (path.relative_to(DATA) for path in sorted((DATA / "lighthouse-csv").rglob("*.csv")))


def test_tables_of_work_items_import_without_a_flag(tmp_path: Path) -> None:
    for number, file in enumerate(lighthouse()):
        if "invalid" not in file.name:
            whole = [row for row in table(file) if None not in row]
            expected = {"Item": len({row[next(iter(row))] for row in whole}), "Transition": changes(whole)}
            told = dependencies(whole)
            assert twice(tmp_path / str(number), file) == expected | ({"Link": len(told)} if told else {})
            sql = "SELECT item, other FROM links WHERE kind = 'blocks'"
            assert set(rows(lake_at(tmp_path / str(number)), sql)) == told


def dependencies(whole: list[dict[str, str]]) -> set[tuple[str, str]]:
    """Return which items of a table others of it depend on, each with the one that does."""
    key = next(iter(whole[0]))
    there = {row[key] for row in whole}
    told = {
        (other.strip(), row[key])
        for row in whole
        for name in ("Depends On", "DependsOn")
        for other in (row.get(name) or "").replace(";", ",").split(",")
    }
    return {(other, item) for other, item in told if other in there and other != item}


def changes(whole: list[dict[str, str]]) -> int:
    """Return how many changes of status the dates of a table tell of: a date of the newest state only where it is."""
    found = 0
    for row in whole:
        dates = {name: row[name] for name in ("Activated Date", "Started Date", "Closed Date") if row.get(name)}
        since = row.get("StateSince")
        found += len(dates) + bool(since and since >= max(dates.values(), default=""))
    return found


@pytest.mark.parametrize("file", ["invalid-not-csv.csv", "invalid-wrong-csv.csv"])
def test_files_that_hold_no_work_are_refused_with_a_reason(tmp_path: Path, file: str) -> None:
    code, _, err = command("import", DATA / LIGHTHOUSE / file, "--lake", tmp_path / "lake")
    assert code == 2
    assert err.startswith("error: ")


@pytest.mark.parametrize(
    ("file", "options", "kind", "key"),
    [
        ("issues.csv", (), "Item", "id"),
        ("issue_changelogs.csv", ("--as", "transition"), "Transition", "id"),
        (
            "_tool_jira_issues.csv",
            ("--as", "item", "--map", "id=issue_key", "--map", "title=summary"),
            "Item",
            "issue_key",
        ),
    ],
)
def test_tables_of_another_tool(tmp_path: Path, file: str, options: tuple[str, ...], kind: str, key: str) -> None:
    whole = table(f"{JIRA}/{file}")
    expected = {kind: len({row[key] for row in whole})}
    if kind == "Item":
        expected["Transition"] = len({row[key] for row in whole if row["resolution_date"]})
    assert twice(tmp_path / "lake", f"{JIRA}/{file}", *options) == expected


PEOPLE = (
    *("caller_id", "opened_by", "sys_created_by", "sys_updated_by", "assigned_to", "resolved_by"),
    *("author_name", "creator_name", "assignee_name"),
)


def people(files: list[str]) -> set[bytes]:
    """Return the names and addresses in the columns of people, long enough not to be found by chance."""
    names = {row[column] for file in files for row in table(file) for column in PEOPLE if row.get(column)}
    for log in ("process-logs/Helpdesk.xes.gz", "process-logs/BPI_Challenge_2013_closed_problems.xes.gz"):
        names |= {one["org:resource"] for _, events in traces(log) for one in events if "org:resource" in one}
    with gzip.open(DATA / "gharchive/2015-01-01-0.json.gz", "rt", encoding="utf-8") as opened:
        names |= {json.loads(line)["actor"]["login"] for line in opened}
    return {name.encode() for name in names if len(name) > 9}


def test_nobody_who_is_named_in_the_files_is_in_the_lake(tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    servicenow = "servicenow-incidents-sample/incident_event_log.csv"
    imported(lake, "process-logs/Helpdesk.xes.gz")
    imported(lake, "process-logs/BPI_Challenge_2013_closed_problems.xes.gz")
    imported(lake, servicenow, "--as", "event-log", "--item-attribute", "who=caller_id")
    flags = ("--as", "event-log", "--case", "repo.id", "--activity", "type", "--at", "created_at")
    imported(lake, "gharchive/2015-01-01-0.json.gz", *flags, "--map", "actor=actor.login")
    jira = [f"{JIRA}/issues.csv", f"{JIRA}/issue_changelogs.csv"]
    imported(lake, jira[0])
    imported(lake, jira[1], "--as", "transition")
    held = b"\n".join(contents(lake))
    names = people([servicenow, *jira])
    assert len(names) > 1000
    assert sorted(name for name in names if name in held) == []
    assert b"@merico" not in held
    assert rows(lake_at(lake), "SELECT count(DISTINCT actor) > 1000 FROM transitions") == [(True,)]
