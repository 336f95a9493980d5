"""What is under way is told by the team that has it on the day, also where that changed while it stayed in a stage."""

from pathlib import Path

import pytest

from streamgauge.answers.flow import report
from streamgauge.answers.flow_terms import FlowRequest
from streamgauge.company import Company, WipLimit
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
