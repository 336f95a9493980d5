"""Every real file at hand reads whole: the counts are taken by plain Python from the same bytes."""

import csv
import gzip
import json
import os
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from streamgauge.sources.files import Sheet, tables

SHARED = Path(os.environ.get("STREAMGAUGE_SHARED", Path(__file__).parents[3] / "shared"))
DATA = SHARED / "data"
FOLDERS = ("lighthouse-csv", "devlake-e2e", "cdnow", "servicenow-incidents-sample")
NO_TABLE = "invalid-not-csv.csv"
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not DATA.is_dir(), reason=f"real data is not at hand: no folder {DATA}"),
]


def delimited() -> list[Path]:
    return sorted(path for folder in FOLDERS for path in (DATA / folder).rglob("*.csv") if path.name != NO_TABLE)


def rows_of(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Give the rows of a CSV file with the lines at which they begin, as Python's own module reads them."""
    csv.field_size_limit(1 << 30)
    with path.open(newline="", encoding="utf-8-sig") as file:
        reader, before = csv.reader(file), 0
        for row in reader:
            if row:
                yield before + 1, row
            before = reader.line_num


def found(sheet: Sheet) -> tuple[list[int], list[list[object]], list[int]]:
    batches = list(sheet.batches())
    lines = [line for batch in batches for line in batch.line.to_pylist()]
    return (
        lines,
        [list(row.values()) for batch in batches for row in batch.table.to_pylist()],
        [one.line for batch in batches for one in batch.bad],
    )


def test_there_are_as_many_files_as_were_counted_once() -> None:
    assert len(delimited()) == 383


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_delimited_file_reads_as_python_reads_it(folder: str) -> None:
    for path in (path for path in delimited() if path.is_relative_to(DATA / folder)):
        (sheet,) = tables(str(path))
        (_, names), *rest = rows_of(path)
        lines, rows, bad = found(sheet)
        good = [(line, row) for line, row in rest if len(row) == len(names)]
        assert list(sheet.columns) == [name.strip() for name in names], path
        assert list(zip(lines, rows, strict=True)) == good, path
        assert bad == [line for line, row in rest if len(row) != len(names)], path


def test_prose_is_read_as_lines_and_said() -> None:
    (path,) = DATA.rglob(NO_TABLE)
    (sheet,) = tables(str(path))
    lines = [line for line in path.read_text().splitlines() if line.strip()]
    assert found(sheet)[1] == [[line] for line in lines[1:]]
    assert "One column: no separator was found." in sheet.notes


def test_the_sample_of_incidents_has_its_rows() -> None:
    (sheet,) = tables(str(DATA / "servicenow-incidents-sample" / "incident_event_log.csv"))
    assert len(found(sheet)[0]) == 5_998


@pytest.mark.parametrize(
    ("name", "cases", "events"),
    [("Helpdesk", 4_580, 21_348), ("BPI_Challenge_2013_closed_problems", 1_487, 6_660)],
)
def test_an_event_log_reads_as_element_tree_reads_it(name: str, cases: int, events: int) -> None:
    path = DATA / "process-logs" / f"{name}.xes.gz"
    root = ET.fromstring(gzip.decompress(path.read_bytes()))
    wanted = []
    for trace in root.iter("trace"):
        own = {f"case:{one.get('key')}": one.get("value") for one in trace if one.tag != "event"}
        wanted += [own | {one.get("key"): one.get("value") for one in event} for event in trace.iter("event")]
    of_events, of_cases = tables(str(path))
    lines, rows, bad = found(of_events)
    named = [dict(zip(of_events.columns, row, strict=True)) for row in rows]
    assert (len(rows), bad, len(found(of_cases)[1])) == (events, [], cases)
    assert lines == list(range(1, events + 1))
    for key in ("case:concept:name", "concept:name", "lifecycle:transition", "org:resource"):
        assert [row[key] for row in named] == [one.get(key) for one in wanted], key
    at = [row["time:timestamp"] for row in named]
    assert [f"{one:%Y-%m-%dT%H}" for one in at] == [_utc_hour(one["time:timestamp"]) for one in wanted]


def _utc_hour(text: str | None) -> str:
    from datetime import UTC, datetime

    return f"{datetime.fromisoformat(text or '').astimezone(UTC):%Y-%m-%dT%H}"


def test_an_hour_of_public_events_reads_as_json_reads_it() -> None:
    path = DATA / "gharchive" / "2015-01-01-0.json.gz"
    wanted = [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]
    (sheet,) = tables(str(path))
    lines, rows, bad = found(sheet)
    named = [dict(zip(sheet.columns, row, strict=True)) for row in rows]
    assert (len(rows), lines, bad) == (7_702, list(range(1, 7_703)), [])
    for row, event in zip(named, wanted, strict=True):
        assert (row["id"], row["type"], row["actor.login"]) == (event["id"], event["type"], event["actor"]["login"])
        assert row.get("payload.action") == event["payload"].get("action")


def test_the_list_of_tests_of_a_peer_reads_as_one_table() -> None:
    path = DATA / "devlake-e2e" / "MANIFEST.json"
    whole = json.loads(path.read_text())
    sheets = list(tables(str(path)))
    assert [len(found(sheet)[1]) for sheet in sheets] == [len(whole)]
