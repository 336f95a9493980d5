"""Records that are read straight from their files are those of the table, or none where it does not show each."""

from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from streamgauge.errors import DamagedLake
from streamgauge.lake import Lake, View
from streamgauge.lake.row_groups import RowGroups
from streamgauge.records import Transition, schema
from tests.kit.board import board, transitions, write

COLUMNS = pa.schema([schema(Transition).field(name) for name in ("item", "field", "team", "sequence")])


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """A board of two items."""
    return board(tmp_path / "lake", {"A": [("Ready", 0), ("Done", 2)], "B": [("Ready", 1)]})


def only(view: View) -> RowGroups:
    """Return the row groups of all changes, which lie in one file."""
    groups = view.row_groups(Transition)
    assert groups is not None
    (group,) = groups
    return group


def test_text_comes_in_codes_and_rows_are_those_of_the_table(lake: Lake) -> None:
    with lake.view() as view:
        group = only(view)
        (batch,) = group.read(COLUMNS, coded=["item", "team"])
        assert batch.to_pylist() == view.rows("SELECT item, field, team, sequence FROM transitions")
    in_codes = pa.dictionary(pa.int32(), pa.string())
    assert batch.schema.types == [in_codes, pa.string(), in_codes, pa.int64()]


def test_a_file_says_of_all_rows_what_they_have_in_a_column(lake: Lake) -> None:
    with lake.view() as view:
        group = only(view)
    said = [("field", "status"), ("deleted", False), ("team", None), ("item", "A"), ("field", None), ("nothing", None)]
    assert [group.are_all(*one) for one in said] == [True, True, True, False, False, False]


def test_what_was_told_again_or_before_a_day_is_left_to_the_engine(lake: Lake) -> None:
    with lake.view(as_of=datetime(2026, 7, 1, tzinfo=UTC)) as view:
        assert view.row_groups(Transition) is None
    again = transitions("A", [("Test", 0)], recorded_at=datetime(2026, 7, 1, tzinfo=UTC))
    with write(Path(lake.address), again).view() as view:
        assert view.row_groups(Transition) is None


def test_a_damaged_file_is_told_as_such(lake: Lake) -> None:
    with lake.view() as view:
        group = only(view)
        Path(group.path).write_bytes(Path(group.path).read_bytes()[:400])
        with pytest.raises(DamagedLake):
            group.read(COLUMNS)
