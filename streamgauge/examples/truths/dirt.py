"""Truths about the records themselves: what tools and people did to them."""

from collections.abc import Callable, Iterator

import numpy as np
import pyarrow as pa

from streamgauge.examples.chance import Ints
from streamgauge.examples.dressed import Dressed
from streamgauge.examples.story import DIRT, Turn
from streamgauge.examples.tracker import cases, twins
from streamgauge.examples.trunk import BOT
from streamgauge.examples.truths.truth import Truth, cited
from streamgauge.examples.work import ACTIVE, RENAMED, new_home, rehomed, teamless, unlogged

Found = tuple[dict[str, str], dict[str, float], tuple[tuple[str, str], ...]]
"""Place, size, evidence."""


def dirt(dressed: Dressed) -> Iterator[Truth]:
    """Give every fault of the tools that the story put into the records."""
    for kind in DIRT:
        for turn in dressed.scene.story.of(kind):
            place, size, evidence = _FINDERS[kind](dressed, turn)
            yield Truth(
                kind=f"dirt: {kind}",
                place=place,
                begins=0 if kind in ("missing changelog", "bots") else turn.begins,
                ends=turn.begins if kind == "missing changelog" else turn.ends,
                size=size,
                evidence=evidence,
                score="kind and place match",
            )
    yield from _reopened(dressed)


def _items(dressed: Dressed, rows: Ints) -> tuple[tuple[str, str], ...]:
    return cited("items", dressed.scene.keys_of(rows))


def _renamed(dressed: Dressed, turn: Turn) -> Found:
    scene, visits = dressed.scene, dressed.scene.played.visits
    rows = (scene.project[visits.work] == turn.stream) & (visits.started >= turn.begins)
    words = sum(old != new for old, new in zip(ACTIVE, RENAMED, strict=True))
    work = np.unique(visits.work[rows])
    return (
        {"stream": scene.world.streams[turn.stream].name},
        {"statuses": words, "items": len(work)},
        _items(dressed, work),
    )


def _moves(dressed: Dressed, turn: Turn) -> Found:
    scene = dressed.scene
    rows = np.nonzero(rehomed(scene, turn.team, turn.begins))[0]
    names = scene.world.teams
    place = {"team": names[turn.team].name, "to": names[new_home(scene, turn.team)].name}
    return place, {"items": len(rows)}, _items(dressed, rows)


def _nameless(dressed: Dressed, turn: Turn) -> Found:
    rows = np.nonzero(teamless(dressed.scene) & (dressed.scene.project == turn.stream))[0]
    return {"stream": dressed.scene.world.streams[turn.stream].name}, {"items": len(rows)}, _items(dressed, rows)


def _twice(dressed: Dressed, turn: Turn) -> Found:
    rows, _ = twins(dressed.scene)
    keys = dressed.scene.keys_of(rows).to_pylist()
    pairs = [key for one in keys for key in (one, f"{one}-2")]
    return {"team": dressed.scene.world.teams[turn.team].name}, {"items": len(rows)}, cited("items", pairs)


def _lost(dressed: Dressed, turn: Turn) -> Found:
    rows = np.nonzero(unlogged(dressed.scene) & (dressed.scene.project == turn.stream))[0]
    return {"stream": dressed.scene.world.streams[turn.stream].name}, {"items": len(rows)}, _items(dressed, rows)


def _skewed(dressed: Dressed, turn: Turn) -> Found:
    code, steps, main = dressed.code, dressed.code.steps, dressed.trunk.main
    rows = code.kept[code.skewed(steps.work, steps.at)[code.kept] != steps.at[code.kept]]
    work = np.nonzero(code.squashed & (code.started_at >= 0) & (dressed.trunk.main_of >= 0))[0]
    whole = dressed.trunk.main_of[work[code.skewed(work, code.started_at[work]) != code.started_at[work]]]
    evidence = cited("commits", steps.hash.take(pa.array(rows))) + cited("commits", main.hash.take(pa.array(whole)))
    return {"team": dressed.scene.world.teams[turn.team].name}, {"commits": len(rows) + len(whole)}, evidence


def _bots(dressed: Dressed, _: Turn) -> Found:
    main = dressed.trunk.main
    rows = np.nonzero(main.kind == BOT)[0]
    return {"company": "all"}, {"commits": len(rows)}, cited("commits", main.hash.take(pa.array(rows)))


def _both(dressed: Dressed, turn: Turn) -> Found:
    rows = cases(dressed.scene)
    keys = [key for row in rows[:10].tolist() for key in (dressed.scene.keys[row].as_py(), f"CS-{row + 1}")]
    return {"stream": dressed.scene.world.streams[turn.stream].name}, {"items": len(rows)}, cited("items", keys)


def _down(dressed: Dressed, turn: Turn) -> Found:
    steps = dressed.code.steps
    rows = np.nonzero((steps.at >= turn.begins) & (steps.at < turn.ends))[0]
    kept = rows[np.isin(rows, dressed.code.kept)]
    return {"tool": "builds"}, {"pushes_without_a_run": len(rows)}, cited("commits", steps.hash.take(pa.array(kept)))


_FINDERS: dict[str, Callable[[Dressed, Turn], Found]] = {
    "status renamed": _renamed,
    "reorganisation": _moves,
    "items without team": _nameless,
    "imported twice": _twice,
    "missing changelog": _lost,
    "clock skew": _skewed,
    "bots": _bots,
    "two tools for one item": _both,
    "tool down": _down,
}


def _reopened(dressed: Dressed) -> Iterator[Truth]:
    """Give what came back after it was done, and what was given up: no fault, but many trip over it."""
    played = dressed.scene.played
    for kind, column in (("reopened", played.reopened), ("cancelled", played.cancelled)):
        rows = np.nonzero(column >= 0)[0]
        yield Truth(
            kind=f"dirt: {kind}",
            place={"company": "all"},
            begins=int(column[rows].min()) if len(rows) else 0,
            ends=dressed.scene.world.seconds,
            size={"items": len(rows)},
            evidence=_items(dressed, rows),
            score="kind matches, and the items are named",
            is_planted=False,
        )
