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


LOG = {"source": "files", "dataset": "log"}
MORE = {"source": "files", "dataset": "more"}


def log_of(place: Path, first: Steps, second: Steps, other: str = "log") -> Lake:
    """Return a lake with the case A of one log of events and the case C1 of another that is the same."""
    marked = {"lifecycle": None}
    moves = [*transitions("A", first, **LOG, **marked), *transitions("C1", second, **MORE, **marked)]
    bond = link("same", "A", "C1", source="files", repository="log", other_source="more")
    return write(place / "lake", moves, [item("A", **LOG), item("C1", **MORE)], [bond])


def test_activities_of_two_logs_follow_one_another(tmp_path: Path) -> None:
    """Each stays what it is, and the last of both ends the case: seven days, whichever log it is counted in."""
    first: Steps = [("Send invoice", 0), ("Book payment", 2), ("Dunn customer", 5)]
    second: Steps = [("Scan letter", 1), ("Book payment", 3), ("Archive file", 7)]
    stays, (row,) = found(log_of(tmp_path, first, second))
    merged = sorted((at, name) for name, at in [*first, *second])
    assert stays == [("A", name, at) for at, name in merged]
    assert (row["first_at"], row["finished_at"]) == (day(0), day(7))
    assert row["returns"] == 1, "a payment was booked twice in a row"


def test_starts_and_ends_of_two_logs_are_pieces_of_one_item(tmp_path: Path) -> None:
    """Check from day 0 to 2 and again from 6 to 7, in the other log Repair from 3 to 5: five days in hand of seven."""
    rows = [
        row | {"lifecycle": mark, "id": f"{row['id']}-{mark}"}
        for key, steps, of in (
            (
                "A",
                [("Check", 0, "start"), ("Check", 2, "complete"), ("Check", 6, "start"), ("Check", 7, "complete")],
                LOG,
            ),
            ("C1", [("Repair", 3, "start"), ("Repair", 5, "complete")], MORE),
        )
        for n, (status, at, mark) in enumerate(steps)
        for row in [transitions(key, [(status, at)], **of)[0] | {"sequence": n, "id": f"{key}-{n}"}]
    ]
    bond = link("same", "A", "C1", source="files", repository="log", other_source="more")
    lake = write(tmp_path / "lake", rows, [item("A", **LOG), item("C1", **MORE)], [bond])
    _, (row,) = found(lake)
    assert (row["active_hours"], row["waiting_hours"]) == (5 * 24, 2 * 24)
    touched = [(one["status"], one["touched_hours"] / 24) for one in facts(lake)["touches"]]
    assert sorted(touched) == [("Check", 1), ("Check", 2), ("Repair", 2)]


def test_activities_of_a_log_do_not_reopen_what_a_board_has_done(tmp_path: Path) -> None:
    moves = [
        *transitions("A", [("To Do", 0), ("In Progress", 1), ("Done", 4)], source="files", former_value="?"),
        *transitions("C1", [("Scan letter", 2), ("Archive file", 6)], **MORE),
    ]
    bond = link("same", "A", "C1", source="files", repository="work", other_source="more")
    lake = write(tmp_path / "lake", moves, [item("A", source="files"), item("C1", **MORE)], [bond])
    stays, (row,) = found(lake)
    assert stays == [("A", "To Do", 0), ("A", "In Progress", 1), ("A", "Done", 4)]
    assert (row["finished_at"], row["unmapped_hours"]) == (day(4), 0)
