"""Facts about flow are the same on DuckDB and behind a server of Spark Connect, and an answer is made from them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from streamgauge.answers.blocked import blocked
from streamgauge.answers.flow_terms import FlowRequest
from streamgauge.facts import flow
from streamgauge.lake import Lake
from tests.end_to_end.engines import Facts, kept, on
from tests.kit import crowd, s3, spark
from tests.kit.board import day, item, link, transitions, write

LACKS = spark.missing("grpc", "grpc_status", "google.rpc", "zstandard")
OF_FLOW = ("meanings", "visits", "touches", "flow_items", "passages", "handoffs", "advances", "held", "working")
pytestmark = pytest.mark.skipif(bool(LACKS), reason=f"Spark Connect cannot run here: {LACKS}")


@pytest.fixture
def bucket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a bucket that this process, and all that it starts, may use."""
    with s3.bucket(monkeypatch, tmp_path) as address:
        yield address


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bucket: str) -> Iterator[str]:
    """The address of a server, in a process that speaks to no Spark in another way."""
    from pyspark.sql import SparkSession

    if (session := SparkSession.getActiveSession()) is not None:
        session.stop()
    # A client sets it for its whole process, and it would turn every later session into one of Spark Connect.
    monkeypatch.setenv("SPARK_CONNECT_MODE_ENABLED", "1")
    with spark.connect(tmp_path) as address:
        yield address


def work(place: Path | str) -> None:
    """Write one dataset with all that leads to facts: moves, flags, teams, starts and ends, one that never moved.

    It is one and not three as in the crowd, for each costs Spark some thirty statements.
    """
    steps = [("Ready", 1), ("Development", 2), ("Ready", 3), ("Development", 4), ("Done", 9)]
    moves = [row | {"team": ("Red", "Blue")[n % 2]} for n, row in enumerate(transitions("A", steps))]
    moves += transitions("B", [("Ready", 1.5), ("Development", 3), ("Test", 3), ("Frobnicating", 8)], team="Blue")
    moves += transitions("A", [("blocked", 4.5), ("", 6)], field="flag") + transitions("B", [("Red", 5)], field="team")
    moves += [
        row | {"id": f"{mark}-{row['id']}"}
        for mark, at in (("start", 10), ("complete", 11.25))
        for row in transitions("I7", [("Development", at), ("Test", at + 2)], lifecycle=mark)
    ]
    told = {"type": "story", "labels": ["x"], "status": "Ready"}
    items = [item(name, title=name, created_at=day(0), **told) for name in ("A", "B", "U")]
    write(place, moves, items, [link("blocks", "A", "B")])


def derived(lake: Lake) -> Facts:
    """Return all rows of all facts about flow, brought up to date by the engine of the settings."""
    with lake.writing() as writer:
        with writer.view() as view:
            stale = flow.stale(view, crowd.COMPANY)
        flow.refresh(writer, stale, crowd.COMPANY)
        writer.publish({})
    return kept(lake)


def asked(lake: Lake) -> tuple[object, ...]:
    """Return what is blocked: an answer of few statements, for the engine below is that of a cluster."""
    found = blocked(lake, FlowRequest(company=crowd.COMPANY), now=day(300))
    return found.items, found.under_way, found.finished_blocked_share


def test_facts_and_an_answer_are_the_same(tmp_path: Path, bucket: str, server: str) -> None:
    """Facts are equal to the last bit, computed from a lake in a bucket; and what is asked of them, from a folder."""
    one, two = str(tmp_path / "one"), f"{bucket}/two"
    for place in (one, two):
        work(place)
    here, there = on("duckdb", derived, one), on(server, derived, two)
    assert [name for name in OF_FLOW if not here[name]] == [], "a fact without a row compares nothing"
    assert there == here
    assert on(server, asked, one) == on("duckdb", asked, one)
