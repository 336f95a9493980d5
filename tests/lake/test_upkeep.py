"""Merging files keeps what is read, and leaves readers their files."""

import os
import time

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable

from streamgauge.lake import limits, upkeep
from streamgauge.records import Branch
from tests.lake.other_writer import expected_ids, step
from tests.lake.rows import branches, count, day, heads, lake_at


def files(lake):
    return {table.name: table.files for table in lake.status().tables}


def seen(lake):
    shown = {}
    for now in (None, day(1), day(2)):
        with lake.view(as_of=now) as view:
            facts = view.rows("SELECT line_id, change FROM shipped ORDER BY ALL")
            shown[now] = (heads(view), count(view, "branches_history"), facts)
    return shown


def test_merging_keeps_every_answer_then_and_now(tmp_path):
    lake = lake_at(tmp_path)
    for number in range(4):
        step(str(tmp_path), number)
    with lake.writing() as writer:
        writer.append(Branch, branches(["b00001"], day(1.5), "c1"))
        writer.vanish(Branch, "r", ["b00002"], day(2))
        before = writer.publish({})
    answers = seen(lake)
    after = lake.compact()
    assert after.number > before.number
    assert after.cursors == before.cursors
    assert files(lake) == {"records/branches": 1, "facts/shipped": 3}
    assert seen(lake) == answers
    assert lake.verify() == []
    assert lake.compact() == after


def test_a_table_with_many_files_is_merged_by_the_run_that_finds_it(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "FILES_WORTH_MERGING", 4)
    lake = lake_at(tmp_path)
    for number in range(6):
        step(str(tmp_path), number)
    assert files(lake)["records/branches"] < 6
    with lake.view() as view:
        assert set(heads(view)) == expected_ids(5)
    assert lake.verify() == []


@pytest.mark.parametrize(("days", "left"), [(30, 9), (0, 3)])
def test_files_that_no_version_needs_go_when_their_days_are_over(tmp_path, days, left):
    lake = lake_at(tmp_path)
    for number in range(3):
        step(str(tmp_path), number)
    time.sleep(0.01)
    lake.compact(days)
    assert len(list((tmp_path / "facts" / "shipped").rglob("*.parquet"))) == left
    assert lake.verify() == []
    with lake.view() as view:
        assert count(view, "shipped") == 3 * len(expected_ids(2))


def test_the_log_is_gathered_so_that_opening_stays_quick(tmp_path):
    lake = lake_at(tmp_path)
    with lake.writing() as writer:
        for number in range(25):
            writer.append(Branch, branches([f"b{number}"]))
        writer.publish({})
    log = tmp_path / "records" / "branches" / "_delta_log"
    assert "_last_checkpoint" in os.listdir(log)


def test_the_status_says_rows_files_and_bytes(tmp_path):
    lake = lake_at(tmp_path)
    step(str(tmp_path), 0)
    status = lake.status()
    (shipped, kept) = status.tables
    assert (kept.name, kept.rows, kept.files) == ("records/branches", 60, 2)
    assert (shipped.name, shipped.rows, shipped.files) == ("facts/shipped", 180, 3)
    assert kept.bytes == sum(p.stat().st_size for p in (tmp_path / "records" / "branches").glob("*.parquet"))
    assert (status.snapshot, status.cursors) == (lake.snapshot().id, {"step": "0"})


def test_only_what_repeats_gets_a_dictionary(tmp_path):
    """Written or merged; else instants and ids cost more than all else, in time and in room."""
    lake = lake_at(tmp_path)
    for number in range(2):
        with lake.writing() as writer:
            writer.append(Branch, branches([f"b{number}{n}" for n in range(9)]))
            writer.publish({})
        if number:
            lake.compact()
        newest = max((tmp_path / "records" / "branches").glob("*.parquet"), key=os.path.getmtime)
        group = pq.read_metadata(newest).row_group(0)
        columns = [group.column(place) for place in range(group.num_columns)]
        coded = {one.path_in_schema for one in columns if "RLE_DICTIONARY" in one.encodings}
        assert {"source", "repository", "commit"} <= coded
        assert not {"id", "recorded_at", "content_hash"} & coded


def test_instants_are_written_as_differences_and_read_as_they_were(tmp_path):
    columns = {"at": pa.timestamp("us", tz="UTC"), "hours": pa.float64(), "team": pa.string()}
    rows = pa.table(
        {
            "at": [day(n / 7) for n in range(500)] + [None],
            "hours": [n / 3 for n in range(500)] + [None],
            "team": ["a", "b"] * 250 + [None],
        },
        pa.schema(columns),
    )
    table = DeltaTable.create(str(tmp_path), rows.schema)
    upkeep.write(table, rows, mode="append")
    (file,) = tmp_path.glob("*.parquet")
    group = pq.read_metadata(file).row_group(0)
    how = {group.column(i).path_in_schema: set(group.column(i).encodings) for i in range(3)}
    assert "DELTA_BINARY_PACKED" in how["at"]
    assert not {"RLE_DICTIONARY"} & (how["at"] | how["hours"])
    assert pq.read_table(file).cast(rows.schema).equals(rows)
