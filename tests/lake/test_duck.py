"""The engine in this process."""

import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from streamgauge.facts import FACTS
from streamgauge.lake import limits
from streamgauge.lake.duck import Duck
from streamgauge.lake.tables import RAW, known_tables

CODE = """
from streamgauge.lake import duck
print(duck.connect().sql("SELECT current_setting('enable_progress_bar')").fetchall()[0][0])
"""


def test_it_draws_no_bar_among_what_a_program_without_a_file_prints() -> None:
    ran = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert ran.stdout == "False\n"


def test_parts_are_read_each_by_itself_and_their_files_go_with_the_view(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(limits, "ROWS_APART", 99)
    engine = Duck()
    rows = "SELECT range AS n, [TIMESTAMPTZ '2026-01-02 03:04:05.678901Z'] AS moments, range % 7 AS part FROM range($n)"
    engine.divide("of_many", rows, {"n": 100}, rows=100)
    for part in range(8):
        found = engine.query(f"SELECT n, moments, part FROM of_many WHERE part = {part} ORDER BY n", {}).to_pylist()
        at = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
        assert found == [{"n": n, "moments": [at], "part": part} for n in range(100) if n % 7 == part]
    plan = engine.query("EXPLAIN SELECT n FROM of_many WHERE part = 3", {})["explain_value"][0].as_py()
    assert "1/7" in plan
    engine.divide("of_none", rows, {"n": 0}, rows=100)
    assert engine.query("SELECT n, moments FROM of_none WHERE part = 0", {}).schema.names == ["n", "moments"]
    assert list(tmp_path.iterdir())
    engine.divide("of_few", rows, {"n": 9}, rows=99)
    assert engine.query("SELECT n FROM of_few WHERE part = 1 ORDER BY n", {})["n"].to_pylist() == [1, 8]
    engine.close()
    assert not list(tmp_path.iterdir())


def test_stored_columns_are_of_the_same_types_whether_there_are_files_or_not(tmp_path: Path) -> None:
    """So that none of them is cast where files are read."""
    engine = Duck()
    columns = {field.type: field for table in (*known_tables(FACTS).values(), RAW) for field in table}
    stored = pa.schema([pa.field(f"of_{n}", kind) for n, kind in enumerate(columns)])
    pq.write_table(stored.empty_table(), tmp_path / "some.parquet")
    kinds = []
    for name, paths in (("of_no_file", []), ("of_a_file", [str(tmp_path / "some.parquet")])):
        shown = engine.attach(name, stored, paths, alike=True)
        kinds.append(engine.query(f"SELECT {', '.join(shown)} FROM {name}", {}).schema)
        assert not [one for one in shown if "CAST" in one and "STRUCT" not in one]
    assert kinds[0] == kinds[1]
    engine.close()
