"""Visits and flow items follow from what happened, whatever the order in which it was told."""

import random
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streamgauge.company import Company, Process, Status, Thresholds
from streamgauge.facts import flow
from streamgauge.lake import Lake
from tests.facts.kept import folder
from tests.kit.board import Steps, board, day, item, transitions, write

WAY: Steps = [
    ("New", 0),
    ("Ready", 1),
    ("Development", 3),
    ("Blocked", 4),
    ("Development", 6),
    ("Waiting for review", 7),
    ("Test", 8),
    ("Done", 9),
]
"""The item of T2.1: new on 1 March, done on the 10th, each at nine o'clock UTC."""


def computed(lake: Lake, company: Company | None = None) -> dict[str, list[dict[str, Any]]]:
    """Return the facts about flow, brought up to date."""
    company = company or Company()
    with lake.writing() as writer:
        with writer.view() as view:
            stale = flow.stale(view, company)
        flow.refresh(writer, stale, company)
        writer.publish({})
    with lake.view() as view:
        orders = {"flow_items": "item, episode", "visits": "item, ordinal", "datasets": "dataset", "meanings": "status"}
        orders |= {"touches": "item, ordinal", "working": "item, ordinal", "held": "item, since"}
        return {name: view.rows(f"SELECT * FROM {name} ORDER BY line_id, {order}") for name, order in orders.items()}


def one(place: Path, way: Steps, company: Company | None = None) -> list[dict[str, Any]]:
    """Return the flow items of a board with one item."""
    return computed(board(place / "lake", {"A": way}), company)["flow_items"]


def days(row: dict[str, Any], start: str = "started_at", end: str = "finished_at") -> float:
    return float((row[end] - row[start]).total_seconds() / 86_400)


def test_t2_1_flow_time_and_its_parts(tmp_path: Path) -> None:
    """T2.1: flow time 8 d, active 3, waiting 5, efficiency 37.5 %; first active to done 6 d."""
    (row,) = one(tmp_path, WAY)
    assert days(row) == 8
    assert (row["active_hours"] / 24, row["waiting_hours"] / 24, row["unmapped_hours"]) == (3, 5, 0)
    assert row["active_hours"] / (row["active_hours"] + row["waiting_hours"]) == 0.375
    assert days(row, "first_active_at") == 6
    assert (row["finished_at"].date() - row["started_at"].date()).days + 1 == 9
    assert (row["finished_at"].date() - row["first_active_at"].date()).days + 1 == 7


def test_t2_2_a_reopening_within_the_grace_goes_on(tmp_path: Path) -> None:
    """T2.2: reopened on 12 March and done on the 13th, flow time is 11 d, and it counts once, on the 13th."""
    (row,) = one(tmp_path, [*WAY, ("Development", 11), ("Done", 12)])
    assert days(row) == 11
    assert row["finished_at"] == day(12)
    assert (row["active_hours"] + row["waiting_hours"]) / 24 == 11
    assert (row["reopened"], row["episode"]) == (1, 1)


def test_t2_2_a_late_reopening_is_a_new_episode(tmp_path: Path) -> None:
    """T2.2: reopened on 1 April, the first end stands at 8 d on 10 March, and a new episode begins."""
    first, second = one(tmp_path, [*WAY, ("Development", 31), ("Done", 33)])
    assert (days(first), first["finished_at"], first["episode"]) == (8, day(9), 1)
    assert (days(second), second["started_at"], second["episode"]) == (2, day(31), 2)


@pytest.mark.parametrize(("done", "episodes"), [("Resolved", 2), ("Cancelled", 1)])
def test_the_grace_runs_from_when_it_was_done_not_from_when_it_was_closed(
    done: str, episodes: int, tmp_path: Path
) -> None:
    """Resolved on day 9, closed by itself on day 39, reopened on day 41: 32 days after it was done."""
    found = one(tmp_path, [("In Progress", 0), (done, 9), ("Closed", 39), ("In Progress", 41), ("Closed", 43)])
    assert len(found) == episodes
    assert found[0]["finished_at"] == (day(9) if episodes == 2 else day(43))
    assert found[-1]["finished_at"] == day(43)


def test_before_its_first_change_of_team_or_type_it_had_the_former_one(tmp_path: Path) -> None:
    """Also the handoff from the first team to the second is one, and what has been open since then is of the last."""
    teams = transitions("A", [("Crane", 3), ("Ebb", 7)], field="team")
    teams[0]["former_value"], teams[1]["former_value"] = "Tide", "Crane"
    types = transitions("A", [("Bug", 8)], field="type")
    moves = transitions("A", [("In Progress", 0), ("Testing", 4), ("Done", 6)])
    moves += transitions("B", [("In Progress", 0)])
    moves += [row | {"id": f"B{row['id']}", "item": "B"} for row in teams]
    items = [item("A", team="Ebb", type="Bug"), item("B", team="Ebb")]
    found = computed(write(tmp_path / "lake", [*teams, *types, *moves], items))
    assert [v["team"] for v in found["visits"] if v["item"] == "A"] == ["Tide", "Crane", "Crane"]
    assert [(f["team"], f["type"], f["handoffs"]) for f in found["flow_items"]] == [
        ("Crane", None, 1),
        ("Ebb", None, 0),
    ]


def test_the_grace_is_a_value_of_the_company_file(tmp_path: Path) -> None:
    company = Company(thresholds=Thresholds(reopen_grace_days=1))
    assert len(one(tmp_path, [*WAY, ("Development", 11), ("Done", 12)], company)) == 2


def test_t0_3_an_item_is_told_by_the_type_it_had_when_it_was_done(tmp_path: Path) -> None:
    """T0.3: retyped on 5 July and again after it was done, it is finished as a feature."""
    types = transitions("A", [("defect", 0), ("story", 4), ("defect", 10)], field="type")
    moves = transitions("A", [("In Progress", 0), ("Done", 9)])
    (row,) = computed(write(tmp_path / "lake", [*types, *moves], [item("A", type="defect")]))["flow_items"]
    assert row["type"] == "story"


def test_cancelled_work_ends_and_is_not_done(tmp_path: Path) -> None:
    (row,) = one(tmp_path, [("To Do", 0), ("In Progress", 2), ("Won't Fix", 5)])
    assert row["finished_at"] is None
    assert row["cancelled_at"] == day(5)
    assert (row["active_hours"], row["waiting_hours"]) == (72, 48)


def test_work_that_comes_back_is_a_return_and_its_time_adds_up(tmp_path: Path) -> None:
    (row,) = one(tmp_path, [("In Progress", 0), ("Testing", 2), ("In Progress", 3), ("Testing", 5), ("Done", 6)])
    assert row["returns"] == 1
    assert row["active_hours"] == 144


def test_what_waits_blocked_stays_in_its_stage_and_is_no_return(tmp_path: Path) -> None:
    found = computed(board(tmp_path / "lake", {"A": WAY}))
    assert [v["stage"] for v in found["visits"]][3:5] == ["Development", "Development"]
    assert not any(v["is_return"] for v in found["visits"])


def test_a_flag_turns_work_into_waiting(tmp_path: Path) -> None:
    flags = transitions("A", [("Impediment", 2), ("", 3.5)], field="flag")
    moves = transitions("A", [("In Progress", 0), ("Done", 5)])
    (row,) = computed(write(tmp_path / "lake", [*flags, *moves]))["flow_items"]
    assert (row["active_hours"], row["waiting_hours"], row["blocked_hours"]) == (84, 36, 36)


def test_an_unmapped_status_is_neither_work_nor_waiting(tmp_path: Path) -> None:
    found = computed(board(tmp_path / "lake", {"A": [("In Progress", 0), ("Frobnicating", 1), ("Done", 4)]}))
    (row,) = found["flow_items"]
    assert (row["active_hours"], row["waiting_hours"], row["unmapped_hours"]) == (24, 0, 72)
    assert [m["status"] for m in found["meanings"] if m["state"] == "unmapped"] == ["Frobnicating"]


def test_the_company_file_says_what_a_status_means(tmp_path: Path) -> None:
    said = Process(statuses=(Status(status="frobnicating", state="waiting", stage="Frob", phase="readiness"),))
    way = [("In Progress", 0), ("Frobnicating", 1), ("Done", 4)]
    (row,) = one(tmp_path, way, Company(process=(said,)))
    assert (row["active_hours"], row["waiting_hours"], row["unmapped_hours"]) == (24, 72, 0)


def test_what_the_company_file_does_not_name_waits_where_its_name_says_and_is_not_held_up(tmp_path: Path) -> None:
    """A process that names one status only: others are understood by their names, with the same stages as before."""
    company = Company(process=(Process(statuses=(Status(status="Peer Check", state="waiting", stage="Review"),)),))
    way: Steps = [
        ("To Do", 0),
        ("In Progress", 1),
        ("Peer Check", 2),
        ("Ready for test", 3),
        ("On Hold", 4),
        ("Done", 5),
    ]
    found = computed(board(tmp_path / "lake", {"A": way}), company)
    stages = ["Ready", "Development", "Review", "Test", "Test", "Done"]
    assert [v["stage"] for v in found["visits"]] == stages
    assert [f["held_hours"] for f in found["flow_items"]] == [24]


def test_a_mapping_holds_from_its_day_on(tmp_path: Path) -> None:
    before = Process(statuses=(Status(status="In Progress", state="waiting"),))
    after = Process(since=date(2026, 3, 10), statuses=(Status(status="In Progress", state="active"),))
    lake = board(tmp_path / "lake", {"A": [("In Progress", 0), ("Done", 2)], "B": [("In Progress", 20), ("Done", 22)]})
    rows = computed(lake, Company(process=(before, after)))["flow_items"]
    assert [(r["active_hours"], r["waiting_hours"]) for r in rows] == [(0, 48), (48, 0)]


def test_an_ignored_status_is_as_if_it_were_not(tmp_path: Path) -> None:
    ignored = Process(statuses=(Status(status="Demoed", state="ignore"),))
    way = [("In Progress", 0), ("Demoed", 1), ("Done", 3)]
    (row,) = one(tmp_path, way, Company(process=(ignored,)))
    assert (row["active_hours"], row["visits"]) == (72, 2)


def test_the_status_before_the_first_change_is_known_from_the_creation_on(tmp_path: Path) -> None:
    moves = transitions("A", [("Done", 5)], former_value="In Progress")
    (row,) = computed(write(tmp_path / "lake", moves, [item("A", created_at=day(1))]))["flow_items"]
    assert (row["started_at"], row["active_hours"], row["left_truncated"]) == (day(1), 96, False)


def test_what_first_came_to_a_status_later_than_it_was_made_had_none_before(tmp_path: Path) -> None:
    """The former value of a later change says nothing of the time before the first one."""
    moves = transitions("A", [("To Do", 9), ("In Progress", 11), ("Done", 13)])
    moves[1]["former_value"], moves[2]["former_value"] = "To Do", "In Progress"
    (row,) = computed(write(tmp_path / "lake", moves, [item("A", created_at=day(0))]))["flow_items"]
    assert (row["created_at"], row["started_at"], days(row)) == (day(0), day(9), 4)


def test_an_item_without_history_is_marked_so(tmp_path: Path) -> None:
    rows = computed(write(tmp_path / "lake", [], [item("A", created_at=day(1), status="In Progress")]))["flow_items"]
    assert [r["left_truncated"] for r in rows] == [True]


def test_where_no_status_means_done_the_last_is_the_end_and_that_is_said(tmp_path: Path) -> None:
    found = computed(board(tmp_path / "lake", {"A": [("Alpha", 0), ("Beta", 2), ("Gamma", 5)]}))
    (row,) = found["flow_items"]
    assert days(row) == 5
    assert any("is taken for it" in note for note in found["datasets"][0]["notes"])


def test_start_and_completion_give_the_time_in_hand(tmp_path: Path) -> None:
    moves = [
        *transitions("A", [("Check", 0)], lifecycle="schedule", id="1"),
        *transitions("A", [("Check", 1)], lifecycle="start", id="2"),
        *transitions("A", [("Check", 1.5)], lifecycle="complete", id="3"),
        *transitions("A", [("Done", 4)], lifecycle="complete", id="4"),
    ]
    found = computed(write(tmp_path / "lake", moves))
    touch, end = found["touches"]
    assert (touch["started_at"], touch["completed_at"], touch["touched_hours"]) == (day(1), day(1.5), 12)
    assert (touch["next_status"], touch["wait_hours"]) == ("Done", 60)
    assert (end["started_at"], end["completed_at"], end["touched_hours"]) == (None, day(4), None)
    assert [(v["status"], v["state"]) for v in found["visits"]] == [
        ("Check", "waiting"),
        ("Check", "active"),
        ("Check", "waiting"),
        ("Done", "done"),
    ]
    (row,) = found["flow_items"]
    assert (row["active_hours"], row["waiting_hours"]) == (12, 24 + 60)


@pytest.mark.parametrize("mark", [None, "autoskip", "unknown"])
def test_an_event_without_a_known_mark_counts_beside_marked_ones(tmp_path: Path, mark: str | None) -> None:
    moves = [
        *transitions("A", [("In Progress", 0)], lifecycle="start", id="1"),
        *transitions("A", [("In Progress", 1)], lifecycle="complete", id="2"),
        *transitions("A", [("Done", 4)], lifecycle=mark, id="3"),
    ]
    (row,) = computed(write(tmp_path / "lake", moves))["flow_items"]
    assert (row["finished_at"], row["active_hours"], row["waiting_hours"]) == (day(4), 24, 72)


def test_what_is_only_scheduled_to_be_done_is_not_done(tmp_path: Path) -> None:
    moves = [
        *transitions("A", [("In Progress", 0)], lifecycle="start", id="1"),
        *transitions("A", [("Closed", 2)], lifecycle="schedule", id="2"),
        *transitions("A", [("Closed", 3)], lifecycle="complete", id="3"),
    ]
    (row,) = computed(write(tmp_path / "lake", moves))["flow_items"]
    assert row["finished_at"] == day(3)


def test_other_datasets_change_nothing(tmp_path: Path) -> None:
    alone = computed(board(tmp_path / "one", {"A": WAY}))["flow_items"]
    lake = board(tmp_path / "two", {"A": WAY})
    computed(lake)
    write(tmp_path / "two", transitions("A", [("To Do", 0), ("Done", 1)], dataset="other"))
    both = computed(lake)["flow_items"]
    assert [row for row in both if row["line_id"] == alone[0]["line_id"]] == alone
    assert len(both) == 2


def test_nothing_is_computed_twice(tmp_path: Path) -> None:
    lake = board(tmp_path / "lake", {"A": WAY})
    computed(lake)
    with lake.view() as view:
        assert flow.stale(view, Company()) == ()
        other = replace(Company(), zone="Europe/Berlin")
        assert len(flow.stale(view, other)) == 1


STATUSES = ["New", "To Do", "In Progress", "Blocked", "Ready for test", "Testing", "Done", "Cancelled", "Strange"]
WAYS = st.dictionaries(
    st.sampled_from("ABCD"),
    st.lists(st.tuples(st.sampled_from(STATUSES), st.integers(0, 60)), min_size=1, max_size=12),
    min_size=1,
)


@settings(max_examples=3, deadline=None)
@given(ways=WAYS, seed=st.integers(0, 1000))
def test_time_in_states_is_flow_time_and_order_of_arrival_means_nothing(
    ways: dict[str, list[tuple[str, int]]], seed: int
) -> None:
    """Active, waiting and unmapped hours sum to the span from start to end; shuffled rows give the same facts."""
    ordered = {name: sorted(steps, key=lambda s: s[1]) for name, steps in ways.items()}
    rows = [row for name, steps in ordered.items() for row in transitions(name, steps)]
    shuffled = list(rows)
    random.Random(seed).shuffle(shuffled)
    with folder() as place:
        found = computed(write(place / "one", rows))
        half = len(shuffled) // 2
        lake = write(place / "two", shuffled[:half])
        computed(lake)
        write(place / "two", shuffled[half:])
        again = computed(lake)
    assert again["flow_items"] == found["flow_items"]
    assert again["visits"] == found["visits"]
    for row in found["flow_items"]:
        end = row["finished_at"] or row["cancelled_at"]
        if end is not None and row["started_at"] is not None and row["started_at"] <= end:
            spent = row["active_hours"] + row["waiting_hours"] + row["unmapped_hours"]
            assert spent == pytest.approx((end - row["started_at"]).total_seconds() / 3600, abs=1e-6)
