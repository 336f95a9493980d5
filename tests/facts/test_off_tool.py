"""Steps outside of the tools are stays like others, whatever the rows are, and cost only what they touch."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from streamgauge.company import Company, OffTool
from streamgauge.facts.off_tool import before
from streamgauge.lake import Lake
from tests.facts.kept import folder
from tests.facts.test_news import comparable, facts, from_scratch, refresh
from tests.kit.board import board, day, item, transitions, write

LEGAL = OffTool(item="A", stage="Legal", entered="2026-03-03 09:00", left="2026-03-06 09:00", team="lawyers")
"""From day 2 to day 5."""


def stays(lake: Lake, *steps: OffTool, of: str = "A") -> list[tuple[Any, ...]]:
    """Return stage, state, day of entry and whether it is a return, of each stay of an item."""
    refresh(lake, Company(off_tool=steps))
    rows = [row for row in facts(lake)["visits"] if row["item"] == of]
    return [(v["stage"], v["state"], (v["entered_at"] - day(0)).days, v["is_return"]) for v in rows]


def test_what_the_tool_says_meanwhile_counts_from_the_end_of_the_step_on(tmp_path: Path) -> None:
    """Reviewed and done while the lawyers have it: it is done when they are."""
    lake = board(tmp_path / "lake", {"A": [("In Progress", 0), ("Review", 3), ("Done", 4)]})
    expected = [("Development", "active", 0, False), ("Legal", "waiting", 2, False), ("Done", "done", 5, False)]
    assert stays(lake, LEGAL) == expected
    (row,) = facts(lake)["flow_items"]
    assert (row["finished_at"], row["active_hours"], row["waiting_hours"]) == (day(5), 48, 72)


def test_work_goes_on_where_it_was_and_that_is_no_return(tmp_path: Path) -> None:
    lake = board(tmp_path / "lake", {"A": [("In Progress", 0), ("Done", 9)]})
    assert stays(lake, LEGAL)[1:] == [
        ("Legal", "waiting", 2, False),
        ("Development", "active", 5, False),
        ("Done", "done", 9, False),
    ]
    assert {v["team"] for v in facts(lake)["visits"] if v["stage"] == "Legal"} == {"lawyers"}


def test_a_step_without_an_end_lasts_until_the_tool_tells_of_another_status(tmp_path: Path) -> None:
    lake = board(tmp_path / "lake", {"A": [("In Progress", 0), ("Done", 9)]})
    assert stays(lake, replace(LEGAL, left=None))[1:] == [("Legal", "waiting", 2, False), ("Done", "done", 9, False)]


def test_a_step_before_anything_that_the_tool_tells_ends_in_waiting(tmp_path: Path) -> None:
    lake = board(tmp_path / "lake", {"A": [("In Progress", 7), ("Done", 9)]})
    assert stays(lake, replace(LEGAL, state="active"))[:3] == [
        ("Legal", "active", 2, False),
        ("Legal", "waiting", 5, False),
        ("Development", "active", 7, False),
    ]


def test_steps_follow_each_other_without_a_gap(tmp_path: Path) -> None:
    lake = board(tmp_path / "lake", {"A": [("In Progress", 0), ("Done", 9)]})
    money = OffTool(item="A", stage="Funding", entered="2026-03-06 09:00", left="2026-03-08 09:00")
    assert [stay[:3] for stay in stays(lake, money, LEGAL)] == [
        ("Development", "active", 0),
        ("Legal", "waiting", 2),
        ("Funding", "waiting", 5),
        ("Development", "active", 7),
        ("Done", "done", 9),
    ]


def test_an_item_that_never_moved_keeps_its_unknown_start(tmp_path: Path) -> None:
    lake = write(tmp_path / "lake", [], [item("A", created_at=day(-30), status="In Progress")])
    assert [stay[0] for stay in stays(lake, LEGAL)] == ["Development", "Legal", "Development"]
    assert [row["left_truncated"] for row in facts(lake)["flow_items"]] == [True]


def test_a_pattern_is_about_what_was_under_way_and_an_item_named_goes_before_it(tmp_path: Path) -> None:
    ways = {"A": [("In Progress", 0)], "B_1": [("In Progress", 0), ("Done", 1)], "C": [("New", 0)], "D": [("Test", 9)]}
    lake = board(tmp_path / "lake", {**ways, "E": [("To Do", 1)]})
    stop = OffTool(item="*", stage="Stop", entered="2026-03-05")
    refresh(lake, Company(off_tool=(stop, LEGAL)))
    held = {(v["item"], v["stage"]) for v in facts(lake)["visits"] if v["status"].endswith("(entered by hand)")}
    assert held == {("A", "Legal"), ("E", "Stop")}


def test_a_mark_of_like_is_no_wildcard(tmp_path: Path) -> None:
    lake = board(tmp_path / "lake", {"A_1": [("In Progress", 0)], "AB1": [("In Progress", 0)]})
    refresh(lake, Company(off_tool=(OffTool(item="A_?", stage="Stop", entered="2026-03-05"),)))
    assert {v["item"] for v in facts(lake)["visits"] if v["stage"] == "Stop"} == {"A_1"}


def test_in_a_log_of_starts_and_ends_a_step_is_one_more_piece_of_work(tmp_path: Path) -> None:
    moves = [
        *transitions("A", [("Check", 0)], lifecycle="start", id="1"),
        *transitions("A", [("Check", 1)], lifecycle="complete", id="2"),
        *transitions("A", [("Ship", 6)], lifecycle="start", id="3"),
        *transitions("A", [("Ship", 7)], lifecycle="complete", id="4"),
    ]
    lake = write(tmp_path / "lake", moves)
    states = [stay[:3] for stay in stays(lake, replace(LEGAL, state="active"))]
    assert states[:2] == [("Check", "active", 0), ("Legal", "waiting", 1)]
    assert states[2:4] == [("Legal", "active", 2), ("Release", "waiting", 5)]
    assert [touch["status"] for touch in facts(lake)["touches"]] == ["Check", "Ship"]


def test_in_a_log_of_activities_nothing_is_done_again_after_a_step(tmp_path: Path) -> None:
    rows = transitions("A", [("Send fine", 0), ("Collect", 7)], source="files")
    lake = write(tmp_path / "lake", rows)
    found = stays(lake, replace(LEGAL, state="active"))
    assert [stay[0] for stay in found] == ["Send fine", "Legal", "Legal", "Collect"]
    assert not any(stay[3] for stay in found)


def test_a_changed_entry_costs_its_item_only(tmp_path: Path) -> None:
    lake = board(tmp_path / "lake", {f"I{n}": [("In Progress", 0), ("Done", 9)] for n in range(20)})
    step = replace(LEGAL, item="I3")
    for renewed, steps in enumerate([(), (step,), (replace(step, left=None),), ()]):
        refresh(lake, Company(off_tool=steps))
        assert facts(lake)["datasets"][0]["renewed"] == renewed
        assert sum(visit["stage"] == "Legal" for visit in facts(lake)["visits"]) == len(steps)
        same = lake.snapshot()
        refresh(lake, Company(off_tool=steps))
        assert lake.snapshot() == same


def test_steps_that_began_later_are_not_known_on_a_past_day() -> None:
    company = Company(off_tool=(LEGAL, replace(LEGAL, entered="2026-03-20", left=None)))
    assert before(company, day(5)).off_tool == (LEGAL,)


spans = st.tuples(st.integers(0, 20), st.integers(1, 9), st.sampled_from(("A", "B", "?", "*")), st.booleans())


@settings(max_examples=4, deadline=None)
@given(st.lists(spans, max_size=3), st.lists(spans, max_size=3))
def test_facts_after_any_change_of_the_steps_are_those_from_scratch(first: list[Any], then: list[Any]) -> None:
    """Whatever overlaps: row for row the same facts, and each item's stays follow each other."""
    with folder() as place:
        way = [("To Do", 0), ("In Progress", 4), ("Review", 9), ("Done", 15)]
        lake = board(place / "lake", {"A": way, "B": way[1:], "C": way[:2]})
        for told in (first, then):
            steps = tuple(
                OffTool(item=of, stage=f"S{n}", entered=f"{day(a):%Y-%m-%d %H:%M}", left=f"{day(a + b):%Y-%m-%d %H:%M}")
                for n, (a, b, of, _) in enumerate(told)
            )
            company = Company(
                off_tool=tuple(replace(s, left=None) if t[3] else s for s, t in zip(steps, told, strict=True))
            )
            refresh(lake, company)
        renewed = facts(lake)
        assert comparable(renewed) == comparable(from_scratch(lake, company))
        for row, after in zip(renewed["visits"], renewed["visits"][1:], strict=False):
            assert row["item"] != after["item"] or row["left_at"] == after["entered_at"]
