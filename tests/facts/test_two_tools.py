"""An item that stands in two tools is counted once, with the history of both."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streamgauge.company import Company
from streamgauge.lake import Lake
from tests.facts.kept import folder
from tests.facts.test_news import comparable, facts, from_scratch, refresh
from tests.kit.board import RECORDED, Steps, day, item, link, transitions, write

DESK = {"source": "desk", "dataset": "cases"}
BOTH = [link("same", "A", "C1", other_source="desk")]


def lake_of(place: Path, board: Steps, desk: Steps, links: Any = BOTH, **more: Any) -> Lake:
    """Return a lake with the item A of a board, and the case C1 of a desk that is the same."""
    moves = [*transitions("A", board), *transitions("C1", desk, **DESK)]
    return write(place / "lake", moves, [item("A", title="One", **more), item("C1", title="one", **DESK)], links)


def found(lake: Lake) -> tuple[list[tuple[Any, ...]], list[dict[str, Any]]]:
    """Return item, status and day of each stay, and the flow items, of all datasets."""
    refresh(lake, Company())
    told = facts(lake)
    stays = [(v["item"], v["status"], (v["entered_at"] - day(0)).days) for v in told["visits"]]
    return stays, told["flow_items"]


def test_it_has_the_status_of_the_tool_that_is_furthest_under_way(tmp_path: Path) -> None:
    """Asked for at the desk, worked on at the board, tested at the desk, done where the last of them is done."""
    board: Steps = [("To Do", 1), ("In Progress", 2), ("Done", 6)]
    desk: Steps = [("New", 0), ("Awaiting development", 1.5), ("In Test", 5), ("Closed", 8)]
    stays, (row,) = found(lake_of(tmp_path, board, desk))
    assert stays == [
        ("A", "New", 0),
        ("A", "To Do", 1),
        ("A", "Awaiting development", 1),
        ("A", "In Progress", 2),
        ("A", "In Test", 5),
        ("A", "Closed", 8),
    ]
    assert (row["started_at"], row["finished_at"]) == (day(1), day(8))
    assert (row["active_hours"], row["waiting_hours"]) == (6 * 24, 24)


@pytest.mark.parametrize(
    ("told", "home"),
    [
        ({"kind": "same"}, "A"),
        ({"kind": "duplicates"}, "C1"),
        ({"kind": "implements"}, "C1"),
        ({"kind": "relates"}, "A"),
        ({"kind": "relates", "repository": "elsewhere"}, "A"),
        ({"kind": "relates", "other_source": "cases"}, "A"),
        ({"kind": "relates", "other": "C2"}, None),
        ({"kind": "blocks"}, None),
        ({"kind": "duplicates", "other_source": None}, None),
        ({"kind": "same", "unlinked_at": day(3)}, None),
    ],
)
def test_which_links_say_so_and_where_it_is_counted(tmp_path: Path, told: dict[str, Any], home: str | None) -> None:
    """What relates is the same where it is called the same; the original is the home of its copies."""
    links = [BOTH[0] | told]
    lake = lake_of(tmp_path, [("To Do", 1), ("Done", 6)], [("New", 0), ("Closed", 8)], links)
    write(tmp_path / "lake", [], [item("C2", title="another", **DESK)])
    _, rows = found(lake)
    assert [row["item"] for row in rows] == ([home] if home else ["A", "C1"])


def test_items_that_one_case_stands_for_are_not_joined(tmp_path: Path) -> None:
    links = [*BOTH, link("same", "B", "C1", other_source="desk")]
    lake = lake_of(tmp_path, [("To Do", 1)], [("New", 0)], links)
    write(tmp_path / "lake", transitions("B", [("To Do", 1)]), [item("B")])
    assert {row["item"] for row in found(lake)[1]} == {"A", "B", "C1"}


def test_it_is_as_old_as_the_first_tool_says_and_keeps_its_team_and_title(tmp_path: Path) -> None:
    moves = [
        *transitions("A", [("To Do", 4), ("Done", 9)]),
        *transitions("C1", [("Closed", 8)], former_value="Open", **DESK),
    ]
    items = [item("A", title="One", team="Tide", created_at=day(4)), item("C1", team="Desk", created_at=day(1), **DESK)]
    lake = write(tmp_path / "lake", moves, items, BOTH)
    stays, (row,) = found(lake)
    assert (row["title"], row["team"], row["created_at"], row["first_at"]) == ("One", "Tide", day(1), day(1))
    assert stays[0] == ("A", "Open", 1)
    assert [v["team"] for v in facts(lake)["visits"]][:2] == ["Desk", "Tide"]


def test_it_is_blocked_where_any_tool_says_so(tmp_path: Path) -> None:
    lake = lake_of(tmp_path, [("In Progress", 0), ("Done", 9)], [("New", 0)])
    write(tmp_path / "lake", transitions("C1", [("Impediment", 2), ("", 4)], field="flag", **DESK))
    _, (row,) = found(lake)
    assert (row["blocked_hours"], row["active_hours"]) == (48, 7 * 24)


def test_what_was_joined_is_a_fact_of_both_datasets(tmp_path: Path) -> None:
    lake = lake_of(tmp_path, [("To Do", 1)], [("New", 0)])
    refresh(lake, Company())
    with lake.view() as view:
        rows = view.rows("SELECT item, is_home, other_dataset, other_item FROM same_items ORDER BY item")
    assert [tuple(row.values()) for row in rows] == [("A", True, "cases", "C1"), ("C1", False, "work", "A")]


KEYS = ("A", "B", "C1", "C2")
news = st.lists(
    st.tuples(
        st.sampled_from(KEYS),
        st.sampled_from(("status", "status", "flag")),
        st.sampled_from(("New", "To Do", "In Progress", "In Test", "Blocked", "Strange", "Done", "Cancelled")),
        st.integers(0, 20),
    ),
    max_size=5,
)
bonds = st.lists(st.tuples(st.sampled_from("AB"), st.sampled_from(("C1", "C2")), st.booleans()), max_size=2)


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(news, bonds), min_size=1, max_size=3))
def test_facts_after_any_syncs_of_both_tools_are_those_from_scratch(told: list[Any]) -> None:
    """Linked, unlinked, told late: row for row the same facts, and no item counts in two datasets."""
    with folder() as place:
        items = [item(k, title="same", created_at=day(3), **(DESK if k[0] == "C" else {})) for k in KEYS]
        lake = write(place / "lake", transitions("A", [("To Do", 1)]), items)
        for number, (moves, links) in enumerate(told):
            at = RECORDED + timedelta(hours=number + 1)
            rows = [
                transitions(key, [(value, days)], field=name, **(DESK if key[0] == "C" else {}))[0]
                | {"id": f"{number}-{n}", "recorded_at": at}
                for n, (key, name, value, days) in enumerate(moves)
            ]
            bound = {
                (a, b): link("same", a, b, recorded_at=at, unlinked_at=day(9) if over else None) for a, b, over in links
            }
            write(place / "lake", rows, [], list(bound.values()))
            refresh(lake, Company())
        renewed = facts(lake)
        assert comparable(renewed) == comparable(from_scratch(lake, Company()))
        with lake.view() as view:
            twice = view.rows(
                "SELECT s.item FROM same_items AS s SEMI JOIN visits AS v ON v.line_id = s.line_id AND v.item = s.item"
                " WHERE NOT s.is_home"
            )
        assert twice == []
