"""A table keeps its name from import to import, whatever else comes in its file."""

import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from streamgauge.sources.files.datasets import dataset, parts, period_of, stem
from tests.kit.imports import counts, csv, lake_at, rows, taken
from tests.kit.workbook import workbook

ITEMS = "id,title,status"
KEPT = "SELECT repository, id FROM items ORDER BY 1, 2"


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ([""], [""]),
        (["issues.csv"], ["issues"]),
        (["one/issues.csv", "two/issues.csv"], ["one/issues", "two/issues"]),
        (["2025-01-06/issues.csv", "2025-01-13/issues.csv"], ["issues", "issues"]),
        (["issues-2025-01-06.csv", "issues-2025-01-13.csv"], ["issues", "issues"]),
        (["issues.csv", "issues (1).csv"], ["issues", "issues (1)"]),
        (["book.xlsx/Sheet1", "book.xlsx/Sheet2"], ["book/Sheet1", "book/Sheet2"]),
    ],
)
def test_names_go_without_dates_and_never_become_one(names: list[str], expected: list[str]) -> None:
    assert parts(names) == expected


def archive(place: Path, *tables: tuple[str, str]) -> Path:
    with zipfile.ZipFile(place, "w") as opened:
        for name, key in tables:
            opened.writestr(name, f"{ITEMS}\n{key},Title,new\n")
    return place


def test_two_tables_of_one_name_in_an_archive_stay_two(tmp_path: Path) -> None:
    lake = lake_at(tmp_path / "lake")
    file = archive(tmp_path / "export.zip", ("one/issues.csv", "A"), ("two/issues.csv", "A"))
    assert counts(taken(lake, file, said={}), "Item") == (2, 0, 0, 0)
    assert counts(taken(lake, file, said={}), "Item") == (0, 0, 2, 0)
    assert rows(lake, KEPT) == [("export/one/issues", "A"), ("export/two/issues", "A")]


def test_a_further_table_changes_the_name_of_none(tmp_path: Path) -> None:
    lake = lake_at(tmp_path / "lake")
    for tables in ([("a.csv", "A")], [("b.csv", "B"), ("a.csv", "A")]):
        last = taken(lake, archive(tmp_path / "export.zip", *tables), said={})
    assert counts(last, "Item") == (1, 0, 1, 0)
    sheet = [ITEMS.split(","), ["A", "Title", "new"]]
    for sheets in ({"Board": sheet}, {"Board": sheet, "Other": sheet}):
        (tmp_path / "book.xlsx").write_bytes(workbook(sheets))
        last = taken(lake, tmp_path / "book.xlsx", said={})
    assert counts(last, "Item") == (1, 0, 1, 0)
    assert [name for name, _ in rows(lake, KEPT)] == ["book/Board", "book/Other", "export/a", "export/b"]


def test_logs_in_an_archive_are_read_each_for_itself(tmp_path: Path) -> None:
    log = '<log><trace><string key="concept:name" value="{}"/><event><string key="concept:name" value="x"/>{}</event>'
    at = '<date key="time:timestamp" value="2025-01-01T00:00:00Z"/>'
    with zipfile.ZipFile(tmp_path / "logs.zip", "w") as opened:
        for name in ("one", "two"):
            opened.writestr(f"{name}.xes", log.format(name, at) + "</trace></log>")
        opened.writestr("table.csv", f"{ITEMS}\nA,Title,new\n")
    lake = lake_at(tmp_path / "lake")
    taken(lake, tmp_path / "logs.zip", said={})
    assert rows(lake, KEPT) == [("logs/one", "one"), ("logs/table", "A"), ("logs/two", "two")]


def test_tables_of_several_days_in_an_archive_are_snapshots(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "weeks.zip", "w") as opened:
        for day, status in (("13", "done"), ("06", "new")):
            opened.writestr(f"items-2025-01-{day}.csv", f"{ITEMS}\nA,Title,{status}\n")
    lake = lake_at(tmp_path / "lake")
    assert taken(lake, tmp_path / "weeks.zip", said={}).failure is None
    assert rows(lake, "SELECT repository, id, status FROM items") == [("weeks/items", "A", "done")]
    told = "SELECT value, not_before, happened_at FROM transitions WHERE field = 'status'"
    assert rows(lake, told) == [("done", datetime(2025, 1, 6, tzinfo=UTC), datetime(2025, 1, 13, tzinfo=UTC))]
    assert counts(taken(lake, tmp_path / "weeks.zip", said={}), "Transition")[:2] == (0, 0)


def test_rows_put_aside_are_told_of_each_table(tmp_path: Path) -> None:
    from streamgauge.answers.rejects import rejects

    with zipfile.ZipFile(tmp_path / "two.zip", "w") as opened:
        for name in ("one/log.csv", "two/log.csv", "two/log (1).csv"):
            opened.writestr(name, "case,what,when\n" + "A,x,2025-01-01\n" * 9 + "B,x,never\n" * name.startswith("two"))
    lake = lake_at(tmp_path / "lake")
    assert taken(lake, tmp_path / "two.zip").rejected == 2
    assert [one.line for one in rejects(lake)] == [11, 11]


def test_a_table_is_still_a_file_of_its_own(tmp_path: Path) -> None:
    lake = lake_at(tmp_path / "lake")
    taken(lake, csv(tmp_path / "issues-2025-01-06.csv", [("A", "Title", "new")], ITEMS), said={})
    assert rows(lake, KEPT) == [("issues", "A")]


@pytest.mark.parametrize(
    ("name", "since", "until"),
    [
        ("log-2025-01.csv", "2025-01-01", "2025-02-01"),
        ("log_01-2025.csv", "2025-01-01", "2025-02-01"),
        ("log-2025Q4.csv", "2025-10-01", "2026-01-01"),
        ("log Q1 2025.csv", "2025-01-01", "2025-04-01"),
        ("log-2025-W05.csv", "2025-01-27", "2025-02-03"),
        ("log-KW05-2025.csv", "2025-01-27", "2025-02-03"),
        ("log-2026W53.csv", "2026-12-28", "2027-01-04"),
        ("log_2025-01_2025-06.csv", "2025-01-01", "2025-07-01"),
        ("log-2025-11-to-2026-01.csv", "2025-11-01", "2026-02-01"),
        ("log-2025Q1_2025Q2.csv", "2025-01-01", "2025-07-01"),
        ("log-2025-01-01_2025-03-31.csv", "2025-01-01", "2025-04-01"),
        ("log_20250101_20250331.csv", "2025-01-01", "2025-04-01"),
        ("log 31.12.2024 - 31.01.2025.csv", "2024-12-31", "2025-02-01"),
        ("log-2025-01-06.csv", None, "2025-01-07"),
        ("log-2025-01-06T0930.csv", None, "2025-01-06T09:30"),
    ],
)
def test_a_name_tells_the_time_that_a_piece_is_of(name: str, since: str | None, until: str) -> None:
    """Whatever the time, it is one dataset."""
    assert dataset(name) == "log"
    assert period_of(name) == (since and datetime.fromisoformat(since), datetime.fromisoformat(until))


@pytest.mark.parametrize("name", ["log-2025W53.csv", "log-2025-13-45.csv", "BPI_Challenge_2012.xes", "log-1.2.2025"])
def test_what_is_no_time_stays_in_the_name(name: str) -> None:
    assert dataset(name) == stem(name)
    assert period_of(name) == (None, None)
