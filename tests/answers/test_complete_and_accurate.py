"""What a stage hands on is complete and accurate where its receiver neither sends it back nor has to ask (4.1)."""

from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import groupby
from math import prod
from pathlib import Path
from random import Random
from typing import Any

import pytest

from streamgauge.answers.flow_terms import FlowRequest
from streamgauge.answers.map_proof import Which, prove_map, prove_of
from streamgauge.answers.stream_map import StreamMap
from streamgauge.answers.value_stream import stream_map
from streamgauge.company import AccuracySurvey, Company, Process, Status, ValueStream
from streamgauge.facts import FACTS
from streamgauge.lake import Lake, limits
from streamgauge.metrics import COMPLETE_AND_ACCURATE, METRICS
from tests.kit.board import Steps, board, day, item, transitions, write

PLACES = {"Analysis": 1, "Development": 2, "Test": 3}
STATUSES = {"Analysis": "Analysis", "Development": "In Development", "Test": "In Test"}
ASKED = ("Needs clarification", "More info needed", "Waiting for information")
RAISED = (("flag", "Impediment", False), ("flag", "Missing information", True), ("blocked", "clarification", True))
Turn = tuple[str, bool]
"""Where an item was, and whether it was blocked there for want of clarification."""


def drawn(chance: Random) -> tuple[list[Turn], list[tuple[str, str, float]]]:
    """Return a way by stages, as each was seen, and what a tool tells of it: field, value, day."""
    turns, rows, at = list[Turn](), [("status", "To Do", 0.0)], 1.0
    place, stages = 0, list(PLACES)
    for _ in range(12):
        stage, is_unclear = stages[place], False
        rows.append(("status", STATUSES[stage], at))
        if chance.random() < 0.3:
            is_unclear = chance.random() < 0.6
            rows.append(("status", chance.choice(ASKED) if is_unclear else "On Hold", at + 0.2))
            rows.append(("status", STATUSES[stage], at + 0.4))
        elif chance.random() < 0.3:
            field, value, is_unclear = chance.choice(RAISED)
            rows += [(field, value, at + 0.2), (field, "", at + 0.4)]
        turns.append((stage, is_unclear))
        at += 1
        place += 1 if chance.random() < 0.7 or place == 0 else -1
        if place == len(stages):
            break
    rows.append(("status", "Done", at))
    return turns, rows


@pytest.fixture(scope="module")
def ways() -> dict[str, tuple[list[Turn], list[tuple[str, str, float]]]]:
    chance = Random(11)
    return {f"I{n}": drawn(chance) for n in range(60)}


@pytest.fixture(scope="module")
def lake(ways: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Lake:
    moves = [
        {"id": f"{name}-{n}", "item": name, "field": field, "value": value, "happened_at": day(at), "sequence": n}
        | {key: row[key] for key in ("source", "repository", "recorded_at", "deleted")}
        for name, (_, rows) in ways.items()
        for n, (field, value, at) in enumerate(rows)
        for row in transitions(name, [("", 0)])
    ]
    return write(tmp_path_factory.mktemp("asked") / "lake", moves, [item(name) for name in ways])


def counted(ways: dict[str, Any]) -> dict[str, tuple[int, int]]:
    """Return by plain loops what each stage handed on, and what of it its receiver could not use as it was."""
    handed, bad = Counter[str](), Counter[str]()
    for turns, _ in ways.values():
        runs = [(stage, any(asks for _, asks in own)) for stage, own in groupby(turns, key=lambda turn: turn[0])]
        furthest, behind = 0, list[bool]()
        for stage, _ in runs:
            behind.append(PLACES[stage] < furthest)
            furthest = max(furthest, PLACES[stage])
        for n in range(1, len(runs)):
            if not behind[n]:
                handed[runs[n - 1][0]] += 1
                bad[runs[n - 1][0]] += runs[n][1] or (n + 1 < len(runs) and behind[n + 1])
        handed[runs[-1][0]] += 1
    return {stage: (handed[stage], bad[stage]) for stage in PLACES}


def shares(found: StreamMap) -> dict[str, tuple[int, float | None]]:
    return {one.stage: (one.handed_on, one.complete_and_accurate) for one in found.stages if one.stage in PLACES}


def test_what_a_receiver_asks_back_about_counts_against_who_handed_it_on(
    lake: Lake, ways: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = counted(ways)
    request = FlowRequest(until=day(40))
    told = shares(stream_map(lake, request, day(40)))
    assert told == {stage: (n, pytest.approx(1 - bad / n)) for stage, (n, bad) in expected.items()}
    assert any(bad for _, bad in expected.values())
    monkeypatch.setattr(limits, "BYTES_OF_COLUMNS", -1)
    assert shares(stream_map(Lake.open(lake.address, facts=FACTS), request, day(40))) == told


@pytest.mark.parametrize("stage", ["Analysis", "Development", "Test"])
def test_the_proof_lists_what_was_asked_back(lake: Lake, ways: dict[str, Any], stage: str) -> None:
    n, bad = counted(ways)[stage]
    found = prove_of(lake, FlowRequest(until=day(40)), COMPLETE_AND_ACCURATE, Which(stage=stage), limit=None)
    assert (found.n, found.value) == (n, pytest.approx(1 - bad / n))
    assert sum(record.value == 0 for record in found.records) == bad


@pytest.mark.parametrize(
    ("status", "share"),
    [
        (Status(status="Asked PO", state="waiting", clarification=True), 0.0),
        (Status(status="Asked PO", state="waiting", stage="Test", clarification=True), 0.0),
        (Status(status="Asked PO", state="waiting", stage="Test"), 1.0),
        (Status(status="Asked PO", state="waiting"), 1.0),
    ],
)
def test_the_company_file_says_which_status_wants_clarification(tmp_path: Path, status: Status, share: float) -> None:
    """Without a stage of its own the work stays where it was, in Test."""
    stages = [Status(status=name, state="active", stage=name) for name in ("Build", "Test")]
    company = Company(process=(Process(statuses=(*stages, status, Status(status="Done", state="done"))),))
    way: Steps = [("Build", 0), ("Test", 1), ("Asked PO", 2), ("Test", 3), ("Done", 4)]
    found = stream_map(board(tmp_path / "lake", {"A": way}), FlowRequest(until=day(9), company=company), day(9))
    by_stage = {one.stage: one for one in found.stages}
    assert by_stage["Build"].complete_and_accurate == share
    assert found.first_pass_yield == (0 if "Asked PO" in by_stage else 1)


ASKED_OF = (
    AccuracySurvey(stage="development", share=0.5, answers=40, asked=date(2026, 3, 20)),
    AccuracySurvey(stage="Development", share=0.9, answers=12, asked=date(2026, 3, 2)),
    AccuracySurvey(stage="Development", share=0.1, answers=12, asked=date(2027, 1, 1)),
    AccuracySurvey(stage="Analysis", share=0.2, answers=9, asked=date(2026, 3, 1), stream="All"),
)
SURVEYED = Company(accuracy_surveys=ASKED_OF, value_streams=(ValueStream(name="All", datasets=("work",)),))


@pytest.mark.parametrize(("until", "said"), [(40, {"Development": 0.5}), (7, {"Development": 0.9})])
def test_what_receivers_said_last_counts_instead_of_what_events_tell(
    lake: Lake, until: int, said: dict[str, float]
) -> None:
    request = FlowRequest(until=day(until), company=SURVEYED)
    told = stream_map(lake, request, day(40))
    plain = {one.stage: one for one in stream_map(lake, replace(request, company=Company()), day(40)).stages}
    shares = {one.stage: one.complete_and_accurate for one in told.stages}
    assert shares == {name: said.get(name, one.complete_and_accurate) for name, one in plain.items()}
    assert [one.handed_on for one in told.stages] == [one.handed_on for one in plain.values()]
    assert told.rolled_complete_and_accurate == pytest.approx(prod(s for s in shares.values() if s is not None))
    assert [note for note in told.notes if "receivers said" in note] == [
        f"That {100 * share:.0f} % of what {stage} hands on is complete and accurate, its receivers said "
        f"({40 if until == 40 else 12} answers, 2026-03-{'20' if until == 40 else '02'})."
        for stage, share in said.items()
    ]
    proofs = prove_map(lake, request, METRICS, now=day(40))
    by_place = {(one.metric, one.of): one for one in proofs}
    asked = by_place["complete_and_accurate", "Development"]
    assert (asked.value, asked.n) == (said["Development"], 40 if until == 40 else 12)
    assert dict(asked.parameters)["survey"].endswith(str(date(2026, 3, 20 if until == 40 else 2)))
    rolled = by_place["rolled_complete_and_accurate", None].value
    assert rolled == pytest.approx(told.rolled_complete_and_accurate)


def test_a_survey_about_one_stream_counts_for_it_alone(lake: Lake) -> None:
    request = FlowRequest(until=day(40), stream="All", company=SURVEYED)
    analysis = next(one for one in stream_map(lake, request, day(40)).stages if one.stage == "Analysis")
    assert (analysis.complete_and_accurate, analysis.surveyed) == (0.2, 9)
