"""Laws that hold for any work: load is arrivals times presence, lines neither fall nor cross, others change nothing."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streamgauge.answers.flow import report
from streamgauge.answers.flow_balance import law
from streamgauge.answers.flow_report import FlowReport
from streamgauge.answers.flow_terms import FlowRequest
from streamgauge.company import Company
from streamgauge.facts.ways import NEVER
from streamgauge.lake import Lake
from streamgauge.metrics.columns import spans
from tests.facts.kept import folder
from tests.kit.board import START, day, item, transitions, write

SPAN = st.tuples(st.integers(0, 1000), st.one_of(st.none(), st.integers(0, 1000)), st.booleans())


@settings(max_examples=100, deadline=None)
@given(work=st.lists(SPAN, min_size=1, max_size=30), window=st.tuples(st.integers(0, 500), st.integers(1, 700)))
def test_load_is_arrivals_times_presence_exactly(
    work: list[tuple[int, int | None, bool]], window: tuple[int, int]
) -> None:
    """L = lambda * w in any window, whatever began before it, ended after it, was cancelled or never ended."""
    since, until = window[0], window[0] + window[1]
    kept = [(start, None if length is None else start + length, is_done) for start, length, is_done in work]
    started = np.array([start for start, _, _ in kept])
    ended = np.array([NEVER if end is None else end for _, end, _ in kept])
    finished = np.array([NEVER if end is None or not is_done else end for _, end, is_done in kept])
    found = law(spans(started, finished, ended), since, until)
    present = [min(until if end is None else end, until) - max(start, since) for start, end, _ in kept]
    present = [span for span in present if span > 0]
    if not present:
        assert found is None
        return
    assert found is not None
    assert found.is_exact
    assert found.load == pytest.approx(sum(present) / (until - since))
    assert found.load == pytest.approx(found.arrivals / 8.64e10 * found.presence_hours * 3.6e9)
    gone = [(start, end, is_done) for start, end, is_done in kept if end is not None and since <= end < until]
    took = [end - start for start, end, is_done in gone if is_done]
    assert found.throughput / 8.64e10 * (until - since) == pytest.approx(len(took))
    assert found.cycle_hours == (pytest.approx(sum(took) / len(took) / 3.6e9) if took else None)
    came = sum(since <= start < until for start, _, _ in kept)
    assert found.starts_per_end == (came / len(gone) if gone else None)
    levels = [sum(s < at and (e is None or e >= at) for s, e, _ in kept) for at in (since, until)]
    assert found.load_change * found.load == pytest.approx(levels[1] - levels[0])


STATUSES = ["New", "To Do", "In Progress", "Ready for test", "Testing", "Done", "Cancelled", "Strange"]
WAYS = st.lists(
    st.lists(st.tuples(st.sampled_from(STATUSES), st.integers(0, 40)), min_size=1, max_size=8), min_size=3, max_size=8
)


def answered(lake: Lake, **terms: Any) -> FlowReport:
    return report(lake, FlowRequest(since=day(0), until=day(41), **terms), now=day(60))


def rows(ways: list[list[tuple[str, int]]], team: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the transitions and the items of some work of one team."""
    named = {f"{team}-{n}": sorted(way, key=lambda step: step[1]) for n, way in enumerate(ways)}
    moves = [row for name, way in named.items() for row in transitions(name, way)]
    return moves, [item(name, team=team, created_at=day(way[0][1])) for name, way in named.items()]


def under_way(found: Mapping[str, Any], last: date) -> int:
    """Return how many items were begun, and not ended, by the end of a day, by looking at each one."""
    return sum(
        row["started_at"] is not None
        and row["started_at"].date() <= last
        and (row["ended_at"] is None or row["ended_at"].date() > last)
        for row in found["items"]
    )


@settings(max_examples=2, deadline=None)
@given(ways=WAYS, others=WAYS)
def test_lines_never_fall_or_cross_and_another_team_changes_nothing(
    ways: list[list[tuple[str, int]]], others: list[list[tuple[str, int]]]
) -> None:
    with folder() as place:
        moves, items = rows(ways, "Tide")
        alone = answered(write(place / "one", moves, items))
        more, further = rows(others, "Crane")
        lake = write(place / "two", [*more, *moves, *moves[:3]], [*further, *items])
        beside = answered(lake, team="Tide")
        with lake.view() as view:
            sql = "SELECT started_at, coalesce(finished_at, cancelled_at) AS ended_at FROM flow_items"
            found = {"items": view.rows(f"{sql} WHERE team = 'Tide'")}
    flow = alone.cumulative
    assert flow is not None
    for line in flow.lines:
        assert list(line.arrivals) == sorted(line.arrivals)
    for above, below in zip(flow.lines, flow.lines[1:], strict=False):
        assert all(a >= b for a, b in zip(above.arrivals, below.arrivals, strict=True))
    first = START.date()
    assert list(flow.under_way) == [under_way(found, first + timedelta(days=n)) for n in range(len(flow.days))]
    assert beside.cumulative == flow
    assert (beside.measures, beside.series, beside.balance) == (alone.measures, alone.series, alone.balance)


def test_without_a_beginning_asked_for_the_window_begins_with_the_work_that_is(tmp_path: Path) -> None:
    """Neither what another team began long before nor an epic makes a team slower."""
    moves = [row for n in range(3) for row in transitions(f"A{n}", [("In Progress", 30 + n), ("Done", 34 + n)])]
    items = [item(f"A{n}", team="Tide") for n in range(3)]
    others = [
        *transitions("B", [("In Progress", 2), ("Done", 20)]),
        *transitions("E", [("In Progress", 0), ("Done", 9)]),
    ]
    further = [item("B", team="Crane"), item("E", team="Tide", level="epic")]
    alone = report(write(tmp_path / "one", moves, items), FlowRequest(until=day(40)), now=day(60))
    beside = write(tmp_path / "two", [*moves, *others], [*items, *further])
    found = report(beside, FlowRequest(until=day(40), team="Tide"), now=day(60))
    numbers = [[(m.value, m.n, m.low, m.high) for m in one.measures] for one in (found, alone)]
    assert numbers[0] == numbers[1]
    assert (found.balance, found.window) == (alone.balance, alone.window)
    assert found.window.since == day(30)
    assert report(beside, FlowRequest(until=day(40)), now=day(60)).window.since == day(2)


@pytest.fixture(scope="module")
def scattered(tmp_path_factory: pytest.TempPathFactory) -> tuple[Lake, list[tuple[datetime, datetime | None]]]:
    """Work that begins and ends at any hour, and when it did."""
    drawn = np.random.default_rng(5)
    starts = [round(float(start) * 1440) / 1440 for start in drawn.uniform(5, 45, 80)]
    ends = [None if n % 4 == 0 else start + n / 9 for n, start in enumerate(starts)]
    moves, items = [], []
    for n, (start, end) in enumerate(zip(starts, ends, strict=True)):
        moves += transitions(f"W{n}", [("In Progress", start), *([] if end is None else [("Done", end)])])
        items.append(item(f"W{n}", created_at=day(start)))
    lake = write(tmp_path_factory.mktemp("scattered"), moves, items)
    return lake, [(day(start), None if end is None else day(end)) for start, end in zip(starts, ends, strict=True)]


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe"])
def test_the_days_of_cumulative_flow_are_those_of_the_zone(
    zone: str, scattered: tuple[Lake, list[tuple[datetime, datetime | None]]]
) -> None:
    """Also over the night in which the clock changes, and where midnight is not at a whole hour in UTC."""
    lake, spans = scattered
    asked = FlowRequest(since=day(10), until=day(50), company=Company(zone=zone))
    found = report(lake, asked, now=day(120)).cumulative
    assert found is not None
    for n, said in enumerate(found.days):
        first, limit = (
            datetime.combine(date.fromisoformat(said) + timedelta(days=k), time(), ZoneInfo(zone)) for k in (0, 1)
        )
        limit = min(limit, day(50))
        begun = [end for start, end in spans if start < limit]
        assert found.under_way[n] == sum(end is None or end >= limit for end in begun), said
        if n:
            assert found.started[n] == sum(first <= start < limit for start, _ in spans), said
            assert found.ended[n] == sum(end is not None and first <= end < limit for _, end in spans), said
        assert found.lines[-1].arrivals[n] == sum(end is not None and end < limit for end in begun), said
