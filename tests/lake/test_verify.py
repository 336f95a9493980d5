"""Damage is found and named."""

import pytest

from streamgauge.errors import DamagedLake
from tests.lake.other_writer import step
from tests.lake.rows import count, lake_at


def a_file(place, table="records/branches"):
    return next(iter(sorted((place / table).rglob("*.parquet"))))


def test_a_missing_file_is_named(tmp_path):
    step(str(tmp_path), 0)
    gone = a_file(tmp_path)
    gone.unlink()
    lake = lake_at(tmp_path)
    (problem,) = lake.verify()
    assert problem == f"records/branches: {gone.name} is missing."
    with pytest.raises(DamagedLake) as told, lake.view() as view:
        count(view, "branches")
    assert "lake verify" in told.value.advice


def test_a_file_cut_short_is_named(tmp_path):
    step(str(tmp_path), 0)
    cut = a_file(tmp_path, "facts/shipped")
    cut.write_bytes(cut.read_bytes()[:100])
    (problem,) = lake_at(tmp_path).verify()
    assert "100 bytes" in problem
    with pytest.raises(DamagedLake), lake_at(tmp_path).view() as view:
        view.rows("SELECT * FROM shipped")


def test_a_file_of_the_right_size_with_wrong_bytes_is_named(tmp_path):
    step(str(tmp_path), 0)
    bad = a_file(tmp_path)
    bad.write_bytes(b"PAR1" + b"\x00" * (bad.stat().st_size - 4))
    (problem,) = lake_at(tmp_path).verify()
    assert "not readable" in problem


def test_a_damaged_log_is_named(tmp_path):
    step(str(tmp_path), 0)
    for entry in (tmp_path / "facts" / "shipped" / "_delta_log").glob("*.json"):
        entry.write_text("{")
    assert any("facts/shipped" in problem for problem in lake_at(tmp_path).verify())


def test_a_damaged_table_of_snapshots_is_named(tmp_path):
    step(str(tmp_path), 0)
    a_file(tmp_path, "snapshots").unlink()
    assert "snapshots" in lake_at(tmp_path).verify()[0]


def test_a_log_that_leads_out_of_the_lake_is_not_followed(tmp_path):
    step(str(tmp_path), 0)
    for entry in (tmp_path / "records" / "branches" / "_delta_log").glob("*.json"):
        entry.write_text(entry.read_text().replace('"path":"part', '"path":"../../elsewhere/part'))
    with pytest.raises(DamagedLake, match="outside"):
        lake_at(tmp_path).view()


def test_the_callers_own_checks_are_asked(tmp_path):
    step(str(tmp_path), 0)
    assert lake_at(tmp_path).verify((lambda view: [f"{count(view, 'branches')} branches"],)) == ["60 branches"]
