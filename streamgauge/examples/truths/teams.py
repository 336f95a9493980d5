"""Truths about teams: limits that mean nothing, too much at once, people who left."""

from collections.abc import Iterator

import numpy as np

from streamgauge.examples.chance import Bools, Floats, Ints
from streamgauge.examples.dressed import Dressed
from streamgauge.examples.flow import VALIDATION
from streamgauge.examples.plan import Plan
from streamgauge.examples.scene import HOUR, Scene
from streamgauge.examples.story import Turn
from streamgauge.examples.truths.truth import Truth, cited, median

_SAME_TEAM = "kind and team match"


def limits(dressed: Dressed) -> Iterator[Truth]:
    """Give the limit of work in progress that never binds, and the one that nobody keeps."""
    scene = dressed.scene
    for turn in (*scene.story.of("limit never binds"), *scene.story.of("limit ignored")):
        at, level, rows = in_progress(scene, turn.team)
        lasts = np.diff(at, append=scene.world.seconds)
        over = float(lasts[level > turn.size].sum() / max(1, lasts.sum())) if len(lasts) else 0.0
        yield Truth(
            kind="wip limit never binds" if turn.kind == "limit never binds" else "wip limit ignored",
            place={"team": scene.world.teams[turn.team].name},
            begins=turn.begins,
            ends=turn.ends,
            size={
                "limit": turn.size,
                "mean": float((level * lasts).sum() / max(1, lasts.sum())),
                "most": float(level.max(initial=0)),
                "share_of_time_over": over,
            },
            evidence=cited("items", scene.keys_of(np.unique(rows))),
            score=_SAME_TEAM,
        )


def in_progress(scene: Scene, team: int) -> tuple[Ints, Ints, Ints]:
    """Return the instants at which a team's work in progress changes, its level from then on, and the work."""
    visits = scene.played.visits
    rows = np.nonzero((visits.team == team) & (visits.started >= 0))[0]
    ends = visits.finished[rows]
    gone = scene.played.cancelled[visits.work[rows]]
    ends = np.where((ends < 0) & (gone >= 0), gone, np.where(ends < 0, scene.world.seconds, ends))
    at = np.concatenate([visits.started[rows], ends])
    step = np.concatenate([np.ones(len(rows), np.int64), np.full(len(rows), -1, np.int64)])
    order = np.lexsort((step, at))
    return at[order], np.cumsum(step[order]), visits.work[rows]


def spread(dressed: Dressed) -> Iterator[Truth]:
    """Give the team that works on four initiatives at once."""
    scene = dressed.scene
    for turn in scene.story.of("spread thin"):
        share, names = _shares(scene, scene.plan, turn)
        entropy = -float((share * np.log(share)).sum()) if len(share) else 0.0
        mine = (scene.plan.work.team == turn.team) & (scene.plan.work.feature >= 0)
        rows = np.nonzero(mine & (scene.plan.work.created >= turn.begins))[0]
        yield Truth(
            kind="team spread thin",
            place={"team": scene.world.teams[turn.team].name},
            begins=turn.begins,
            ends=turn.ends,
            size={"initiatives_in_a_quarter": names, "effective_number": float(np.exp(entropy))},
            evidence=cited("items", scene.keys_of(rows)),
            score=_SAME_TEAM,
        )


def _shares(scene: Scene, plan: Plan, turn: Turn) -> tuple[Floats, float]:
    """Return each initiative's share of the team's time since then, and how many there are in a usual quarter."""
    visits = scene.played.visits
    owner = np.array([*(f.initiative for f in plan.features), -1], np.int64)[plan.work.feature[visits.work]]
    here: Bools = (visits.team == turn.team) & (visits.started >= turn.begins) & (visits.finished >= 0) & (owner >= 0)
    spent = np.bincount(owner[here], (visits.finished - visits.started)[here])
    share = spent[spent > 0] / spent.sum() if here.any() else np.zeros(0)
    quarter = visits.started[here] // (91 * 86_400)
    pairs = np.unique(np.stack([quarter, owner[here]]), axis=1)[0] if here.any() else np.zeros(0, np.int64)
    return share, median(np.unique(pairs, return_counts=True)[1])


def capacity(dressed: Dressed) -> Iterator[Truth]:
    """Give the span in which testers were missing, and how long work waited for them then."""
    scene, visits = dressed.scene, dressed.scene.played.visits
    for turn in scene.story.of("testers leave"):
        here = (visits.stage == VALIDATION) & (visits.started >= 0)
        inside = here & (visits.queued >= turn.begins) & (visits.queued < turn.ends)
        waited = visits.started - visits.queued
        rows = np.unique(visits.work[inside])
        testers = [team.name for team in scene.world.teams if team.kind == "quality"] or ["every team"]
        yield Truth(
            kind="capacity lost",
            place={"team": testers[0], "stage": "validation"},
            begins=turn.begins,
            ends=turn.ends,
            size={
                "people_share_left": turn.size,
                "wait_hours_before": _mean(waited[here & (visits.queued < turn.begins)]) / HOUR,
                "wait_hours": _mean(waited[inside]) / HOUR,
            },
            evidence=cited("items", scene.keys_of(rows)),
            score="team or stage match, and the spans overlap; the delay counts from `from`",
        )


def _mean(values: Ints) -> float:
    return float(values.mean()) if len(values) else 0.0
