"""What insights find in the ways of items is what plain loops over the visits find, whatever the ways."""

from collections import Counter
from itertools import pairwise
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
    """Who had an item, when it was handed over and when accepted."""

    owner: str
    handed: int | None
    accepted: int | None


def turns_between_stages(way: Way) -> list[Turn]:
    runs: list[Way] = []
    for visit in (visit for visit in way if visit.state in (WAITING, ACTIVE)):
        if runs and runs[-1][0].stage == visit.stage:
            runs[-1].append(visit)
        else:
            runs.append([visit])
    found = []
    for run in runs:
        work, left = [v.entered for v in run if v.state == ACTIVE], [v.left for v in run if v.left is not None]
        accepted = work[0] if work else max(left, default=None)
        found.append(Turn(run[0].stage, run[0].entered, accepted))
    return found


def turns_between_teams(way: Way) -> list[Turn]:
    owned = [visit for visit in way if visit.state in (WAITING, ACTIVE) and visit.team]
    works = [visit for visit in owned if visit.state == ACTIVE]
    if works and owned[-1].state == WAITING:
        works.append(owned[-1])
    found = []
    for former, visit in zip([None, *works], works, strict=False):
        if former is None or former.team != visit.team:
            accepted = visit.entered if visit.state == ACTIVE else visit.left
            found.append(Turn(str(visit.team), former.left if former else None, accepted))
    return found


def passed(turns: list[Turn], *, ordered: bool) -> list[tuple[str, str, int, int, int]]:
    found = []
    for n in range(1, len(turns)):
        sender, turn = turns[n - 1], turns[n]
        places = PLACES.get(sender.owner), PLACES.get(turn.owner)
        goes_back = ordered and None not in places and places[1] < places[0]  # type: ignore[operator]
        if turn.accepted is None or goes_back:
            continue
        bounced = n + 1 < len(turns) and turns[n + 1].owner == sender.owner
        again = turns[n + 2] if bounced and n + 2 < len(turns) else None
        looped = 0
        if again is not None and again.owner == turn.owner and again.accepted is not None:
            looped = again.accepted - (turns[n + 1].handed or 0)
        found.append((sender.owner, turn.owner, turn.accepted - (turn.handed or 0), looped, int(bounced)))
    return found


@settings(max_examples=60, deadline=None)
@given(ways())
@pytest.mark.parametrize("of", ["stages", "teams"])
def test_a_handoff_costs_its_waiting_and_its_loop(of: str, found: list[Way]) -> None:
    seen = walks_of(found)
    by_stage = of == "stages"
    handed = handed_on(turns_of_stages(seen) if by_stage else turns_of_teams(seen))
    turns = turns_between_stages if by_stage else turns_between_teams
    expected = [(n, *one) for n, way in enumerate(found) for one in passed(turns(way), ordered=by_stage)]
    pairs = [handed.of(pair) for pair in handed.pair.tolist()]
    costs = ((values / HOUR).tolist() for values in (handed.waited, handed.looped))
    told = [
        (way, *pair, waited, looped, bounced)
        for way, pair, waited, looped, bounced in zip(
            handed.way.tolist(), pairs, *costs, handed.bounced.tolist(), strict=True
        )
    ]
    assert told == expected


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
