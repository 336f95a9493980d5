"""What plain columns of facts say of the map is what the statements over the same facts say."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import cast

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.organisation import fill
from streamgauge.answers.ageing import ageing
from streamgauge.answers.blocked import blocked
from streamgauge.answers.flow import report
from streamgauge.answers.flow_report import FlowReport
from streamgauge.answers.flow_terms import FlowRequest
from streamgauge.answers.stream_map import StreamMap
from streamgauge.answers.value_stream import stream_map
from streamgauge.company import Company, ValueStream
from streamgauge.facts import FACTS
from streamgauge.facts.ways import NEVER
from streamgauge.lake import Lake, limits
from streamgauge.lake.memory import Memory
from streamgauge.lake.pieces import Piece
from streamgauge.metrics.columns import Kept
from streamgauge.metrics.columns.items import Example
from streamgauge.metrics.columns.rows import Rows
from streamgauge.metrics.columns.spread import HOUR, Spread, cells, different, exactly, places, totals
from streamgauge.metrics.columns.visits import statuses
from tests.kit.board import board, day, item, transitions, write

NOW = day(0)
COMPANY = Company(
    value_streams=(ValueStream(name="First", teams=("Team 1", "Team 3")), ValueStream(name="Second", teams=("Team 2",)))
)
ROWS = st.lists(st.tuples(st.integers(0, 3), st.one_of(st.none(), st.integers(-3, 10**14))), max_size=60)


@pytest.fixture(scope="module")
def organisation(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """An organisation with epics, teams, work that comes back, is given up and is reopened."""
    place = str(tmp_path_factory.mktemp("organisation") / "lake")
    fill(place, 3_000)
    return Lake.open(place, facts=FACTS)


def by_statements(lake: Lake, request: FlowRequest, monkeypatch: pytest.MonkeyPatch) -> StreamMap:
    """Return the map of a lake that is said to be too large for columns."""
    with monkeypatch.context() as patch:
        patch.setattr(limits, "BYTES_OF_COLUMNS", -1)
        return stream_map(Lake.open(lake.address, facts=FACTS), request, NOW)


def agree(lake: Lake, request: FlowRequest, monkeypatch: pytest.MonkeyPatch) -> StreamMap:
    """Return the map by columns, once it is the map by statements too, to the last digit but that of percentiles."""
    found = stream_map(Lake.open(lake.address, facts=FACTS), request, NOW)
    told = by_statements(lake, request, monkeypatch)
    for one, other in zip(_late(found), _late(told), strict=True):
        assert one == other or one == pytest.approx(other, rel=1e-14)
    assert replace(found, cases=told.cases, made_at=told.made_at) == told
    assert (found.cases.n, found.cases.cancelled) == (told.cases.n, told.cases.cancelled)
    assert found.cases.duration_p50_hours == told.cases.duration_p50_hours
    return found


def _late(found: StreamMap) -> tuple[float | None, ...]:
    return found.cases.duration_p85_hours, found.cases.duration_p95_hours


def windows() -> Iterator[FlowRequest]:
    """Give questions about all time, one end, both ends, and a time in which nothing ended."""
    begin, end = day(-800), day(-300)
    yield from (FlowRequest(), FlowRequest(since=begin), FlowRequest(until=end), FlowRequest(since=begin, until=end))
    yield FlowRequest(until=day(-5000))
    yield FlowRequest(team="Team 2")
    yield FlowRequest(type="Bug", since=begin)
    yield FlowRequest(team="Team 1", type="Story", until=end)
    yield FlowRequest(stream="First", company=COMPANY)
    yield FlowRequest(stream="Second", since=begin, company=COMPANY)


@pytest.mark.parametrize("request_", list(windows()))
def test_columns_say_what_statements_say(
    organisation: Lake, request_: FlowRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = agree(organisation, request_, monkeypatch)
    assert bool(found.edges) == bool(found.stages) == (request_.until != day(-5000))


def test_one_lake_answers_all_questions_in_turn(organisation: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read for all work, or for a stream, does not serve a narrower question unread."""
    lake = Lake.open(organisation.address, facts=FACTS)
    first, second, team = FlowRequest(company=COMPANY), FlowRequest(stream="Second", company=COMPANY), "Team 1"
    later, early = replace(first, since=day(-800)), replace(first, until=day(-300))
    narrow = replace(first, team=team), replace(first, stream="First")
    for request in (first, *narrow, second, later, early, first, second, later):
        assert replace(stream_map(lake, request, NOW), made_at=NOW) == replace(
            stream_map(Lake.open(organisation.address, facts=FACTS), request, NOW), made_at=NOW
        )
        lake.memory = Memory()


@pytest.mark.parametrize("request_", [FlowRequest(), FlowRequest(team="Team 2")])
def test_facts_of_many_records_are_made_ready_beside_the_reading(
    organisation: Lake, request_: FlowRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streamgauge.lake.engines.are_few", lambda rows: rows < 0)
    agree(organisation, request_, monkeypatch)


def test_items_of_two_datasets_that_are_called_alike_are_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also after some were renewed; what is an epic in the one is none in the other."""
    monkeypatch.setattr("streamgauge.lake.engines.are_few", lambda rows: rows < 0)
    place, steps = tmp_path / "lake", ("To Do", "In Progress", "Testing", "Done")
    for turn, many in enumerate((9, 3)):
        for slow, dataset in enumerate(("one", "two"), start=1):
            ways = {
                f"I{n}": [(step, n + i * slow - 90 + 30 * turn) for i, step in enumerate(steps)] for n in range(many)
            }
            moves = [move for name, way in ways.items() for move in transitions(name, way, dataset=dataset)]
            epics = {"I4"} if dataset == "one" else set()
            items = [
                item(name, dataset=dataset, team=f"Team {n % 2 + slow}", level="epic" if name in epics else None)
                for n, name in enumerate(ways)
            ]
            write(place, [move | {"id": f"{move['id']}-{turn}"} for move in moves], items)
        lake = Lake.open(str(place), facts=FACTS)
        assert stream_map(lake, FlowRequest(), NOW).cases.n == 17
    requests = FlowRequest(), FlowRequest(team="Team 2"), FlowRequest(dataset="two", team="Team 3")
    assert [agree(lake, request, monkeypatch).cases.n for request in requests] == [17, 9, 4]


def test_a_second_question_of_a_snapshot_reads_no_fact_again(organisation: Lake) -> None:
    lake = Lake.open(organisation.address, facts=FACTS)
    stream_map(lake, FlowRequest(), NOW)
    snapshot = lake.snapshot()
    assert snapshot is not None
    with lake.view() as view:
        lines = tuple(row["line_id"] for row in view.rows("SELECT line_id FROM datasets"))
    kept = lake.columns.recall(snapshot.id, lines)
    assert isinstance(kept, Kept)
    former = dict(kept.things)
    stream_map(lake, FlowRequest(since=day(-800)), NOW)
    assert lake.columns.recall(snapshot.id, lines) is kept
    assert all(kept.things[name] is thing for name, thing in former.items())


def test_items_of_one_moment_in_different_blocks_and_logs_are_left_to_statements(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many end at once: which neighbours each has, its name says."""
    ways = {f"I{i}": [("To Do", i / 9), ("In Progress", 3 + i / 9), ("Testing", 20), ("Done", 30)] for i in range(70)}
    lake = board(tmp_path / "lake", ways)
    agree(lake, FlowRequest(), monkeypatch)


def test_a_new_fact_is_seen_by_the_next_question(tmp_path: Path) -> None:
    place = tmp_path / "lake"
    lake = board(place, {"A": [("To Do", 0), ("In Progress", 1), ("Done", 4)]})
    first = stream_map(lake, FlowRequest(), NOW + timedelta(days=60))
    epic = transitions("B", [("To Do", 0), ("Strange", 1), ("Done", 9)])
    write(place, [*epic, *transitions("C", [("To Do", 0), ("Odd", 2), ("Done", 9)])], [item("B", level="epic")])
    second = stream_map(lake, FlowRequest(), NOW + timedelta(days=60))
    assert (first.cases.n, second.cases.n) == (1, 2)
    names = {edge.from_ for edge in second.edges}
    assert "Odd" in names
    assert "Strange" not in names


@pytest.mark.parametrize("ask", [report, ageing, blocked])
def test_what_is_kept_for_other_windows_says_what_statements_say(
    organisation: Lake, ask: Callable[..., FlowReport], monkeypatch: pytest.MonkeyPatch
) -> None:
    middle, month = day(-500) + timedelta(hours=7), timedelta(days=30)
    some = [FlowRequest(since=since) for since in (None, middle)]
    some += [FlowRequest(until=day(-5000)), FlowRequest(since=middle, until=middle + month), FlowRequest(team="Team 2")]
    with monkeypatch.context() as patch:
        patch.setattr(limits, "BYTES_OF_COLUMNS", -1)
        told = [ask(organisation, request, now=NOW) for request in some]
    lake = Lake.open(organisation.address, facts=FACTS)
    found = [ask(lake, request, now=NOW) for request in some]
    assert found == told
    assert len({repr(one) for one in found}) > len(found) / 2


@settings(max_examples=60, deadline=None)
@given(rows=ROWS, flags=st.lists(st.booleans(), min_size=60, max_size=60))
def test_percentiles_without_a_sort_are_those_of_plain_python(
    rows: list[tuple[int, int | None]], flags: list[bool]
) -> None:
    codes = np.array([code for code, _ in rows], np.uint8)
    values = np.array([NEVER if value is None else value for _, value in rows], np.int64)
    mask = np.array(flags[: len(rows)], np.bool_)
    cut = len(rows) // 3
    parts = [(codes[:cut], values[:cut]), (codes[cut:], values[cut:])]
    both = Spread(3, [part for _, part in parts], [cells(code, part) for code, part in parts])
    for chosen in (None, mask, ~mask):
        kept = None if chosen is None else Rows([chosen[:cut], chosen[cut:]])
        n, (middle, least) = both.percentiles((0.5, 0.0), kept)
        for group in range(3):
            mine = [
                value / HOUR
                for row, (code, value) in enumerate(rows)
                if code == group + 1 and value is not None and (chosen is None or chosen[row])
            ]
            assert n[group] == len(mine)
            assert mine == [] or middle[group] == pytest.approx(median(mine), rel=1e-12)
            assert mine == [] or least[group] == min(mine)


@settings(max_examples=40, deadline=None)
@given(numbers=st.lists(st.integers(0, 2**21), max_size=20))
def test_numbers_find_their_places_by_a_table_or_by_search(numbers: list[int]) -> None:
    keys = sorted({one for one in numbers if one % 3})
    values = np.array(numbers, np.int64)
    wanted = [keys.index(one) if one in keys else len(keys) for one in numbers]
    for size in (2**21 + 1, max(numbers, default=0) + 1):
        assert sorted(set(numbers)) == different(values, size)
        assert places(values, np.array(keys, np.int64), size).tolist() == wanted


@settings(max_examples=40, deadline=None)
@given(rows=ROWS)
def test_sums_are_exact(rows: list[tuple[int, int | None]]) -> None:
    codes = np.array([code for code, _ in rows], np.uint8)
    values = np.array([NEVER if value is None else value for _, value in rows], np.int64)
    told = [(code, value) for code, value in rows if value is not None]
    both = totals(codes, 4, [values, np.where(values == NEVER, NEVER, values << 8)])
    assert [found.tolist() for found in both] == [
        [sum(value << shift for code, value in told if code == group) for group in range(4)] for shift in (0, 8)
    ]
    many = np.array([2**62, -(2**62), 2**62, 2**62 - 1, 7], np.int64)
    assert totals(np.array([0, 0, 0, 0, 1], np.uint16), 2, [many])[0].tolist() == [2**63 - 1, 7]
    assert exactly(values) == sum(value for _, value in told)
    assert exactly(np.full(9, 2**62 - 1, np.int64)) == 9 * (2**62 - 1)


class _Piece:
    """Some visits of a line: what is asked for of a piece of them, and whether it was read."""

    def __init__(self, *visits: tuple[str, int, str]) -> None:
        items, ordinals, names = (pa.array(values) for values in zip(*visits, strict=True))
        columns = [items.dictionary_encode(), ordinals, names]
        self.line, self.is_read = "line", False
        self._batch = pa.RecordBatch.from_arrays(columns, ["item", "ordinal", "status"])

    def read(self, columns: tuple[str, ...], *, coded: tuple[str, ...]) -> list[tuple[pa.RecordBatch, None]]:
        """Return the one batch."""
        assert columns == ("item", "ordinal", "status")
        assert coded == ("item", "status")
        self.is_read = True
        return [(self._batch, None)]


def _pieces(*pieces: _Piece) -> Iterable[Piece]:
    return cast("Iterable[Piece]", pieces)


def test_a_way_is_told_by_the_first_of_its_items_that_is_found_whole() -> None:
    first = _Piece(("B", 1, "Done"), ("B", 0, "New"), ("other", 0, "New"), ("C", 0, "Held"))
    second = _Piece(("A", 0, "New"), ("A", 1, "Done"), ("C", 1, "Done"))
    new, held = [Example("line", name, 2) for name in "AB"], [Example("line", "C", 2)]
    assert statuses(_pieces(first, second), {1: new}) == {1: ["New", "Done"]}
    assert (first.is_read, second.is_read) == (True, False)
    assert statuses(_pieces(first, second), {1: new, 2: held}) == {1: ["New", "Done"], 2: ["Held", "Done"]}
    assert second.is_read
