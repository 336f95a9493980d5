"""What pictures of flow are drawn from: cumulative lines never cross or fall, and the slowest items are there."""

from datetime import date
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from streamgauge.answers.flow_pictures import chosen, pictures
from streamgauge.answers.flow_terms import FlowRequest
from tests.kit.board import board, day

WAYS = {
    "A": [("To do", 0.0), ("In Progress", 2.0), ("Done", 4.0)],
    "B": [("To do", 1.0), ("Cancelled", 3.0)],
    "C": [("To do", 2.0), ("In Progress", 3.0)],
    "D": [("To do", 3.0), ("Done", 5.0)],
}


def test_cumulative_flow_counts_what_passed_each_boundary_by_the_end_of_a_day(tmp_path: Path) -> None:
    found = pictures(board(tmp_path / "lake", WAYS), FlowRequest(until=day(7)), now=day(8))
    assert [(d.day, d.committed, d.begun, d.ended) for d in found.days] == [
        (date(2026, 3, 1), 1, 0, 0),
        (date(2026, 3, 2), 2, 0, 0),
        (date(2026, 3, 3), 3, 1, 0),
        (date(2026, 3, 4), 4, 3, 1),
        (date(2026, 3, 5), 4, 3, 2),
        (date(2026, 3, 6), 4, 4, 3),
        (date(2026, 3, 7), 4, 4, 3),
        (date(2026, 3, 8), 4, 4, 3),
    ]
    assert [(one.item, one.hours) for one in found.finished] == [("A", 96.0), ("D", 48.0)]


def test_a_window_begins_with_what_was_under_way(tmp_path: Path) -> None:
    found = pictures(board(tmp_path / "lake", WAYS), FlowRequest(since=day(3.2), until=day(7)), now=day(8))
    assert found.days[0].committed - found.days[0].ended == 3
    assert all(one.committed >= one.begun >= one.ended >= 0 for one in found.days)


@settings(max_examples=50)
@given(st.lists(st.floats(0, 1e4), min_size=1, max_size=300), st.integers(20, 100))
def test_a_choice_keeps_order_and_the_slowest(hours: list[float], most: int) -> None:
    kept = chosen(np.array(hours), most)
    assert len(kept) <= most
    assert list(kept) == sorted(set(kept.tolist()))
    assert max(hours) == max(hours[i] for i in kept)
