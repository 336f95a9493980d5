"""Rework loop: much of what reaches one stage goes back from there."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from streamgauge.facts.ways import NEVER, NONE, Numbers, starts_of
from streamgauge.insights.ground import Ground
from streamgauge.insights.insight import MOST_EVIDENCE, Effect, Evidence, Finding, Insight, Unknown
from streamgauge.insights.walks import ENDED, HOUR, Walks, walks
from streamgauge.insights.words import hours, times
from streamgauge.metrics.statistics import wilson
from streamgauge.percent import percent


@dataclass(frozen=True, kw_only=True)
class Loops:
    """Each time that an item went back from a stage: where to, and the microseconds until it was there again, or NEVER.

    `reached` is by stage how many ways came to it.
    """

    way: Numbers
    stage: Numbers
    to_stage: Numbers
    lost: Numbers
    reached: Numbers


@dataclass(frozen=True, kw_only=True)
class _Loop:
    """The loops from one stage back to another: of how many ways that reached it how many went back, and how often."""

    stage: str
    to_stage: str
    n: int
    items: int
    loops: int
    lost_hours: float
    rows: Numbers


def loops_of(seen: Walks) -> Loops:
    """Return the steps back between stages whose place is known."""
    entries = np.flatnonzero(
        (starts_of(seen.way) | starts_of(seen.stage)) & (seen.place != NONE) & (seen.state != ENDED)
    )
    way, stage, place, entered = (c[entries] for c in (seen.way, seen.stage, seen.place, seen.entered))
    last = np.append(starts_of(way)[1:], True) if len(way) else np.zeros(0, np.bool_)
    back = np.flatnonzero(~last)
    back = back[place[back + 1] < place[back]]
    home = way * len(seen.stages) + stage
    returned = _next(home, entered, home[back], entered[back + 1])
    return Loops(
        way=way[back],
        stage=stage[back],
        to_stage=stage[back + 1],
        lost=np.where(returned == NEVER, NEVER, returned - entered[back + 1]),
        reached=np.bincount(_once(home) % max(1, len(seen.stages)), minlength=len(seen.stages)),
    )


def _once(numbers: Numbers) -> Numbers:
    """Return each different number once."""
    found = np.sort(numbers)
    return found[starts_of(found)]


def _next(home: Numbers, entered: Numbers, wanted: Numbers, after: Numbers) -> Numbers:
    """Return the first time after an instant that each wanted home was entered, NEVER where it was not again."""
    kept = np.flatnonzero(np.isin(home, wanted))
    order = kept[np.lexsort((entered[kept], home[kept]))]
    home, entered = home[order], entered[order]
    moments = np.sort(np.concatenate([entered, after]))
    key = home * (len(moments) + 1) + np.searchsorted(moments, entered)
    place = np.searchsorted(key, wanted * (len(moments) + 1) + np.searchsorted(moments, after), side="right")
    there = np.minimum(place, max(0, len(key) - 1))
    is_same = (place < len(key)) & (home[there] == wanted) if len(key) else np.zeros(0, np.bool_)
    return np.where(is_same, entered[there], NEVER) if len(key) else after


def _counted(seen: Walks) -> list[_Loop]:
    """Return the loops by stage and where they lead to, those of most items first."""
    loops = loops_of(seen)
    pair = loops.stage * max(1, len(seen.stages)) + loops.to_stage
    order = np.argsort(pair, kind="stable")
    starts = np.flatnonzero(starts_of(pair[order]))
    found = []
    for rows in np.split(order, starts[1:]) if len(order) else ():
        stage, lost = int(loops.stage[rows[0]]), loops.lost[rows]
        found.append(
            _Loop(
                stage=seen.stages[stage],
                to_stage=seen.stages[int(loops.to_stage[rows[0]])],
                n=int(loops.reached[stage]),
                items=int(starts_of(loops.way[rows]).sum()),
                loops=len(rows),
                lost_hours=int(lost[lost != NEVER].sum()) / HOUR,
                rows=loops.way[rows],
            )
        )
    return sorted(found, key=lambda one: (-one.items, one.stage, one.to_stage))


def _look(ground: Ground) -> Iterator[Finding | Unknown]:
    terms = ground.company.insights.rework_loop
    rows = _counted(walks(ground)) if ground.scopes else []
    if not any(row.n >= terms.least_items for row in rows):
        yield Unknown(
            f"Nothing is known to have gone back, or fewer than {terms.least_items} items reached a stage that it did"
            " from."
        )
    for row in rows:
        low, high = wilson(row.items, row.n) or (0.0, 1.0)
        if row.n >= terms.least_items and low >= terms.least_share:
            yield _finding(walks(ground), row, low, high)


def _finding(seen: Walks, row: _Loop, low: float, high: float) -> Finding:
    share, each = row.items / row.n, row.lost_hours / row.loops
    shown = seen.most(row.rows, np.ones(len(row.rows), np.int64), MOST_EVIDENCE)
    lasts = f", which takes {hours(each)} until it is back" if each else ""
    return REWORK_LOOP.found(
        message=(
            f"{percent(share)} of what reaches {row.stage} goes back to {row.to_stage} ({times(row.items, 'item')}"
            f" of {row.n:,}){lasts}."
        ),
        place={"stage": row.stage, "to_stage": row.to_stage},
        effect=Effect(value=share, unit="share", means="of what reaches the stage goes back", low=low, high=high),
        n=row.n,
        weight=0.6 * share,
        evidence_total=row.items,
        evidence=[
            Evidence(table="items", id=item, of=dataset, detail=times(loops, "time")) for item, dataset, loops in shown
        ],
    )


REWORK_LOOP = Insight(
    name="rework_loop",
    claim="Much of what reaches one stage goes back from there.",
    why="What goes back is done twice and waits twice, and what it displaces waits too.",
    hint="Look at the last ten that came back, and at what was missing that the stage before could have known.",
    wrong_when="Going back is how the stages are meant to work, as between design and trial, or cards are dragged.",
    source="definitions 4.1",
    by_stream=True,
    look=_look,
)
