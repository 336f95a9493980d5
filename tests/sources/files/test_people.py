"""Nobody who stands in a file is named in the lake, whatever the column is called and whatever form the file has."""

import json
from pathlib import Path

import pyarrow as pa
import pytest

from streamgauge.sources.files import people
from streamgauge.sources.files.person_words import names_people
from tests.kit.imports import command, contents, csv, lake_at, looked, made, rows, taken

NAMES = ("Annegret Quill", "Haase, Oskar", "Dr. Beatrix Vonderbank", "José-María Etxeberria", "Priya Ramanathan")
MAIL = "o.haase@example.org"


@pytest.mark.parametrize(
    "column",
    [
        "assigneeName",
        "author_id",
        "Closed By",
        "Geändert von",
        "Créé par",
        "case:responsible",
        "Ansprechpartner",
        "Vorname",
        *("fields.assignee.displayName", "fields.creator.value", "fields.reporter.key", "field_1.displayName"),
        *("Employee", "Customer First Name", "Medewerker", "requester email", "Recruiters", "Solicitante", "lastName"),
    ],
)
def test_columns_of_people_in_several_languages(column: str) -> None:
    assert names_people(column)


@pytest.mark.parametrize(
    "column",
    [
        "Owner Team",
        "User Story",
        "blocked by",
        "Resource Group",
        "Component name",
        "Name",
        "Key",
        "Customer",
        "caused by",
        *("fields.status.displayName", "fields.issuetype.name"),
        *("Support group", "decided_by", "Service owner group", "number", "Title", "Members count", "manager approval"),
    ],
)
def test_columns_of_things(column: str) -> None:
    assert not names_people(column)


@pytest.mark.parametrize(
    ("values", "are"),
    [
        (NAMES, True),
        ((MAIL, "a@b.example"), True),
        (("Network Support", "Service Desk", "Field Services"), False),
        (("Create Fine", "Send Fine", "Add penalty", "Payment"), False),
        (("Mark Complete", "Bill Customer", "Grant Access"), False),
        (("T02 Check confirmation", "T06 Determine necessity"), False),
        (("Anna", "Peter"), False),
        ((), False),
    ],
)
def test_people_are_known_by_what_they_are_called(values: tuple[str, ...], are: bool) -> None:
    assert people.are_named(pa.array(values, pa.string())) is are


def held(lake: Path) -> bytes:
    return b"\n".join(contents(lake)).lower()


def test_no_name_and_no_address_of_any_input_is_in_the_lake(tmp_path: Path) -> None:
    lake = lake_at(tmp_path / "lake")
    audit = [(name, "w", f"2025-01-0{n}", f'"{name}"', MAIL) for n, name in enumerate(NAMES, 1)]
    quoted = [(f'"{case}"', *rest) for case, *rest in audit]
    done = [taken(lake, csv(tmp_path / "log.csv", quoted, "case,what,when,group,title"))]
    changes = [
        *[(f"c{n}", "A", "assignee", f'"{name}"', "", f"2025-01-0{n}") for n, name in enumerate(NAMES, 1)],
        ("c9", "A", "status", "", "Open", "2025-01-09"),
    ]
    header = "id,item,field,value,former_value,happened_at"
    done.append(taken(lake, csv(tmp_path / "changes.csv", changes, header), said={"kind": "transition"}))
    table = [
        ("A", "Title", "Open", f'"{NAMES[0]}"', f'"[{{""name"": ""Verantwortlich"", ""value"": ""{NAMES[1]}""}}]"')
    ]
    done.append(taken(lake, csv(tmp_path / "items.csv", table, "id,title,status,Betreuer,attributes"),
                      said={"kind": "item", "columns": {"team": "Betreuer"}}))  # fmt: skip
    xes = "".join(f'<trace><string key="concept:name" value="{name}"/></trace>' for name in NAMES)
    event = (
        '<event><string key="concept:name" value="x"/><date key="time:timestamp" value="2025-01-01T00:00:00Z"/></event>'
    )
    (tmp_path / "log.xes").write_text(f"<log>{xes.replace('/></trace>', '/>' + event + '</trace>', 4)}</log>")
    done.append(taken(lake, tmp_path / "log.xes", said={}))
    (tmp_path / "objects.json").write_text(json.dumps(objects()))
    done.append(taken(lake, tmp_path / "objects.json", said={}))
    assert [one.failure for one in done] == [None] * 5
    assert [word for word in words() if word.encode() in held(tmp_path / "lake")] == []
    assert len(rows(lake, "SELECT DISTINCT id FROM items WHERE starts_with(id, 'p-')")) >= len(NAMES)


def words() -> list[str]:
    return [word.strip(",.").lower() for name in (*NAMES, MAIL) for word in name.split() if len(word) > 4]


@pytest.mark.parametrize(
    ("header", "is_hidden"), [("id,name,email", True), ("id,name,login", True), ("id,name,url", False)]
)
def test_the_name_in_a_table_of_people_is_a_person(tmp_path: Path, header: str, is_hidden: bool) -> None:
    one = looked(csv(tmp_path / "export.csv", [("7", "Quillaume", "x")], header), said={"kind": "item"})
    ((title,),) = [[row["title"] for row in made(one, "Item")]]
    assert title.startswith("p-") == is_hidden


def test_a_table_that_is_called_by_people_is_one(tmp_path: Path) -> None:
    one = looked(
        csv(tmp_path / "app users.csv", [("7", "Quillaume", "x/quillaume")], "id,name,url"), said={"kind": "item"}
    )
    assert all(
        value is None or "quill" not in str(value).lower() for row in made(one, "Item") for value in row.values()
    )


def test_of_a_message_only_its_first_line_is_kept(tmp_path: Path) -> None:
    message = '"Mend it\n\nSigned-off-by: Annegret Quill"'
    header = "sha,message,author_name,committer_name"
    one = looked(
        csv(tmp_path / "commits.csv", [("a1", message, "x", "y"), ("a2", "One\\n\\nBy Oskar", "x", "y")], header),
        said={},
    )
    assert [row["subject"] for row in made(one, "Commit")] == ["Mend it", "One"]


def objects() -> dict[str, object]:
    """A log of objects in which people are objects by their type, by what they are called, and by what is said."""
    people_of = [{"id": name, "type": "Employee"} for name in NAMES[:2]] + [
        {"id": n, "type": "Betreuung"} for n in NAMES[2:]
    ]
    at = "2025-01-01T00:00:00Z"
    said = [{"name": "full name", "time": at, "value": NAMES[3]}, {"name": "role", "time": at, "value": "lead"}]
    touched = [{"objectId": name, "qualifier": "by"} for name in NAMES] + [{"objectId": "o1", "qualifier": "what"}]
    return {
        "objectTypes": [],
        "eventTypes": [],
        "objects": [
            {"id": "o1", "type": "order", "attributes": [{"name": "owner", "time": at, "value": NAMES[0]}],
             "relationships": [{"objectId": NAMES[1], "qualifier": "for"}]},
            {**people_of[0], "attributes": said},
            *people_of[1:],
        ],
        "events": [{"id": "e1", "type": "place", "time": at, "relationships": touched}],
    }  # fmt: skip


def test_what_is_said_of_a_person_stays_unless_it_names_somebody(tmp_path: Path) -> None:
    (tmp_path / "log.json").write_text(json.dumps(objects()))
    one = looked(tmp_path / "log.json", said={})
    told = {(row["field"], row["value"]) for row in made(one, "Transition") if row["field"] != "status"}
    assert {field for field, value in told if value.startswith("p-")} == {"full name", "owner"}
    assert ("role", "lead") in told
    assert {row["type"] for row in made(one, "Item")} == {"Employee", "Betreuung", "order"}
    (link,) = made(one, "Link")
    assert (link["item"], link["other"][:2]) == ("o1", "p-")


def test_the_same_person_is_the_same_wherever_he_stands(tmp_path: Path) -> None:
    lake = lake_at(tmp_path / "lake")
    (tmp_path / "log.json").write_text(json.dumps(objects()))
    taken(lake, tmp_path / "log.json", said={})
    sql = "SELECT (SELECT value FROM transitions WHERE field = 'owner'), split_part(min(id), '|', 2) FROM transitions"
    ((owner, _),) = rows(lake, sql)
    assert rows(lake, f"SELECT type FROM items WHERE id = '{owner}'") == [("Employee",)]


def test_a_change_log_keeps_its_states_and_hides_the_people_of_its_fields(tmp_path: Path) -> None:
    """Among few states many assignees stand in the same column: the field says which values are people."""
    file = tmp_path / "changes.csv"
    file.write_text(
        "id,item,field,from_string,to_string,created\n"
        "0,A-1,status,To Do,In Progress,2024-01-02T10:00:00Z\n"
        "1,A-1,assignee,,Mary Smith,2024-01-02T10:05:00Z\n"
        "2,A-1,System.AssignedTo,Mary Smith,Zebulon Quackenbush,2024-01-03T10:05:00Z\n"
        "3,A-1,Buddy,John Miller,Peter Brown,2024-01-04T10:05:00Z\n"
        "4,A-1,status,In Progress,Done,2024-01-05T10:00:00Z\n"
    )
    lake = lake_at(tmp_path / "lake")
    command("import", str(file), "--lake", str(tmp_path / "lake"))
    with lake.view() as view:
        rows = view.rows("SELECT field, former_value, value FROM transitions ORDER BY happened_at", {})
    assert [(r["former_value"], r["value"]) for r in rows if r["field"] == "status"] == [
        ("To Do", "In Progress"),
        ("In Progress", "Done"),
    ]
    told = [text for r in rows if r["field"] != "status" for text in (r["former_value"], r["value"]) if text]
    assert len(told) == 5
    assert all(text.startswith("p-") for text in told)
