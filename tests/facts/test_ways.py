"""What follows from the way of work: passages, handoffs and advances, beside a computation of each item by itself."""

from datetime import UTC, datetime, timedelta
from itertools import groupby, pairwise
from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from streamgauge.facts.advances import advances
from streamgauge.facts.flow_items import FLOW_ITEMS
from streamgauge.facts.handoffs import handoffs
from streamgauge.facts.item_ways import completed
from streamgauge.facts.meanings import MEANINGS
from streamgauge.facts.passages import passages
from streamgauge.facts.reading import Reading
from streamgauge.facts.touches import TOUCHES
from streamgauge.facts.visits import VISITS
from streamgauge.facts.ways import ways

START = datetime(2026, 1, 1, tzinfo=UTC)
STAGES = {"Ready": ("waiting", 1), "Build": ("active", 2), "Test": ("active", 3), "Blocked": ("waiting", None)}
PLAIN = Reading(is_log=False, has_marks=False, by_activity=False, ends_with_last=False)
ADDED = ["to_and_fro", "held_hours", "episodes", "path", "teams"]
NO_TOUCHES = TOUCHES.empty_table()
Way = list[tuple[str, int, str | None]]
"""Stage, hours in it and team of each visit; the item is done after the last."""
WAYS = st.lists(
    st.lists(
        st.tuples(st.sampled_from(sorted(STAGES)), st.integers(1, 50), st.sampled_from(["Red", "Blue", None])),
        min_size=1,
        max_size=7,
    ).map(lambda way: [next(group) for _, group in groupby(way, key=lambda visit: visit[0])]),
    min_size=1,
    max_size=5,
)


def at(hour: float) -> datetime:
    """Return the instant so many hours after the start."""
    return START + timedelta(hours=hour)


def furthest(way: Way, until: int) -> int:
    """Return the furthest place before a visit, -1 without one."""
    return max((STAGES[s][1] or -1 for s, _, _ in way[:until]), default=-1)


def tables(found: list[Way]) -> tuple[pa.Table, pa.Table]:
    """Return the visits and the flow items of items that went these ways and were then done, their rows mixed up."""
    visits: list[dict[str, Any]] = []
    items: list[dict[str, Any]] = []
    for number, way in enumerate(found):
        hour = 0
        for ordinal, (stage, hours, team) in enumerate([*way, ("Done", 0, None)], 1):
            state, place = STAGES.get(stage, ("done", 9))
            visits.append(
                {
                    "item": f"i{number}",
                    "ordinal": ordinal,
                    "status": stage,
                    "state": state,
                    "stage": stage,
                    "place": place,
                    "team": team,
                    "entered_at": at(hour),
                    "left_at": at(hour + hours) if hours else None,
                    "blocked_hours": 0.0,
                    "is_return": place is not None and place < furthest(way, ordinal - 1),
                }
            )
            hour += hours
        items.append(
            {"item": f"i{number}", "episode": 1, "started_at": START, "finished_at": at(hour), "handoffs": len(way)}
        )
        items[-1] |= {"left_truncated": False}
    rows = [{"line_id": "aa"} | row for row in visits]
    told = pa.Table.from_pylist([{"line_id": "aa"} | row for row in reversed(items)], schema=FLOW_ITEMS)
    return pa.Table.from_pylist(rows[::-1], schema=VISITS), told.drop_columns(ADDED)


@settings(max_examples=25, deadline=None)
@given(WAYS)
def test_a_passage_holds_what_an_item_did_in_a_stage(found: list[Way]) -> None:
    rows = passages(ways(*tables(found), PLAIN)).to_pylist()
    told = {(row["item"], row["stage"]): row for row in rows}
    assert len(told) == len(rows) == sum(len({s for s, _, _ in way}) for way in found)
    for number, way in enumerate(found):
        for stage in {s for s, _, _ in way}:
            row, hours = told[f"i{number}", stage], sum(h for s, h, _ in way if s == stage)
            is_active = STAGES[stage][0] == "active"
            assert row["hours"] == hours
            assert (row["active_hours"], row["queue_hours"]) == ((hours, 0) if is_active else (None, hours))
            assert row["ordinal"] == 1 + min(n for n, (s, _, _) in enumerate(way) if s == stage)
            last = max(n for n, (s, _, _) in enumerate(way) if s == stage)
            assert row["age_hours"] == sum(h for _, h, _ in way[: last + 1])
    assert sum(row["handed_on"] for row in rows) == sum(
        1 + sum(not back(way, n) for n in range(1, len(way))) for way in found
    )
    assert sum(row["came_back"] for row in rows) == sum(
        not back(way, n) and back(way, n + 1) for way in found for n in range(1, len(way) - 1)
    )
    assert sum(row["handovers"] for row in rows) == sum(
        a != b for way in found for a, b in pairwise([t for _, _, t in way if t])
    )


def back(way: Way, number: int) -> bool:
    """Whether a visit is to a place before the furthest."""
    place = STAGES[way[number][0]][1]
    return place is not None and place < furthest(way, number)


@settings(max_examples=25, deadline=None)
@given(WAYS)
def test_a_handoff_goes_from_each_team_to_the_next(found: list[Way]) -> None:
    visits, items = tables(found)
    way = ways(visits, items, PLAIN)
    told = sorted((row["item"], row["sender"], row["receiver"]) for row in handoffs(way).to_pylist())
    turns = {f"i{n}": [team for team, _ in groupby(t for _, _, t in one if t)] for n, one in enumerate(found)}
    assert told == sorted((item, a, b) for item, teams in turns.items() for a, b in pairwise(teams))
    rows = completed(way, MEANINGS.empty_table(), NO_TOUCHES).to_pylist()
    went = {row["item"]: row["to_and_fro"] for row in rows}
    sent = {item: len(teams) >= 3 and len(found[int(item[1:])]) >= 2 for item, teams in turns.items()}
    assert went == sent
    had = {item: len(set(teams)) if len(teams) > 1 else 0 for item, teams in turns.items()}
    assert {row["item"]: row["teams"] for row in rows} == had


@settings(max_examples=25, deadline=None)
@given(WAYS)
def test_an_item_advances_to_each_place_behind_all_before_and_ends(found: list[Way]) -> None:
    rows = advances(ways(*tables(found), PLAIN)).to_pylist()
    told = sorted((row["item"], row["former_place"], row["place"] or 99) for row in rows)
    wanted = []
    for number, way in enumerate(found):
        for n, (stage, _, _) in enumerate(way):
            place = STAGES[stage][1]
            if place is not None and place > furthest(way, n):
                wanted.append((f"i{number}", furthest(way, n), place))
        wanted.append((f"i{number}", furthest(way, len(way)), 99))
    assert told == sorted(wanted)


@settings(max_examples=25, deadline=None)
@given(WAYS)
def test_two_items_have_one_path_only_where_they_went_the_same_way(found: list[Way]) -> None:
    rows = completed(ways(*tables(found), PLAIN), MEANINGS.empty_table(), NO_TOUCHES).to_pylist()
    paths = {f"i{number}": tuple(stage for stage, _, _ in way) for number, way in enumerate(found)}
    assert len({row["path"] for row in rows}) == len(set(paths.values()))
    assert {row["episodes"] for row in rows} == {1}


def test_a_status_that_says_blocked_holds_an_item() -> None:
    visits, items = tables([[("Build", 5, None), ("Blocked", 7, None), ("Build", 1, None)]])
    meant = pa.Table.from_pylist([{"status": "Blocked", "state": "waiting", "stage": "Blocked"}], schema=MEANINGS)
    assert completed(ways(visits, items, PLAIN), meant, NO_TOUCHES)["held_hours"].to_pylist() == [7.0]


def test_a_status_that_holds_work_counts_by_whatever_its_stage_is_called() -> None:
    """A log of activities has a stage for each name; there and on a board, what only holds work up says so."""
    visits, items = tables([[("Build", 5, None), ("Blocked", 7, None), ("Build", 1, None)]])
    told = {"status": "Blocked", "state": "waiting", "stage": "Wait", "is_held": True}
    meant = pa.Table.from_pylist([told, told | {"status": "Build", "is_held": None}], schema=MEANINGS)
    assert completed(ways(visits, items, PLAIN), meant, NO_TOUCHES)["held_hours"].to_pylist() == [7.0]


def test_nothing_follows_from_nothing() -> None:
    way = ways(*tables([]), PLAIN)
    assert [len(found(way)) for found in (passages, handoffs, advances)] == [0, 0, 0]
    assert not completed(way, MEANINGS.empty_table(), NO_TOUCHES).num_rows
