"""What vanished from its tool is under way no more from then on, and what happened before stays as it was."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from streamgauge.answers.ageing import ageing
from streamgauge.answers.blocked import blocked
from streamgauge.answers.flow import report
from streamgauge.answers.flow_report import FlowReport
from streamgauge.answers.flow_terms import FlowRequest
from streamgauge.answers.value_stream import stream_map
from streamgauge.lake import Lake
from tests.kit.board import day, item, transitions, write
from tests.kit.imports import csv, lake_at, taken

WAYS = {
    "open": [("In Progress", 1)],
    "back again": [("In Progress", 1), ("In Review", 20)],
    "done": [("In Progress", 1), ("Done", 4)],
    "given up": [("In Progress", 1), ("Cancelled", 5)],
    "stays": [("In Progress", 2)],
    "last": [("In Progress", 2), ("Done", 30)],
}
GONE = ("open", "back again", "done", "given up", "never begun")


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """A board whose tool lost most items on day 10; one of them moved on day 20, so that it is there again."""
    moves = [row for name, way in WAYS.items() for row in transitions(name, way, recorded_at=day(0))]
    moves += transitions("open", [("yes", 3)], field="flag", recorded_at=day(0))
    names = [*WAYS, "never begun"]
    items = [item(name, recorded_at=day(0), created_at=day(0), title=name, status="Backlog") for name in names]
    lost = [one | {"recorded_at": day(10), "deleted": True} for one in items if one["id"] in GONE]
    return write(tmp_path_factory.mktemp("vanished") / "lake", moves, [*items, *lost])


def at(days: float) -> FlowRequest:
    return FlowRequest(since=day(0), until=day(days))


def told(found: FlowReport) -> dict[str, Any]:
    return {one.metric: one for one in found.measures}


# `done` and `given up` end on the days 4 and 5, `open` vanishes on day 10.
@pytest.mark.parametrize(("until", "load"), [(3.5, 6), (9.5, 4), (10.5, 3), (25, 3)])
def test_it_counts_as_under_way_until_it_vanished(board: Lake, until: float, load: int) -> None:
    found = report(board, at(until), now=day(40))
    assert told(found)["flow_load"].value == load
    assert found.data_quality.vanished == len(GONE)


def test_what_it_did_before_stays_as_it_was(board: Lake) -> None:
    found = told(report(board, at(35), now=day(40)))
    assert (found["flow_velocity"].n, found["flow_time"].n) == (2, 2)
    assert found["flow_time"].value == (3 + 28) / 2 * 24
    assert (found["cancel_rate"].value, found["cancel_rate"].n) == (1 / 3, 3)
    assert [(one.reason, one.n) for one in found["cancel_rate"].left_out] == [("vanished from its tool", 2)]
    assert stream_map(board, at(35), now=day(40)).cases.n == 2


def test_nothing_waits_for_it_or_ages_any_more(board: Lake) -> None:
    assert [one.item for one in blocked(board, at(9.5), now=day(40)).items] == ["open"]
    assert blocked(board, at(10.5), now=day(40)).items == ()
    assert {one.item for one in ageing(board, at(10.5), now=day(40)).items} == {"back again", "stays", "last"}
    with board.view() as view:
        rows = view.rows("SELECT blocked_hours, left_at, next_state FROM visits WHERE item = 'open' AND ordinal = 1")
    assert rows == [{"blocked_hours": 7 * 24.0, "left_at": day(10), "next_state": "cancelled"}]


def test_a_question_of_a_day_before_knows_nothing_of_it(board: Lake) -> None:
    found = report(board, FlowRequest(since=day(0), as_of=day(9)), now=day(40))
    assert (told(found)["flow_load"].value, found.data_quality.vanished) == (4, 0)


LOGGED = [
    ("A", "To Do", "2026-01-01 09:00"),
    ("A", "In Progress", "2026-01-02 09:00"),
    ("A", "Done", "2026-01-05 09:00"),
    ("B", "To Do", "2026-01-03 09:00"),
    ("B", "In Progress", "2026-01-04 09:00"),
    ("C", "To Do", "2026-01-06 09:00"),
    ("C", "In Progress", "2026-01-20 09:00"),
]


def test_of_cases_that_a_complete_log_lacks_what_they_did_stays(tmp_path: Path) -> None:
    """Nobody can know when they went: the last thing that the log tells is the latest that it can have been."""
    lake = lake_at(tmp_path / "lake")
    taken(lake, csv(tmp_path / "log.csv", LOGGED))
    before = told(report(lake, FlowRequest()))
    taken(lake, csv(tmp_path / "log.csv", LOGGED[-2:]), complete=True)
    found = told(report(lake, FlowRequest()))
    assert (before["flow_load"].value, found["flow_load"].value) == (2, 1)
    assert found["flow_velocity"].n == before["flow_velocity"].n == 1
    assert found["flow_time"].value == before["flow_time"].value == 4 * 24
    taken(lake, csv(tmp_path / "log.csv", LOGGED), complete=True)
    assert told(report(lake, FlowRequest())) == before


def test_a_snapshot_that_is_complete_tells_when_it_went(tmp_path: Path) -> None:
    lake = lake_at(tmp_path / "lake")
    for number, names in enumerate(("AB", "AB", "A", "A"), 1):
        held = [(name, f"Of {name}", "Doing") for name in names]
        file = csv(tmp_path / f"board-2026-01-0{number}.csv", held, "id,title,status")
        taken(lake, file, said={}, complete=True)
    loads = [
        told(report(lake, FlowRequest(until=datetime(2026, 1, number, 12, tzinfo=UTC))))["flow_load"].value
        for number in (1, 2, 3, 4)
    ]
    assert loads == [2, 2, 1, 1]
