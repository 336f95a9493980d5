"""Facts and answers are the same on DuckDB and behind a server of Spark Connect."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.engines import answers, differences, on, refreshed
from tests.kit import crowd, spark

LACKS = spark.missing("grpc", "grpc_status", "google.rpc", "zstandard")
pytestmark = pytest.mark.skipif(bool(LACKS), reason=f"Spark Connect cannot run here: {LACKS}")


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a server, in a process that speaks to no Spark in another way."""
    from pyspark.sql import SparkSession

    if (session := SparkSession.getActiveSession()) is not None:
        session.stop()
    # A client sets it for its whole process, and it would turn every later session into one of Spark Connect.
    monkeypatch.setenv("SPARK_CONNECT_MODE_ENABLED", "1")
    with spark.connect(tmp_path) as address:
        yield address


def test_facts_and_answers_are_the_same(tmp_path: Path, server: str) -> None:
    """Every row of every fact is equal, and every answer, as on a cluster that is spoken to directly."""
    one, two = tmp_path / "one", tmp_path / "two"
    crowd.work(one, 15)
    crowd.code(one, 15)
    shutil.copytree(one, two)
    here, there = on("duckdb", refreshed, one), on(server, refreshed, two)
    assert there == here
    assert differences(on("duckdb", answers, one), on(server, answers, one)) == []
