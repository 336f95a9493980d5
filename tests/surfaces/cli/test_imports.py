"""`streamgauge import` shows what it would read, what it assumed, and what it kept; hostile text stays harmless."""

import json
from pathlib import Path

import pytest

from streamgauge.records import KINDS, Record, schema
from tests.contract.test_records import sample
from tests.kit.imports import command, csv, lake_at, rows

EVENTS = [("A", "open", "01.02.2025 10:00", "Ann Example", "x"), ("A", "done", "13.02.2025 10:00", "Bob Example", "y")]
HEADER = "case,activity,when,resource,rest"
OPTIONS = ("--as", "event-log", "--at", "when")


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return csv(tmp_path / "log.csv", EVENTS, HEADER)


def test_a_dry_run_shows_rows_and_keeps_nothing(log: Path, tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    code, out, _ = command("import", log, *OPTIONS, "--dry-run", "--lake", lake)
    told = " ".join(out.split())
    assert code == 0
    assert "2 rows of 'log' (csv) as event-log" in told
    assert "Mapped: at = when" in told
    assert "case = case; activity = activity; actor = resource" in told
    assert "Unused columns, not kept: rest" in told
    assert "Dates of 'when' are day-first" in told
    assert "taken as UTC" in told
    assert "happened_at=2025-02-13T10:00:00Z" in told
    assert "Example" not in told
    assert not lake.exists()


def test_an_import_counts_what_it_kept(log: Path, tmp_path: Path) -> None:
    code, out, _ = command("import", log, *OPTIONS, "--lake", tmp_path / "lake", "--format", "json")
    (said,) = json.loads(out)["files"]
    assert (code, said["dataset"], said["rejected"]) == (0, "log", 0)
    assert said["kept"] == [
        {"kind": "Item", "new": 1, "changed": 0, "unchanged": 0, "gone": 0},
        {"kind": "Transition", "new": 2, "changed": 0, "unchanged": 0, "gone": 0},
    ]
    assert said["tables"][0]["unused"] == ["rest"]


def test_an_ambiguous_date_is_an_error_that_shows_both_readings_and_the_flag(tmp_path: Path) -> None:
    file = csv(tmp_path / "log.csv", [("A", "x", "01/02/2025")])
    words = ("import", file, "--as", "event-log", "--activity", "what", "--at", "when", "--lake", tmp_path / "lake")
    code, _, err = command(*words)
    assert code == 2
    assert "01 February 2025 (day-first) or 02 January 2025 (month-first)" in err
    assert "--date-format day-first or --date-format month-first" in err
    assert command(*words, "--date-format", "month-first")[0] == 0


def test_rejects_are_listed_with_file_line_and_reason(tmp_path: Path) -> None:
    file = csv(tmp_path / "log.csv", [("A", "x", f"2025-01-{day:02d}") for day in range(1, 33)])
    place = tmp_path / "lake"
    code, out, _ = command("import", file, "--as", "event-log", "--activity", "what", "--at", "when", "--lake", place)
    assert code == 0
    assert "1 row put aside" in out
    code, out, _ = command("import", "--rejects", "--lake", place)
    assert (code, out) == (0, "log.csv, line 33: 'when' is a date that does not exist (2025-01-32)\n")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "There is no file to import"),
        (("nothing.csv",), "nothing.csv"),
        (("log.csv", "--as", "Incidnet"), "Did you mean 'Incident'"),
        (("log.csv", "--map", "case"), "no name before a ="),
        (("log.csv", "--zone", "Europe/Berln"), "Did you mean 'Europe/Berlin'"),
        (("log.csv", "--date-format", "%q"), "not understood"),
        (("log.csv", "--as", "event-log", "--case", "cas"), "Did you mean 'case'"),
        (("log.csv", "--snapshot-at", "never"), "--snapshot-at"),
    ],
)
def test_what_is_not_understood_is_told_with_the_nearest(
    words: tuple[str, ...], told: str, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(log.parent)
    code, _, err = command("import", *words, "--lake", log.parent / "lake")
    assert code == 2
    assert told in err


def test_hostile_text_is_shown_harmless(tmp_path: Path) -> None:
    file = csv(tmp_path / "log.csv", [("A\x1b[31m", "\u202egnp", "2025-01-01")], "case,activity\x1b]0;t\x07,when")
    _, out, err = command("import", file, *OPTIONS, "--activity", "activity\x1b]0;t\x07", "--dry-run")
    assert "\x1b" not in out + err
    assert "\u202e" not in out + err


def test_a_company_file_maps_files_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    csv(tmp_path / "tickets-1.csv", [("A", "open", "2025-01-01")], "key,step,moment")
    mapping = "imports:\n- files: 'tickets-*'\n  kind: event-log\n  columns: {case: key, activity: step, at: moment}\n"
    (tmp_path / "streamgauge.yaml").write_text(mapping)
    monkeypatch.chdir(tmp_path)
    assert command("import", "tickets-1.csv", "--lake", "lake")[0] == 0
    assert rows(lake_at(tmp_path / "lake"), "SELECT id, value FROM transitions") == [("A#1", "open")]


def test_a_mistake_in_a_mapping_file_is_told_with_its_line(tmp_path: Path, log: Path) -> None:
    (tmp_path / "map.yaml").write_text("imports:\n- files: '*.csv'\n  knd: event-log\n")
    code, _, err = command("import", log, "--mapping", tmp_path / "map.yaml", "--lake", tmp_path / "lake")
    assert code == 2
    assert "kind" in err
    assert "3" in err


def cell(field: str, value: object) -> str:
    """Return a value as a person would write it into a template."""
    if isinstance(value, list):
        text = json.dumps(value) if value and isinstance(value[0], dict) else "; ".join(str(one) for one in value)
    else:
        text = str(value)
    return '"' + text.replace('"', '""') + '"'


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_template_that_was_filled_in_imports_without_flags(kind: type[Record], tmp_path: Path) -> None:
    code, template, _ = command("records", "--template", kind.table)
    assert code == 0
    header = template.splitlines()[-1].split(",")
    types = {field.name: field.type for field in schema(kind)}
    line = ",".join(cell(name, sample(types[name])) for name in header)
    (tmp_path / "filled.csv").write_text(f"{template}{line}\n", encoding="utf-8")
    code, out, err = command("import", tmp_path / "filled.csv", "--lake", tmp_path / "lake")
    assert code == 0, err
    assert f"{kind.__name__}: 1 new" in out
    assert len(rows(lake_at(tmp_path / "lake"), f"SELECT * FROM {kind.table}")) == 1


def test_the_form_of_a_file_can_be_said(tmp_path: Path) -> None:
    (tmp_path / "log.txt").write_bytes("Liste\nA~Öffnen~2025-01-01\n".encode("cp1252"))
    words = ("--encoding", "cp1252", "--delimiter", "~", "--header", "0", "--format", "json")
    columns = ("--case", "column 1", "--activity", "column 2", "--at", "column 3", "--max-bad", "60")
    code, out, err = command("import", tmp_path / "log.txt", "--lake", tmp_path / "lake", *words, *columns)
    assert code == 0, err + out
    assert rows(lake_at(tmp_path / "lake"), "SELECT value FROM transitions") == [("Öffnen",)]


def test_a_dry_run_shows_too_many_bad_rows_where_an_import_refuses_them(tmp_path: Path) -> None:
    file = csv(tmp_path / "log.csv", [("A", "x", "2025-01-01"), ("A", "y", "soon")])
    words = ("import", file, "--activity", "what", "--at", "when", "--lake", tmp_path / "lake")
    code, out, _ = command(*words, "--dry-run")
    assert code == 0
    assert "1 row put aside: 'when' is no date that is understood (such as 'soon'), line 3" in " ".join(out.split())
    assert "An import would keep nothing" in " ".join(out.split())
    code, _, err = command(*words)
    assert code == 2
    assert (
        "1 of 2 rows are bad, more than 20 %. 1 × 'when' is no date that is understood (such as 'soon'), line 3." in err
    )


def test_long_names_of_stages_do_not_push_numbers_off_the_page(tmp_path: Path) -> None:
    """On eighty columns each stage keeps its share and its queue, and its name loses its end."""
    named = ("Check the request for completeness", "Decide on the request with the board")
    table = [(case, name, f"2025-01-0{day}") for case in "AB" for day, name in enumerate(named, 1)]
    command("import", csv(tmp_path / "log.csv", table, "case,activity,timestamp"), "--lake", tmp_path / "lake")
    _, out, _ = command("map", "--lake", tmp_path / "lake")
    lines = out.splitlines()
    head = next(line for line in lines if line.startswith("stage"))
    stages = [line for line in lines if line.startswith(("Check the", "Decide on")) and "%" in line]
    assert head.endswith("queue")
    assert [line.split()[-3:] for line in stages] == [["100", "%", "0"]] * 2
    assert max(map(len, (head, *stages))) <= 80
