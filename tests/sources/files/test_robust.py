"""However odd a table is, an import of it ends with records, bad rows, or an error of ours."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streamgauge import intake
from streamgauge.errors import StreamgaugeError
from streamgauge.lake import Lake
from streamgauge.progress import Silent
from streamgauge.records import KINDS
from tests.kit.imports import lake_at

HEADERS = (
    "id",
    "case",
    "status",
    "title",
    "type",
    "when",
    "created",
    "labels",
    "estimate",
    "team",
    "Assignee",
    "due",
    "x",
    "",
)
CELLS = st.one_of(
    st.sampled_from(
        ["", "?", "A", "B", "2025-01-31", "31/12/2025", "1.5", "1,5", "yes", "[1]", "a;b", "=1+1", "soon", "'"]
    ),
    st.text(max_size=12),
)


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return lake_at(tmp_path_factory.mktemp("lake") / "lake")


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.sampled_from(HEADERS), min_size=1, max_size=8),
    st.lists(st.lists(CELLS, min_size=1, max_size=8), max_size=6),
    st.sampled_from([None, "event-log", *(kind.__name__ for kind in KINDS)]),
    st.sampled_from([{}, {"id": "id"}, {"case": "case", "activity": "status", "at": "when"}]),
)
def test_no_table_breaks_the_import(
    lake: Lake,
    tmp_path_factory: pytest.TempPathFactory,
    header: list[str],
    cells: list[list[str]],
    kind: str | None,
    columns: dict[str, str],
) -> None:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows([header, *cells])
    file = tmp_path_factory.mktemp("odd") / "odd.csv"
    file.write_bytes(text.getvalue().encode("utf-8", "replace"))
    request = intake.Request(files=(str(file),), rules=intake.rules(kind=kind, columns=columns), max_bad=100)
    (one,) = intake.look(lake, request, Silent())
    if one.failure is None:
        for table in one.tables:
            assert len(table.rejects) == table.rejected <= table.rows
            assert all(part.table.num_rows <= table.rows for part in table.parts)
    else:
        assert isinstance(one.failure, StreamgaugeError)
        assert one.failure.advice


@pytest.mark.parametrize("content", ["", "\n\n", "id,title,status\n", "\x00\x00\x00", "a"])
def test_files_without_rows_are_no_fault_of_ours(lake: Lake, tmp_path: Path, content: str) -> None:
    file = tmp_path / "empty.csv"
    file.write_text(content)
    (one,) = intake.look(lake, intake.Request(files=(str(file),)), Silent())
    assert one.failure is None or isinstance(one.failure, StreamgaugeError)
