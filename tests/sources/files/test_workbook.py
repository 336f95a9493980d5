"""Workbooks: each worksheet is a table, typed where a column is of one type; hostile ones are refused."""

import io
import zipfile
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pytest

from streamgauge.errors import BadFile
from streamgauge.sources.files import Limits
from tests.kit.workbook import workbook
from tests.sources.files.reading import rows, sheet, sheets

AT = datetime(2024, 3, 31, 14, 30)  # noqa: DTZ001 - a worksheet knows no zone
ROWS = [
    ["id", "at", "effort", "done", "mixed"],
    ["A-1", AT, 3, True, 1],
    ["A-2", AT, 4.5, False, "x"],
    ["A-3", None, None, None, None],
]


def test_columns_are_typed_where_all_cells_are_of_one_type(tmp_path: Path) -> None:
    made = sheet(tmp_path, "made.xlsx", workbook({"Items": ROWS}))
    table = next(made.batches()).table
    kinds = [pa.string(), pa.timestamp("us"), pa.float64(), pa.bool_(), pa.string()]
    assert table.schema.types == kinds
    assert rows(made).rows == [
        ["A-1", AT, 3.0, True, "1"],
        ["A-2", AT, 4.5, False, "x"],
        ["A-3", None, None, None, None],
    ]
    assert (made.form, made.name, made.member, rows(made).lines) == ("xlsx", "Items", "Items", [2, 3, 4])


def test_whole_numbers_are_integers(tmp_path: Path) -> None:
    found = next(sheet(tmp_path, "made.xlsx", workbook({"S": [["n"], [1], [2], [3.0]]})).batches())
    assert found.table.schema.types == [pa.int64()]


def test_each_worksheet_that_holds_anything_is_a_sheet(tmp_path: Path) -> None:
    made = sheets(
        tmp_path, "made.xlsx", workbook({"A": [["x"], ["1"]], "Empty": [], "B": [["y"], ["2"]]}, hidden=["B"])
    )
    assert [(one.name, one.columns) for one in made] == [("A", ("x",)), ("B", ("y",))]
    assert "The worksheet is hidden." in made[1].notes


def test_a_title_above_and_a_total_below_are_no_rows(tmp_path: Path) -> None:
    content = [["Report of May"], [], ["team", "n"], ["A", 1], ["B", 2], [], ["Total", 3]]
    made = sheet(tmp_path, "made.xlsx", workbook({"S": content}))
    found = rows(made)
    assert (made.columns, found.rows, found.lines) == (("team", "n"), [["A", 1], ["B", 2]], [4, 5])
    assert [(one.line, one.reason) for one in found.bad] == [(7, "total row")]
    assert "Header at row 3." in made.notes


def test_a_formula_is_read_as_its_last_value_and_text_stays_text(tmp_path: Path) -> None:
    body = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row>'
        '<row r="2"><c r="A2" t="str"><f>"x"&amp;"y"</f><v>xy</v></c></row>'
        '<row r="3"><c r="A3" t="inlineStr"><is><t>=cmd|\'/c calc\'!A1</t></is></c></row>'
    )
    assert rows(sheet(tmp_path, "made.xlsx", workbook({"S": body}))).rows == [["xy"], ["=cmd|'/c calc'!A1"]]


def test_cells_far_apart_do_not_fill_memory(tmp_path: Path) -> None:
    body = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    with pytest.raises(BadFile, match=r"spans 1,048,576 rows and 16,384 columns"):
        sheets(tmp_path, "made.xlsx", workbook({"S": body}))


@pytest.mark.parametrize(
    "cell",
    ['<c r="XFD900000"><v>1</v></c>', "<c s='>' \n r = 'XFD900000' ><v>1</v></c>", '<x:c r="XFD900000"><v>1</v></x:c>'],
)
def test_a_far_cell_is_seen_however_it_is_written(tmp_path: Path, cell: str) -> None:
    body = f'<row r="1"><c r="A1"><v>1</v></c></row><row r="900000">{cell}</row>'
    with pytest.raises(BadFile, match=r"spans 900,000 rows and 16,384 columns"):
        sheets(tmp_path, "made.xlsx", workbook({"S": body}))


def test_far_cells_that_are_empty_do_no_harm(tmp_path: Path) -> None:
    body = '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="1"/></row><row r="1048576" ht="5"/>'
    assert rows(sheet(tmp_path, "made.xlsx", workbook({"S": body}), header=0)).rows == [[1]]


def changed(data: bytes, name: str, content: bytes) -> bytes:
    """Return a workbook with one part replaced or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.namelist():
            if one != name:
                new.writestr(one, old.read(one))
        new.writestr(name, content)
    return out.getvalue()


def test_entities_in_a_workbook_are_refused(tmp_path: Path) -> None:
    laughs = b'<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><sst>&b;</sst>'
    with pytest.raises(BadFile, match=r"part xl/sharedStrings\.xml defines entities"):
        sheets(tmp_path, "made.xlsx", changed(workbook({"S": ROWS}), "xl/sharedStrings.xml", laughs))


def test_a_bomb_in_a_workbook_is_refused(tmp_path: Path) -> None:
    bomb = changed(workbook({"S": ROWS}), "xl/sharedStrings.xml", b" " * 5_000_000)
    with pytest.raises(BadFile, match=r"member xl/sharedStrings\.xml unpacks to 5,000,000 bytes"):
        sheets(tmp_path, "made.xlsx", bomb, limits=Limits(grace=1 << 20))


@pytest.mark.parametrize("cut", [30, 400, 1200])
def test_a_workbook_that_is_cut_off_is_an_error(tmp_path: Path, cut: int) -> None:
    with pytest.raises(BadFile, match="damaged"):
        sheets(tmp_path, "made.xlsx", workbook({"S": ROWS})[:cut])


def test_a_workbook_with_broken_xml_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="damaged"):
        sheets(
            tmp_path,
            "made.xlsx",
            changed(workbook({"S": ROWS}), "xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row"),
        )


def test_an_empty_workbook_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="no worksheet holds anything"):
        sheets(tmp_path, "made.xlsx", workbook({"S": []}))


def test_the_header_of_a_worksheet_may_be_told(tmp_path: Path) -> None:
    made = sheet(tmp_path, "made.xlsx", workbook({"S": [["x", "y"], ["id", "n"], ["1", "2"]]}), header=2)
    assert (made.columns, rows(made).rows) == (("id", "n"), [["1", "2"]])
    with pytest.raises(BadFile, match="row 9 is empty"):
        sheet(tmp_path, "made.xlsx", workbook({"S": [["x"], ["1"]]}), header=9)
