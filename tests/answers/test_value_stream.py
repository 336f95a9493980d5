"""The value stream map is discovered from what happened, and names a bottleneck only where the signals agree."""

from pathlib import Path

import pytest

from streamgauge.answers.flow_terms import FlowRequest
from streamgauge.answers.handoffs import friction
from streamgauge.answers.stream_map import StreamMap
from streamgauge.answers.value_stream import stream_map
from streamgauge.company import Company, Process, Status
from streamgauge.lake import Lake
from tests.kit.board import Steps, board, day, transitions, write

HOUR = 1 / 24
STREAM = ("Idea", "Build", "Review", "Test", "Release")
T4_1 = ((36, 4), (44, 16), (22, 2), (42, 8), (25, 1))
"""Waiting and work of each stage of T4.1, in hours: process times 4, 16, 2, 8, 1, lead times 40, 60, 24, 50, 26."""
STAGES = Process(
    statuses=tuple(
        Status(status=f"{word}{stage}", state=state, stage=stage)  # type: ignore[arg-type]
        for stage in STREAM
        for word, state in (("Ready: ", "waiting"), ("", "active"))
    )
)


def mapped(lake: Lake, company: Company | None = None) -> StreamMap:
    return stream_map(lake, FlowRequest(until=day(60), company=company or Company()), now=day(70))


def test_t4_1_activity_ratio_and_stages(tmp_path: Path) -> None:
    """T4.1: 31 of 200 hours are work, 15.5 %; each stage's queue is what lies before its work."""
    way, at = [], 0.0
    for stage, (queue, work) in zip(STREAM, T4_1, strict=True):
        way += [(f"Ready: {stage}", at), (stage, at + queue * HOUR)]
        at += (queue + work) * HOUR
    found = mapped(board(tmp_path / "lake", {"A": [*way, ("Done", at)]}), Company(process=(STAGES,)))
    assert [s.stage for s in found.stages] == list(STREAM)
    assert [s.process_time_p50_hours for s in found.stages] == pytest.approx([4, 16, 2, 8, 1], abs=1e-6)
    assert [s.queue_before_p50_hours for s in found.stages] == pytest.approx([36, 44, 22, 42, 25], abs=1e-6)
    assert [s.lead_time_p50_hours for s in found.stages] == pytest.approx([40, 60, 24, 50, 26], abs=1e-6)
    assert found.activity_ratio == pytest.approx(0.155)
    assert found.flow_efficiency == pytest.approx(0.155)


def test_t4_1_rolled_accuracy_multiplies_the_stages(tmp_path: Path) -> None:
    """Of five items that Build hands on, Test sends one back: 80 %; what is handed on again counts again."""
    straight: Steps = [("Build", 0), ("Test", 1), ("Done", 2)]
    back: Steps = [("Build", 0), ("Test", 1), ("Build", 2), ("Test", 3), ("Done", 4)]
    ways = {f"I{i}": straight for i in range(3)} | {"X": back}
    found = mapped(board(tmp_path / "lake", ways), Company(process=(STAGES,)))
    build, test = found.stages
    assert (build.handed_on, build.complete_and_accurate) == (5, 0.8)
    assert (test.handed_on, test.complete_and_accurate) == (4, 1.0)
    assert found.rolled_complete_and_accurate == pytest.approx(0.8)
    assert found.first_pass_yield == 0.75


def test_t4_2_friction_weighs_waiting_and_what_comes_back() -> None:
    """T4.2: 1,040, 1,400 and 932 item hours: Dev to Test has most friction."""
    pairs = {"Plan": (40, 12, 16, 35), "Dev": (40, 30, 10, 20), "Test": (38, 24, 2, 10)}
    assert {name: friction(*of) for name, of in pairs.items()} == {"Plan": 1040, "Dev": 1400, "Test": 932}


def test_a_handoff_waits_until_the_receiver_begins_and_may_bounce(tmp_path: Path) -> None:
    steps = [
        ("In Dev", 0, "Dev"),
        ("Ready for test", 2, "Test"),
        ("In Test", 5, "Test"),
        ("In Dev", 6, "Dev"),
        ("Ready for test", 8, "Test"),
        ("In Test", 9, "Test"),
        ("Done", 10, "Test"),
    ]
    moves = [
        row | {"team": team, "id": str(i)}
        for i, (status, at, team) in enumerate(steps)
        for row in transitions("A", [(status, at)])
    ]
    answer = mapped(write(tmp_path / "lake", moves))
    found = {(h.from_, h.to): h for h in answer.handoffs}
    assert {s.stage: s.handovers for s in answer.stages} == {"Development": 1, "Test": 2}
    assert set(found) == {("Dev", "Test"), ("Test", "Dev")}
    forth = found["Dev", "Test"]
    assert (forth.n, forth.bounced) == (2, 1)
    assert forth.wait_mean_hours == pytest.approx((3 + 1) / 2 * 24)
    assert forth.rework_mean_hours == pytest.approx(3 * 24)
    assert forth.friction_hours == pytest.approx(2 * 48 + 1 * 72)
    back = found["Test", "Dev"]
    assert (back.n, back.bounced) == (1, 0), "what Dev mended and handed on again did not come back from Dev"


def test_what_goes_back_past_the_sender_bounces_and_its_loop_ends_with_the_receiver(tmp_path: Path) -> None:
    """Plan, Dev, Test, and back to Plan on day 6: Dev to Test bounced, and Test works on it again on day 12."""
    steps = [("Analysis", 0, "Plan"), ("In Dev", 2, "Dev"), ("In Test", 4, "Test"), ("Analysis", 6, "Plan")]
    steps += [("In Dev", 8, "Dev"), ("Ready for test", 11, "Test"), ("In Test", 12, "Test"), ("Done", 13, "Test")]
    moves = [
        row | {"team": team, "id": str(i)}
        for i, (status, at, team) in enumerate(steps)
        for row in transitions("A", [(status, at)])
    ]
    answer = mapped(write(tmp_path / "lake", moves))
    found = {(h.from_, h.to): (h.n, h.bounced, h.rework_mean_hours / 24) for h in answer.handoffs}
    assert found == {("Plan", "Dev"): (2, 0, 0), ("Dev", "Test"): (2, 1, 6), ("Test", "Plan"): (1, 0, 0)}


def test_t4_3_edges_and_variants(tmp_path: Path) -> None:
    """T4.3: ABCD six times, ABCBCD three, ACD once: A-B 9, B-C 12, C-D 10, C-B 3, A-C 1."""
    paths = ["ABCD"] * 6 + ["ABCBCD"] * 3 + ["ACD"]
    ways = {f"I{i}": [(letter, float(at)) for at, letter in enumerate(path)] for i, path in enumerate(paths)}
    found = mapped(board(tmp_path / "lake", ways))
    assert {(e.from_, e.to): e.count for e in found.edges} == {
        ("A", "B"): 9,
        ("B", "C"): 12,
        ("C", "D"): 10,
        ("C", "B"): 3,
        ("A", "C"): 1,
    }
    assert found.variants.count == 3
    assert [(v.path, v.count) for v in found.variants.top] == [
        (tuple("ABCD"), 6),
        (tuple("ABCBCD"), 3),
        (tuple("ACD"), 1),
    ]


def test_nothing_finished_has_no_stream(tmp_path: Path) -> None:
    found = mapped(board(tmp_path / "lake", {"A": [("In Progress", 0)]}))
    assert (found.stages, found.cases.n, found.bottleneck) == ((), 0, None)
    assert "no stream to map" in found.message


def test_what_was_done_without_a_stage_is_not_called_nothing(tmp_path: Path) -> None:
    """All at one instant, or a single status that is an end: there are cases, and no stage that they went through."""
    found = mapped(board(tmp_path / "lake", {"A": [("To Do", 1), ("In Progress", 1), ("Done", 1)]}))
    assert (found.stages, found.cases.n) == ((), 1)
    assert "went through no stage" in found.message
