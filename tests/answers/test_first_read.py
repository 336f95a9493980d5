"""A past day of a history that was read later is answered from that history, cut at the day, and that is said."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from streamgauge.answers.ageing import ageing
from streamgauge.answers.flow import report
from streamgauge.answers.flow_terms import FlowRequest
from streamgauge.answers.value_stream import stream_map
from streamgauge.errors import BadOption
from streamgauge.lake import Lake
from tests.kit.board import RECORDED, START, day, item, transitions, write

DAY = 20
"""The past day that is asked about."""


def rows(until: float) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return what happened before a day, and what the items said on that day."""
    moves, items = [], []
    for n in range(24):
        steps = [("To Do", n), ("In Progress", n + 2), ("Testing", n + 3 + n % 4), ("Done", n + 9)]
        gone = [(value, at) for value, at in steps if at < until]
        told = transitions(f"A{n}", gone)
        for row, (former, _) in zip(told[1:], gone, strict=False):
            row["former_value"] = former
        team = transitions(f"A{n}", [("Crane", n + 4)], field="team", former_value="Tide")
        moves += [*told, *(team if n + 4 < until else [])]
        if gone:
            said = {"status": gone[-1][0], "team": "Crane" if n + 4 < until else "Tide", "created_at": day(n)}
            items.append(item(f"A{n}", **said))
    return moves, items


def told(lake: Lake, **terms: Any) -> list[Any]:
    request = FlowRequest(until=day(DAY), **terms)
    flow, mapped, aged = (answer(lake, request, now=day(60)) for answer in (report, stream_map, ageing))
    numbers = [(m.metric, m.value, m.n) for m in flow.measures]
    return [numbers, flow.balance, flow.cumulative, mapped.stages, mapped.edges, mapped.handoffs, aged.items]


def test_it_is_what_a_lake_tells_that_was_read_on_that_day(tmp_path: Path) -> None:
    late, then = write(tmp_path / "late", *rows(100)), write(tmp_path / "then", *rows(DAY))
    for team in (None, "Tide"):
        assert told(late, as_of=day(DAY), team=team) == told(then, team=team), team
    notes = report(late, FlowRequest(as_of=day(DAY)), now=day(60)).notes
    assert any("first read on 2026-06-01" in note for note in notes)


def test_what_was_read_soon_after_belongs_to_the_first_reading_and_what_came_later_does_not(tmp_path: Path) -> None:
    more = {hours: RECORDED + timedelta(hours=hours) for hours in (0, 3, 48)}
    moves = [row for h, at in more.items() for row in transitions(f"A{h}", [("To Do", 1)], recorded_at=at)]
    found = ageing(write(tmp_path / "lake", moves), FlowRequest(as_of=day(5)), now=day(200))
    assert [one.item for one in found.items] == ["A0", "A3"]


def test_before_anything_happened_nothing_is_known(tmp_path: Path) -> None:
    lake = write(tmp_path / "lake", *rows(100))
    with pytest.raises(BadOption, match="No work is known of before"):
        report(lake, FlowRequest(as_of=START - timedelta(days=1)), now=day(60))
