"""A board that is exported every week: what it held first is known to be under way, and not since when."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from streamgauge.answers.ageing import ageing
from streamgauge.answers.blocked import blocked
from streamgauge.answers.flow import report
from streamgauge.answers.flow_proof import prove_flow
from streamgauge.answers.flow_terms import FlowRequest
from streamgauge.lake import Lake
from streamgauge.metrics import FLOW_LOAD
from streamgauge.surfaces.web.aging import render
from tests.kit.imports import csv, lake_at, taken

FIRST = datetime(2024, 1, 1, tzinfo=UTC)
WEEKS = [FIRST + timedelta(weeks=n) for n in range(4)]
WAYS = {
    **{f"A-{n}": ("In Progress", "In Progress", "Done", "Done") for n in range(10)},
    **{f"W-{n}": ("In Progress",) * 4 for n in range(5)},
    "D-0": ("Done",) * 4,
    "T-0": ("Backlog", "In Progress", "In Progress", "Done"),
    "G-0": ("In Progress", None, None, None),
}
"""What each week's export says of an item; nothing where it lacks it."""


def exported(folder: Path, order: list[int]) -> Lake:
    """Return a lake of the weeks in this order of arrival; the last of them is known to be complete."""
    lake = lake_at(folder / "lake")
    for week in order:
        held = [(item, f"Title of {item}", way[week]) for item, way in WAYS.items() if way[week]]
        file = csv(folder / f"board-{WEEKS[week]:%Y-%m-%d}.csv", held, "id,title,status")
        assert taken(lake, file, said={}, complete=week == 3).failure is None
    return lake


@pytest.fixture(scope="module", params=[[0, 1, 2, 3], [3, 1, 0, 2]], ids=["in order", "in another order"])
def board(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return exported(tmp_path_factory.mktemp("weeks"), request.param)


def test_what_the_first_export_held_is_under_way_and_its_start_is_not_known(board: Lake) -> None:
    found = report(board, FlowRequest())
    told = {one.metric: [one.value, one.n] for one in found.measures}
    wanted = {"flow_load": [5, 5], "request_lead_time": [None, 0], "work_item_age": [None, 0]}
    wanted["flow_time"] = [14 * 24, 1]  # of T-0 alone the start is told
    assert {name: told[name] for name in wanted} == wanted
    assert told["flow_velocity"][1] == 11
    assert found.data_quality.left_truncated == 16
    assert found.window.until == WEEKS[3] + timedelta(days=1)


def test_ageing_names_what_has_no_recorded_start(board: Lake) -> None:
    found = ageing(board, FlowRequest())
    assert found.message == "5 items are under way; nobody recorded when they began."
    assert found.items == ()
    (note,) = (note for note in found.notes if "nobody recorded" in note)
    assert note.endswith("is known: " + ", ".join(f"W-{n} (at least 21 d)" for n in range(5)) + ".")
    assert WEEKS[3] <= found.at <= WEEKS[3] + timedelta(seconds=1)
    assert len([n for n in ageing(board, FlowRequest(), limit=2).notes if "W-1 (at least 21 d) and more." in n]) == 1


def test_what_was_blocked_when_first_seen_is_blocked_for_that_long_at_least(tmp_path: Path) -> None:
    """Work of which nobody knows the start is under way all the same, and may be blocked."""
    lake = lake_at(tmp_path / "lake")
    ways = {"B-1": ("Blocked",) * 3, "B-2": ("In Progress", "Blocked", "Blocked"), "P-1": ("In Progress",) * 3}
    ways["N-1"] = ("Backlog", "In Progress", "In Progress")
    for week, at in enumerate(WEEKS[:3]):
        held = [(item, f"Title of {item}", way[week]) for item, way in ways.items()]
        taken(lake, csv(tmp_path / f"board-{at:%Y-%m-%d}.csv", held, "id,title,status"), said={})
    found = blocked(lake, FlowRequest())
    assert (found.message, found.under_way) == ("2 of 4 items under way are blocked.", 4)
    days = [(one.item, one.since.date(), round(one.blocked_hours / 24)) for one in found.items]
    assert days == [("B-1", WEEKS[0].date(), 14), ("B-2", WEEKS[1].date(), 7)]
    said = "1 of the blocked items was so when first seen, and may be blocked for longer than is told."
    assert said in found.notes
    said = "4 items are under way; of 1 the age is known, and 0 of these are older than 85 % of the work"
    assert ageing(lake, FlowRequest()).message.startswith(said)
    found = ageing(lake, FlowRequest())
    proof = prove_flow(lake, FlowRequest(), FLOW_LOAD)
    assert (found.total, found.under_way, proof.n) == (1, 4, 4)
    assert '<span class="facts"><span>n = 4</span><span>of 1 the start is known</span></span>' in render(found, (), ())
