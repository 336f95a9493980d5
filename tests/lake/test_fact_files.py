"""Large facts, which are written by ourselves, are read as they were given, however their text stood there."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from streamgauge.errors import DiskFull
from streamgauge.lake import Lake, fact_files, limits
from tests.lake.rows import day

SIZED = pa.schema(
    [
        pa.field("line_id", pa.string()),
        pa.field("item", pa.string()),
        pa.field("status", pa.string()),
        pa.field("streams", pa.list_(pa.string())),
        pa.field("entered_at", pa.timestamp("us", tz="UTC")),
        pa.field("hours", pa.float64()),
        pa.field("place", pa.int64()),
    ]
)
ROWS = 3_000


@pytest.fixture(autouse=True)
def small_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let row groups be so small that these facts have many of them."""
    monkeypatch.setattr(limits, "ROWS_OF_GROUP", 100)


def sized(line: str, first: int = 0) -> pa.Table:
    """Rows of many items, two of each: the text in codes, some of them none."""
    items = pa.array([f"A-{first + n}" for n in range(ROWS // 2)])
    codes = pa.array([n // 2 if n % 7 else None for n in range(ROWS)], pa.int32())
    statuses = pa.array([n % 2 if n % 5 else None for n in range(ROWS)], pa.int32())
    return pa.table(
        {
            "line_id": pa.DictionaryArray.from_arrays(pa.repeat(pa.scalar(0, pa.int32()), ROWS), pa.array([line])),
            "item": pa.DictionaryArray.from_arrays(codes, items),
            "status": pa.chunked_array(
                [
                    pa.DictionaryArray.from_arrays(statuses[:150], pa.array(["Ready", "Done"])),
                    pa.DictionaryArray.from_arrays(statuses[150:], pa.array(["Test", "Ready"])),
                ]
            ),
            "streams": [None if n % 3 else ["payments", str(n % 2)] for n in range(ROWS)],
            "entered_at": pa.array(
                [day(n / 9) if n % 4 else None for n in range(ROWS)], SIZED.field("entered_at").type
            ),
            "hours": [n / 3 for n in range(ROWS)],
            "place": [n % 9 if n % 8 else None for n in range(ROWS)],
        }
    )


def kept(lake: Lake) -> list[dict[str, object]]:
    """The rows that the lake shows, in their order."""
    with lake.view() as view:
        return view.rows("SELECT * FROM sized ORDER BY line_id, hours")


def files(place: Path) -> list[Path]:
    """The files of the fact, also those that no version names any more."""
    return list((place / "facts" / "sized").rglob("*.parquet"))


def test_what_is_read_is_what_was_given(tmp_path: Path) -> None:
    lake = Lake.open(str(tmp_path), create=True, facts={"sized": SIZED})
    one, other, more = (sized(*given) for given in (("one",), ("two",), ("one", 5000)))
    more = more.set_column(5, "hours", pa.array([ROWS + n / 3 for n in range(ROWS)]))
    with lake.writing() as writer:
        writer.replace_facts("sized", ["two"], other)
        writer.replace_facts("sized", ["one"], one)
        writer.append_facts("sized", more)
        writer.publish({})
    given = [row for table in (one, more, other) for row in table.cast(SIZED).to_pylist()]
    assert kept(lake) == given
    with lake.writing() as writer:
        writer.replace_facts("sized", ["one"], one)
        writer.publish({})
    assert kept(lake) == [row for table in (one, other) for row in table.cast(SIZED).to_pylist()]
    lake.compact()
    assert kept(lake) == [row for table in (one, other) for row in table.cast(SIZED).to_pylist()]


def test_files_are_of_many_groups_each_with_its_own_names(tmp_path: Path) -> None:
    lake = Lake.open(str(tmp_path), create=True, facts={"sized": SIZED})
    with lake.writing() as writer:
        writer.replace_facts("sized", ["one"], sized("one"))
        writer.publish({})
    read = [pq.read_metadata(file) for file in files(tmp_path)]
    assert sum(one.num_rows for one in read) == ROWS
    assert len(read) == limits.FILES_AT_ONCE
    group = read[0].row_group(0)
    columns = {group.column(n).path_in_schema: group.column(n) for n in range(group.num_columns)}
    assert read[0].num_row_groups == ROWS / 2 / 100
    assert columns["item"].total_uncompressed_size < 1_000
    assert "RLE_DICTIONARY" in columns["status"].encodings
    assert "DELTA_BINARY_PACKED" in columns["entered_at"].encodings


def test_of_a_write_that_fails_no_file_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lake = Lake.open(str(tmp_path), create=True, facts={"sized": SIZED})

    def full(coded: pa.DictionaryArray) -> pa.DictionaryArray:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(fact_files, "_own_names", full)
    with pytest.raises(DiskFull), lake.writing() as writer:
        writer.replace_facts("sized", ["one"], sized("one"))
    assert not files(tmp_path)
