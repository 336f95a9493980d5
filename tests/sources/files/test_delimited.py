"""Delimited text as the world writes it: each habit is understood, and what was assumed is said."""

from pathlib import Path
from typing import Any

import pytest

from streamgauge.errors import BadFile
from streamgauge.sources.files import Options, tables
from tests.sources.files.reading import rows, sheet, written

PLAIN = [["1", "New"], ["2", "Done"]]


@pytest.mark.parametrize(
    ("content", "note"),
    [
        (b"id,state\n1,New\n2,Done\n", "Separated by comma."),
        (b"id;state\n1;New\n2;Done\n", "Separated by semicolon."),
        (b"id\tstate\n1\tNew\n2\tDone\n", "Separated by tab."),
        (b"id|state\n1|New\n2|Done\n", "Separated by bar."),
        (b"sep=;\r\nid;state\r\n1;New\r\n2;Done\r\n", "Header at line 2."),
        (b"id,state\r1,New\r2,Done\r", "Header at line 1."),
        (b"id,state\r\n1,New\r\n2,Done", "Header at line 1."),
        (b"\n\n\nid,state\n1,New\n\n2,Done\n", "Header at line 4."),
        (b"\xef\xbb\xbfid,state\n1,New\n2,Done\n", "Encoding utf-8, said by the file's byte order mark."),
        (
            "\ufeffid,state\n1,New\n2,Done\n".encode("utf-16-le"),
            "Encoding utf-16-le, said by the file's byte order mark.",
        ),
        (
            "\ufeffid,state\n1,New\n2,Done\n".encode("utf-16-be"),
            "Encoding utf-16-be, said by the file's byte order mark.",
        ),
        (
            "id,state\n1,New\n2,Done\n".encode("utf-16-le"),
            "Encoding utf-16-le, assumed from zero bytes; no mark says so.",
        ),
        (
            "id,state\n1,New\n2,Done\n".encode("utf-16-be"),
            "Encoding utf-16-be, assumed from zero bytes; no mark says so.",
        ),
        (b"Report of May\n\nid,state\n1,New\n2,Done\n", "1 lines before the header were left out."),
        (b"# id: the key, required\n# state\nid,state\n1,New\n2,Done\n", "Header at line 3."),
        (b'"id","state"\n"1","New"\n"2","Done"\n', "Header at line 1."),
    ],
)
def test_a_table_is_found_however_it_is_written(tmp_path: Path, content: bytes, note: str) -> None:
    made = sheet(tmp_path, "made.csv", content)
    assert (made.columns, rows(made).rows, rows(made).bad) == (("id", "state"), PLAIN, [])
    assert note in made.notes


def test_the_form_and_the_name_of_a_sheet(tmp_path: Path) -> None:
    made = sheet(tmp_path, "Weekly export.csv", "a\tb\n1\t2\n")
    assert (made.name, made.form, made.file) == ("Weekly export", "tsv", str(tmp_path / "Weekly export.csv"))


@pytest.mark.parametrize(
    ("content", "codec"),
    [
        ("Größe,€\nä,ß\n", "cp1252"),
        ("Größe,€\nä,ß\n", "utf-8"),
        ("Größe,x\n\x81ä,ß\n", "latin-1"),
        ("żółć,x\nł,ą\n", "cp1250"),
    ],
)
def test_an_encoding_is_assumed_or_told(tmp_path: Path, content: str, codec: str) -> None:
    told = {"encoding": codec} if codec == "cp1250" else {}
    made = sheet(tmp_path, "made.csv", content.encode(codec), header=1, **told)
    lines = content.splitlines()
    assert [list(made.columns), *rows(made).rows] == [line.split(",") for line in lines]
    assert any({"latin-1": "cp1252"}.get(codec, codec) in note for note in made.notes)


@pytest.mark.parametrize(
    ("content", "codec"),
    [
        ("工单号,状态,时间\nA-1,进行中,2025-01-01\n", "gb18030"),
        ("チケット番号,ステータス,更新日時\nA-1,作業中,2025-01-01\n", "shift_jis"),
        ("チケット番号,ステータス,更新日時\nA-1,作業中,2025-01-01\n", "euc_jp"),
        ("Номер заявки,Статус,Дата изменения\nA-1,В работе,2025-01-01\n", "cp1251"),
        ("Номер заявки,Статус,Дата изменения\nA-1,В работе,2025-01-01\n", "koi8_r"),
        ("Vorgang,Aktivität,Geändert am\nA-1,Prüfung,2025-01-01\n", "cp1252"),
    ],
)
def test_an_encoding_is_told_by_the_words_of_the_header(tmp_path: Path, content: str, codec: str) -> None:
    made = sheet(tmp_path, "made.csv", content.encode(codec))
    assert made.columns == tuple(content.partition("\n")[0].split(","))
    assert any(f"Encoding {codec}" in note and "assumed" in note for note in made.notes)


def test_single_lines_in_another_encoding_are_read_and_said(tmp_path: Path) -> None:
    lines = [f"{n},größer" for n in range(200_000)]
    content = "id,word\n" + "\n".join(lines) + "\n"
    raw = content.encode().replace("199,größer".encode(), "199,größer".encode("cp1252"), 1)
    place = tmp_path / "made.csv"
    place.write_bytes(raw)
    (made,) = tables(str(place), options=Options(delimiter=","))
    found = rows(made)
    assert found.rows[199] == ["199", "größer"]
    assert len(found.rows) == 200_000


def test_a_late_line_in_another_encoding_is_said_with_its_number(tmp_path: Path) -> None:
    lines = [f"{n},word".encode() for n in range(400_000)]
    lines[150_000] = "150000,größer".encode("cp1252")
    made = sheet(tmp_path, "made.csv", b"id,word\n" + b"\n".join(lines) + b"\n")
    found = rows(made)
    assert found.rows[150_000] == ["150000", "größer"]
    assert found.notes == ["1 lines, the first being 150,002, are not utf-8 and were read as cp1252."]


def test_what_is_not_in_the_encoding_that_was_told_is_marked(tmp_path: Path) -> None:
    found = rows(sheet(tmp_path, "made.csv", b"id,word\n1,gr\xf6\xdfer\n", encoding="utf-8"))
    assert found.rows == [["1", "gr\ufffd\ufffder"]]
    assert found.notes == ["1 lines, the first being 2, are not utf-8 and hold signs that are none."]


def test_names_that_come_twice_or_are_empty_are_made_and_said(tmp_path: Path) -> None:
    made = sheet(tmp_path, "made.csv", "id,state,,state, state \na,b,c,d,e\n")
    assert made.columns == ("id", "state", "column 3", "state (2)", "state (3)")
    assert "Columns that have another's name got a number: state (2), state (3)." in made.notes
    assert "1 columns without a name are called by their place, such as 'column 3'." in made.notes


def test_a_file_without_a_header_is_seen(tmp_path: Path) -> None:
    made = sheet(tmp_path, "made.csv", "2024-01-02,17,Anna\n2024-01-03,18,Berta\n")
    assert made.columns == ("column 1", "column 2", "column 3")
    assert rows(made).lines == [1, 2]
    assert "No header: the first row already holds values." in made.notes


@pytest.mark.parametrize(
    "content",
    ["Region,2019,2020\nEU,5,6\nUS,7,8\n", "id,at\n1,2024-01-01\n", "a,b\nc,d\n", "id\n1\n2\n", "17 h,x\nfoo,bar\n"],
)
def test_a_header_is_not_taken_for_values(tmp_path: Path, content: str) -> None:
    made = sheet(tmp_path, "made.csv", content)
    assert list(made.columns) == content.splitlines()[0].split(",")


@pytest.mark.parametrize(("header", "columns", "first"), [(0, ("column 1", "column 2"), 1), (3, ("1", "New"), 4)])
def test_the_header_may_be_told(tmp_path: Path, header: int, columns: tuple[str, ...], first: int) -> None:
    made = sheet(tmp_path, "made.csv", "title,x\nid,state\n1,New\n2,Done\n", header=header)
    assert made.columns == columns
    assert rows(made).lines[0] == first


def test_a_header_that_cannot_be_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="no row begins at line 9"):
        sheet(tmp_path, "made.csv", "id,state\n1,New\n", header=9)


def test_a_padded_title_is_no_header(tmp_path: Path) -> None:
    made = sheet(tmp_path, "made.csv", "Report of May,,,\n,,,\nid,state,team,at\n1,New,A,2024-01-01\n")
    assert made.columns == ("id", "state", "team", "at")
    assert rows(made).rows == [["1", "New", "A", "2024-01-01"]]


def test_ragged_rows_are_bad_with_their_counts_and_lines(tmp_path: Path) -> None:
    found = rows(sheet(tmp_path, "made.csv", "a,b,c\n1,2,3\n4,5\n\n6,7,8\n9,9,9,9\n   \n1,1,1\n"))
    assert found.rows == [["1", "2", "3"], ["6", "7", "8"], ["1", "1", "1"]]
    assert found.lines == [2, 5, 8]
    assert [(one.line, one.reason, one.columns_found) for one in found.bad] == [
        (3, "2 columns where 3 are expected", 2),
        (6, "4 columns where 3 are expected", 4),
    ]


def test_lines_stay_right_after_line_ends_in_quotes(tmp_path: Path) -> None:
    found = rows(sheet(tmp_path, "made.csv", 'a,b\n1,"x\ny\r\nz"\n2,"q ""w"""\n3\n4,""\n'))
    assert found.rows == [["1", "x\ny\r\nz"], ["2", 'q "w"'], ["4", ""]]
    assert (found.lines, found.bad_lines) == ([2, 5, 7], [6])


def test_quotes_that_are_no_quotes_cost_no_row(tmp_path: Path) -> None:
    content = 'id,size\n1,5" screen\n2,"fine"\n3,6" and 7" ones\n4,"a "quoted" word"\n5,x\n'
    found = rows(sheet(tmp_path, "made.csv", content))
    assert [row[0] for row in found.rows] == ["1", "2", "3", "4", "5"]
    assert found.rows[0] == ["1", '5" screen']
    assert found.lines == [2, 3, 4, 5, 6]


def test_a_quote_that_is_never_closed_costs_its_own_row_only(tmp_path: Path) -> None:
    found = rows(sheet(tmp_path, "made.csv", 'a,b,c\n1,2,3\n4,"oops,6\n7,8,9\n10,11,12\n'))
    assert found.rows == [["1", "2", "3"], ["7", "8", "9"], ["10", "11", "12"]]
    assert [(one.line, one.reason) for one in found.bad] == [(3, "a quote is opened and never closed")]


def test_a_quote_that_is_closed_by_another_rows_costs_no_third_row(tmp_path: Path) -> None:
    found = rows(sheet(tmp_path, "made.csv", 'a,b,c\n4,"oops,6\n7,8,9\n10,11,"12"\n13,14,15\n'))
    assert found.bad_lines == [2]
    assert found.rows == [["7", "8", "9"], ["10", "11", "12"], ["13", "14", "15"]]


def test_quotes_escaped_by_a_backslash_are_found(tmp_path: Path) -> None:
    made = sheet(tmp_path, "made.csv", 'id,word,x\n1,"say \\"hi\\", you",a\n2,"b, c",d\n')
    assert rows(made).rows == [["1", 'say "hi", you', "a"], ["2", "b, c", "d"]]
    assert "Quotes within quotes are escaped by \\." in made.notes


def test_a_row_with_a_nul_byte_is_bad_and_the_others_are_not(tmp_path: Path) -> None:
    found = rows(sheet(tmp_path, "made.csv", b"a,b\n1,2\n3,\x004\n5,6\n"))
    assert found.rows == [["1", "2"], ["5", "6"]]
    assert [(one.line, one.reason) for one in found.bad] == [(3, "holds a NUL byte")]


@pytest.mark.parametrize(
    ("last", "bad"),
    [
        ("Total,,30\n", 1),
        ("Grand total:,,30\nAverage,1,2\n", 0),
        ("Summe,30\n", 1),
        ("Total Energies,5,30\n", 0),
        ("Total,,3\n(2 rows)\n", 2),
    ],
)
def test_totals_below_a_table_are_kept_aside(tmp_path: Path, last: str, bad: int) -> None:
    found = rows(sheet(tmp_path, "made.csv", "team,n,sum\nA,1,10\nB,2,20\n" + last))
    assert [one.reason for one in found.bad] == ["total row"] * bad
    assert found.rows[:2] == [["A", "1", "10"], ["B", "2", "20"]]


def test_three_hundred_columns_are_read(tmp_path: Path) -> None:
    names = [f"c{n}" for n in range(300)]
    made = sheet(tmp_path, "made.csv", ",".join(names) + "\n" + ",".join("v" + name for name in names) + "\n")
    assert made.columns == tuple(names)
    assert rows(made).rows == [["v" + name for name in names]]


@pytest.mark.parametrize("content", [b"", b"\n\n \n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_an_error(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(BadFile, match="the file is empty"):
        sheet(tmp_path, "made.csv", content)


@pytest.mark.parametrize("content", ["id,state", "id,state\n", "id,state\r\n\r\n"])
def test_a_header_alone_is_a_table_without_rows(tmp_path: Path, content: str) -> None:
    made = sheet(tmp_path, "made.csv", content)
    assert made.columns == ("id", "state")
    assert rows(made).rows == []
    assert made.peek().table.column_names == ["id", "state"]


def test_rows_with_one_separator_more_than_the_header_get_a_column(tmp_path: Path) -> None:
    made = sheet(tmp_path, "made.csv", "id,state\n1,New,\n2,Done,\n")
    assert made.columns == ("id", "state", "column 3")
    assert rows(made).rows == [["1", "New", ""], ["2", "Done", ""]]


@pytest.mark.parametrize(
    "told", [{"delimiter": "#"}, {"delimiter": "§"}, {"quote": "'", "delimiter": ","}, {"quote": ""}]
)
def test_other_signs_may_be_told(tmp_path: Path, told: dict[str, Any]) -> None:
    sign, quote = told.get("delimiter", ","), told.get("quote", '"')
    content = f"id{sign}word\n1{sign}{quote}a{quote}\n2{sign}b\n"
    assert rows(sheet(tmp_path, "made.csv", content, **told)).rows == [["1", "a"], ["2", "b"]]


@pytest.mark.parametrize(
    "told",
    [{"delimiter": ""}, {"delimiter": ", "}, {"delimiter": "\n"}, {"quote": '""'}, {"delimiter": '"', "quote": '"'}],
)
def test_signs_that_cannot_be_are_an_error(tmp_path: Path, told: dict[str, str]) -> None:
    with pytest.raises(BadFile, match=r"the (separator|quote) is|are not three signs"):
        sheet(tmp_path, "made.csv", "a,b\n1,2\n", **told)


def test_a_peek_shows_what_is_bad_among_its_rows_only(tmp_path: Path) -> None:
    taken = sheet(tmp_path, "made.csv", "a,b\n1,2\n3\n4,5\n6,7\n8\n").peek(2)
    assert (taken.line.to_pylist(), [one.line for one in taken.bad]) == ([2, 4], [3])


def test_an_encoding_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="there is no encoding 'klingon'"):
        sheet(tmp_path, "made.csv", "a,b\n1,2\n", encoding="klingon")


def test_a_peek_reads_no_more_than_it_shows(tmp_path: Path) -> None:
    place = Path(written(tmp_path, "made.csv", "a,b\n" + "1,2\n" * 2_000_000))
    (made,) = tables(str(place))
    taken = made.peek(5)
    assert (taken.table.num_rows, taken.line.to_pylist()) == (5, [2, 3, 4, 5, 6])


def test_a_sheet_may_be_read_twice(tmp_path: Path) -> None:
    made = sheet(tmp_path, "made.csv", "a,b\n1,2\n3\n")
    assert rows(made) == rows(made)


@pytest.mark.parametrize("last", ["4,5\n", '4,"x\ny"\n', "Total,9\n"], ids=["clean", "with care", "before a total"])
def test_rows_that_hold_nothing_but_separators_are_no_rows(tmp_path: Path, last: str) -> None:
    found = rows(sheet(tmp_path, "made.csv", "a,b\n1,2\n,\n,3\n" + ",\n" * 2_000 + last + ",\n" * 9))
    told = [["4", last[2:].strip().strip('"')]] if last[0] == "4" else []
    assert (found.rows, found.lines) == ([["1", "2"], ["", "3"], *told], [2, 4, *([2_005] if told else [])])
    assert [(one.line, one.reason) for one in found.bad] == ([] if told else [(2_005, "total row")])
