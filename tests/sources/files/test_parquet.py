"""Parquet: plain types as they are, dates and decimals as text, what is nested as JSON text."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from streamgauge.errors import BadFile
from streamgauge.sources.files import Limits, tables
from tests.sources.files.reading import rows, sheet

AT = dt.datetime(2024, 3, 31, 14, 30, tzinfo=dt.UTC)


def made(folder: Path, table: pa.Table, name: str = "made.parquet") -> str:
    pq.write_table(table, folder / name)
    return str(folder / name)


def test_each_type_becomes_one_of_five_or_text(tmp_path: Path) -> None:
    table = pa.table(
        {
            "text": pa.array(["a", None]),
            "word": pa.array(["x", "x"]).dictionary_encode(),
            "large": pa.array(["l", "m"], pa.large_string()),
            "small": pa.array([1, 2], pa.int8()),
            "huge": pa.array([2**64 - 1, 1], pa.uint64()),
            "half": pa.array([1.5, None], pa.float32()),
            "yes": pa.array([True, None]),
            "at": pa.array([AT, None], pa.timestamp("ns", "Europe/Berlin")),
            "local": pa.array([AT.replace(tzinfo=None), None], pa.timestamp("ms")),
            "day": pa.array([AT.date(), None]),
            "money": pa.array([Decimal("1.10"), None]),
            "raw": pa.array([b"a\xff", None], pa.binary()),
            "list": pa.array([["a", "b"], None]),
            "inner": pa.array([{"a": 1, "b": AT.date()}, None]),
        }
    )
    (one,) = tables(made(tmp_path, table))
    found = next(one.batches())
    kinds = {name: str(kind) for name, kind in zip(found.table.column_names, found.table.schema.types, strict=True)}
    assert {name: kind for name, kind in kinds.items() if kind != "string"} == {
        "small": "int64",
        "half": "double",
        "yes": "bool",
        "at": "timestamp[us, tz=UTC]",
        "local": "timestamp[us]",
    }
    first = found.table.slice(0, 1).to_pylist()[0]
    assert first["at"] == AT
    assert {name: first[name] for name in ("word", "large", "huge", "day", "money", "list", "inner")} == {
        "word": "x",
        "large": "l",
        "huge": "18446744073709551615",
        "day": "2024-03-31",
        "money": "1.10",
        "list": '["a","b"]',
        "inner": '{"a":1,"b":"2024-03-31"}',
    }
    assert set(found.table.slice(1, 1).to_pylist()[0].values()) >= {None}


def test_rows_are_counted_over_all_batches(tmp_path: Path) -> None:
    (one,) = tables(made(tmp_path, pa.table({"n": pa.array(range(150_000))})))
    found = rows(one)
    assert found.lines == list(range(1, 150_001))
    assert [row[0] for row in found.rows] == list(range(150_000))


def test_it_is_known_by_its_content(tmp_path: Path) -> None:
    place = made(tmp_path, pa.table({"n": ["a"]}), "made.csv")
    assert [(one.form, rows(one).rows) for one in tables(place)] == [("parquet", [["a"]])]


def test_a_table_without_rows_has_its_columns(tmp_path: Path) -> None:
    (one,) = tables(made(tmp_path, pa.table({"n": pa.array([], pa.int64())})))
    assert (one.columns, rows(one).rows, one.peek().table.column_names) == (("n",), [], ["n"])


@pytest.mark.parametrize("cut", [100, 2000])
def test_one_that_is_cut_off_is_refused(tmp_path: Path, cut: int) -> None:
    content = Path(made(tmp_path, pa.table({"n": [str(n * n) for n in range(1000)]}))).read_bytes()
    with pytest.raises(BadFile, match="the Parquet file is damaged"):
        sheet(tmp_path, "cut.parquet", content[:cut])


def test_one_that_is_damaged_inside_is_refused(tmp_path: Path) -> None:
    content = bytearray(Path(made(tmp_path, pa.table({"n": [str(n * n) for n in range(1000)]}))).read_bytes())
    content[4:400] = b"\xff" * 396
    with pytest.raises(BadFile, match="the Parquet file is damaged"):
        rows(sheet(tmp_path, "odd.parquet", bytes(content)))


def test_more_than_is_allowed_is_refused(tmp_path: Path) -> None:
    content = Path(made(tmp_path, pa.table({"n": ["same"] * 100_000}))).read_bytes()
    with pytest.raises(BadFile, match="it unpacks to"):
        sheet(tmp_path, "made.parquet", content, limits=Limits(unpacked=100))
    with pytest.raises(BadFile, match="too many columns"):
        sheet(tmp_path, "made.parquet", content, limits=Limits(columns=0))
