"""What insights find in the ways of items is what plain loops over the visits find, whatever the ways."""

from collections import Counter
from itertools import pairwise
from statistics import mean
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streamgauge.facts.ways import NEVER, NONE
from streamgauge.insights.ageing_beyond_pace import paces_of
from streamgauge.insights.handoff_friction import handed_on, turns_of_stages, turns_of_teams
from streamgauge.insights.rework_loop import loops_of
from streamgauge.insights.walks import ACTIVE, ENDED, HOUR, OTHER, WAITING, Walks

STAGES, TEAMS = ("Build", "Check", "Ship"), ("Gulls", "Terns")
PLACES = {"Build": 10, "Check": 20, "Ship": None}


class Visit(NamedTuple):
    """One stay, in hours; `left` is null for the last activity of a log."""

    stage: str
    state: int
    team: str | None
    entered: int
    left: int | None
    blocked: int


Way = list[Visit]
STEP = st.tuples(
    st.sampled_from(STAGES),
    st.sampled_from((OTHER, WAITING, ACTIVE, ACTIVE, WAITING, ENDED)),
    st.sampled_from((*TEAMS, None)),
    st.integers(0, 5),
)


@st.composite
def ways(draw: st.DrawFn) -> list[Way]:
    """Some ways, each from its start on."""
    found: list[Way] = []
    for steps in draw(st.lists(st.lists(STEP, min_size=1, max_size=9), min_size=1, max_size=6)):
        at, way, is_open = 3, [], draw(st.booleans())
        for place, (stage, state, team, lasts) in enumerate(steps):
            left = None if is_open and place == len(steps) - 1 else at + lasts
            way.append(Visit(stage, state, team, at, left, min(1, lasts) if state == ACTIVE else 0))
            at += lasts
        found.append(way)
    return found


def walks_of(found: list[Way]) -> Walks:
    rows = [visit for way in found for visit in way]

    def numbers(values: list[int | None], nothing: int = NONE) -> np.ndarray:
        return np.array([nothing if value is None else value for value in values], np.int64)

    stage = numbers([STAGES.index(row.stage) for row in rows])
    return Walks(
        items=pa.table({"item": [f"I{n // 2}" for n in range(len(found))], "dataset": ["d"] * len(found)}),
        started=numbers([round(way[0].entered * HOUR) for way in found]),
        stages=STAGES,
        teams=TEAMS,
        way=np.repeat(np.arange(len(found)), [len(way) for way in found]),
        state=numbers([row.state for row in rows]),
        stage=stage,
        at=stage,
        place=numbers([PLACES[row.stage] for row in rows]),
        team=numbers([TEAMS.index(row.team) if row.team else None for row in rows]),
        entered=numbers([round(row.entered * HOUR) for row in rows]),
        left=numbers([None if row.left is None else round(row.left * HOUR) for row in rows], NEVER),
        blocked=numbers([round(row.blocked * HOUR) for row in rows]),
    )


class Turn(NamedTuple):
    """Who had an item, when it was handed over and when accepted, and where that was in the process."""

    owner: str
    handed: int | None
    accepted: int | None
    place: int | None
    is_onward: bool


def goes_on(rows: Way, n: int) -> bool:
    """Whether a stay is further than all before, or without an order the first at its stage."""
    place = PLACES[rows[n].stage]
    if place is None:
        return all(row.stage != rows[n].stage for row in rows[:n])
    before = [PLACES[row.stage] or 0 for row in rows[:n] if PLACES[row.stage]]
    return bool(before) and place > max(before)


def turns_between_stages(way: Way) -> list[Turn]:
    rows = [visit for visit in way if visit.state in (WAITING, ACTIVE)]
    runs: list[list[int]] = []
    for n, visit in enumerate(rows):
        if runs and rows[runs[-1][0]].stage == visit.stage:
            runs[-1].append(n)
        else:
            runs.append([n])
    found = []
    for run in runs:
        own = [rows[n] for n in run]
        work, left = [v.entered for v in own if v.state == ACTIVE], [v.left for v in own if v.left is not None]
        accepted = work[0] if work else max(left, default=None)
        stage = own[0].stage
        found.append(Turn(stage, own[0].entered, accepted, PLACES[stage], goes_on(rows, run[0])))
    return found


def turns_between_teams(way: Way) -> list[Turn]:
    owned = [visit for visit in way if visit.state in (WAITING, ACTIVE) and visit.team]
    works = [visit for visit in owned if visit.state == ACTIVE]
    if works and owned[-1].state == WAITING:
        works.append(owned[-1])
    found = []
    for n, visit in enumerate(works):
        if not n or works[n - 1].team != visit.team:
            accepted = visit.entered if visit.state == ACTIVE else visit.left
            handed = works[n - 1].left if n else None
            found.append(Turn(str(visit.team), handed, accepted, PLACES[visit.stage], goes_on(works, n)))
    return found


def is_behind(one: Turn, other: Turn) -> bool:
    return one.place is not None and other.place is not None and one.place < other.place


def gives_back(turns: list[Turn], n: int) -> bool:
    """Whether the owner of a turn gave it to the sender, or to an earlier stage of one that had had it."""
    if n + 1 == len(turns):
        return False
    turn, after = turns[n], turns[n + 1]
    if is_behind(after, turn) and any(one.owner == after.owner for one in turns[: n + 1]):
        return True
    return after.owner == turns[n - 1].owner and not after.is_onward and not is_behind(turn, after)


def passed(turns: list[Turn], *, only_onward: bool) -> list[tuple[str, str, int, int | None, int]]:
    found = []
    for n in range(1, len(turns)):
        sender, turn = turns[n - 1], turns[n]
        if turn.accepted is None or (only_onward and is_behind(turn, sender)):
            continue
        bounced, looped = gives_back(turns, n), None
        again = next((one for one in turns[n + 1 :] if one.owner == turn.owner), None) if bounced else None
        if again is not None and again.accepted is not None:
            looped = again.accepted - (turns[n + 1].handed or 0)
        found.append((sender.owner, turn.owner, turn.accepted - (turn.handed or 0), looped, int(bounced)))
    return found


@settings(max_examples=100, deadline=None)
@given(ways())
@pytest.mark.parametrize("of", ["stages", "teams"])
def test_a_handoff_costs_its_waiting_and_its_loop(of: str, found: list[Way]) -> None:
    """What was never accepted again costs as much as those of the same pair on average."""
    seen = walks_of(found)
    by_stage = of == "stages"
    names, turns = (STAGES, turns_of_stages(seen)) if by_stage else (TEAMS, turns_of_teams(seen))
    handed = handed_on(names, turns, only_onward=by_stage)
    turns_between = turns_between_stages if by_stage else turns_between_teams
    expected = [(n, *one) for n, way in enumerate(found) for one in passed(turns_between(way), only_onward=by_stage)]
    loops: dict[tuple[str, str], list[int]] = {}
    for _, sender, receiver, _, looped, _ in expected:
        if looped is not None:
            loops.setdefault((sender, receiver), []).append(looped)
    costs = [
        looped if looped is not None else mean(loops.get((sender, receiver), [0])) if bounced else 0
        for _, sender, receiver, _, looped, bounced in expected
    ]
    told = [
        (way, *handed.of(pair), waited / HOUR, bounced)
        for way, pair, waited, bounced in zip(
            *(one.tolist() for one in (handed.way, handed.pair, handed.waited, handed.bounced)), strict=True
        )
    ]
    assert told == [(*one[:4], one[5]) for one in expected]
    assert (handed.looped / HOUR).tolist() == pytest.approx(costs)


@settings(max_examples=60, deadline=None)
@given(ways())
def test_a_loop_runs_from_the_way_back_until_the_stage_is_reached_again(found: list[Way]) -> None:
    expected, reached = [], Counter[str]()
    for number, way in enumerate(found):
        entries = [
            visit
            for former, visit in zip([None, *way], way, strict=False)
            if (former is None or former.stage != visit.stage) and PLACES[visit.stage] and visit.state != ENDED
        ]
        reached.update({visit.stage for visit in entries})
        for visit, after in pairwise(entries):
            if (PLACES[after.stage] or 0) < (PLACES[visit.stage] or 0):
                again = [e.entered for e in entries if e.stage == visit.stage and e.entered > after.entered]
                expected.append((number, visit.stage, after.stage, min(again) - after.entered if again else None))
    loops = loops_of(walks_of(found))
    lost = [None if value == NEVER else value / HOUR for value in loops.lost.tolist()]
    names = ([STAGES[code] for code in codes.tolist()] for codes in (loops.stage, loops.to_stage))
    assert list(zip(loops.way.tolist(), *names, lost, strict=True)) == expected
    assert dict(zip(STAGES, loops.reached.tolist(), strict=True)) == {name: reached[name] for name in STAGES}


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(1, 400), min_size=18, max_size=40))
def test_the_pace_of_a_stage_is_the_age_at_which_85_in_100_had_left_it(ages: list[int]) -> None:
    found = [
        [Visit("Build", ACTIVE, None, 3, 3 + age, 0), Visit("Ship", ENDED, None, 3 + age, None, 0)] for age in ages
    ]
    pace = sorted(ages)[-(-len(ages) * 85 // 100) - 1]
    assert paces_of(walks_of(found)) == ({"Build": pace} if len(ages) >= 20 else {})


def test_the_largest_are_told_by_item_and_among_equal_ones_by_name() -> None:
    seen = walks_of([[Visit("Build", ACTIVE, None, 0, 1, 0)] for _ in range(6)])
    way = np.array([0, 1, 2, 3, 4, 5])
    assert seen.most(way, np.array([1, 2, 3, 0, 5, 0]), 2) == [("I2", "d", 5), ("I0", "d", 3)]
    assert seen.most(way[:0], way[:0], 2) == []
