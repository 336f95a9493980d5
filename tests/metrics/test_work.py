"""What plain columns of flow items say of flow is what the statements over the same facts say."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.organisation import fill, go_on
from streamgauge.answers.flow import report
from streamgauge.answers.flow_report import FlowReport
from streamgauge.answers.flow_terms import FlowRequest
from streamgauge.company import Company, Team, ValueStream
from streamgauge.facts import FACTS
from streamgauge.facts.ways import NEVER
from streamgauge.lake import Lake, limits
from streamgauge.metrics.columns.cases import ALWAYS, reasons, wanted
from streamgauge.metrics.columns.work import risen
from streamgauge.metrics.grouped import between, medians_between, totals_between
from streamgauge.metrics.metric import Finished
from streamgauge.metrics.statistics import total
from tests.kit.board import board, day, item, transitions, write

NOW = day(0)
COMPANY = Company(
    teams=(Team(name="Team 1"),),
    value_streams=(
        ValueStream(name="First", teams=("Team 1", "Team 3")),
        ValueStream(name="Second", teams=("Team 2",)),
    ),
)


@pytest.fixture(scope="module")
def organisation(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """An organisation with epics, teams, work that comes back, is given up and is reopened."""
    place = str(tmp_path_factory.mktemp("organisation") / "lake")
    fill(place, 1_500)
    return Lake.open(place, facts=FACTS)


def by_statements(lake: Lake, request: FlowRequest, monkeypatch: pytest.MonkeyPatch, now: datetime = NOW) -> FlowReport:
    """Return how work flows in a lake that is said to be too large for columns."""
    with monkeypatch.context() as patch:
        patch.setattr(limits, "BYTES_OF_COLUMNS", -1)
        return report(Lake.open(lake.address, facts=FACTS), request, now)


def windows() -> Iterator[FlowRequest]:
    """Give questions about all time, one end, both ends, a time in which nothing ended, and narrower ones."""
    begin, end = day(-800), day(-300)
    yield from (FlowRequest(), FlowRequest(since=begin, until=end), FlowRequest(until=day(-5000)))
    yield FlowRequest(since=day(-20))
    yield FlowRequest(until=end, company=Company(zone="America/St_Johns"))
    yield FlowRequest(since=begin, until=day(-400.4), company=Company(zone="America/St_Johns"))
    yield FlowRequest(type="Bug", since=begin, company=Company(zone="Asia/Kathmandu"))
    yield FlowRequest(team="Team 1", type="Story", until=end)
    yield FlowRequest(stream="First", company=COMPANY)


def test_columns_say_what_statements_say(organisation: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    """One lake is asked all questions in turn: what was read for the first ones serves the later ones."""
    lake = Lake.open(organisation.address, facts=FACTS)
    for request in windows():
        found = report(lake, request, NOW)
        assert found == replace(by_statements(lake, request, monkeypatch), made_at=found.made_at), request


def test_work_that_changed_its_team_counts_by_the_team_of_the_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moves = transitions("A", [("To Do", 0), ("In Progress", 1), ("Testing", 2), ("Done", 10)])
    moves += transitions("A", [("Crane", 5)], field="team", former_value="Tide")
    moves += transitions("B", [("To Do", 0), ("In Progress", 3), ("Cancelled", 8)])
    lake = write(tmp_path / "lake", moves, [item("A", team="Crane"), item("B", team="Tide"), item("C", level="epic")])
    for request in (FlowRequest(), FlowRequest(team="Tide"), FlowRequest(until=day(7)), FlowRequest(team="Crane")):
        assert report(lake, request, day(30)) == by_statements(lake, request, monkeypatch, day(30))


def test_a_status_that_is_not_understood_says_why_work_does_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ways = {f"I{i}": [("To Do", 0), ("Strange", 1 + i), ("Done", 4 + 2 * i)] for i in range(8)}
    lake = board(tmp_path / "lake", ways | {"X": [("Done", 3)]})
    found = report(lake, FlowRequest(), day(60))
    assert any(measure.left_out for measure in found.measures)
    assert found == by_statements(lake, FlowRequest(), monkeypatch, day(60))


def test_sums_and_medians_between_bounds() -> None:
    bounds = np.array([0, 0, 3, 3, 4, 4])
    values, there = np.array([5.0, 1.0, 2.0, 7.0]), np.array([True, False, True, True])
    assert totals_between(bounds, values, there).tolist() == [0, 7, 0, 7, 0]
    assert totals_between(bounds, values.astype(np.uint8), there).tolist() == [0, 7, 0, 7, 0]
    assert between(bounds, there, np.int64).tolist() == [0, 2, 0, 1, 0]
    assert np.array_equal(medians_between(bounds, values, there), [np.nan, 3.5, np.nan, 7, np.nan], equal_nan=True)
    assert total(np.full(300, 200, np.uint8)) == 60_000


def test_work_that_went_on_counts_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands in large files stays there; of items that were renewed later rows tell, in all facts and answers."""
    monkeypatch.setattr(limits, "ROWS_OF_GROUP", 100)
    lake = Lake.open(_filled(tmp_path / "lake", 2_500), facts=FACTS)
    report(lake, FlowRequest(), NOW)
    for _ in range(2):
        go_on(lake.address, 60)
        lake = Lake.open(lake.address, facts=FACTS)
        found = report(lake, FlowRequest(), NOW)
        assert found == replace(by_statements(lake, FlowRequest(), monkeypatch), made_at=found.made_at)
    with lake.view() as view:
        lines = [row["line_id"] for row in view.rows("SELECT line_id FROM datasets")]
        for fact in ("flow_items", "advances"):
            pieces = view.pieces(fact, lines) or []
            gone = [is_gone for one in pieces for _, is_gone in one.read(("item",), by_item=fact == "flow_items")]
            assert any(flags is not None and flags.any() for flags in gone)


def test_what_metrics_take_is_asked_for_once() -> None:
    """Conditions are bits, in the order of the first metric that knows them; what is said otherwise is not known."""
    plain = Finished("f.active_hours", "CASE WHEN f.a > 1 THEN 'it''s one' WHEN f.b THEN 'two' END")
    where = Finished("CASE WHEN f.b THEN f.active_hours ELSE CAST(0 AS DOUBLE) END", plain.left_out)
    other = Finished("f.active_hours", "CASE WHEN f.a > 1 THEN f.why END")
    found = wanted([plain, where, other])
    assert [found.knows(one) for one in (plain, where, other)] == [True, True, False]
    assert found.conditions == (*ALWAYS, "f.a > 1", "f.b")
    assert found.numbers == ("f.active_hours",)
    assert {"a", "b", "active_hours", "level"} <= found.columns
    assert [one.text for one in reasons(plain.left_out) or ()] == ["it's one", "two"]
    sets = np.array([0, 8, 16, 24])
    assert found.holding(sets, "f.b").tolist() == [False, False, True, True]


def _filled(place: Path, transitions: int) -> str:
    fill(str(place), transitions)
    return str(place)


@given(numbers=st.lists(st.integers(0, 2**62), max_size=60), shift=st.sampled_from([0, 3, 40]))
def test_instants_are_put_into_order_and_equal_ones_stay_in_theirs(numbers: list[int], shift: int) -> None:
    at = np.array([number >> shift for number in (*numbers, *numbers[::2])], np.int64)
    known = at[at != NEVER]
    assert risen(at).tolist() == sorted(range(len(known)), key=lambda place: (known[place], place))
