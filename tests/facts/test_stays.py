"""What is found outside of the engine is what its statements yield, whatever happened to the items."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from streamgauge.answers.flow import report
from streamgauge.answers.flow_terms import FlowRequest
from streamgauge.company import Company, OffTool, Process, Status
from streamgauge.facts import FACTS, flow
from streamgauge.facts.rehearsal import Rehearsal
from streamgauge.lake import Lake, engines, limits
from streamgauge.lake.codes import spelled_out
from tests.facts.kept import folder
from tests.kit.board import day, item, link, transitions, write
from tests.kit.forge import forge, merged, review

FOUND = ("visits", "flow_items", "passages", "handoffs", "advances", "working", "held")
DESK = {"source": "desk", "dataset": "cases"}
STATUSES = ["New", "Ready", "In Progress", "In Review", "Test", "Blocked", "Done", "Cancelled", "Closed", "Odd", "Even"]
STEPS = OffTool(item="A", stage="Legal", entered="2026-03-03 09:00", left="2026-03-06 09:00", team="lawyers")
FIRST = Process(statuses=(Status(status="Odd", state="active"), Status(status="Even", state="waiting")))
LATER = Process(since=date(2026, 3, 10), types=("bug",), statuses=(Status(status="Odd", state="ignore"),))
COMPANIES = (
    Company(),
    Company(off_tool=(STEPS,)),
    Company(process=(FIRST, LATER)),
)


@st.composite
def histories(draw: st.DrawFn) -> dict[str, Any]:
    """Return rows of a board and a desk: states that come back, at the same instants, with flags, teams and types."""
    moment = st.integers(0, 40).map(lambda n: n / 2)
    rows: list[dict[str, Any]] = []
    items: list[dict[str, Any]] = []
    has_sequence, mark = draw(st.booleans()), draw(st.sampled_from([None, None, "start", "complete"]))
    for name, of in (("A", {}), ("B", {}), ("C", {}), ("C1", DESK)):
        steps = draw(st.lists(st.tuples(st.sampled_from(STATUSES), moment), max_size=9))
        moves = transitions(name, steps, **of)
        moves += transitions(name, draw(_changes(["Tide", "Crane", None])), field="team", former_value="Ebb", **of)
        moves += transitions(name, draw(_changes(["Bug", "Story"])), field="type", **of)
        moves += transitions(name, draw(_changes(["yes", "Needs info", ""])), field="flag", **of)
        moves += transitions(name, draw(st.lists(st.tuples(st.just("Test"), moment), max_size=1)), field="first seen")
        for number, row in enumerate(moves):
            row |= {"sequence": row["sequence"] if has_sequence else None, "team": None}
            if row["field"] == "status":
                row |= {
                    "team": draw(st.sampled_from(["Tide", "Crane", None])),
                    "lifecycle": (number % 2 and mark) or None,
                }
        rows += moves
        if draw(st.integers(0, 3)):
            created = draw(st.sampled_from([None, day(-1), day(0), day(5)]))
            items.append(item(name, created_at=created, status="Test", team="Ebb", type="Epic", title=name, **of))
            if draw(st.booleans()):
                at = draw(st.sampled_from([day(7), day(15.5), day(300)]))
                items[-1] |= {"recorded_at": day(-2)}
                items.append({**items[-1], "recorded_at": at, "deleted": True})
    return {"moves": rows, "items": items, "links": [link("same", "A", "C1", other_source="desk")]}


def _changes(values: list[str | None]) -> st.SearchStrategy[list[tuple[Any, float]]]:
    return st.lists(st.tuples(st.sampled_from(values), st.integers(0, 10).map(float)), max_size=3)


def both(lake: Lake, company: Company) -> Iterator[dict[str, list[str]]]:
    """Give the facts of a lake as the engine yields them, and as they are found outside of it, piece by piece."""
    few = patch.object(limits, "ROWS_OF_PIECE", 7)
    for is_outside in (False, True):
        with few, patch.object(engines, "is_in_process", return_value=is_outside), lake.view() as view:
            shelf = Rehearsal(view, {name: FACTS[name] for name in FACTS if name != "pull_request_phases"}, ())
            flow.refresh(shelf, flow.datasets(view), company)
            yield {name: sorted(map(repr, spelled_out(shelf.facts[name]).to_pylist())) for name in FOUND}


@settings(max_examples=6, deadline=None)
@given(told=histories(), company=st.sampled_from(COMPANIES), has_link=st.booleans())
def test_both_ways_yield_the_same_facts(told: dict[str, Any], company: Company, has_link: bool) -> None:
    with folder() as place:
        lake = write(place / "lake", told["moves"], told["items"], told["links"] if has_link else ())
        by_engine, outside = both(lake, company)
    assert outside == by_engine


@settings(max_examples=4, deadline=None)
@given(told=histories())
def test_events_of_a_log_too(told: dict[str, Any]) -> None:
    moves = [row | {"source": "files", "sequence": n} for n, row in enumerate(told["moves"]) if row["value"]]
    with folder() as place:
        by_engine, outside = both(write(place / "lake", moves), Company())
    assert outside == by_engine


def test_reviews_that_nobody_began_too(tmp_path: Path) -> None:
    ways = {"A": [("In Progress", 0), ("In Review", 2), ("Done", 6)], "B": [("In Review", 0), ("Test", 3)]}
    moves = [row for name, steps in ways.items() for row in transitions(name, steps)]
    moves += transitions("A", [("yes", 3), ("no", 5)], field="flag")
    write(tmp_path / "lake", moves, [item(name) for name in ways])
    pull = merged("1", 0, created_at=day(2), merged_at=day(5), closed_at=day(5), issue_keys=["A"])
    lake = forge(tmp_path / "lake", pulls=[pull], reviews=[review("1", 0, "commented", submitted_at=day(4))])
    report(lake, FlowRequest(), now=day(40))
    by_engine, outside = both(Lake.open(str(tmp_path / "lake"), facts=FACTS), Company())
    assert outside == by_engine
    assert any("'unreviewed_hours': 48.0" in row for row in outside["visits"])
