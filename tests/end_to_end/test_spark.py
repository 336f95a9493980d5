"""Facts and answers are the same on DuckDB and on a Spark cluster of a master and two workers."""

import math
import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from streamgauge.answers import ageing, blocked, findings, value_stream
from streamgauge.answers import code as code_answer
from streamgauge.answers.flow_question import question
from streamgauge.answers.flow_terms import SLICE, FlowRequest
from streamgauge.errors import EngineFailed
from streamgauge.facts import FACTS, code, flow, refresh
from streamgauge.facts.refresh import Terms
from streamgauge.lake import Lake, View
from streamgauge.lake.failures import told
from streamgauge.metrics import DELIVERY, FLOW
from streamgauge.metrics.measured import summaries
from streamgauge.metrics.observations import Scope
from streamgauge.records import Item, schema
from tests.kit import crowd, spark
from tests.kit.board import day, item, write

pytestmark = pytest.mark.skipif(bool(spark.missing()), reason=f"Spark cannot run here: {spark.missing()}")
NOW = day(400)
WORK = FlowRequest(company=crowd.COMPANY, since=day(0), until=day(250))
CODE = FlowRequest(company=crowd.COMPANY, until=day(45))
"""Just after the last pull requests, where their insights look back on them."""
STATE = ("basis", "renewed", "transitions_version", "items_version")
"""Columns of the datasets that say how their facts came to be."""
Facts = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a cluster that this process is connected to until the tests of this file are over."""
    place = tmp_path_factory.mktemp("spark")
    with pytest.MonkeyPatch.context() as patch, spark.cluster(place) as address:
        for name, value in spark.settings(place).items():
            patch.setenv(name, value)
        yield address
        from pyspark.sql import SparkSession

        if (session := SparkSession.getActiveSession()) is not None:
            session.stop()


def refreshed(lake: Lake) -> Facts:
    """Return all rows of all facts, brought up to date by the engine of the settings."""
    company, (service,) = crowd.COMPANY, crowd.COMPANY.services
    asked = Terms(
        repository=service.repository,
        service=service,
        patterns=(),
        thresholds=company.thresholds,
        basis="all",
        identity="same",
    )
    with lake.writing() as writer:
        refresh.refresh(writer, asked)
        with writer.view() as view:
            sets = code.stale(view, company)
        code.refresh(writer, sets, company)
        with writer.view() as view:
            stale = flow.stale(view, company)
        flow.refresh(writer, stale, company)
        writer.publish({})
    return kept(lake)


def kept(lake: Lake) -> Facts:
    """Return all rows of all facts."""
    with lake.view() as view:
        return {name: sorted(view.rows(f"SELECT * FROM {name}"), key=str) for name in FACTS}


def differences(one: Any, other: Any, path: str = "") -> list[str]:
    """Return where two answers differ: fractions beyond nine digits, all else at all."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        return [said for key in one for said in differences(one[key], other[key], f"{path}.{key}")]
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)) and len(one) == len(other):
        return [said for i, pair in enumerate(zip(one, other)) for said in differences(*pair, f"{path}[{i}]")]  # noqa: B905
    if isinstance(one, float) and isinstance(other, float):
        return [] if math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9) else [f"{path}: {one} and {other}"]
    return [] if one == other else [f"{path}: {one} and {other}"]


def answers(lake: Lake) -> dict[str, Any]:
    """Return the metrics and the answers about flow, without the name of the snapshot that they rest on."""
    found = {
        "map": value_stream.stream_map(lake, WORK, NOW),
        "blocked": blocked.blocked(lake, WORK, now=NOW),
        "ageing": ageing.ageing(lake, WORK, now=NOW),
        "code": code_answer.report(lake, WORK, NOW),
        "findings": findings.findings(lake, WORK, NOW),
        "findings about code": findings.findings(lake, CODE, CODE.until),
    }
    with question(lake, WORK, NOW) as asking:
        metrics = of_slice(summaries(asking.view, FLOW, asking.asked.scopes)) | delivered(asking.view)
    return metrics | {name: asdict(answer) | {"lake_version": None} for name, answer in found.items()}


def delivered(view: View) -> dict[str, Any]:
    """Return the metrics about delivery of the release lines."""
    lines = [row["line_id"] for row in view.rows("SELECT line_id FROM lines")]
    scopes = [Scope(line_id=line, slice=SLICE, since=None, until=day(60), known_at=NOW) for line in lines]
    return of_slice(summaries(view, DELIVERY, scopes))


def of_slice(measured: Any) -> dict[str, Any]:
    """Return what was measured of the only slice, as plain numbers."""
    return {name: {k: _plain(v) for k, v in asdict(by[SLICE]).items()} for name, by in measured.items()}


def _plain(value: Any) -> Any:
    """Return the numbers of an array as a list, anything else as it is."""
    return value.tolist() if isinstance(value, np.ndarray) else value


def on(engine: str, work: Callable[[Lake], Any], place: Path) -> Any:
    """Return what comes of work on the lake at a place where that engine computes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STREAMGAUGE_ENGINE", engine)
        return work(Lake.open(str(place), facts=FACTS))


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
    """Every answer about work and code is equal, what stands out in it and every metric, from the same facts."""
    on("duckdb", refreshed, lakes[0])
    here = on("duckdb", answers, lakes[0])
    assert differences(here, on(engine, answers, lakes[0])) == []


def test_what_is_new_is_added_as_from_scratch(lakes: tuple[Path, Path], engine: str, tmp_path: Path) -> None:
    """After new and changed records the facts that Spark renews are those that it and DuckDB would make anew."""
    place = tmp_path / "lake"
    shutil.copytree(lakes[0], place)
    on("duckdb", refreshed, place)
    crowd.work(place, 3, seed=6, first=38)
    crowd.code(place, 41)
    shutil.copytree(place, tmp_path / "other")
    found, told = on(engine, refreshed, place), on("duckdb", refreshed, tmp_path / "other")
    assert found == told
    assert any(row["renewed"] for row in found["datasets"]), "nothing was computed item by item"
    fresh = tmp_path / "fresh"
    crowd.work(fresh, 40)
    crowd.code(fresh, 40)
    crowd.work(fresh, 3, seed=6, first=38)
    crowd.code(fresh, 41)
    assert comparable(found) == comparable(on("duckdb", refreshed, fresh))


def comparable(found: Facts) -> Facts:
    """Return facts without what says how they came to be."""
    rows = [{name: value for name, value in row.items() if name not in STATE} for row in found["datasets"]]
    return found | {"datasets": sorted(rows, key=str)}


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


def test_what_fails_in_spark_is_told_in_clear_words(tmp_path: Path, engine: str) -> None:
    """A statement that cannot be, files that no worker sees, no connector to buckets: a line each, nothing of Java."""
    write(tmp_path / "lake", [], [item("A", title="one")])

    def asked(lake: Lake) -> list[str]:
        with lake.view() as view:
            with pytest.raises(EngineFailed) as never:
                view.query("SELECT titel FROM items")
            for file in (tmp_path / "lake" / "records" / "items").glob("*.parquet"):
                file.unlink()
            with pytest.raises(EngineFailed) as unseen:
                view.query("SELECT title FROM items")
            with pytest.raises(EngineFailed) as nowhere, told("s3://bucket/lake"):
                view.engine.attach("far", schema(Item), ["s3a://bucket/lake/a.parquet"], alike=True)
        return [str(never.value), str(unseen.value), str(nowhere.value)]

    found = never, unseen, nowhere = on(engine, asked, tmp_path / "lake")
    assert "titel" in never
    assert never.startswith("Spark could not carry out a statement ([UNRESOLVED_COLUMN")
    assert unseen.startswith("The Spark does not see the files of the lake (")
    assert all(said.count("\n") == 1 and "org.apache" not in said and "\tat " not in said for said in found)
    assert nowhere.startswith("The Spark cannot read buckets: it has no connector for object stores (")
