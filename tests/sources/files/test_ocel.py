"""Object-centric logs: the same four sheets from JSON and from SQLite; hostile databases are refused."""

import gzip
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from streamgauge.errors import BadFile
from tests.sources.files.reading import Rows, rows, sheets

START = "1970-01-01T00:00:00Z"
LOG: dict[str, Any] = {
    "objectTypes": [{"name": "ticket", "attributes": [{"name": "prio", "type": "string"}]}],
    "eventTypes": [{"name": "Open", "attributes": [{"name": "by", "type": "string"}]}],
    "objects": [
        {
            "id": "t1",
            "type": "ticket",
            "attributes": [
                {"name": "prio", "time": "2024-02-01T00:00:00Z", "value": "high"},
                {"name": "prio", "time": START, "value": "low"},
            ],
            "relationships": [{"objectId": "c1", "qualifier": "of"}],
        },
        {"id": "c1", "type": "customer"},
    ],
    "events": [
        {
            "id": "e1",
            "type": "Open",
            "time": "2024-01-01T08:00:00Z",
            "attributes": [{"name": "by", "value": "web"}],
            "relationships": [{"objectId": "t1", "qualifier": "opens"}, {"objectId": "c1", "qualifier": "for"}],
        },
        {"id": "e2", "type": "Close", "time": "2024-03-01T08:00:00Z", "relationships": []},
    ],
}


def database(place: Path) -> Path:
    """Write the same log as SQLite."""
    with sqlite3.connect(place) as made:
        made.executescript(
            f"""
            CREATE TABLE event (ocel_id TEXT PRIMARY KEY, ocel_type TEXT);
            CREATE TABLE object (ocel_id TEXT PRIMARY KEY, ocel_type TEXT);
            CREATE TABLE event_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT);
            CREATE TABLE object_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT);
            CREATE TABLE event_object (ocel_event_id TEXT, ocel_object_id TEXT, ocel_qualifier TEXT);
            CREATE TABLE object_object (ocel_source_id TEXT, ocel_target_id TEXT, ocel_qualifier TEXT);
            CREATE TABLE event_Open (ocel_id TEXT PRIMARY KEY, ocel_time TEXT, by TEXT);
            CREATE TABLE event_Close (ocel_id TEXT PRIMARY KEY, ocel_time TEXT);
            CREATE TABLE object_Ticket (ocel_id TEXT, ocel_time TEXT, ocel_changed_field TEXT, prio TEXT);
            CREATE TABLE object_Customer (ocel_id TEXT, ocel_time TEXT, ocel_changed_field TEXT);
            INSERT INTO event VALUES ('e1', 'Open'), ('e2', 'Close');
            INSERT INTO object VALUES ('t1', 'ticket'), ('c1', 'customer');
            INSERT INTO event_map_type VALUES ('Open', 'Open'), ('Close', 'Close');
            INSERT INTO object_map_type VALUES ('ticket', 'Ticket'), ('customer', 'Customer');
            INSERT INTO event_object VALUES ('e1', 't1', 'opens'), ('e1', 'c1', 'for');
            INSERT INTO object_object VALUES ('t1', 'c1', 'of');
            INSERT INTO event_Open VALUES ('e1', '2024-01-01T08:00:00Z', 'web');
            INSERT INTO event_Close VALUES ('e2', '2024-03-01T08:00:00Z');
            INSERT INTO object_Ticket VALUES ('t1', '{START}', NULL, 'low');
            INSERT INTO object_Ticket VALUES ('t1', '2024-02-01T00:00:00Z', 'prio', 'high');
            INSERT INTO object_Customer VALUES ('c1', '{START}', NULL);
            """
        )
    made.close()
    return place


def found(folder: Path, name: str, content: bytes) -> dict[str, Rows]:
    return {one.name: rows(one) for one in sheets(folder, name, content)}


@pytest.mark.parametrize("name", ["log.json", "log.jsonocel", "log.sqlite", "log.sqlite.gz"])
def test_a_log_is_four_sheets(tmp_path: Path, name: str) -> None:
    content = json.dumps(LOG).encode() if "json" in name else database(tmp_path / "made.db").read_bytes()
    made = sheets(tmp_path, name, gzip.compress(content) if name.endswith("gz") else content)
    assert {one.name: one.columns for one in made} == {
        "events": ("ocel:id", "ocel:type", "ocel:time", "by"),
        "objects": ("ocel:id", "ocel:type", "prio"),
        "relations": ("ocel:event", "ocel:source", "ocel:object", "ocel:qualifier"),
        "changes": ("ocel:id", "ocel:type", "ocel:field", "ocel:value", "ocel:time"),
    }
    assert {one.name: rows(one).rows for one in made} == {
        "events": [["e1", "Open", "2024-01-01T08:00:00Z", "web"], ["e2", "Close", "2024-03-01T08:00:00Z", None]],
        "objects": [["t1", "ticket", "low"], ["c1", "customer", None]],
        "relations": [["e1", None, "t1", "opens"], ["e1", None, "c1", "for"], [None, "t1", "c1", "of"]],
        "changes": [
            ["t1", "ticket", "prio", "low", START],
            ["t1", "ticket", "prio", "high", "2024-02-01T00:00:00Z"],
        ],
    }
    assert [rows(one, 1).lines for one in made] == [[1, 2], [1, 2], [1, 2, 3], [1, 2]]


def test_an_attribute_that_is_called_like_a_column_stays_apart(tmp_path: Path) -> None:
    log = {
        "eventTypes": [],
        "objects": [],
        "events": [{"id": "e", "type": "T", "attributes": [{"name": "ocel:id", "value": 5}]}],
    }
    made = sheets(tmp_path, "log.json", json.dumps(log))[0]
    assert (made.columns, rows(made).rows) == (
        ("ocel:id", "ocel:type", "ocel:time", "ocel:id (2)"),
        [["e", "T", None, "5"]],
    )


def test_what_is_no_event_is_bad(tmp_path: Path) -> None:
    log = {"eventTypes": [], "objects": [], "events": [7, {"id": "e", "type": "T"}, {"type": "T"}]}
    events = found(tmp_path, "log.json", json.dumps(log).encode())["events"]
    assert (events.lines, events.bad_lines) == ([2], [1, 3])


FIRST = {
    "ocel:global-log": {"ocel:version": "1.0"},
    "ocel:events": {
        "e1": {
            "ocel:activity": "Open",
            "ocel:timestamp": "2024-01-01T08:00:00Z",
            "ocel:omap": ["t1", "c1"],
            "ocel:vmap": {"by": "web"},
        },
        "e2": {"ocel:activity": "Close", "ocel:timestamp": "2024-03-01T08:00:00Z", "ocel:omap": [], "ocel:vmap": {}},
        "e3": None,
    },
    "ocel:objects": {"t1": {"ocel:type": "ticket", "ocel:ovmap": {"prio": "low"}}, "c1": {"ocel:type": "customer"}},
}
IN_CSV = """ocel:eid,ocel:activity,ocel:timestamp,ocel:type:ticket,ocel:type:customer,by
e1,Open,2024-01-01T08:00:00Z,['t1'],c1,web
e2,Close,2024-03-01T08:00:00Z, ,,
"""


@pytest.mark.parametrize("name", ["log.jsonocel", "log.csv"])
def test_logs_of_the_first_version_and_in_csv_are_the_same_sheets(tmp_path: Path, name: str) -> None:
    content = IN_CSV if name.endswith("csv") else json.dumps(FIRST)
    sheets_of = found(tmp_path, name, content.encode())
    assert sheets_of["events"].rows == [
        ["e1", "Open", "2024-01-01T08:00:00Z", "web"],
        ["e2", "Close", "2024-03-01T08:00:00Z", None],
    ]
    assert [row[:2] for row in sheets_of["objects"].rows] == [["t1", "ticket"], ["c1", "customer"]]
    assert [(row[0], row[2]) for row in sheets_of["relations"].rows] == [("e1", "t1"), ("e1", "c1")]
    assert sheets_of["events"].bad_lines == ([] if name.endswith("csv") else [3])


@pytest.mark.parametrize("inner", ["<events/><objects/>", '<global scope="object"/>', "<object-types/>"])
def test_a_log_of_objects_in_xml_is_refused_with_what_to_do(tmp_path: Path, inner: str) -> None:
    with pytest.raises(BadFile, match="object-centric event log") as fault:
        sheets(tmp_path, "log.xmlocel", f"<?xml version='1.0'?><log>{inner}</log>")
    assert "JSON or SQLite" in str(fault.value.advice)


@pytest.mark.parametrize(
    ("log", "wrong"),
    [
        ({"ocel:global-log": {}, "ocel:events": {}}, "no list of events and objects"),
        ({"ocel:events": [], "ocel:objects": 7}, "no list of events and objects"),
        ({"eventTypes": [], "objectTypes": []}, "no list of events and objects"),
        ({"eventTypes": [], "events": {"a": 1}}, "no list of events and objects"),
    ],
)
def test_what_is_no_log_is_refused(tmp_path: Path, log: dict[str, Any], wrong: str) -> None:
    with pytest.raises(BadFile, match=wrong):
        sheets(tmp_path, "log.json", json.dumps(log))


def altered(folder: Path, statements: str) -> bytes:
    place = database(folder / "made.db")
    with sqlite3.connect(place) as made:
        made.executescript(statements)
    made.close()
    return place.read_bytes()


@pytest.mark.parametrize(("columns", "time"), [("ocel_id, ocel_time, tier", START), ("ocel_id, tier", None)])
def test_objects_of_a_table_without_changes_have_first_values(tmp_path: Path, columns: str, time: str | None) -> None:
    kept = ["c1", *([START] if time else []), "gold"]
    content = altered(
        tmp_path,
        f"DROP TABLE object_Customer; CREATE TABLE object_Customer ({columns});"
        f"INSERT INTO object_Customer VALUES ({', '.join(map(repr, kept))});",
    )
    made = found(tmp_path, "log.db", content)
    assert ["c1", "customer", "tier", "gold", time] in made["changes"].rows
    assert [row for row in made["objects"].rows if row[0] == "c1"] == [["c1", "customer", None, "gold"]]


def test_a_database_without_the_tables_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="the database has no table event_map_type"):
        sheets(tmp_path, "log.db", altered(tmp_path, "DROP TABLE event_map_type"))


def test_a_view_in_the_place_of_a_table_is_not_looked_at(tmp_path: Path) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i, i FROM n"
    content = altered(tmp_path, f"DROP TABLE event; CREATE VIEW event AS {endless}")
    with pytest.raises(BadFile, match="the database has no table event"):
        sheets(tmp_path, "log.db", content)
    (tmp_path / "made.db").unlink()
    content = altered(tmp_path, f"DROP TABLE event_Open; CREATE VIEW event_Open AS {endless}")
    assert [row[0] for row in found(tmp_path, "log.db", content)["events"].rows] == ["e2"]


def test_columns_that_are_computed_are_not_looked_at(tmp_path: Path) -> None:
    computed = "ocel_time AS (hex(zeroblob(400000000)))"
    content = altered(
        tmp_path,
        f"DROP TABLE event_Open; CREATE TABLE event_Open (ocel_id TEXT, {computed});"
        "INSERT INTO event_Open (ocel_id) VALUES ('e1');",
    )
    assert [row[0] for row in found(tmp_path, "log.db", content)["events"].rows] == ["e2"]


def test_a_value_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    content = altered(tmp_path, "UPDATE event_Open SET by = hex(zeroblob(10000000))")
    with pytest.raises(BadFile, match="the database is damaged, or not as OCEL"):
        found(tmp_path, "log.db", content)


def test_names_in_the_database_are_no_statements(tmp_path: Path) -> None:
    content = altered(
        tmp_path,
        """INSERT INTO event_map_type VALUES ('x', 'Open"; DROP TABLE event; --');
        CREATE TABLE "event_a"";b" (ocel_id TEXT, ocel_time TEXT, "x""; --" TEXT);
        INSERT INTO event_map_type VALUES ('y', 'a";b');
        INSERT INTO "event_a"";b" VALUES ('e3', '2024', 'v');""",
    )
    made = sheets(tmp_path, "log.db", content)[0]
    assert made.columns[-1] == 'x"; --'
    assert rows(made).rows[-1] == ["e3", "y", "2024", None, "v"]


def test_a_trigger_and_a_journal_beside_it_do_nothing(tmp_path: Path) -> None:
    content = altered(
        tmp_path, "CREATE TRIGGER t AFTER INSERT ON event BEGIN DELETE FROM object; END; PRAGMA journal_mode=WAL"
    )
    assert len(found(tmp_path, "log.db", content)["objects"].rows) == 2
    assert sorted(one.name for one in tmp_path.iterdir() if one.name.startswith("log")) == ["log.db"]
    assert len(found(tmp_path, "log.db.gz", gzip.compress(content))["objects"].rows) == 2


@pytest.mark.parametrize("cut", [50, 5000])
def test_a_damaged_database_is_refused(tmp_path: Path, cut: int) -> None:
    with pytest.raises(BadFile, match="the database is damaged"):
        found(tmp_path, "log.db", database(tmp_path / "made.db").read_bytes()[:cut])
