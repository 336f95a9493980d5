"""Dresses what people decide: promises, gates, sign-offs, hypotheses and what became of them, assessments."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from streamgauge.examples import words
from streamgauge.examples.chance import Bools, Floats, Ints
from streamgauge.examples.outcome import Claim, claims
from streamgauge.examples.scene import HOUR, Scene
from streamgauge.examples.tables import NEVER, Batch, joined, lists
from streamgauge.examples.tables import words as chosen
from streamgauge.examples.world import DAY, Initiative
from streamgauge.records import AssessmentAnswer, Commitment, GateDecision, Hypothesis, OutcomeReview, SignOff

BOOK = "planning"
BASELINE_AFTER = 21 * DAY
KEPT = 0.9
"""A promise is kept where so much of its scope is done when it is due."""
GATES = ("G1", "G2", "G3", "G4")
_CRITERIA = (
    ("problem stated with evidence", "hypothesis complete", "sponsor named"),
    ("requirements actionable", "capacity confirmed", "dependencies confirmed"),
    ("scope done", "no blocking defects", "instrumentation works"),
    ("quality signed", "rollback rehearsed", "runbook ready"),
)
_DIMENSIONS = ("processes", "technology", "people", "governance", "culture")
_REVIEW_AFTER, _QUARTER = 45 * DAY, 91 * DAY


@dataclass(frozen=True)
class Promise:
    """One initiative's promise: its scope as baselined, when it is due, and what truly became of it."""

    initiative: Initiative
    baselined: int
    due: int
    scope: Ints
    done: float
    """Share of the scope that was done when it was due; what was given up does not count."""
    finished: int
    """When so much was done that the promise would have been kept; NEVER where that did not come."""


def promises(scene: Scene) -> list[Promise]:
    """Return the promises that were baselined within the history."""
    owner = np.array([*(feature.initiative for feature in scene.plan.features), -1], np.int64)[scene.plan.work.feature]
    order = np.argsort(owner, kind="stable")
    edges = np.searchsorted(owner[order], np.arange(len(scene.world.initiatives) + 1))
    found = []
    for initiative in scene.world.initiatives:
        own = order[edges[initiative.number] : edges[initiative.number + 1]]
        baselined = scene.world.quarter(initiative.first) + BASELINE_AFTER
        scope = np.sort(own[scene.plan.work.created[own] <= baselined])
        if len(scope) and baselined < scene.world.seconds:
            found.append(_promise(scene, initiative, baselined, scope))
    return found


def _promise(scene: Scene, initiative: Initiative, baselined: int, scope: Ints) -> Promise:
    due = initiative.last * _QUARTER
    stands = scope[scene.played.cancelled[scope] < 0]
    done = np.sort(np.where(scene.played.done[stands] >= 0, scene.played.done[stands], np.iinfo(np.int64).max))
    share = float((done <= due).mean()) if len(done) else 1.0
    last = int(done[max(0, int(np.ceil(KEPT * len(done))) - 1)]) if len(done) else due
    return Promise(initiative, baselined, due, scope, share, last if last < scene.world.seconds else NEVER)


def commitments(scene: Scene) -> Iterator[Batch]:
    """Give each promise as it was made, and what became of it when it was due."""
    made = promises(scene)
    draws = scene.chance.of("promises")
    value = np.round(draws.uniform(10, 100, len(made)))
    confidence = np.round(draws.uniform(0.6, 0.95, len(made)), 2)
    baselined = np.array([p.baselined for p in made], np.int64)
    due = np.array([p.due for p in made], np.int64)
    share = np.array([p.done for p in made])
    over = np.nonzero(due <= scene.world.seconds)[0]
    yield _commitments(
        scene, made, np.arange(len(made)), baselined, (value, None, confidence), np.zeros(len(made), np.int64)
    )
    status = np.where(share >= KEPT, 1, 2)[over]
    actual = np.round(value * share)
    yield _commitments(scene, made, over, due[over], (value, actual, confidence), status)


def _commitments(
    scene: Scene,
    made: list[Promise],
    rows: Ints,
    learned: Ints,
    figures: tuple[Floats, Floats | None, Floats],
    status: Ints,
) -> Batch:
    some = [made[int(n)] for n in rows]
    value, actual, confidence = figures
    counts = np.array([len(p.scope) for p in some], np.int64)
    scope = np.concatenate([p.scope for p in some]) if some else np.zeros(0, np.int64)
    return scene.batch(
        Commitment,
        len(rows),
        learned=learned,
        source=BOOK,
        repository="tidewren",
        id=pa.array([f"COM-{p.initiative.number + 1}" for p in some], pa.string()),
        title=pa.array([p.initiative.name for p in some], pa.string()),
        initiative=pa.array([p.initiative.key for p in some], pa.string()),
        team=scene.team_names(np.array([p.initiative.teams[0] for p in some], np.int64)),
        scope=lists(counts, scene.keys_of(scope)),
        due_at=np.array([p.due for p in some], np.int64),
        confidence=confidence[rows],
        planned_value=value[rows],
        actual_value=None if actual is None else actual[rows],
        is_committed=True,
        baselined_at=np.array([p.baselined for p in some], np.int64),
        status=chosen(("open", "kept", "missed"), status),
    )


def gate_times(scene: Scene, initiative: Initiative) -> list[tuple[int, int]]:
    """Return when each gate of an initiative was asked for and when it was decided."""
    begins, ends = scene.world.quarter(initiative.first), scene.world.quarter(initiative.last)
    draws = scene.chance.of("gates", initiative.number)
    late = any(turn.initiative == initiative.number for turn in scene.story.of("gate passed by"))
    asked = [max(0, begins - 20 * DAY), begins + (45 if late else -7) * DAY, ends - 21 * DAY, ends - 10 * DAY]
    waits = (draws.lognormal(1.2, 0.5, 4) * DAY).astype(int)
    return [(max(0, at), max(0, at) + int(wait)) for at, wait in zip(asked, waits, strict=True)]


def gates(scene: Scene) -> Iterator[Batch]:
    """Give the decisions at the gates of each initiative, with their criteria."""
    rows = []
    for initiative in scene.world.initiatives:
        for n, (at, end) in enumerate(gate_times(scene, initiative)):
            if at < scene.world.seconds:
                rows.append((initiative.number, n, at, end if end < scene.world.seconds else NEVER))
    plan, gate, asked, decided = (np.array([row[n] for row in rows], np.int64) for n in range(4))
    waived = (plan * 5 + gate * 3) % 7 == 0
    verdict = np.where(decided < 0, -1, np.where(waived, 1, 0))
    names = pa.array([name for g in gate.tolist() for name in _CRITERIA[g]], pa.string())
    state = np.repeat(np.where(waived, 1, 0), 3)
    state = np.where(np.arange(len(state)) % 3 == 2, state, 0)
    state = np.where(np.repeat(decided < 0, 3), 2, state)
    how = pa.repeat("attested", len(state))
    criteria = pa.StructArray.from_arrays(
        [names, chosen(("met", "waived", "not met"), state), how, pa.nulls(len(state), pa.string())],
        names=["name", "state", "by", "evidence"],
    )
    yield scene.batch(
        GateDecision,
        len(rows),
        learned=np.where(decided >= 0, decided, asked),
        source=BOOK,
        repository="tidewren",
        id=joined(chosen([i.key for i in scene.world.initiatives], plan), chosen(GATES, gate), between="/"),
        gate=chosen(GATES, gate),
        subject=chosen([i.key for i in scene.world.initiatives], plan),
        decision=chosen(("pass", "conditional"), verdict),
        profile="standard",
        criteria=lists(np.full(len(rows), 3, np.int64), criteria),
        requested_at=asked,
        decided_at=decided,
        decided_by=chosen(("portfolio board", None), np.where(decided >= 0, 0, 1)),
        conditions_due_at=np.where(verdict == 1, decided + 30 * DAY, NEVER),
    )


def sign_offs(scene: Scene) -> Iterator[Batch]:
    """Give who signed at the last gate of each initiative: quality always, security mostly."""
    rows = []
    for initiative in scene.world.initiatives:
        decided = gate_times(scene, initiative)[3][1]
        if decided < scene.world.seconds:
            rows += [(initiative.number, n, decided - (n + 1) * HOUR, initiative.teams[0]) for n in range(2)]
    plan, what, at, team = (np.array([row[n] for row in rows], np.int64) for n in range(4))
    given = (what == 0) | (plan % 6 != 0)
    key = chosen([i.key for i in scene.world.initiatives], plan)
    yield scene.batch(
        SignOff,
        len(rows),
        learned=at,
        source=BOOK,
        repository="tidewren",
        id=joined(key, chosen(("quality", "security"), what), between="/"),
        subject=key,
        what=chosen(("quality", "security"), what),
        role=chosen(("QA lead", "security"), what),
        person=scene.people(team, what, at),
        is_given=given,
        signed_at=at,
    )


def hypotheses(scene: Scene) -> Iterator[Batch]:
    """Give what each initiative claims that it will move."""
    made = claims(scene)
    stated = np.array([max(0, gate_times(scene, scene.world.initiatives[c.initiative])[0][0]) for c in made], np.int64)
    locked = np.array([gate_times(scene, scene.world.initiatives[c.initiative])[0][1] for c in made], np.int64)
    n, plan = len(made), np.array([c.initiative for c in made], np.int64)
    baseline = np.array([c.baseline for c in made])
    feature = np.array([c.feature for c in made], np.int64)
    reviewed = np.array([c.released + _REVIEW_AFTER for c in made], np.int64)
    yield scene.batch(
        Hypothesis,
        n,
        learned=np.minimum(locked, scene.world.seconds),
        source=BOOK,
        repository="tidewren",
        id=joined("HYP-", plan + 1),
        initiative=chosen([i.key for i in scene.world.initiatives], plan),
        problem=joined(
            chosen(words.SEGMENTS, plan % len(words.SEGMENTS)),
            chosen(words.PROBLEMS, plan % len(words.PROBLEMS)),
            between=" ",
        ),
        segment=chosen(words.SEGMENTS, plan % len(words.SEGMENTS)),
        change=chosen([f.name for f in scene.plan.features], feature),
        because=chosen(words.REASONS, plan % len(words.REASONS)),
        primary_metric=pa.array([c.metric for c in made], pa.string()),
        direction="up",
        baseline=np.round(baseline, 2),
        target=np.round(baseline * 1.1, 2),
        worthwhile=np.round(baseline * 0.03, 2),
        guardrails=lists(np.ones(n, np.int64), pa.repeat("refunds", n)),
        method=chosen(("staged rollout", "before and after"), plan % 2),
        feature=chosen([f.name for f in scene.plan.features], feature),
        confidence=np.round(0.4 + plan * 7 % 50 / 100, 2),
        stated_at=stated,
        locked_at=np.where(locked < scene.world.seconds, locked, NEVER),
        decide_at=reviewed,
        status=chosen(("running", "decided"), (reviewed < scene.world.seconds) & is_reviewed(plan)),
    )


def is_reviewed(plan: Ints) -> Bools:
    """Return which initiatives anybody looks back at: two in three."""
    found: Bools = plan % 3 != 2
    return found


def reviews(scene: Scene) -> Iterator[Batch]:
    """Give what was concluded of some claims, from before and after alone: so that a season looks like an effect."""
    at_end = [c for c in claims(scene) if c.released + _REVIEW_AFTER < scene.world.seconds]
    made: list[Claim] = [c for c in at_end if is_reviewed(np.array([c.initiative]))[0]]
    n, plan = len(made), np.array([c.initiative for c in made], np.int64)
    at = np.array([c.released for c in made], np.int64)
    relative = np.array([c.effect + c.drift for c in made])
    effect = relative * np.array([c.baseline for c in made])
    wide = 0.02 * np.array([c.baseline for c in made])
    verdict = np.where(relative > 0.08, 0, np.where(relative > 0.02, 1, 2))
    yield scene.batch(
        OutcomeReview,
        n,
        learned=at + _REVIEW_AFTER,
        source=BOOK,
        repository="tidewren",
        id=joined("REV-", plan + 1),
        hypothesis=joined("HYP-", plan + 1),
        initiative=chosen([i.key for i in scene.world.initiatives], plan),
        verdict=chosen(("validated", "partly", "refuted"), verdict),
        decision=chosen(("scale", "iterate", "stop"), verdict),
        effect=np.round(effect, 3),
        low=np.round(effect - wide, 3),
        high=np.round(effect + wide, 3),
        learning=chosen(words.LEARNED, plan % len(words.LEARNED)),
        released_at=at,
        reviewed_at=at + _REVIEW_AFTER,
    )


def assessments(scene: Scene) -> Iterator[Batch]:
    """Give two rounds of a maturity assessment: managers see it brighter than those who do the work."""
    world, draws = scene.world, scene.chance.of("assessments")
    rounds = [int(world.seconds * 0.1), int(world.seconds * 0.8)]
    shape = (len(rounds), len(world.teams), len(_DIMENSIONS), 2, 4)
    turn, team, dimension, criterion, who = (index.ravel() for index in np.indices(shape))
    level = 2.3 + 0.3 * turn + (team * 3 + dimension * 2) % 5 * 0.2 + np.where(who == 0, 1.1, 0.0)
    level = np.clip(np.round(level + draws.normal(0, 0.5, len(turn))), 1, 5)
    at = np.array(rounds)[turn] + (team * 4 + who) % 12 * DAY
    at = np.minimum(at, world.seconds - 1)
    label = joined(chosen(_DIMENSIONS, dimension), criterion + 1, between="-")
    yield scene.batch(
        AssessmentAnswer,
        len(turn),
        learned=at,
        source=BOOK,
        repository="tidewren",
        id=joined("round-", turn + 1, "/", scene.team_names(team), "/", label, "/", who + 1),
        assessment=joined("round-", turn + 1),
        framework="delivery maturity 1",
        dimension=chosen(_DIMENSIONS, dimension),
        criterion=label,
        team=scene.team_names(team),
        respondent=scene.people(team, who, at),
        level=level,
        answered_at=at,
    )
