"""XES: events with their case's attributes, cases apart; typed where the log types; no entities, no endless values."""

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from streamgauge.errors import BadFile
from streamgauge.sources.files import Limits, xes_packed, xes_parser
from tests.sources.files.reading import rows, sheets

LOG = """<?xml version="1.0" encoding="UTF-8"?>
<!-- made by hand -->
<log xes.version="1.0" xmlns="http://www.xes-standard.org/">
  <extension name="Concept" prefix="concept" uri="http://example.org/concept.xesext"/>
  <global scope="event"><string key="concept:name" value="nothing"/></global>
  <classifier name="Activity" keys="concept:name lifecycle:transition"/>
  <string key="creator" value="hand"/>
  <trace>
    <string key="concept:name" value="c1"/>
    <int key="size" value="3"/>
    <event>
      <string key="concept:name" value="Open &amp; &lt;go&gt;"/>
      <date key="time:timestamp" value="2024-03-31T02:30:00.123+01:00"/>
      <boolean key="late" value="true"/>
      <float key="cost" value="1.5"><string key="currency" value="EUR"/></float>
    </event>
    <event>
      <string key="concept:name" value="Close"/>
      <date key="time:timestamp" value="2024-04-01T00:00:00Z"/>
    </event>
  </trace>
  <trace><string key="concept:name" value="c2"/></trace>
  <trace>
    <string key="concept:name" value="c3"/>
    <event><string key="concept:name" value="Open"/><date key="time:timestamp" value="2024-04-02T00:00:00"/></event>
  </trace>
  <event><string key="concept:name" value="Alone"/></event>
</log>
"""
EVENTS = [
    ["c1", 3, "Open & <go>", datetime(2024, 3, 31, 1, 30, 0, 123000, UTC), True, 1.5, "EUR"],
    ["c1", 3, "Close", datetime(2024, 4, 1, tzinfo=UTC), None, None, None],
    ["c3", None, "Open", datetime(2024, 4, 2, tzinfo=UTC), None, None, None],
    [None, None, "Alone", None, None, None, None],
]


@pytest.mark.parametrize(
    "content",
    [
        LOG.encode(),
        gzip.compress(LOG.encode()),
        b"\xef\xbb\xbf" + LOG.encode(),
        LOG.replace("UTF-8", "UTF-16").encode("utf-16"),
        LOG.replace("UTF-8", "ISO-8859-1").encode("latin-1"),
        LOG.replace("<log", "<x:log")
        .replace("</log", "</x:log")
        .replace("xmlns=", "xmlns:x=")
        .replace("<trace", "<x:trace")
        .replace("</trace", "</x:trace")
        .replace("<event", "<x:event")
        .replace("</event", "</x:event")
        .replace("<string", "<x:string")
        .replace("</string", "</x:string")
        .encode(),
    ],
    ids=["utf-8", "gzip", "mark", "utf-16", "latin-1", "prefix"],
)
def test_a_log_is_a_table_of_events_and_one_of_cases(tmp_path: Path, content: bytes) -> None:
    events, cases = sheets(tmp_path, "made.xes", content)
    assert events.columns == (
        "case:concept:name", "case:size", "concept:name", "time:timestamp", "late", "cost", "cost.currency",
    )  # fmt: skip
    for size in (1, 64, 8 << 20):
        assert (rows(events, size).rows, rows(events, size).lines) == (EVENTS, [1, 2, 3, 4])
        assert rows(cases, size).rows == [["c1", 3], ["c2", None], ["c3", None]]
    assert "The log names these classifiers: Activity = concept:name lifecycle:transition." in events.notes


def test_columns_have_the_types_that_the_log_gives_them(tmp_path: Path) -> None:
    events, _ = sheets(tmp_path, "made.xes", LOG)
    kinds = [pa.string(), pa.int64(), pa.string(), pa.timestamp("us", "UTC"), pa.bool_(), pa.float64(), pa.string()]
    assert [batch.table.schema.types for batch in events.read(64)] == [kinds] * len(list(events.read(64)))


def event(*attributes: str) -> str:
    return "<event>" + "".join(attributes) + "</event>"


def log(*parts: str) -> str:
    return "<log><trace>" + "".join(parts) + "</trace></log>"


def test_a_value_that_is_not_of_its_type_makes_a_bad_row(tmp_path: Path) -> None:
    good, odd = '<date key="at" value="2024-01-01T00:00:00Z"/>', '<date key="at" value="yesterday"/>'
    found = rows(sheets(tmp_path, "made.xes", log(event(good), event(odd), event(good)))[0])
    assert (found.lines, [(one.line, one.reason) for one in found.bad]) == (
        [1, 3],
        [(2, "the value of 'at' is no date")],
    )


def test_a_case_attribute_that_is_not_of_its_type_makes_its_events_bad(tmp_path: Path) -> None:
    found = rows(sheets(tmp_path, "made.xes", log('<int key="n" value="many"/>', event(), event()))[0])
    assert (found.lines, [one.line for one in found.bad]) == ([], [1, 2])


def test_a_key_of_several_types_is_text(tmp_path: Path) -> None:
    content = log(event('<int key="n" value="1"/>'), event('<string key="n" value="two"/>'))
    assert rows(sheets(tmp_path, "made.xes", content)[0]).rows == [["1"], ["two"]]


def test_a_key_that_comes_twice_is_kept_twice(tmp_path: Path) -> None:
    made, _ = sheets(tmp_path, "made.xes", log(event('<string key="n" value="1"/>', '<string key="n" value="2"/>')))
    assert (made.columns, rows(made).rows) == (("n", "n (2)"), [["1", "2"]])


def test_an_event_key_that_looks_like_a_cases_stays_apart(tmp_path: Path) -> None:
    content = log('<string key="n" value="c"/>', event('<string key="case:n" value="e"/>'))
    made, _ = sheets(tmp_path, "made.xes", content)
    assert (made.columns, rows(made).rows) == (("case:n", "case:n (2)"), [["c", "e"]])


@pytest.mark.parametrize(
    "inside",
    [
        '<string key="a" value="b"><string key="c" value="d"><int key="e" value="1"/></string></string>',
        "<global scope='event'><string key='a' value='b'><string key='c' value='d'/></string></global>",
    ],
)
def test_attributes_of_the_log_itself_are_no_columns(tmp_path: Path, inside: str) -> None:
    made, _ = sheets(
        tmp_path,
        "made.xes",
        f"<log>{inside}<trace>{event('<id key=~n~ value=~1~/>'.replace('~', chr(34)))}</trace></log>",
    )
    assert (made.columns, rows(made).rows) == (("n",), [["1"]])


def test_attributes_within_attributes_have_the_names_of_both(tmp_path: Path) -> None:
    inner = (
        '<string key="b" value="2"><string value="3" key="c"/></string><list key="l"><string key="d" value="4"/></list>'
    )
    made, _ = sheets(
        tmp_path, "made.xes", log(event(f'<string key="a" value="1">{inner}</string><string key="z" value="5"/>'))
    )
    assert dict(zip(made.columns, rows(made).rows[0], strict=True)) == {
        "a": "1", "a.b": "2", "a.b.c": "3", "a.l.d": "4", "z": "5",
    }  # fmt: skip


LAUGHS = '<!DOCTYPE log [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "head",
    [
        LAUGHS,
        '<!DOCTYPE log [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE log SYSTEM "http://example.org/x.dtd">',
    ],
)
def test_document_types_and_entities_are_refused(tmp_path: Path, head: str) -> None:
    content = f'<?xml version="1.0"?>{head}<log><trace><string key="n" value="&a;"/></trace></log>'
    with pytest.raises(BadFile, match="defines a document type or entities"):
        sheets(tmp_path, "made.xes", content)


def test_deep_nesting_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="nested too deeply"):
        sheets(tmp_path, "made.xes", log('<string key="a" value="b">' * 100))


def test_an_endless_value_is_refused(tmp_path: Path) -> None:
    content = '<log><trace><string key="a" value="' + "x" * 30_000_000
    with pytest.raises(BadFile, match="one value goes on for too long"):
        sheets(tmp_path, "made.xes", content, limits=Limits(record=1 << 20))


def test_too_many_attributes_are_refused(tmp_path: Path) -> None:
    content = log(event(*(f'<string key="k{n}" value="v"/>' for n in range(60))))
    with pytest.raises(BadFile, match="more than 50 attributes"):
        sheets(tmp_path, "made.xes", content, limits=Limits(columns=50))


@pytest.mark.parametrize("cut", [300, 700, len(LOG) - 8])
def test_one_that_is_cut_off_is_refused_with_its_line(tmp_path: Path, cut: int) -> None:
    with pytest.raises(BadFile, match=rf"line {LOG[:cut].count(chr(10)) + 1}: the XML is damaged or cut off"):
        sheets(tmp_path, "made.xes", LOG[:cut])


def test_a_case_of_very_many_events_stays_one_case(tmp_path: Path) -> None:
    content = log('<string key="n" value="c"/>', event('<int key="i" value="1"/>') * 210_000)
    events, cases = sheets(tmp_path, "made.xes", content)
    batches = list(events.batches())
    assert sum(batch.table.num_rows for batch in batches) == 210_000
    assert {value for batch in batches for value in batch.table["case:n"].unique().to_pylist()} == {"c"}
    assert rows(cases).rows == [["c"]]


def test_a_case_without_a_name_is_called_by_its_identity_or_its_place(tmp_path: Path) -> None:
    event = (
        '<event><string key="concept:name" value="A"/><date key="time:timestamp" value="2024-04-02T00:00:00Z"/></event>'
    )
    named = '<string key="concept:name" value="c1"/>'
    body = "".join(f"<trace>{own}{event}</trace>" for own in (named, '<id key="identity:id" value="x-1"/>', ""))
    events, cases = sheets(tmp_path, "made.xes", f"<log>{body}</log>".encode())
    for sheet in (events, cases):
        place = sheet.columns.index("case:concept:name")
        assert [row[place] for row in rows(sheet).rows] == ["c1", "x-1", "trace 3"]
    assert any("2 cases have no name" in note for note in events.notes)


def test_a_log_of_many_parts_is_read_as_one_however_little_memory_there_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keys and types that only later parts have hold for all, and each table can be read again while another is."""
    monkeypatch.setattr(xes_parser, "_STEP", 300)
    monkeypatch.setattr(xes_parser, "_EVENTS", 2)
    monkeypatch.setattr(xes_packed, "_IN_MEMORY", 1000)
    size, late = '<int key="size" value="7"/>', '<boolean key="late" value="true"/>'
    traces = [
        f'<trace><string key="concept:name" value="c{n}"/>{size if n == 29 else ""}'
        + "".join(
            f'<event><string key="concept:name" value="e{n}.{i}"/>{late if n == 25 else ""}'
            f'<{"int" if n < 20 else "string"} key="cost" value="{i}"/></event>'
            for i in range(n % 4)
        )
        + "</trace>"
        for n in range(30)
    ]
    events, cases = sheets(tmp_path, "log.xes", f"<log>{''.join(traces)}</log>")
    wanted = [
        [f"c{n}", 7 if n == 29 else None, f"e{n}.{i}", str(i), True if n == 25 else None]
        for n in range(30)
        for i in range(n % 4)
    ]
    assert rows(events).rows == rows(events).rows == wanted
    beside = list(zip(events.batches(), cases.batches(), strict=True))
    assert [sum(len(one.line) for one in kind) for kind in zip(*beside, strict=True)] == [len(wanted), 30]
    assert len(beside) > 5
    assert [case for case, _ in rows(cases).rows] == [f"c{n}" for n in range(30)]
