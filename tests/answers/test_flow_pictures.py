"""What pictures of flow are drawn from: cumulative lines never cross or fall, and the slowest items are there."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streamgauge.answers.flow import report
from streamgauge.answers.flow_pictures import chosen, pictures
from streamgauge.answers.flow_terms import FlowRequest
from streamgauge.lake import Lake
from tests.kit import crowd
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


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """Work that changes its team and type, is reopened, cancelled, and of which the start of some is not known."""
    return crowd.work(tmp_path_factory.mktemp("crowd") / "lake", 150)


@pytest.mark.parametrize("whose", [{}, {"team": "Red"}, {"since": day(60)}, {"since": day(90), "team": "Blue"}])
def test_the_picture_and_the_numbers_tell_of_the_same_work(crowded: Lake, whose: dict[str, Any]) -> None:
    request = FlowRequest(company=crowd.COMPANY, until=day(250), **whose)
    days, told = pictures(crowded, request, now=day(400)).days, report(crowded, request, now=day(400)).cumulative
    assert told is not None
    assert [one.day.isoformat() for one in days] == list(told.days)
    assert [one.committed - one.ended for one in days] == list(told.under_way)
    assert max(told.under_way) > 3
    assert any(one.committed > one.begun > one.ended for one in days)
    assert all(one.committed >= one.begun >= one.ended >= 0 for one in days)
    for former, one in pairwise(days):
        assert one.committed >= former.committed
        assert one.begun >= former.begun
        assert one.ended >= former.ended
    if "team" not in whose:
        assert [days[0].ended, *(b.ended - a.ended for a, b in pairwise(days))] == list(told.ended)


def test_work_that_has_not_begun_is_told_apart_day_by_day(crowded: Lake) -> None:
    request, moment = FlowRequest(company=crowd.COMPANY, until=day(250)), day(400)
    days = pictures(crowded, request, now=moment).days
    with crowded.view() as view:
        items = view.rows("SELECT * FROM flow_items WHERE started_at IS NOT NULL AND coalesce(level, '') <> 'epic'")
    zone = ZoneInfo("Europe/Berlin")
    for one in days[::17]:
        night = datetime.combine(one.day + timedelta(1), time(), zone)
        ends = [min((t for t in (i["finished_at"], i["cancelled_at"]) if t), default=None) for i in items]
        here = [i for i, end in zip(items, ends, strict=True) if i["started_at"] < night and (not end or end >= night)]
        idle = [i for i in here if i["first_active_at"] is None or i["first_active_at"] >= night]
        assert (one.committed - one.ended, one.committed - one.begun) == (len(here), len(idle))
