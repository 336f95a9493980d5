"""Truths about plans: promises that drift, scope that changes in silence, features that help, or only seem to."""

from collections.abc import Iterator

import numpy as np

from streamgauge.examples.decisions import KEPT, Promise, gate_times
from streamgauge.examples.delivery import released_features
from streamgauge.examples.dressed import Dressed
from streamgauge.examples.flow import DEVELOPMENT
from streamgauge.examples.outcome import Claim, usage
from streamgauge.examples.scene import HOUR, Scene
from streamgauge.examples.truths.truth import Truth, cited
from streamgauge.examples.work import rescoped
from streamgauge.examples.world import DAY, Initiative

_DRIFT = 7 * DAY
_SAME_PLAN = "kind and initiative match; the delay counts from `from`"


def _of_plan(scene: Scene, initiative: Initiative) -> dict[str, str]:
    return {"initiative": initiative.key, "team": scene.world.teams[initiative.teams[0]].name}


def drifts(dressed: Dressed) -> Iterator[Truth]:
    """Give every promise that was kept more than a week too late, or not at all."""
    scene = dressed.scene
    planted = {turn.initiative for turn in scene.story.of("commitment drifts")}
    for promise in dressed.promises:
        late = (promise.finished if promise.finished >= 0 else scene.world.seconds) - promise.due
        if promise.due >= scene.world.seconds or (promise.done >= KEPT) or late < _DRIFT:
            continue
        yield Truth(
            kind="commitment drifts",
            place=_of_plan(scene, promise.initiative),
            begins=promise.baselined,
            ends=promise.due,
            size={"days_late": late / DAY, "share_done_when_due": promise.done, "grew_by": _growth(scene, promise)},
            evidence=cited("commitments", [f"COM-{promise.initiative.number + 1}"])
            + cited("items", scene.keys_of(promise.scope)),
            score=_SAME_PLAN,
            is_planted=promise.initiative.number in planted,
        )


def _growth(scene: Scene, promise: Promise) -> float:
    """Return by how much more an initiative had to do than its scope: what came later, as a share."""
    owner = np.array([*(f.initiative for f in scene.plan.features), -1], np.int64)[scene.plan.work.feature]
    return float((owner == promise.initiative.number).sum() / max(1, len(promise.scope)) - 1)


def silence(dressed: Dressed) -> Iterator[Truth]:
    """Give the promise whose scope was changed while its baseline stayed."""
    scene = dressed.scene
    rows, at, former, _ = rescoped(scene)
    owner = np.array([f.initiative for f in scene.plan.features], np.int64)
    for turn in scene.story.of("re-scoped in silence"):
        mine = owner[former] == turn.initiative if len(rows) else np.zeros(0, bool)
        held = [len(p.scope) for p in dressed.promises if p.initiative.number == turn.initiative]
        if not mine.any():
            continue
        yield Truth(
            kind="re-scoped in silence",
            place=_of_plan(scene, scene.world.initiatives[turn.initiative]),
            begins=int(at[mine][0]),
            ends=turn.ends,
            size={"moved_out": int(mine.sum()), "scope": held[0] if held else 0},
            evidence=cited("items", scene.keys_of(rows[mine])),
            score=_SAME_PLAN,
        )


def stopped(dressed: Dressed) -> Iterator[Truth]:
    """Give the initiative that was given up half way, and the hours that went into what nobody got."""
    scene, visits = dressed.scene, dressed.scene.played.visits
    owner = np.array([*(f.initiative for f in scene.plan.features), -1], np.int64)[scene.plan.work.feature]
    for turn in scene.story.of("stopped half way"):
        lost = np.nonzero((owner == turn.initiative) & (scene.played.cancelled >= 0))[0]
        spent = np.isin(visits.work, lost) & (visits.started >= 0) & (visits.finished >= 0)
        yield Truth(
            kind="stopped half way",
            place=_of_plan(scene, scene.world.initiatives[turn.initiative]),
            begins=(turn.begins + turn.ends) // 2,
            ends=turn.ends,
            size={
                "cancelled": len(lost),
                "item_hours_lost": float((visits.finished - visits.started)[spent].sum()) / HOUR,
            },
            evidence=cited("items", scene.keys_of(lost)),
            score=_SAME_PLAN,
        )


def gates(dressed: Dressed) -> Iterator[Truth]:
    """Give every initiative that was developed more than a week before the gate that lets it begin."""
    scene, visits = dressed.scene, dressed.scene.played.visits
    owner = np.array([*(f.initiative for f in scene.plan.features), -1], np.int64)[scene.plan.work.feature]
    planted = {turn.initiative for turn in scene.story.of("gate passed by")}
    begun = np.nonzero((visits.stage == DEVELOPMENT) & (visits.started >= 0) & (owner[visits.work] >= 0))[0]
    first = np.full(len(scene.world.initiatives), np.iinfo(np.int64).max)
    np.minimum.at(first, owner[visits.work[begun]], visits.started[begun])
    for initiative in scene.world.initiatives:
        asked, decided = gate_times(scene, initiative)[1]
        if asked >= scene.world.seconds or first[initiative.number] > decided - 7 * DAY:
            continue
        mine = begun[owner[visits.work[begun]] == initiative.number]
        early = np.unique(visits.work[mine[visits.started[mine] < decided]])
        yield Truth(
            kind="gate passed by",
            place=_of_plan(scene, initiative),
            begins=int(first[initiative.number]),
            ends=min(decided, scene.world.seconds),
            size={"days_before_the_decision": (decided - int(first[initiative.number])) / DAY, "items": len(early)},
            evidence=cited("gate_decisions", [f"{initiative.key}/G2"]) + cited("items", scene.keys_of(early)),
            score=_SAME_PLAN,
            is_planted=initiative.number in planted,
        )


def unused(dressed: Dressed) -> Iterator[Truth]:
    """Give the features that hardly anybody uses."""
    scene, released = dressed.scene, released_features(dressed.scene)
    ignored = {turn.initiative for turn in scene.story.of("nobody uses it")}
    wanted = {f.name: f for f in scene.plan.features if f.initiative in ignored and released[f.number] >= 0}
    met: dict[str, set[str]] = {name: set() for name in wanted}
    ids: dict[str, list[str]] = {name: [] for name in wanted}
    for _, table in usage(scene) if wanted else ():
        name = table["feature"][0].as_py() if table.num_rows else None
        if name in wanted:
            met[name] |= set(table["account"].to_pylist())
            ids[name] += table["id"].to_pylist()[:20]
    for name, feature in wanted.items():
        yield Truth(
            kind="feature nobody uses",
            place={"feature": name, "initiative": scene.world.initiatives[feature.initiative].key},
            begins=int(released[feature.number]),
            ends=scene.world.seconds,
            size={"accounts": len(met[name]), "share_of_accounts": len(met[name]) / scene.accounts},
            evidence=cited("items", [feature.key]) + cited("usage", ids[name]),
            score="kind and feature match",
        )


def effects(dressed: Dressed) -> Iterator[Truth]:
    """Give the feature that moves its metric, and the one that only seems to."""
    scene = dressed.scene
    moves = {turn.initiative for turn in scene.story.of("moves its metric")}
    seems = {turn.initiative for turn in scene.story.of("seems to move it")}
    for claim in dressed.claims:
        if claim.initiative in moves and claim.initiative not in seems:
            yield _effect(scene, claim, "feature moves its metric")
        elif claim.initiative in seems:
            yield _effect(scene, claim, "feature only seems to move its metric")


def _effect(scene: Scene, claim: Claim, kind: str) -> Truth:
    feature, initiative = scene.plan.features[claim.feature], scene.world.initiatives[claim.initiative]
    return Truth(
        kind=kind,
        place={"feature": feature.name, "initiative": initiative.key, "metric": claim.metric},
        begins=claim.released,
        ends=scene.world.seconds,
        size={"true_effect": claim.effect, "before_and_after": claim.effect + claim.drift},
        evidence=cited("hypotheses", [f"HYP-{initiative.number + 1}"]) + cited("items", [feature.key]),
        score="kind and initiative match, and the sign of the effect is right",
    )
