"""Dresses the flow of work as a tracker shows it: items, their transitions, their links."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.examples import words
from streamgauge.examples.chance import Bools, Floats, Ints
from streamgauge.examples.flow import ANALYSIS, RELEASE
from streamgauge.examples.plan import BUG, TYPES
from streamgauge.examples.scene import Scene
from streamgauge.examples.tables import NEVER, Batch, joined, single
from streamgauge.examples.tables import words as chosen
from streamgauge.examples.world import DAY
from streamgauge.records import Item, Transition

TRACKER, DESK = "jira", "servicenow"
WAITING = ("Backlog", "Ready", "Waiting for Review", "Ready for Test", "Waiting for Approval", "Ready to Release")
ACTIVE = ("Refining", "In Development", "In Review", "In Test", "Approved", "Releasing")
RENAMED = ("Refining", "Doing", "Peer Check", "In Test", "Approved", "Releasing")
DONE, CANCELLED = "Done", "Cancelled"
_STATUSES = (*WAITING, *ACTIVE, *RENAMED, DONE, CANCELLED)
_DONE, _CANCELLED = len(_STATUSES) - 2, len(_STATUSES) - 1
_PRIORITIES = ("Highest", "High", "Medium")
_FIELDS = ("status", "flag", "team", "parent", "estimate")
_STATUS, _FLAG, _TEAM, _PARENT, _ESTIMATE = range(len(_FIELDS))
FLAGGED = "Impediment"


def titles(scene: Scene) -> pa.Array:
    """Return what each piece of work is called."""
    draws, n = scene.chance.of("titles"), len(scene.plan.work)
    verb, thing, place, fault = (
        chosen(choices, draws.integers(0, len(choices), n))
        for choices in (words.VERBS, words.OBJECTS, words.PLACES, words.FAULTS)
    )
    asked = joined(verb, thing, place, between=" ")
    broken = pc.utf8_capitalize(joined(thing, fault, between=" "))
    return pc.if_else(pa.array(scene.plan.work.type == BUG), broken, asked)


def items(scene: Scene) -> Iterator[Batch]:
    """Give pieces of work, as they were created and as they are now."""
    work, played, n = scene.plan.work, scene.played, len(scene.plan.work)
    last = np.maximum(last_change(scene), np.maximum(played.done, played.cancelled))
    yield scene.former(_items(scene, np.zeros(n, np.int64), work.created, now=False), work.created, last)
    yield _items(scene, _last_status(scene), last, now=True)


def _items(scene: Scene, status: Ints, learned: Ints, *, now: bool) -> Batch:
    work, n = scene.plan.work, len(scene.plan.work)
    return scene.batch(
        Item,
        n,
        learned=learned,
        source=TRACKER,
        repository=chosen(scene.project_keys, scene.project),
        id=scene.keys,
        title=titles(scene),
        type=chosen(TYPES, work.type),
        level="story",
        status=chosen(_STATUSES, status),
        parent=_parents(scene, now=now),
        team=_teams_now(scene, learned),
        service=scene.service_names(work.service),
        assignee=scene.author_names if now else None,
        reporter=scene.people(work.team, work.created // 60 % 5, work.created),
        priority=chosen(_PRIORITIES, work.priority),
        class_of_service=chosen(("expedite", None, None), work.priority),
        estimate=pa.array(estimates(scene), pa.float64(), mask=estimated_at(scene) < 0) if now else None,
        labels=single(chosen(("customer", "debt", None), work.type - 1)),
        created_at=work.created,
    )


def last_change(scene: Scene) -> Ints:
    """Return when each piece of work last moved."""
    visits = scene.played.visits
    found = scene.plan.work.created.copy()
    for instants in (visits.queued, visits.started):
        np.maximum.at(found, visits.work, instants)
    for turn in scene.story.of("reorganisation"):
        gone = moved(scene, turn.team, turn.begins)
        found[gone] = np.maximum(found[gone], turn.begins)
    rows, at, _, _ = rescoped(scene)
    found[rows] = np.maximum(found[rows], at)
    return found


def _last_status(scene: Scene) -> Ints:
    """Return the position in _STATUSES of what each piece of work is now."""
    visits, played = scene.played.visits, scene.played
    found = np.zeros(len(scene.plan.work), np.int64)
    found[visits.work] = np.where(
        visits.started >= 0, _active(scene, visits.work, visits.stage, visits.started), visits.stage
    )
    newest = np.zeros(len(found), np.int64)
    np.maximum.at(newest, visits.work, visits.queued)
    found = np.where((played.done >= 0) & (played.done >= newest), _DONE, found)
    return np.where(played.cancelled >= 0, _CANCELLED, found)


def _active(scene: Scene, work: Ints, stage: Ints, at: Ints) -> Ints:
    """Return the position in _STATUSES of work in progress: after the renaming its stream says other words."""
    renamed = np.zeros(len(work), bool)
    for turn in scene.story.of("status renamed"):
        renamed |= (scene.project[work] == turn.stream) & (at >= turn.begins)
    position = np.where(renamed, len(WAITING) + len(ACTIVE), len(WAITING)) + stage
    return np.where(stage == RELEASE, stage, position)


def _teams_now(scene: Scene, at: Ints) -> pa.Array:
    """Return the team that each piece of work names at an instant; some name none."""
    work = scene.plan.work
    now = work.team.copy()
    for turn in scene.story.of("reorganisation"):
        now[rehomed(scene, turn.team, turn.begins) & (at >= turn.begins)] = new_home(scene, turn.team)
    return scene.team_names(np.where(teamless(scene), -1, now))


def new_home(scene: Scene, team: int) -> int:
    """Return the team that takes over one service of another in a re-organisation."""
    makers = [other.number for other in scene.world.teams if other.kind == "stream"]
    return makers[(makers.index(team) + 1) % len(makers)]


def moved(scene: Scene, team: int, at: int) -> Bools:
    """Return which pieces of work change hands: those of the team's last service that are open by then."""
    service = scene.world.services_of(team)[-1].number
    done = np.maximum(scene.played.done, scene.played.cancelled)
    found: Bools = (scene.plan.work.service == service) & ((done < 0) | (done > at)) & (scene.plan.work.created < at)
    return found


def rehomed(scene: Scene, team: int, at: int) -> Bools:
    """Return which pieces of work the other team has since a re-organisation: those that moved, and all later ones."""
    service = scene.world.services_of(team)[-1].number
    later: Bools = (scene.plan.work.service == service) & (scene.plan.work.created >= at)
    return later | moved(scene, team, at)


def teamless(scene: Scene) -> Bools:
    """Return which pieces of work never name a team."""
    work, draws = scene.plan.work, scene.chance.of("teamless")
    found, some = np.zeros(len(work), bool), draws.random(len(work)) < 0.3
    for turn in scene.story.of("items without team"):
        found |= some & (scene.project == turn.stream) & (work.created >= turn.begins)
    return found


def features_of(scene: Scene) -> tuple[Ints, Ints]:
    """Return the feature that each piece of work is a part of when it is created, and now."""
    rows, _, _, other = rescoped(scene)
    now = scene.plan.work.feature.copy()
    now[rows] = other
    return scene.plan.work.feature, now


def _parents(scene: Scene, *, now: bool) -> pa.Array:
    return chosen([feature.key for feature in scene.plan.features], features_of(scene)[now])


def rescoped(scene: Scene) -> tuple[Ints, Ints, Ints, Ints]:
    """Return the work that was moved out of a promise in silence: its row, when, and from which feature to which."""
    work, rows, times, to = scene.plan.work, [], [], []
    for turn in scene.story.of("re-scoped in silence"):
        mine = [f.number for f in scene.plan.features if f.initiative == turn.initiative]
        others = [f.number for f in scene.plan.features if f.initiative != turn.initiative]
        at = turn.begins + (turn.ends - turn.begins) // 3 // DAY * DAY + 10 * 3600
        open_then = (scene.played.done < 0) | (scene.played.done > at)
        held = np.nonzero(np.isin(work.feature, mine) & (work.created < at) & open_then)[0]
        out = (
            held[: max(1, round(turn.size * len(held)))]
            if len(held) and others and at < scene.world.seconds
            else held[:0]
        )
        rows.append(out)
        times.append(np.full(len(out), at, np.int64))
        to.append(np.full(len(out), others[0] if others else -1, np.int64))
    found = [np.concatenate(parts) if parts else np.zeros(0, np.int64) for parts in (rows, times, to)]
    return found[0], found[1], work.feature[found[0]], found[2]


def estimates(scene: Scene) -> Floats:
    """Return the points that each piece of work was guessed at."""
    return np.asarray((1.0, 2.0, 3.0, 5.0, 8.0))[scene.chance.of("points").integers(0, 5, len(scene.plan.work))]


def estimated_at(scene: Scene) -> Ints:
    """Return when it was guessed: at the end of analysis; NEVER where that did not come."""
    visits = scene.played.visits
    rows = np.nonzero((visits.stage == ANALYSIS) & (visits.again == 0))[0]
    found = np.full(len(scene.plan.work), NEVER, np.int64)
    found[visits.work[rows]] = visits.finished[rows]
    return found


def transitions(scene: Scene) -> Iterator[Batch]:
    """Give every change of status, flag, team, parent and estimate, except where the changelog is missing."""
    parts = [_statuses(scene), _flags(scene), _homes(scene), _scope(scene), _guesses(scene)]
    work, at, field, value, team, seat = (np.concatenate([part[n] for part in parts]) for n in range(6))
    texts = [*_STATUSES, FLAGGED, *scene.teams.to_pylist(), *(f.key for f in scene.plan.features), *"12358"]
    kept = ~unlogged(scene)[work] & (at < scene.world.seconds)
    order = np.lexsort((np.arange(len(work))[kept], at[kept], work[kept]))
    work, at, field, value, team, seat = (column[kept][order] for column in (work, at, field, value, team, seat))
    place = np.arange(len(work)) - np.searchsorted(work, work, side="left")
    same = np.concatenate([[False], (work[1:] == work[:-1]) & (field[1:] == field[:-1])]) if len(work) else place < 0
    former = np.where(same, np.concatenate([[-1], value[:-1]]) if len(work) else value, -1)
    yield scene.batch(
        Transition,
        len(work),
        learned=at,
        source=TRACKER,
        repository=chosen(scene.project_keys, scene.project[work]),
        id=joined(scene.keys_of(work), place + 1, between="/"),
        item=scene.keys_of(work),
        field=chosen(_FIELDS, field),
        value=chosen(texts, value),
        happened_at=at,
        former_value=chosen(texts, former),
        team=scene.team_names(team),
        actor=scene.people(team, seat, at),
        sequence=place + 1,
    )


Part = tuple[Ints, Ints, Ints, Ints, Ints, Ints]
"""Rows of work, instants, fields, values (positions in the list of texts), teams, seats."""


def _statuses(scene: Scene) -> Part:
    visits, played, own = scene.played.visits, scene.played, scene.plan.work.team
    queued, started = visits.queued >= 0, (visits.started >= 0) & (visits.stage != RELEASE)
    done, gone = (np.nonzero(column >= 0)[0] for column in (played.done, played.cancelled))
    work = np.concatenate([visits.work[queued], visits.work[started], done, gone])
    at = np.concatenate([visits.queued[queued], visits.started[started], played.done[done], played.cancelled[gone]])
    value = np.concatenate(
        [
            visits.stage[queued],
            _active(scene, visits.work[started], visits.stage[started], visits.started[started]),
            np.full(len(done), _DONE, np.int64),
            np.full(len(gone), _CANCELLED, np.int64),
        ]
    )
    ours = np.concatenate([own[visits.work[queued]], visits.team[started], own[done], own[gone]])
    seat = np.concatenate([np.full(int(queued.sum()), -1, np.int64), visits.person[started], done % 5, gone % 5])
    return work, at, np.full(len(work), _STATUS, np.int64), value, ours, seat


def _flags(scene: Scene) -> Part:
    """Return the flags of work that waits for an outside cause or for another team."""
    pauses, own = scene.played.pauses, scene.plan.work.team
    begins = pauses.kind < 2
    ends = begins & (pauses.ends >= 0)
    work = np.concatenate([pauses.work[begins], pauses.work[ends]])
    at = np.concatenate([pauses.begins[begins], pauses.ends[ends]])
    value = np.where(np.arange(len(work)) < int(begins.sum()), len(_STATUSES), -1)
    return work, at, np.full(len(work), _FLAG, np.int64), value, own[work], work % 5


def _homes(scene: Scene) -> Part:
    work = [np.nonzero(moved(scene, turn.team, turn.begins))[0] for turn in scene.story.of("reorganisation")]
    turns = scene.story.of("reorganisation")
    at = [np.full(len(rows), turn.begins, np.int64) for rows, turn in zip(work, turns, strict=True)]
    home = [np.full(len(rows), new_home(scene, t.team), np.int64) for rows, t in zip(work, turns, strict=True)]
    rows, team = _one(work), _one(home)
    field = np.full(len(rows), _TEAM, np.int64)
    return rows, _one(at), field, len(_STATUSES) + 1 + team, team, np.zeros(len(rows), np.int64)


def _one(parts: list[Ints]) -> Ints:
    return np.concatenate(parts) if parts else np.zeros(0, np.int64)


def _scope(scene: Scene) -> Part:
    rows, at, _, to = rescoped(scene)
    texts = len(_STATUSES) + 1 + len(scene.world.teams)
    own = scene.plan.work.team[rows]
    return rows, at, np.full(len(rows), _PARENT, np.int64), texts + to, own, rows % 5


def _guesses(scene: Scene) -> Part:
    at = estimated_at(scene)
    rows = np.nonzero(at >= 0)[0]
    texts = len(_STATUSES) + 1 + len(scene.world.teams) + len(scene.plan.features)
    value = texts + np.searchsorted((1, 2, 3, 5, 8), estimates(scene)[rows])
    own = scene.plan.work.team[rows]
    return rows, at[rows], np.full(len(rows), _ESTIMATE, np.int64), value, own, rows % 5


def unlogged(scene: Scene) -> Bools:
    """Return which pieces of work came over from another tool without their history."""
    closed = np.maximum(scene.played.done, scene.played.cancelled)
    found = np.zeros(len(closed), bool)
    for turn in scene.story.of("missing changelog"):
        found |= (scene.project == turn.stream) & (closed >= 0) & (closed < turn.begins)
    return found
