"""Facts and metrics are the same on DuckDB and on a Spark cluster of a master and two workers."""

import math
import random
import shutil
from collections.abc import Iterator
from dataclasses import asdict
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from streamgauge.answers import ageing, blocked, value_stream
from streamgauge.answers.flow_question import question
from streamgauge.answers.flow_terms import SLICE, FlowRequest
from streamgauge.company import Company, OffTool
from streamgauge.company.model import Calendar, Team, ValueStream
from streamgauge.facts import FACTS, flow
from streamgauge.lake import Lake
from streamgauge.metrics import FLOW
from streamgauge.metrics.measured import summaries
from streamgauge.records import Item, schema
from tests.kit import spark
from tests.kit.board import Steps, day, item, link, transitions, write

pytestmark = pytest.mark.skipif(bool(spark.missing()), reason=f"Spark cannot run here: {spark.missing()}")
NOW = day(400)
COMPANY = Company(
    zone="Europe/Berlin",
    calendar=Calendar(opens=time(9), closes=time(17)),
    teams=(Team(name="Red", calendar=Calendar(zone="America/New_York", opens=time(8), closes=time(12))),),
    value_streams=(
        ValueStream(name="Pay", teams=("Red",)),
        ValueStream(name="All"),
        ValueStream(name="Far", labels=("x",)),
    ),
    off_tool=(
        OffTool(item="I?7", stage="Legal", entered="2026-05-01", left="2026-05-09 12:00", team="Blue"),
        OffTool(item="I7", stage="Funding", state="active", entered="2026-04-01", left="2026-07-01"),
        OffTool(item="I*", stage="Stop", entered="2026-08-01 08:00"),
    ),
)
"""A company with working hours in two zones, value streams by team, by label, and without any rule, and steps outside
of the tools."""
STATUSES = ("New", "Ready", "Development", "Blocked", "Waiting for review", "Test", "Done", "Frobnicating")


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


def way(rng: random.Random) -> tuple[Steps, float]:
    """Return a way through statuses with the day of its end; some steps fall on one instant."""
    at, steps = rng.random() * 200, []
    for _ in range(rng.randint(1, 9)):
        steps.append((rng.choice(STATUSES), at))
        at += rng.choice((0, rng.expovariate(1 / 3)))
    return [*steps, ("Done", at)] if rng.random() < 0.7 else steps, at


def crowd(place: Path, count: int) -> Lake:
    """Return a lake of many items with flags, changes of team and type, links, and holes in what is known."""
    rng = random.Random(4)
    moves: list[dict[str, Any]] = []
    items: list[dict[str, Any]] = []
    for n in range(count):
        steps, at = way(rng)
        moves += transitions(f"I{n}", steps, team=rng.choice((None, "Red", "Blue")))
        changes = (("flag", "blocked", ""), ("team", "Red", "Blue"), ("type", "story", "defect"))
        for field, one, other in changes:
            if rng.random() < 0.3:
                moves += transitions(f"I{n}", [(one, at - 4), (other, at - 1)], field=field)
        if rng.random() < 0.9:
            told = {
                "labels": rng.choice(([], ["x", "y"])),
                "type": rng.choice(("story", "defect", None)),
                "team": "Red",
                "status": steps[-1][0],
            }
            items.append(item(f"I{n}", title=f"Item {n}", created_at=day(steps[0][1] - rng.random()), **told))
    links = [link("blocks", f"I{n}", f"I{n + 1}") for n in range(0, count - 1, 5)]
    for n in range(0, count, 9):
        desk = {"source": "desk", "dataset": "cases"}
        steps, at = way(rng)
        moves += transitions(f"C{n}", steps, **desk)
        items.append(item(f"C{n}", created_at=day(steps[0][1] - 1), status=steps[-1][0], **desk))
        links.append(link("same", f"I{n}", f"C{n}"))
    return write(place, moves, items, links)


def refreshed(lake: Lake) -> dict[str, list[dict[str, Any]]]:
    """Return all rows of all facts about flow, computed by the engine of the settings."""
    with lake.writing() as writer:
        with writer.view() as view:
            stale = flow.stale(view, COMPANY)
        flow.refresh(writer, stale, COMPANY)
        writer.publish({})
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
    """Return every metric and three answers about flow, without the name of the snapshot that they rest on."""
    request = FlowRequest(company=COMPANY, since=day(0), until=day(250))
    found = {
        "map": value_stream.stream_map(lake, request, NOW),
        "blocked": blocked.blocked(lake, request, now=NOW),
        "ageing": ageing.ageing(lake, request, now=NOW),
    }
    with question(lake, request, NOW) as asking:
        measured = summaries(asking.view, FLOW, asking.asked.scopes)
    metrics = {name: {k: plain(v) for k, v in asdict(by[SLICE]).items()} for name, by in measured.items()}
    return metrics | {name: asdict(answer) | {"lake_version": None} for name, answer in found.items()}


def plain(value: Any) -> Any:
    """Return the numbers of an array as a list, anything else as it is."""
    return value.tolist() if isinstance(value, np.ndarray) else value


def test_facts_and_answers_about_flow_are_the_same(
    tmp_path: Path, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every row of every fact is equal, and every answer, where two engines compute from the same records."""
    crowd(tmp_path / "one", 40)
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    here = Lake.open(str(tmp_path / "one"), facts=FACTS)
    wanted, told = refreshed(here), answers(here)
    monkeypatch.setenv("STREAMGAUGE_ENGINE", engine)
    there = Lake.open(str(tmp_path / "two"), facts=FACTS)
    found = refreshed(there)
    assert {name: len(rows) for name, rows in found.items()} == {name: len(rows) for name, rows in wanted.items()}
    assert found == wanted
    assert differences(told, answers(there)) == []


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
