"""Columns are mapped as said, else by what they are usually called; what is missing is said with the columns."""

import msgspec
import pytest

from streamgauge.errors import BadOption
from streamgauge.records import KINDS, Incident, Item, Record
from streamgauge.records.record import fields
from streamgauge.sources.files import datasets, kinds, people, vocabulary
from streamgauge.sources.files.mapping import Plan, Rules, planned
from streamgauge.sources.files.person_words import names_people

from docs import words  # isort: skip

JIRA = (
    "id,key,fields.summary,fields.status.id,fields.status.name,fields.status.statusCategory.name,"
    "fields.issuetype.name,fields.created,fields.updated,fields.priority.name,fields.project.key,"
    "fields.assignee,fields.assignee.displayName,fields.parent.key,fields.parent.fields.summary"
)


def plan(header: str, **rules: object) -> Plan:
    return planned(header.split(","), Rules(**rules))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("columns", "case", "activity", "at"),
    [
        (
            "case:concept:name,concept:name,Activity,time:timestamp",
            "case:concept:name",
            "concept:name",
            "time:timestamp",
        ),
        ("Case ID,Activity,Complete Timestamp,Resource", "Case ID", "Activity", "Complete Timestamp"),
        ("number,incident_state,sys_updated_at,opened_at", "number", "incident_state", "sys_updated_at"),
        ("Vorgangsnummer,Aktivität,Zeitstempel", "Vorgangsnummer", "Aktivität", "Zeitstempel"),
        ("Numéro,État,Modifié le", "Numéro", "État", "Modifié le"),
        ("Número,Actividad,Fecha", "Número", "Actividad", "Fecha"),
    ],
)
def test_event_logs_of_several_tools_and_languages_are_guessed(columns: str, case: str, activity: str, at: str) -> None:
    found = plan(columns)
    assert found.kind is None
    assert [found.columns[role] for role in ("case", "activity", "at")] == [case, activity, at]
    assert {"case", "activity", "at"} <= found.guessed


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (
            "ID,Work Item Type,Title,State,Tags,Parent",
            {
                "id": "ID",
                "type": "Work Item Type",
                "title": "Title",
                "status": "State",
                "labels": "Tags",
                "parent": "Parent",
            },
        ),
        (
            "Issue key,Summary,Status,Issue Type,Assignee,Created,Story Points",
            {"id": "Issue key", "title": "Summary", "assignee": "Assignee", "created_at": "Created"},
        ),
        *((f"Key,Summary,Status,{size}", {"estimate": size}) for size in ("Story Points", "points", "SP", "Story pts")),
        ("Key,Summary,Status,Custom field (Story Points)", {"estimate": "Custom field (Story Points)"}),
        ("Key,Summary,Status,SPA,Spec", {"id": "Key"}),
        (
            "Title,Issue ID,State,Created At (UTC),Closed At (UTC)",
            {"id": "Issue ID", "status": "State", "created_at": "Created At (UTC)"},
        ),
        (
            "Task ID,Created At,Completed At,Name,Section/Column",
            {"id": "Task ID", "title": "Name", "status": "Section/Column", "created_at": "Created At"},
        ),
        ("Schlüssel,Titel,Status,Priorität,Erstellt am", {"id": "Schlüssel", "created_at": "Erstellt am"}),
    ],
)
def test_items_are_guessed(columns: str, expected: dict[str, str]) -> None:
    found = plan(columns)
    assert found.kind is Item
    assert expected.items() <= dict(found.columns).items()


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (
            JIRA,
            {
                "id": "key",
                "title": "fields.summary",
                "status": "fields.status.name",
                "type": "fields.issuetype.name",
                "parent": "fields.parent.key",
                "priority": "fields.priority.name",
                "assignee": "fields.assignee.displayName",
                "created_at": "fields.created",
            },
        ),
        (
            "id,fields.System.Title,fields.System.State,fields.System.WorkItemType,fields.System.AssignedTo.displayName",
            {
                "id": "id",
                "title": "fields.System.Title",
                "status": "fields.System.State",
                "type": "fields.System.WorkItemType",
                "assignee": "fields.System.AssignedTo.displayName",
            },
        ),
        ("key,title,status.value,parent.status.name", {"id": "key", "title": "title", "status": "status.value"}),
        ("Key,Title,Status,fields.status.name", {"id": "Key", "title": "Title", "status": "Status"}),
    ],
)
def test_nested_columns_are_known_by_what_people_call_them(columns: str, expected: dict[str, str]) -> None:
    assert plan(columns).columns == expected


def test_what_is_said_goes_before_what_is_guessed() -> None:
    found = plan("case,activity,timestamp,other", columns={"activity": "other"})
    assert found.columns["activity"] == "other"
    assert "activity" not in found.guessed
    assert found.unused == ("activity",)


def test_a_column_is_found_whatever_its_case_and_marks() -> None:
    assert plan("Case-ID,what,when", kind="event-log", columns={"case": "case id", "activity": "WHAT", "at": "when"})


def test_an_unknown_column_gets_the_nearest_and_the_list() -> None:
    with pytest.raises(BadOption, match=r"(?s)no column 'stats'.*Did you mean 'status'.*'case'"):
        plan("case,status,when", kind="event-log", columns={"activity": "stats"})


def test_an_unknown_kind_gets_the_nearest() -> None:
    with pytest.raises(BadOption, match=r"Did you mean 'Incident'"):
        plan("a", kind="Incidnt")


@pytest.mark.parametrize("name", ["Incident", "incident", "incidents", "INCIDENTS"])
def test_kinds_go_by_name_or_table(name: str) -> None:
    assert kinds.named(name) is Incident


def test_what_is_missing_is_named_with_the_option_that_says_it() -> None:
    with pytest.raises(BadOption, match=r"(?s)No column was found for id of Incident.*--map id=COLUMN"):
        plan("foo,bar", kind="incident")
    with pytest.raises(BadOption, match=r"(?s)at of event-log.*--at COLUMN"):
        plan("case,activity", kind="event-log")


def test_a_table_of_unclear_meaning_is_refused() -> None:
    with pytest.raises(BadOption, match="--as KIND"):
        plan("FirstName,LastName,Email,Age")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_template_names_its_kind_by_its_columns(kind: type[Record]) -> None:
    assert plan(",".join(kinds.given(kind))).kind is kind


def test_the_fields_that_hold_people_are_those_whose_words_say_pseudonym() -> None:
    said = {name for kind in KINDS for name, text in words.field_words(kind).items() if text.startswith("Pseudonym")}
    assert said == people.FIELDS


def test_what_stands_in_for_a_silent_table_fits_its_fields() -> None:
    known = {name for kind in KINDS for name in fields(kind)}
    assert set(kinds.DEFAULTS) <= known
    for name, natural in kinds.NATURAL.items():
        (kind,) = [kind for kind in KINDS if kind.__name__ == name]
        assert set(natural) <= {field.name for field in msgspec.structs.fields(kind)}


@pytest.mark.parametrize("column", ["Assigned to", "org:resource", "caller_id", "Bearbeiter", "E-Mail", "opened_by"])
def test_columns_that_name_people_are_known_by_their_names(column: str) -> None:
    assert names_people(column)


@pytest.mark.parametrize(
    ("file", "dataset", "day"),
    [
        ("items-2025-01-31.csv", "items", "2025-01-31"),
        ("items_20250131.csv.gz", "items", "2025-01-31"),
        ("Export 31.01.2025 (2).xlsx", "Export", "2025-01-31"),
        ("jira 2025-01-31T0815.csv", "jira", "2025-01-31"),
        ("log.xes.gz", "log", None),
        ("2015-01-01-0.json.gz", "2015-01-01-0", "2015-01-01"),
        ("build-20259999.csv", "build-20259999", None),
    ],
)
def test_a_file_name_tells_dataset_and_day(file: str, dataset: str, day: str | None) -> None:
    found = datasets.day_of(file)
    assert (datasets.dataset(file), found and f"{found:%Y-%m-%d}") == (dataset, day)


def test_a_date_of_closing_that_names_its_zone_is_one() -> None:
    assert [one.column for one in plan("Title,Issue ID,State,Closed At (UTC)").milestones] == ["Closed At (UTC)"]


@pytest.mark.parametrize("team", ["TeamName", "团队", "チーム", "Команда", "Zespół", "Ekip", "팀"])
def test_the_team_of_a_log_is_known_in_many_languages(team: str) -> None:
    assert vocabulary.guessed(vocabulary.ROLES, ["Case ID", "Status", "Changed at", team], is_log=True)["team"] == team
