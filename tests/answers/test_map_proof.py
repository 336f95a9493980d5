"""Every number of the map opens: its proof says the same number, and what it shows and leaves out are all there is."""

from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streamgauge.answers.ageing import ageing
from streamgauge.answers.blocked import blocked
from streamgauge.answers.flow_proof import prove_each
from streamgauge.answers.flow_terms import FlowRequest
from streamgauge.answers.map_proof import Which, prove_map, prove_of
from streamgauge.answers.value_stream import stream_map
from streamgauge.company import Calendar, Company
from streamgauge.errors import BadOption
from streamgauge.lake import Lake
from streamgauge.metrics import BLOCKED_TIME_SHARE, MAP, METRICS
from tests.facts.kept import folder
from tests.kit.board import day, item, transitions, write
from tests.kit.proven import numbers, said
from tests.kit.traces import Event, hours, log
from tests.kit.work_pages import WAYS as PLANNED
from tests.kit.work_pages import lake as planned

STATUSES = ["New", "To Do", "In Progress", "Ready for test", "Testing", "In Review", "Done", "Cancelled", "Strange"]
STEP = st.tuples(st.sampled_from(STATUSES), st.integers(0, 40), st.sampled_from(["Tide", "Reef", None]))
WAYS = st.lists(st.lists(STEP, min_size=1, max_size=9), min_size=4, max_size=12)
BY_NAME = {metric.name: metric for metric in METRICS}


def agrees(lake: Lake, request: FlowRequest, now: datetime) -> int:
    """See that each number of a map is that of its proof, that each proof adds up, and how many there are."""
    found = stream_map(lake, request, now=now)
    proofs = {(proof.metric, proof.of): proof for proof in prove_map(lake, request, MAP, limit=None, now=now)}
    count = 0
    for key, field, value in numbers(found):
        told = said(proofs, key, field)
        if told is None and not value:
            continue
        assert told == pytest.approx(value, rel=1e-9, abs=1e-9), (key, field)
        count += 1
    for key, proof in proofs.items():
        left = {reason.reason: reason.n for reason in proof.left_out}
        by_reason: dict[str | None, int] = defaultdict(int)
        for record in proof.records:
            by_reason[record.left_out] += 1
        assert proof.shown + sum(left.values()) == proof.total == len(proof.records), key
        assert by_reason == {**({None: proof.shown} if proof.shown else {}), **left}, key
        assert proof.question
        assert proof.formula
        assert "SELECT" in proof.sql
    return count


def test_every_number_of_a_board_opens(tmp_path: Path) -> None:
    request = FlowRequest(until=day(60), company=Company(calendar=Calendar()))
    assert agrees(planned(tmp_path / "lake"), request, day(70)) > 60


def test_every_number_of_a_log_of_starts_and_ends_opens(tmp_path: Path) -> None:
    traces = {
        str(i): [
            Event("Check", hours(i), "START", "Tide"),
            Event("Check", hours(i + 1 + i % 3), "COMPLETE", "Tide"),
            Event("Pay", hours(i + 9), "START", "Reef"),
            Event("Pay", hours(i + 11), "COMPLETE" if i % 5 else "SUSPEND", "Reef"),
            Event("Check" if i % 4 == 0 else "Close", hours(i + 20), "COMPLETE", "Tide"),
        ]
        for i in range(25)
    }
    assert agrees(log(tmp_path, traces), FlowRequest(), hours(24 * 800)) > 40


def test_every_number_of_a_log_of_events_opens(tmp_path: Path) -> None:
    paths = ["register phone decide", "register phone phone decide", "register cancelled"] * 8
    traces = {
        str(i): [Event(word, hours(i + 3 * n), None, "Tide" if n % 2 else "Reef") for n, word in enumerate(way.split())]
        for i, way in enumerate(paths)
    }
    assert agrees(log(tmp_path, traces), FlowRequest(), hours(24 * 800)) > 40


@settings(max_examples=4, deadline=None)
@given(ways=WAYS, since=st.sampled_from([None, 10.0]))
def test_whatever_happened_every_number_opens_and_adds_up(
    ways: list[list[tuple[str, int, str | None]]], since: float | None
) -> None:
    moves: list[dict[str, Any]] = []
    items = []
    for n, way in enumerate(ways):
        steps = sorted(way, key=lambda step: step[1])
        moves += [
            row | {"team": team, "id": f"{n}-{place}", "sequence": place}
            for place, (status, at, team) in enumerate(steps)
            for row in transitions(f"W-{n}", [(status, at)])
        ]
        items.append(item(f"W-{n}", type="story" if n % 3 else "epic", level=None if n % 5 else "epic"))
    with folder() as place:
        lake = write(place / "lake", moves, items)
        agrees(lake, FlowRequest(since=None if since is None else day(since), until=day(41)), day(60))


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return planned(tmp_path_factory.mktemp("map") / "lake")


def asked(lake: Lake, metric: str, **which: Any) -> Any:
    return prove_of(lake, FlowRequest(until=day(60)), BY_NAME[metric], Which(**which), now=day(70))


def test_a_number_is_that_of_plain_python(lake: Lake) -> None:
    """Of the second way of the board, the receiver gives back after a day, and has it again two days later."""
    back = [way for way in PLANNED if len(way) == 6]
    assert len(back) == 1
    proof = asked(lake, "handoff_rework", from_="grebe", to="PETREL")
    assert (proof.n, proof.value, proof.of) == (10, 48.0, "Grebe → Petrel")
    assert {left.reason: left.n for left in proof.left_out} == {"it did not come back": 20}
    proof = asked(lake, "way_items", way=1)
    assert (proof.value, proof.of) == (10.0, "To do → In Progress → In Review → Done")
    assert dict(proof.parameters)["share of all"] == "10 of 30 items"


@pytest.mark.parametrize(
    ("metric", "which", "said"),
    [
        ("process_time", {}, "is a number of one stage"),
        ("process_time", {"stage": "Developmnt"}, "Developmnt"),
        ("handoff_wait", {}, "is a number of a handoff"),
        ("move_wait", {"from_": "To do", "to": "To do"}, "To do → To do"),
        ("way_items", {"way": 99}, "is a number of one way"),
        ("stage_lead_time_working", {"stage": "Development"}, "needs what is not there: calendar"),
    ],
)
def test_what_is_not_clear_is_asked_back(lake: Lake, metric: str, which: dict[str, Any], said: str) -> None:
    with pytest.raises(BadOption) as told:
        asked(lake, metric, **which)
    assert said in str(told.value)


def test_a_month_of_a_stage_opens_too(lake: Lake) -> None:
    whole = asked(lake, "process_time", stage="Development")
    parts = [
        prove_of(lake, FlowRequest(until=day(60)), BY_NAME["process_time"], Which(stage="Development"), bucket=month)
        for month in ("2026-03", "2026-04")
    ]
    assert sum(part.n for part in parts) == whole.n
    assert all(part.records[0].at is None or part.records[0].at.tzinfo is UTC for part in parts)


def test_what_is_said_of_open_items_opens(lake: Lake) -> None:
    request = FlowRequest(until=day(60))
    old = ageing(lake, request, limit=None, now=day(70))
    for one in old.items[:3]:
        kept = prove_of(lake, request, BY_NAME["chance_to_keep"], Which(item=one.item.lower()), now=day(70))
        assert kept.value == pytest.approx(one.chance)
        share = prove_of(lake, request, BY_NAME["age_percentile"], Which(item=one.item), now=day(70))
        assert share.value == pytest.approx(one.percentile)
        assert (share.total, share.of) == (kept.total, one.item)
    promise = asked(lake, "service_level_expectation")
    assert (promise.value, promise.n) == (old.expectation.hours, old.expectation.n)
    for pace in old.paces:
        proof = asked(lake, "stage_pace", stage=pace.stage)
        assert (proof.value, proof.n) == (pace.p85_hours, pace.n)
        assert dict(proof.parameters)["95 % no older than"] == f"{pace.p95_hours:,.2f} h"


def test_what_is_blocked_opens(lake: Lake) -> None:
    found = blocked(lake, FlowRequest(until=day(60)), limit=None, now=day(70))
    proof = asked(lake, "blocked_items")
    assert (proof.value, proof.total) == (found.total, found.under_way)
    assert {r.id: r.value for r in proof.records if r.left_out is None} == pytest.approx(
        {one.item: one.blocked_hours for one in found.items}
    )
    share = prove_each(lake, FlowRequest(until=day(60)), [BLOCKED_TIME_SHARE], now=day(70))[0]
    assert (share.value, share.sum) == (found.finished_blocked_share, None)


def test_an_item_that_is_not_under_way_is_asked_back(lake: Lake) -> None:
    with pytest.raises(BadOption, match="not under way"):
        asked(lake, "chance_to_keep", item="W-0")
    with pytest.raises(BadOption, match="one item"):
        asked(lake, "chance_to_keep")


def test_names_that_differ_in_capitals_alone_are_told_apart(tmp_path: Path) -> None:
    """What is written just so is meant; only where nothing is, do capitals not matter."""
    rows = []
    for n, (team, hours_each) in enumerate((("red", 1), ("RED", 2)) * 3):
        ways = [("Pay", 0), ("PAY", hours_each / 24), ("Pay it", 5 * hours_each / 24)]
        rows += transitions(f"{'abc'[n // 2]}{'x' if team == 'red' else 'X'}", ways, source="files", team=team)
    lake = write(tmp_path / "lake", [row | {"id": f"e{n}"} for n, row in enumerate(rows)])
    shown = {stage.stage: stage.lead_time_p50_hours for stage in stream_map(lake, FlowRequest(until=day(60))).stages}
    assert shown["Pay"] == pytest.approx(1.5)
    for stage in ("Pay", "PAY"):
        proof = prove_of(lake, FlowRequest(until=day(60)), BY_NAME["stage_lead_time"], Which(stage=stage))
        assert (proof.value, proof.of) == (shown[stage], stage)
    for team, value in (("red", 1.0), ("RED", 2.0)):
        (first, *_) = stream_map(lake, FlowRequest(team=team, until=day(60))).stages
        assert first.lead_time_p50_hours == pytest.approx(value)


def test_of_many_ways_as_many_of_the_commonest_open_as_are_asked_for(tmp_path: Path) -> None:
    """Whoever shows ten of thousands does not wait for all; each names itself by its place among all of them."""
    steps = [f"Step {n}" for n in range(12)]
    several = (
        [[steps[n % 12], steps[n // 12]] for n in range(144)] + [[steps[3], steps[5]]] * 2 + [[steps[7], steps[1]]]
    )
    traces = {f"C-{n}": [Event(one, hours(n + k)) for k, one in enumerate(way)] for n, way in enumerate(several)}
    lake = log(tmp_path, traces)
    asked = lake, FlowRequest(), [BY_NAME["way_items"]]
    found = prove_map(*asked, ways=2, now=hours(900))
    assert [(proof.of, proof.value, proof.which) for proof in found] == [
        ("Step 3 → Step 5", 3, ("--way", "1")),
        ("Step 7 → Step 1", 2, ("--way", "2")),
    ]
    every = [proof.which for proof in prove_map(*asked, now=hours(900))]
    assert sorted(every) == sorted(("--way", str(n)) for n in range(1, 145))
