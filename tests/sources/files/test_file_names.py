"""Whoever a file is named after is not named in the lake, and what names nobody stays as it is."""

from pathlib import Path

import pytest

from streamgauge.sources.files.file_names import unnamed
from streamgauge.sources.pseudonym import Pseudonyms
from tests.kit.imports import contents, lake_at, rows, taken
from tests.kit.workbook import workbook

NAMES = Pseudonyms(b"k" * 32)
JANE = NAMES.of("Jane Doe")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Export_Jane_Doe.csv", f"Export_{JANE}.csv"),
        ("ExportJaneDoe-2024-05-03.csv.gz", f"Export{JANE}-2024-05-03.csv.gz"),
        ("Doe, Jane.xlsx", f"{JANE}.xlsx"),
        ("jane.doe.csv", f"{JANE}.csv"),
        ("JANE DOE", JANE),
        ("Jane_Doe_John_Smith.csv", f"{JANE}_{NAMES.of('John Smith')}.csv"),
        ("Jean-Luc_Picard_Tickets.csv", f"{NAMES.of('Jean-Luc_Picard')}_Tickets.csv"),
        ("Jane Meyer-Landrut.csv", f"{NAMES.of('Jane Meyer-Landrut')}.csv"),
        ("Jane-Doe-Export.csv", f"{NAMES.of('Jane-Doe')}-Export.csv"),
    ],
)
def test_a_full_name_becomes_the_pseudonym_of_that_person(name: str, kept: str) -> None:
    assert unnamed(name, NAMES) == kept


@pytest.mark.parametrize(
    "name",
    [
        *("helpdesk.csv", "BPI_Challenge_2013_closed_problems.csv", "Incident_Event_Log.csv", "Tickets_Sabine.csv"),
        *("Sarah_Export.csv", "simon.sprints.csv", "Sheet1", "Daniel_2024.csv", "eva_tickets.csv", "Release_Notes.csv"),
        *("Jan_Feb.csv", "JanFeb.csv", "Jan-Mar.csv", "jan.feb.csv", "Jan_Sales.csv", "Jan_Week_3.csv"),
        *("Carolina_Region.csv", "Julia_Packages.csv", "Iris_Dataset.csv"),
    ],
)
def test_a_name_that_names_nobody_stays(name: str) -> None:
    assert unnamed(name, NAMES) == name


def test_neither_a_file_nor_its_sheets_bring_a_name_into_the_lake(tmp_path: Path) -> None:
    sheet = [["id", "title", "status", "estimate"], ["A-1", "One", "open", "3"], ["A-2", "Two", "open", "much"]]
    lake = lake_at(tmp_path / "lake")
    (tmp_path / "Export_Annegret_Quillon.xlsx").write_bytes(workbook({"Anna Quillon": sheet, "Board": sheet}))
    (tmp_path / "o.quillon@example.org.csv").write_text("id,title,status\nB-1,One,open\n", encoding="utf-8")
    for file in ("Export_Annegret_Quillon.xlsx", "o.quillon@example.org.csv"):
        assert taken(lake, tmp_path / file, said={"kind": "Item"}, max_bad=0.9).failure is None
    kept = [name for (name,) in rows(lake, "SELECT DISTINCT repository FROM items ORDER BY 1")]
    assert len(kept) == 3
    held = b"\n".join(contents(tmp_path / "lake")).lower()
    assert [word for word in (b"quillon", b"annegret", b"example.org") if word in held] == []
