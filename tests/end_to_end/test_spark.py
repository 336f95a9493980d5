"""Facts and answers are the same on DuckDB and on a Spark cluster of a master and two workers."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from streamgauge.errors import EngineFailed
from streamgauge.facts import FACTS
from streamgauge.lake import Lake, limits
from streamgauge.records import Item, schema
from tests.end_to_end.engines import Facts, answers, comparable, differences, on, refreshed
from tests.kit import crowd, s3, spark
from tests.kit.board import day, item, transitions, write

pytestmark = pytest.mark.skipif(bool(spark.missing()), reason=f"Spark cannot run here: {spark.missing()}")


@pytest.fixture(scope="module")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a bucket that this process, and all that it starts, may use."""
    place = tmp_path_factory.mktemp("bucket")
    with pytest.MonkeyPatch.context() as patch, s3.bucket(patch, place) as address:
        yield address


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory, bucket: str) -> Iterator[str]:
    """The address of a cluster that this process is connected to until the tests of this file are over."""
    place = tmp_path_factory.mktemp("spark")
    with pytest.MonkeyPatch.context() as patch, spark.cluster(place) as address:
        for name, value in spark.settings(place).items():
            patch.setenv(name, value)
        patch.setattr(limits, "ROWS_OF_GROUP", 50)  # facts of more rows are in files of our own making
        yield address
        from pyspark.sql import SparkSession

        if (session := SparkSession.getActiveSession()) is not None:
            session.stop()


@pytest.fixture(scope="module")
def lakes(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two lakes with the same records, for each engine its own."""
    one, two = (tmp_path_factory.mktemp("lakes") / name for name in ("one", "two"))
    crowd.work(one, 40)
    crowd.code(one, 40)
    shutil.copytree(one, two)
    return one, two


def test_facts_are_the_same(lakes: tuple[Path, Path], engine: str) -> None:
    """Every row of every fact is equal, to the last bit, where two engines compute from the same records."""
    here, there = on("duckdb", refreshed, lakes[0]), on(engine, refreshed, lakes[1])
    assert {name: len(rows) for name, rows in there.items()} == {name: len(rows) for name, rows in here.items()}
    assert all(here.values()), "a fact without a row compares nothing"
    assert there == here


def test_answers_are_the_same(lakes: tuple[Path, Path], engine: str) -> None:
    """Every answer about work and code is equal, and every metric, from the same facts."""
    on("duckdb", refreshed, lakes[0])
    here = on("duckdb", answers, lakes[0])
    assert differences(here, on(engine, answers, lakes[0])) == []


def tell_more(place: Path) -> None:
    """Write what happened next to some items, of both tools that tell of them, and a new item."""
    moves = transitions("I9", [("Test", 229), ("Done", 230)], team="Red")
    moves += transitions("I5", [("blocked", 231)], field="flag")
    moves += transitions("C9", [("Ready", 229.5), ("Done", 231)], source="desk", dataset="cases")
    told = [row | {"id": f"later-{row['id']}"} for row in moves]
    items = [
        item("I5", title="Another title", status="Done"),
        item("N", status="Development"),
        item("C9", source="desk", dataset="cases"),
    ]
    write(place, [*told, *transitions("N", [("Ready", 220), ("Development", 221.5)])], items)


def test_what_is_new_is_added_as_from_scratch(lakes: tuple[Path, Path], engine: str, tmp_path: Path) -> None:
    """After new and changed records the facts that Spark renews are those that it and DuckDB would make anew."""
    place = tmp_path / "lake"
    shutil.copytree(lakes[0], place)
    on("duckdb", refreshed, place)
    tell_more(place)
    shutil.copytree(place, tmp_path / "other")
    found, told = on(engine, refreshed, place), on("duckdb", refreshed, tmp_path / "other")
    assert found == told
    assert any(row["renewed"] for row in found["datasets"]), "nothing was computed item by item"
    fresh = tmp_path / "fresh"
    crowd.work(fresh, 40)
    crowd.code(fresh, 40)
    tell_more(fresh)
    assert comparable(found) == comparable(on("duckdb", refreshed, fresh))


def test_a_past_day_is_seen_as_it_was_known(tmp_path: Path, engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A changed item has its former version on a past day, and its newest one now."""
    lake = write(tmp_path / "lake", [], [item("A", title="before"), item("B", title="same")])
    with lake.writing() as writer:
        later = item("A", title="after") | {"recorded_at": day(200)}
        writer.append(Item, pa.Table.from_pylist([later], schema=schema(Item)))
        writer.publish({})
    monkeypatch.setenv("STREAMGAUGE_ENGINE", engine)
    there = Lake.open(str(tmp_path / "lake"), facts=FACTS)
    sql = "SELECT id, title FROM items ORDER BY id"
    with there.view(as_of=day(200) - timedelta(microseconds=1)) as past, there.view() as now:
        assert [row["title"] for row in past.rows(sql)] == ["before", "same"]
        assert [row["title"] for row in now.rows(sql)] == ["after", "same"]


def tell_in_two_files(place: str) -> Lake:
    """Write items, a file of them before a column was added, into a lake in a bucket."""
    lake = write(place, transitions("A", [("Ready", 1), ("Done", 2.5)]), [item("A", title="before", labels=["x", "y"])])
    with lake.writing() as writer:
        changed = item("A", title="after", points=2.5) | {"recorded_at": day(200)}
        writer.append(Item, pa.Table.from_pylist([changed, item("B", title="same")], schema=schema(Item)))
        writer.publish({})
    return lake


def test_a_cluster_reads_a_lake_in_a_bucket(bucket: str, engine: str) -> None:
    """The workers read a bucket by themselves where Spark has no connector: the same rows, latest and as they were."""
    place = f"{bucket}/lake"
    tell_in_two_files(place)

    def read(lake: Lake) -> Facts:
        with lake.view() as now, lake.view(as_of=day(199)) as past:
            found = {name: now.rows(f"SELECT * FROM {name} ORDER BY id") for name in ("items", "transitions")}
            return found | {"before": past.rows("SELECT id, title FROM items ORDER BY id")}

    here, there = on("duckdb", read, place), on(engine, read, place)
    assert there == here
    assert [row["title"] for row in there["items"]] == ["after", "same"]
    assert [row["title"] for row in there["before"]] == ["before", "same"]


def test_what_fails_in_spark_is_told_in_clear_words(tmp_path: Path, engine: str) -> None:
    """A statement that cannot be, files that no worker sees: a line each, nothing of Java."""
    write(tmp_path / "lake", [], [item("A", title="one")])

    def asked(lake: Lake) -> list[str]:
        with lake.view() as view:
            with pytest.raises(EngineFailed) as never:
                view.query("SELECT titel FROM items")
            for file in (tmp_path / "lake" / "records" / "items").glob("*.parquet"):
                file.unlink()
            with pytest.raises(EngineFailed) as unseen:
                view.query("SELECT title FROM items")
        return [str(never.value), str(unseen.value)]

    found = never, unseen = on(engine, asked, tmp_path / "lake")
    assert "titel" in never
    assert never.startswith("Spark could not carry out a statement ([UNRESOLVED_COLUMN")
    assert unseen.startswith("The Spark does not see the files of the lake (")
    wrong = [said for said in found if said.count("\n") != 1 or "\tat " in said or "Exception" in said]
    assert wrong == []
