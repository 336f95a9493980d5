"""Real event logs are mapped as plain Python maps them: moves with their times, ways, cases, touches, unknown rows."""

import gzip
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from streamgauge.answers.flow import report
from streamgauge.answers.flow_terms import FlowRequest
from streamgauge.answers.value_stream import stream_map
from tests.kit.imports import command, lake_at
from tests.kit.traces import Event, Traces, plain

SHARED = Path(os.environ.get("STREAMGAUGE_SHARED", Path(__file__).parents[3] / "shared"))
MORE = Path(os.environ.get("STREAMGAUGE_LOGS", SHARED / "logs"))
"""Where more logs lie than the two that come with the shared data."""
pytestmark = pytest.mark.real
LOGS = {
    "Helpdesk.xes.gz": {"open": 22, "by_activity": True},
    "BPI_Challenge_2013_closed_problems.xes.gz": {"open": 0, "by_activity": False},
    "bpic2012.xes.gz": {"open": 0, "by_activity": True},
    "08_receipt.xes.gz": {"open": 0, "by_activity": True},
    "reviewing.xes": {"open": 0, "by_activity": True},
    "02_teleclaims.xes.gz": {"open": 0, "by_activity": True},
    "03_repairExample.xes.gz": {"open": 0, "by_activity": True},
    "14_Billing_1t_per_variant.xes.gz": {"open": 0, "by_activity": True},
    "roadtraffic100traces.xes": {"open": 0, "by_activity": True},
}
"""How many cases are open at the end, beside those in hand by the marks, and whether names are of activities."""


def found_at(name: str) -> Path:
    return next((f / name for f in (SHARED / "data" / "process-logs", MORE) if (f / name).is_file()), MORE / name)


AT_HAND = [
    pytest.param(
        name,
        marks=pytest.mark.skipif(
            not found_at(name).is_file(),
            reason=f"the log {name} is not at hand: STREAMGAUGE_LOGS names the folder that holds it",
        ),
    )
    for name in LOGS
]


def read(path: Path) -> Traces:
    raw = path.read_bytes()
    root = ET.fromstring(gzip.decompress(raw) if path.suffix == ".gz" else raw)
    space = root.tag.removesuffix("log")
    return {
        next(one.get("value", "") for one in trace if one.get("key") == "concept:name"): [
            _event({one.get("key"): one.get("value") for one in event}) for event in trace.iter(f"{space}event")
        ]
        for trace in root.iter(f"{space}trace")
    }


def _event(said: dict[Any, Any]) -> Event:
    at = datetime.fromisoformat(said["time:timestamp"]).astimezone(UTC)
    return Event(said["concept:name"], at, said.get("lifecycle:transition"))


@pytest.mark.parametrize("name", AT_HAND)
def test_a_log_is_mapped_as_plain_python_maps_it(tmp_path: Path, name: str) -> None:
    path = found_at(name)
    code, _, err = command("import", path, "--lake", tmp_path / "lake")
    assert code == 0, err
    lake = lake_at(tmp_path / "lake")
    answer, expected = stream_map(lake, FlowRequest()), plain(read(path))
    assert {(e.from_, e.to): e.count for e in answer.edges} == {pair: n for pair, (n, _) in expected.edges.items()}
    for edge in answer.edges:
        assert edge.wait_p50_hours == pytest.approx(expected.edges[edge.from_, edge.to][1], abs=1e-3)
    assert answer.variants.count == len(expected.variants)
    assert all(expected.variants[variant.path] == variant.count for variant in answer.variants.top)
    touches = {s.stage: s.touch_time_p50_minutes for s in answer.stages if s.touch_time_p50_minutes is not None}
    assert touches == pytest.approx(expected.touches, abs=1e-3)
    assert answer.cases.n == len(expected.durations) - LOGS[name]["open"]
    if not LOGS[name]["open"]:
        middle = sorted(expected.durations)
        n = len(middle)
        assert answer.cases.duration_p50_hours == pytest.approx((middle[(n - 1) // 2] + middle[n // 2]) / 2, abs=1e-3)
        if LOGS[name]["by_activity"]:
            assert answer.first_pass_yield == pytest.approx(expected.first_pass)
    unmapped = report(lake, FlowRequest()).data_quality.unmapped
    assert {one.status: one.rows for one in unmapped} == {one.status: expected.rows[one.status] for one in unmapped}
    assert any("read as activities" in note for note in answer.notes) == LOGS[name]["by_activity"]
