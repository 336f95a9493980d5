"""JSON, as lines and as one document: objects become rows, nested ones columns with dots, lists JSON text."""

import json
from pathlib import Path

import pytest

from streamgauge.errors import BadFile
from streamgauge.sources.files import Limits
from tests.sources.files.reading import rows, sheet, sheets

ITEMS = [
    {"id": 7, "fields": {"status": "Done", "labels": ["a", "b"]}, "points": 1.5, "open": True},
    {"id": 8, "fields": {"status": None, "team": {"name": "Ä"}}, "late": 12345678901234567890123},
]
COLUMNS = ("id", "fields.status", "fields.labels", "points", "open", "fields.team.name", "late")
ROWS = [
    ["7", "Done", '["a","b"]', "1.5", "true", None, None],
    ["8", None, None, None, None, "Ä", "12345678901234567890123"],
]


@pytest.mark.parametrize(
    ("name", "content", "form", "lines"),
    [
        ("a.jsonl", "\n".join(map(json.dumps, ITEMS)) + "\n", "json lines", [1, 2]),
        ("a.csv", "\n\n".join(map(json.dumps, ITEMS)), "json lines", [1, 3]),
        ("a.json", json.dumps(ITEMS), "json", [1, 1]),
        ("a.json", json.dumps(ITEMS, indent=2), "json", [2, 14]),
        ("a.json", json.dumps({"total": 2, "issues": ITEMS}), "json", [1, 2]),
        ("a.json", json.dumps({"data": {"repository": {"issues": ITEMS}}}), "json", [1, 2]),
        ("a.json", "\ufeff" + json.dumps(ITEMS), "json", [1, 1]),
    ],
)
def test_objects_become_rows_wherever_they_stand(
    tmp_path: Path, name: str, content: str, form: str, lines: list[int]
) -> None:
    made = sheet(tmp_path, name, content)
    assert (made.form, made.columns) == (form, COLUMNS)
    for size in (7, 1 << 20):
        assert (rows(made, size).rows, rows(made, size).lines) == (ROWS, lines)


def test_numbers_are_spelt_as_they_were(tmp_path: Path) -> None:
    content = '[{"a": 1.10, "b": [1.50, {"c": 1e400}], "d": -0, "e": 1E5}]'
    assert rows(sheet(tmp_path, "a.json", content)).rows == [["1.10", '[1.50,{"c":1E+400}]', "0", "1E+5"]]


def test_what_stands_beside_the_array_is_said(tmp_path: Path) -> None:
    made = sheet(tmp_path, "a.json", json.dumps({"total": 1, "issues": [{"id": 1}], "expand": "x"}))
    assert "Read from 'issues'. Beside it, and not read: total, expand." in made.notes


def test_several_arrays_are_several_sheets(tmp_path: Path) -> None:
    made = sheets(tmp_path, "all.json", json.dumps({"a": [{"x": 1}], "b": [{"y": 2}]}))
    assert [(one.name, one.columns) for one in made] == [("all.a", ("x",)), ("all.b", ("y",))]


def test_an_object_alone_is_one_row(tmp_path: Path) -> None:
    made = sheet(tmp_path, "a.json", '{\n "id": 1,\n "tags": []\n}')
    assert (made.columns, rows(made).rows) == (("id", "tags"), [["1", "[]"]])


def test_lines_that_are_no_objects_are_bad_with_their_reason(tmp_path: Path) -> None:
    content = '{"a": 1}\nnonsense\n[1]\n\n{"a": NaN}\n{"a": "\\ud800"}\n{"a": 2'
    found = rows(sheet(tmp_path, "a.jsonl", content))
    assert [(one.line, one.reason) for one in found.bad] == [
        (2, "not valid JSON"),
        (3, "not a JSON object"),
        (7, "not valid JSON"),
    ]
    assert (found.rows, found.lines) == ([["1"], ["nan"], ["?"]], [1, 5, 6])


def test_elements_that_are_no_objects_are_bad(tmp_path: Path) -> None:
    found = rows(sheet(tmp_path, "a.json", '[{"a": 1}, 2, {"a": 3}]'))
    assert (found.rows, [one.reason for one in found.bad]) == ([["1"], ["3"]], ["not a JSON object"])


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        ('[{"a": 1},\n{"a": 2', "line 2: not valid JSON"),
        ('{"a": [1,\n2\n', "line 3: not valid JSON"),
        ('[{"a": 1}\n{]', "line 2"),
    ],
)
def test_a_document_that_is_broken_is_an_error_with_its_line(tmp_path: Path, content: str, wrong: str) -> None:
    with pytest.raises(BadFile, match=wrong):
        sheet(tmp_path, "a.json", content)


def test_names_that_would_fall_together_stay_apart(tmp_path: Path) -> None:
    made = sheet(tmp_path, "a.jsonl", '{"a.b": 1, "a": {"b": 2}}\n')
    assert (made.columns, rows(made).rows) == (("a.b", "a.b (2)"), [["1", "2"]])


@pytest.mark.parametrize("name", ["a.jsonl", "a.json"])
def test_deep_nesting_is_text_or_refused_and_harms_nobody(tmp_path: Path, name: str) -> None:
    deep = '{"a":' * 30 + "1" + "}" * 30
    made = sheet(tmp_path, name, f"[{deep}]" if name == "a.json" else deep)
    assert rows(made).rows == [['{"a":' * 13 + "1" + "}" * 13]]


def test_bottomless_lines_are_bad(tmp_path: Path) -> None:
    found = rows(sheet(tmp_path, "a.jsonl", '{"a": ' + "[" * 200_000 + "\n" + '{"a": 1}\n'))
    assert ([one.line for one in found.bad], found.rows) == ([1], [["1"]])
    found = rows(sheet(tmp_path, "a.jsonl", '{"a": ' + "[" * 200_000 + "]" * 200_000 + "}\n" + '{"a": 1}\n'))
    assert [(one.line, one.reason) for one in found.bad] == [(1, "nested too deeply")]


@pytest.mark.parametrize("content", ["[" * 200_000, '{"a":' * 200_000, "[" * 200_000 + "]" * 200_000])
def test_a_bottomless_document_is_an_error(tmp_path: Path, content: str) -> None:
    with pytest.raises(BadFile):
        sheets(tmp_path, "a.json", content)


def test_a_line_beyond_the_limit_is_bad_and_the_next_is_read(tmp_path: Path) -> None:
    content = '{"a": 1}\n{"a": "' + "x" * 5000 + '"}\n{"a": 2}\n'
    made = sheet(tmp_path, "a.jsonl", content, limits=Limits(record=1000))
    found = rows(made, 100)
    assert (found.rows, [one.line for one in found.bad]) == ([["1"], ["2"]], [2])


def test_an_element_beyond_the_limit_is_an_error(tmp_path: Path) -> None:
    content = '[{"a": 1}, {"a": "' + "x" * 20_000_000 + '"}]'
    with pytest.raises(BadFile, match="too long"):
        sheet(tmp_path, "a.json", content, limits=Limits(record=1000))


def test_names_that_are_values_are_refused(tmp_path: Path) -> None:
    content = "\n".join(json.dumps({f"id{n}": 1}) for n in range(60))
    with pytest.raises(BadFile, match="more than 50 columns"):
        sheet(tmp_path, "a.jsonl", content, limits=Limits(columns=50))


def test_a_document_larger_than_memory_allows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="holds more than 100 bytes"):
        sheet(tmp_path, "a.json", json.dumps({"issues": ITEMS * 10}), limits=Limits(whole=100))


def test_text_that_only_begins_like_json_is_a_table(tmp_path: Path) -> None:
    made = sheet(tmp_path, "a.csv", "{id},[state]\n1,New\n")
    assert (made.form, made.columns) == ("csv", ("{id}", "[state]"))
    assert sheet(tmp_path, "b.csv", "[Id],[State]\n1,New\n").columns == ("[Id]", "[State]")


def test_an_empty_array_is_a_table_without_rows(tmp_path: Path) -> None:
    made = sheet(tmp_path, "a.json", "[]")
    assert (made.columns, rows(made).rows) == ((), [])


@pytest.mark.parametrize("gap", ["", "\n", " ,\n\n"])
def test_lists_that_follow_each_other_are_all_read(tmp_path: Path, gap: str) -> None:
    made = sheet(tmp_path, "a.json", json.dumps(ITEMS[:1]) + gap + "[]" + gap + json.dumps(ITEMS[1:]) + "\n")
    for size in (1, 7, 1 << 20):
        assert rows(made, size=size).rows == ROWS


def test_documents_that_follow_each_other_are_rows(tmp_path: Path) -> None:
    made = sheet(tmp_path, "a.json", "".join(json.dumps(one, indent=1) for one in ITEMS))
    assert rows(made).rows == ROWS
    assert any("2 JSON values" in note for note in made.notes)


@pytest.mark.parametrize(
    ("content", "line"),
    [('[{"id": 1}]\n\n{"id": 2}', 3), ('[{"id": 1}]\nend', 2), ('{"a":\n[{"id": 1}]}\n}', 3), ('[{"id": 1}', 1)],
)
def test_what_follows_and_cannot_be_read_is_refused_with_its_line(tmp_path: Path, content: str, line: int) -> None:
    with pytest.raises(BadFile, match=f"line {line}:"):
        list(sheet(tmp_path, "a.json", content).batches())


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (
            {"message": "Bad credentials", "documentation_url": "https://x.org", "status": "401"},
            "Bad credentials",
        ),
        ({"errorMessages": ["The value does not exist"], "errors": {}}, "does not exist"),
        ({"data": None, "errors": [{"message": "Field is unknown", "path": ["a"]}]}, "Field is unknown"),
    ],
)
def test_an_answer_that_is_an_error_is_told_as_one(tmp_path: Path, answer: object, reason: str) -> None:
    with pytest.raises(BadFile, match=f"an interface answered that it failed .*{reason}"):
        sheet(tmp_path, "a.json", json.dumps(answer))


def test_an_object_with_a_message_of_its_own_is_a_row(tmp_path: Path) -> None:
    for one in ({"id": 1, "message": "x"}, {"data": {"items": [{"id": 1}]}, "errors": [{"message": "some"}]}):
        assert sheets(tmp_path, "a.json", json.dumps(one))


def test_what_only_says_the_type_of_a_value_is_no_part_of_its_name(tmp_path: Path) -> None:
    """As exports of MongoDB write it around dates, keys and numbers; two names beside each other stay."""
    row = {"_id": {"$oid": "ab"}, "at": {"$date": {"$numberLong": "1"}}, "x": {"$date": 1, "y": 2}, "z": {"y": 3}}
    found = sheet(tmp_path, "export.json", json.dumps([row]))
    assert (found.columns, rows(found).rows) == (("_id", "at", "x.$date", "x.y", "z.y"), [["ab", "1", "1", "2", "3"]])


def test_a_table_that_tells_its_fields_is_no_thing_of_its_own(tmp_path: Path) -> None:
    """An issue is a row with its parts; rows beside what says of which fields they are stay rows."""
    parts = [{"id": 1}, {"id": 2}]
    issue = {"key": "A-1", "fields": {"summary": "x", "subtasks": parts}}
    assert rows(sheet(tmp_path, "a.json", json.dumps(issue))).rows == [["A-1", "x", '[{"id":1},{"id":2}]']]
    table = {"id": "q", "fields": {"id": "integer"}, "rows": parts}
    assert rows(sheet(tmp_path, "b.json", json.dumps(table))).rows == [["1"], ["2"]]
