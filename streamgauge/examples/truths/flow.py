"""Truths about the flow of work: where it waits, who slows down, what speed was paid with."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from streamgauge.examples.chance import Bools, Floats, Ints
from streamgauge.examples.dressed import Dressed
from streamgauge.examples.flow import REVIEW, STAGES, VALIDATION
from streamgauge.examples.scene import HOUR, Scene
from streamgauge.examples.tracker import asked, request_ids
from streamgauge.examples.truths.truth import Truth, cited, median, overlap, ratio
from streamgauge.examples.world import DAY, Stream

_SPAN = 45 * DAY

_BY_PLACE = "kind and place match, and the spans overlap; the delay counts from `from`"


def constraints(dressed: Dressed) -> Iterator[Truth]:
    """Give who held each stream up: its own teams or its testers, wherever more work waited; equal spans as one.

    A stage at which less than half of the waiting was is no single constraint: others hold as much (definitions 4.2).
    """
    scene = dressed.scene
    waiting, busy = _queues(scene), utilisation(scene)
    for stream in scene.world.streams:
        mine = waiting[:, stream.number, :]
        testers = (mine[:, VALIDATION] > mine[:, :VALIDATION].sum(axis=1)) & (stream.quality >= 0)
        begins = 0
        for span in range(1, len(testers) + 1):
            if span < len(testers) and testers[span] == testers[begins]:
                continue
            stage = VALIDATION if testers[begins] else int(mine[begins:span, :VALIDATION].sum(axis=0).argmax())
            if 2 * mine[begins:span, stage].sum() >= mine[begins:span].sum():
                yield _constraint(dressed, stream, stage, (begins, span), (mine, busy))
            begins = span


def _constraint(
    dressed: Dressed, stream: Stream, stage: int, spans: tuple[int, int], found: tuple[Floats, Floats]
) -> Truth:
    scene, (first, last), (waiting, busy) = dressed.scene, spans, found
    is_test = stage == VALIDATION and stream.quality >= 0
    visits, who = scene.played.visits, [stream.quality] if is_test else list(stream.teams)
    low, high = first * _SPAN, min(last * _SPAN, scene.world.seconds)
    here = (scene.project[visits.work] == stream.number) & (visits.stage == stage)
    rows = np.nonzero(here & (visits.queued >= low) & (visits.queued < high) & (visits.started > visits.queued))[0]
    slowest = rows[np.argsort(visits.queued[rows] - visits.started[rows], kind="stable")]
    return Truth(
        kind="constraint",
        place={"stream": stream.name, "stage": STAGES[stage], "who": "testers" if is_test else "the stream's teams"},
        begins=low,
        ends=high,
        size={
            "share_of_waiting": float(waiting[first:last, stage].sum() / max(1.0, waiting[first:last].sum())),
            "utilisation": float(busy[first:last, who].mean()),
        },
        evidence=cited("items", scene.keys_of(visits.work[slowest])),
        score="stream and stage (or who works there) match for most of the span; the delay counts from `from`",
        is_planted=is_test and any(turn.begins < high and turn.ends > low for turn in scene.story.of("testers leave")),
    )


def _queues(scene: Scene) -> Floats:
    """Return the hours that work waited for people: by span, stream and stage."""
    visits, months = scene.played.visits, -(-scene.world.seconds // _SPAN)
    people = np.nonzero((visits.stage <= VALIDATION) & (visits.queued >= 0))[0]
    ends = np.where(visits.started[people] >= 0, visits.started[people], scene.world.seconds)
    gone = scene.played.cancelled[visits.work[people]]
    ends = np.where((visits.started[people] < 0) & (gone >= 0), gone, ends)
    streams, stages = len(scene.world.streams) + 1, len(STAGES)
    cell = scene.project[visits.work[people]] * stages + visits.stage[people]
    found = [
        np.bincount(cell, overlap(visits.queued[people], ends, m * _SPAN, (m + 1) * _SPAN), streams * stages)
        for m in range(months)
    ]
    return np.array(found).reshape(months, streams, stages) / HOUR


def utilisation(scene: Scene) -> Floats:
    """Return the share of its people that each team had at work, by span: people hold their work over night."""
    visits, pauses, months = scene.played.visits, scene.played.pauses, -(-scene.world.seconds // _SPAN)
    teams, end = scene.world.teams, scene.world.seconds
    begun = np.nonzero((visits.started >= 0) & (visits.team >= 0))[0]
    gone = scene.played.cancelled[visits.work[begun]]
    ends = np.where(visits.finished[begun] >= 0, visits.finished[begun], np.where(gone >= 0, gone, end))
    still = np.where(pauses.ends >= 0, pauses.ends, end)
    idle = scene.plan.work.team[pauses.work]
    seats = np.array([team.people for team in teams])
    found = []
    for month in range(months):
        low, high = month * _SPAN, min((month + 1) * _SPAN, end)
        busy = np.bincount(visits.team[begun], overlap(visits.started[begun], ends, low, high), len(teams))
        busy -= np.bincount(idle, overlap(pauses.begins, still, low, high), len(teams))
        found.append(busy / (seats * max(1, high - low)))
    shares: Floats = np.clip(np.array(found), 0.0, None)
    return shares


@dataclass(frozen=True, kw_only=True)
class Handoff:
    """What the way from one stage to the next cost in item-hours (definitions 4.3)."""

    stage: int
    waited: float
    looped: float
    items: int
    bounced: int

    @property
    def friction(self) -> float:
        """Waiting and rework together."""
        return self.waited + self.looped


def handoffs(dressed: Dressed) -> Iterator[Truth]:
    """Give for each stream the handoff that cost most: by waiting, and by what came back."""
    scene = dressed.scene
    for stream in scene.world.streams:
        mine = scene.project[scene.played.visits.work] == stream.number
        found = [_handoff(scene, mine, stage) for stage in range(1, len(STAGES))]
        worst = max(found, key=lambda handoff: handoff.friction)
        rows = np.nonzero(mine & (scene.played.visits.stage == worst.stage))[0]
        yield Truth(
            kind="handoff friction",
            place={
                "stream": stream.name,
                "from": STAGES[_before(stream.has_board, worst.stage)],
                "to": STAGES[worst.stage],
            },
            begins=0,
            ends=scene.world.seconds,
            size={
                "item_hours": worst.friction,
                "items": worst.items,
                "bounced": worst.bounced,
                "share": worst.friction / max(1.0, sum(handoff.friction for handoff in found)),
            },
            evidence=cited("items", scene.keys_of(np.unique(scene.played.visits.work[rows]))),
            score="stream, from and to match the handoff with the largest friction",
            is_planted=False,
        )


def _before(has_board: bool, stage: int) -> int:
    return stage - 1 if has_board or STAGES[stage] != "release" else VALIDATION


def _handoff(scene: Scene, mine: Bools, stage: int) -> Handoff:
    visits = scene.played.visits
    rows = np.nonzero(mine & (visits.stage == stage) & (visits.finished >= 0))[0]
    taken = np.where(visits.started[rows] >= 0, visits.started[rows], visits.finished[rows])
    waited = float((taken - visits.queued[rows]).sum()) / HOUR
    back = rows[visits.returned[rows]]
    # The loop ends when the receiver takes the same piece of work up again: its next visit to the stage.
    key = visits.work * 64 + visits.again
    order = rows[np.argsort(key[rows], kind="stable")]
    place = np.searchsorted(key[order], key[back] + 1)
    inside = place < len(order)
    after = order[np.minimum(place, max(0, len(order) - 1))] if len(order) else back
    same = inside & (key[after] == key[back] + 1)
    again = np.where(visits.started[after] >= 0, visits.started[after], visits.finished[after])
    looped = float((again - visits.finished[back])[same].sum()) / HOUR
    return Handoff(stage=stage, waited=waited, looped=looped, items=len(rows), bounced=len(back))


def slowdowns(dressed: Dressed) -> Iterator[Truth]:
    """Give the team that others depend on and that needs twice as long, four weeks before a release."""
    scene = dressed.scene
    pauses, rows = scene.played.pauses, asked(scene)
    begins, ends, team = pauses.begins[rows], pauses.ends[rows], pauses.other[rows]
    for turn in scene.story.of("provider slows down"):
        mine = team == turn.team
        slow = mine & (begins >= turn.begins) & (begins < turn.ends)
        before = mine & (begins >= turn.begins - 84 * DAY) & (begins < turn.begins)
        lasted = np.where(ends >= 0, ends, scene.world.seconds) - begins
        due = turn.begins + 28 * DAY
        hit = [p for p in dressed.promises if abs(p.due - due) < 2 * DAY]
        yield Truth(
            kind="provider slows down",
            place={"team": scene.world.teams[turn.team].name},
            begins=turn.begins,
            ends=turn.ends,
            size={
                "times": ratio(median(lasted[slow]), median(lasted[before])),
                "requests": int(slow.sum()),
                "promises_at_risk": len(hit),
            },
            evidence=cited("items", request_ids(scene).take(np.nonzero(slow)[0]))
            + cited("commitments", [f"COM-{p.initiative.number + 1}" for p in hit]),
            score=_BY_PLACE,
        )


def waterbeds(dressed: Dressed) -> Iterator[Truth]:
    """Give the team that became quicker by leaving out tests and reviews, and what failed since."""
    scene, releases = dressed.scene, dressed.scene.played.releases
    done, first = scene.played.done, _taken_up(scene)
    for turn in scene.story.of("waterbed"):
        mine = (scene.plan.work.team == turn.team) & (done >= 0) & (first >= 0)
        after = mine & (first >= turn.begins)
        owner = scene.service_team[releases.service] == turn.team
        late = owner & (releases.made >= turn.begins)
        failed = releases.incident >= 0
        incidents = releases.incident[late & failed]
        yield Truth(
            kind="waterbed",
            place={"team": scene.world.teams[turn.team].name},
            begins=turn.begins,
            ends=turn.ends,
            size={
                "flow_time_times": ratio(median((done - first)[after]), median((done - first)[mine & ~after])),
                "fail_rate_before": float(failed[owner & ~late].mean()) if (owner & ~late).any() else 0.0,
                "fail_rate_after": float(failed[late].mean()) if late.any() else 0.0,
            },
            evidence=cited("incidents", dressed.operation.ids.take(np.sort(incidents)))
            + cited("items", scene.keys_of(np.nonzero(after)[0])),
            score=_BY_PLACE,
        )


def _taken_up(scene: Scene) -> Ints:
    """Return when each piece of work was first worked on, -1 where nobody did."""
    visits = scene.played.visits
    found = np.full(len(scene.plan.work), np.iinfo(np.int64).max)
    begun = visits.started >= 0
    np.minimum.at(found, visits.work[begun], visits.started[begun])
    return np.where(found < np.iinfo(np.int64).max, found, -1)


def reviews(dressed: Dressed) -> Iterator[Truth]:
    """Give the team whose changes wait for a review much longer than before."""
    scene, visits = dressed.scene, dressed.scene.played.visits
    for turn in scene.story.of("reviews wait"):
        mine = (visits.stage == REVIEW) & (visits.finished >= 0) & (scene.plan.work.team[visits.work] == turn.team)
        late = mine & (visits.queued >= turn.begins)
        lasted = visits.finished - visits.queued
        work = np.unique(visits.work[late])
        work = work[dressed.pulls.opened[work] >= 0]
        yield Truth(
            kind="reviews wait",
            place={"team": scene.world.teams[turn.team].name},
            begins=turn.begins,
            ends=turn.ends,
            size={
                "times": ratio(median(lasted[late]), median(lasted[mine & ~late])),
                "hours": median(lasted[late]) / HOUR,
            },
            evidence=cited("items", scene.keys_of(work)),
            score=_BY_PLACE,
        )
