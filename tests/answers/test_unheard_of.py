"""Names in the company file that nothing has are said with the nearest one, in every answer about work."""

from pathlib import Path

import pytest

from streamgauge.answers.flow import report
from streamgauge.answers.flow_terms import FlowRequest
from streamgauge.company.file import parse
from tests.kit.board import board, day

KNOWN = """
value_streams: [{name: A, teams: [tide], datasets: [work], agreed: [Development, Done]}]
wip_limits: [{limit: 2, team: TIDE, stage: Development}]
teams: [{name: Tide, members: 4}]
accuracy_surveys: [{stage: development, share: 0.8, answers: 20, asked: 2026-03-02}]
"""


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (KNOWN, []),
        ("", []),
        ("value_streams: [{name: A, teams: [Tyde, tide]}]", ["a team that nothing has: 'Tyde' (is 'Tide' meant?)."]),
        ("wip_limits: [{limit: 2, team: Crane}]", ["a team that nothing has: 'Crane'."]),
        ("teams: [{name: Tide2}, {name: X}]", ["a team that nothing has: 'Tide2' (is 'Tide' meant?), 'X'."]),
        ("value_streams: [{name: A, datasets: [Work]}]", ["a dataset that nothing has: 'Work' (is 'work' meant?)."]),
        ("wip_limits: [{limit: 2, stage: development}]", ["a stage that nothing has: 'development' (is 'Development'"]),
        (KNOWN.replace("stage: development", "stage: dvelopment"), ["a stage that nothing has: 'dvelopment' (is 'De"]),
    ],
)
def test_a_name_that_nothing_has_is_said(tmp_path: Path, said: str, told: list[str]) -> None:
    lake = board(tmp_path / "lake", {"A": [("In Progress", 0), ("Done", 2)]}, team="Tide")
    answer = report(lake, FlowRequest(company=parse(said, name="f.yaml")), now=day(40))
    found = [note.removeprefix("The company file names ") for note in answer.notes if "that nothing has" in note]
    assert len(found) == len(told)
    assert all(one.startswith(beginning) for one, beginning in zip(found, told, strict=True))
