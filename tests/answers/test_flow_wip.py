"""What is under way is told by the team that has it on the day, also where that changed while it stayed in a stage."""

from pathlib import Path
from typing import Any

import pytest

from streamgauge.answers.flow import report
from streamgauge.answers.flow_terms import FlowRequest
from streamgauge.company import Company, ValueStream, WipLimit
from tests.kit.board import day, item, transitions, write


@pytest.mark.parametrize(("until", "items"), [(8, 1), (12, 0)])
def test_a_limit_counts_what_its_team_has_on_the_day(until: int, items: int, tmp_path: Path) -> None:
    """Of Tide until day 5, then of Crane, in test from day 2 on; the limit of Crane is reached from day 5 to day 10."""
    moves = transitions("A", [("In Progress", 0), ("Testing", 2), ("Done", 10)])
    moves += transitions("A", [("Crane", 5)], field="team", former_value="Tide")
    lake = write(tmp_path / "lake", moves, [item("A", team="Crane")])
    limits = (WipLimit(team="Tide", limit=1), WipLimit(team="Crane", stage="Test", limit=1))
    request = FlowRequest(until=day(until), company=Company(wip_limits=limits))
    found = {one.team: one for one in report(lake, request, now=day(60)).under_way if one.limit}
    assert {team.lower(): one.items for team, one in found.items() if team} == {"tide": 0, "crane": items}
    shares = [one.share_of_time_at_limit for _, one in sorted(found.items(), key=str)]
    assert shares == pytest.approx([3 / 3 if until == 8 else 5 / 7, 5 / until])


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({}, {("All", None): 3, ("Tide", None): 2, ("Crane", None): 1, ("All", "Test"): 1}),
        ({"team": "Tide"}, {("Tide", None): 2}),
        ({"type": "Bug"}, {}),
        ({"team": "Tide", "type": "Bug"}, {}),
        ({"stream": "Marked"}, {("All", None): 1, ("Tide", None): 1, ("Crane", None): 0, ("All", "Test"): 0}),
        ({"stream": "Marked", "team": "Tide"}, {("Tide", None): 1}),
    ],
)
def test_a_limit_is_told_where_all_that_it_is_on_is_asked_for(
    asked: dict[str, Any], told: dict[tuple[str, str | None], int], tmp_path: Path
) -> None:
    """Tide has a bug and a story under way, Crane a bug in test; of bugs alone nobody agreed on a limit."""
    moves = transitions("A", [("In Progress", 0)]) + transitions("B", [("In Progress", 1)])
    moves += transitions("C", [("In Progress", 2), ("Testing", 3)])
    items = [item("A", team="Tide", type="Bug", labels=["x"]), item("B", team="Tide", type="Story")]
    lake = write(tmp_path / "lake", moves, [*items, item("C", team="Crane", type="Bug")])
    limits = (WipLimit(limit=9), WipLimit(team="tide", limit=2), WipLimit(team="Crane", limit=9))
    streams = (ValueStream(name="Harbour", teams=("Tide",)), ValueStream(name="Marked", teams=("Tide",), labels=("x",)))
    company = Company(wip_limits=(*limits, WipLimit(stage="Test", limit=9)), value_streams=streams)
    answer = report(lake, FlowRequest(until=day(40), company=company, **asked), now=day(60))
    limited = {(one.team or "All", one.stage): one for one in answer.under_way if one.limit}
    assert {place: one.items for place, one in limited.items()} == told
    measure = next(one for one in answer.measures if one.metric == "time_at_wip_limit")
    assert measure.n == sum(n > 0 for n in told.values())
    if ("Tide", None) in told:
        share = 39 / 40 if told["Tide", None] == 2 else 0
        assert limited["Tide", None].share_of_time_at_limit == pytest.approx(share)


def test_a_limit_of_a_team_that_has_nothing_is_called_as_the_company_calls_it(tmp_path: Path) -> None:
    """Nothing of Crane is under way, so that no work tells its name."""
    lake = write(tmp_path / "lake", transitions("A", [("In Progress", 0)]), [item("A", team="Tide")])
    request = FlowRequest(until=day(9), company=Company(wip_limits=(WipLimit(team="Crane", limit=2),)))
    assert [one.team for one in report(lake, request, now=day(9)).under_way if one.limit] == ["Crane"]
