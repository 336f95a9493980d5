"""Changes that are read beside the engine give the facts that the statements give, in one part or in several."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from streamgauge.company import Company, Process, Status
from streamgauge.facts import FACTS, changes, flow
from streamgauge.facts.rehearsal import Rehearsal
from streamgauge.lake import Lake, View, engines, limits
from streamgauge.lake.codes import spelled_out
from tests.facts.kept import folder
from tests.kit.board import day, item, transitions, write

FOUND = ("meanings", "unmoved", "visits", "flow_items", "passages", "handoffs", "advances", "held")
STATUSES = ["New", "Ready", "In Progress", "Blocked", "Done", "Cancelled", "Odd", "", None]
ONCE = Process(statuses=(Status(status="Odd", state="active"),))
LATER = Process(since=date(2026, 3, 6), statuses=(Status(status="Odd", state="ignore"),))


@st.composite
def trackers(draw: st.DrawFn) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return changes and items of two datasets: some at one instant, some of items that the tool does not list."""
    moment, moves, items = st.integers(0, 12).map(lambda n: n / 2), [], []
    has_sequence = draw(st.booleans())
    for name, of in (("A", {}), ("B", {}), ("C", {}), ("D", {}), ("A", {"dataset": "others"})):
        steps: list[tuple[Any, float]] = draw(st.lists(st.tuples(st.sampled_from(STATUSES), moment), max_size=5))
        rows = transitions(name, steps, former_value=draw(st.sampled_from(["New", "Odd", "", None])), **of)
        rows = [row | {"team": draw(st.sampled_from(["Tide", "Crane", None]))} for row in rows]
        rows += transitions(name, draw(_few("Tide", "Crane", None)), field="team", former_value="Ebb", **of)
        rows += transitions(name, draw(_few("yes", "no")), field="flag", **of)
        moves += [row if has_sequence else row | {"sequence": None} for row in rows]
        if draw(st.integers(0, 3)):
            created, status = draw(st.sampled_from([None, day(-1), day(0), day(3)])), draw(st.sampled_from(STATUSES))
            items.append(item(name, created_at=created, status=status, team="Ebb", title=name, **of))
    return moves, items


def _few(*values: str | None) -> st.SearchStrategy[list[tuple[Any, float]]]:
    return st.lists(st.tuples(st.sampled_from(values), st.integers(0, 6).map(float)), max_size=2)


class Shelf(Rehearsal):
    """Keeps facts in memory, and shows them to a view of its own each time, as a writer does."""

    def __init__(self, lake: Lake) -> None:
        with lake.view() as view:
            super().__init__(view, {name: FACTS[name] for name in FACTS if name != "pull_request_phases"}, ())
        self._lake = lake

    @contextmanager
    def view(self) -> Iterator[View]:
        """Give a view of its own."""
        with Lake.open(self._lake.address, facts=FACTS).view() as view:
            for name, table in self.facts.items():
                view.register(name, table)
            yield view


def facts(lake: Lake, company: Company) -> dict[str, list[str]]:
    """Return the facts of a lake."""
    shelf = Shelf(lake)
    with lake.view() as view:
        wanted = flow.datasets(view)
    flow.refresh(shelf, wanted, company)
    return {name: sorted(map(repr, spelled_out(shelf.facts[name]).to_pylist())) for name in FOUND}


@settings(max_examples=5, deadline=None)
@given(told=trackers(), process=st.sampled_from([(), (ONCE, LATER)]), parts=st.integers(1, 3))
def test_changes_read_beside_the_engine_give_the_same_facts(told: Any, process: Any, parts: int) -> None:
    company = Company(process=process)
    with folder() as place:
        lake = write(place / "lake", *told)
        with patch.object(engines, "is_in_process", return_value=False):
            by_engine = facts(lake, company)
        many, few = patch.object(limits, "ROWS_AT_ONCE", 0), patch.object(limits, "ROWS_OF_PIECE", 4)
        in_parts = patch.object(engines, "parts_beside", return_value=parts)
        with many, few, in_parts, patch.object(changes, "_coded", wraps=changes._coded) as read:
            beside = facts(lake, company)
    assert beside == by_engine
    assert read.call_count == len({row["repository"] for row in told[0] if row["field"] == "status"})
