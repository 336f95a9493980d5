"""Dresses what stands around the work in the tracker: plans above it, requests beside it, and what is there twice."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from streamgauge.examples import words
from streamgauge.examples.chance import Ints
from streamgauge.examples.flow import DEVELOPMENT
from streamgauge.examples.plan import BUG
from streamgauge.examples.scene import HOUR, Scene
from streamgauge.examples.tables import NEVER, Batch, joined
from streamgauge.examples.tables import words as chosen
from streamgauge.examples.work import DESK, TRACKER, titles
from streamgauge.examples.world import DAY
from streamgauge.records import Item, Link, Transition

_STATUSES = ("Planned", "In Progress", "Done")
PLANS, REQUESTS = "PORTFOLIO", "PLT"
_DUPLICATES = 40


@dataclass(frozen=True, kw_only=True)
class Plans:
    """Themes, initiatives and features, as one column each; instants are NEVER where they did not come."""

    key: list[str]
    title: list[str]
    type: list[str]
    parent: list[str | None]
    team: list[int]
    created: Ints
    started: Ints
    done: Ints
    due: Ints


def plans(scene: Scene) -> Plans:
    """Return everything above the work, with when it began and ended by what belongs to it."""
    world, features = scene.world, scene.plan.features
    began, over = _spans(scene)
    owner = np.array([f.initiative for f in features], np.int64)
    themes = [f"THM-{n + 1}" for n in range(len(words.THEMES))]
    first = np.array([max(0, world.quarter(i.first) - 25 * DAY) for i in world.initiatives], np.int64)
    due = np.array([i.last * 91 * DAY for i in world.initiatives], np.int64)
    none = np.full(len(themes), NEVER, np.int64)
    early = np.where(began >= 0, np.minimum(began, first[owner] + DAY), first[owner] + DAY)
    opened, closed = _rolled(began, owner, len(first), latest=False), _rolled(over, owner, len(first), latest=True)
    return Plans(
        key=[*themes, *(i.key for i in world.initiatives), *(f.key for f in features)],
        title=[*words.THEMES, *(i.name for i in world.initiatives), *(f.name for f in features)],
        type=["theme"] * len(themes) + ["initiative"] * len(first) + ["feature"] * len(features),
        parent=[
            *([None] * len(themes)),
            *(themes[i.theme] for i in world.initiatives),
            *(world.initiatives[n].key for n in owner),
        ],
        team=[*([-1] * len(themes)), *(i.teams[0] for i in world.initiatives), *(f.team for f in features)],
        created=np.concatenate([np.zeros(len(themes), np.int64), first, early]),
        started=np.concatenate([none, opened, began]),
        done=np.concatenate([none, closed, over]),
        due=np.concatenate([none, due, due[owner]]),
    )


def _spans(scene: Scene) -> tuple[Ints, Ints]:
    """Return when the first story of each feature was developed, and when the last one was done."""
    feature, n = scene.plan.work.feature, len(scene.plan.features)
    visits, played = scene.played.visits, scene.played
    rows = np.nonzero((visits.stage == DEVELOPMENT) & (visits.started >= 0) & (feature[visits.work] >= 0))[0]
    began = np.full(n, np.iinfo(np.int64).max)
    np.minimum.at(began, feature[visits.work[rows]], visits.started[rows])
    over, ends = np.full(n, NEVER, np.int64), np.maximum(played.done, played.cancelled)
    own = np.nonzero(feature >= 0)[0]
    np.maximum.at(over, feature[own], ends[own])
    still = np.bincount(feature[own[ends[own] < 0]], minlength=n) > 0
    begun = began < np.iinfo(np.int64).max
    return np.where(begun, began, NEVER), np.where(begun & ~still, np.maximum(over, began), NEVER)


def _rolled(instants: Ints, owner: Ints, number: int, *, latest: bool) -> Ints:
    """Return for each owner the first of its instants, or the last where all of them came; else NEVER."""
    found = np.full(number, NEVER, np.int64)
    for n in np.unique(owner).tolist():
        own = instants[owner == n]
        there = own[own >= 0]
        if len(there) and (not latest or len(there) == len(own)):
            found[n] = there.max() if latest else there.min()
    return found


def items(scene: Scene) -> Iterator[Batch]:
    """Give plans, requests to other teams, and what stands in a tool twice or in two tools."""
    made = plans(scene)
    status, last = _latest(made)
    yield scene.former(_plans(scene, made, np.zeros(len(status), np.int64), made.created), made.created, last)
    yield _plans(scene, made, status, last)
    yield from _requests(scene)
    yield _again(scene)
    yield _cases(scene)


def _plans(scene: Scene, made: Plans, status: Ints, learned: Ints) -> Batch:
    return scene.batch(
        Item,
        len(made.key),
        learned=learned,
        source=TRACKER,
        repository=PLANS,
        id=pa.array(made.key),
        title=pa.array(made.title),
        type=pa.array(made.type),
        level=pa.array(made.type),
        status=chosen(_STATUSES, status),
        parent=pa.array(made.parent, pa.string()),
        team=scene.team_names(np.array(made.team, np.int64)),
        created_at=made.created,
        due_at=made.due,
    )


def _latest(made: Plans) -> tuple[Ints, Ints]:
    """Return the status of each plan now, and when it became so."""
    status = (made.started >= 0).astype(np.int64) + (made.done >= 0)
    return status, np.maximum(made.created, np.maximum(made.started, made.done))


def asked(scene: Scene) -> Ints:
    """Return the pauses in which work waited for another team, in the order of time."""
    pauses = scene.played.pauses
    rows = np.nonzero(pauses.kind == 1)[0]
    return rows[np.lexsort((pauses.work[rows], pauses.begins[rows]))]


def request_ids(scene: Scene) -> pa.Array:
    """Return the ids of the requests, in that order."""
    return joined("PLT-R", np.arange(len(asked(scene))) + 1)


def _requests(scene: Scene) -> Iterator[Batch]:
    """Give each request as it was made, and where it was answered, so."""
    rows = asked(scene)
    begins, ends = scene.played.pauses.begins[rows], scene.played.pauses.ends[rows]
    everything, over = np.arange(len(rows)), np.nonzero(ends >= 0)[0]
    last = np.where(ends >= 0, ends, scene.world.seconds + DAY)
    yield scene.former(_asked(scene, everything, begins, "Ready"), begins, last)
    yield _asked(scene, over, ends[over], "Done")


def _asked(scene: Scene, some: Ints, learned: Ints, status: str) -> Batch:
    pauses, rows = scene.played.pauses, asked(scene)[some]
    return scene.batch(
        Item,
        len(some),
        learned=learned,
        source=TRACKER,
        repository=REQUESTS,
        id=request_ids(scene).take(pa.array(some)),
        title=joined("Help with ", scene.keys_of(pauses.work[rows])),
        type="request",
        level="task",
        status=status,
        team=scene.team_names(pauses.other[rows]),
        reporter=scene.author_names.take(pa.array(pauses.work[rows])),
        created_at=pauses.begins[rows],
    )


def twins(scene: Scene) -> tuple[Ints, int]:
    """Return the bugs that an import brought in a second time, and when."""
    turns = scene.story.of("imported twice")
    if not turns:
        return np.zeros(0, np.int64), 0
    work, turn = scene.plan.work, turns[0]
    rows = np.nonzero((work.type == BUG) & (work.team == turn.team) & (work.created < turn.begins))[0]
    return rows[-_DUPLICATES:], turn.begins + 3 * HOUR


def _again(scene: Scene) -> Batch:
    rows, at = twins(scene)
    return scene.batch(
        Item,
        len(rows),
        learned=np.full(len(rows), at, np.int64),
        source=TRACKER,
        repository=chosen(scene.project_keys, scene.project[rows]),
        id=joined(scene.keys_of(rows), "-2"),
        title=titles(scene).take(pa.array(rows)),
        type="bug",
        level="story",
        status="Backlog",
        team=scene.team_names(scene.plan.work.team[rows]),
        service=scene.service_names(scene.plan.work.service[rows]),
        created_at=scene.plan.work.created[rows],
    )


def cases(scene: Scene) -> Ints:
    """Return the bugs that stand in the service desk's tool too."""
    work, found = scene.plan.work, np.zeros(len(scene.plan.work), bool)
    for turn in scene.story.of("two tools for one item"):
        found |= (work.type == BUG) & (scene.project == turn.stream) & (work.created >= turn.begins)
    return np.nonzero(found)[0]


def _cases(scene: Scene) -> Batch:
    rows = cases(scene)
    work, done = scene.plan.work, np.maximum(scene.played.done, scene.played.cancelled)[rows]
    return scene.batch(
        Item,
        len(rows),
        learned=np.maximum(work.created[rows], done),
        source=DESK,
        repository="cases",
        id=joined("CS-", rows + 1),
        title=titles(scene).take(pa.array(rows)),
        type="case",
        status=chosen(("Open", "Closed"), done >= 0),
        team="Service desk",
        service=scene.service_names(work.service[rows]),
        created_at=np.maximum(work.created[rows] - HOUR, 0),
    )


def transitions(scene: Scene) -> Iterator[Batch]:
    """Give the changes of status of plans and of requests."""
    made, pauses, rows = plans(scene), scene.played.pauses, asked(scene)
    keys = pa.array(made.key)
    for value, at in (("In Progress", made.started), ("Done", made.done)):
        came = np.nonzero(at >= 0)[0]
        yield _moves(scene, keys.take(pa.array(came)), PLANS, at[came], value, np.array(made.team, np.int64)[came])
    ids = request_ids(scene)
    for value, at in (("Ready", pauses.begins[rows]), ("Done", pauses.ends[rows])):
        came = np.nonzero(at >= 0)[0]
        yield _moves(scene, ids.take(pa.array(came)), REQUESTS, at[came], value, pauses.other[rows][came])


def _moves(scene: Scene, ids: pa.Array, project: str, at: Ints, value: str, team: Ints) -> Batch:
    return scene.batch(
        Transition,
        len(at),
        learned=at,
        source=TRACKER,
        repository=project,
        id=joined(ids, value, between="/"),
        item=ids,
        field="status",
        value=value,
        happened_at=at,
        team=scene.team_names(team),
        sequence=1 if value != "Done" else 2,
    )


def links(scene: Scene) -> Iterator[Batch]:
    """Give which request blocks which work, which bug stands in two tools, and half of what is there twice."""
    pauses, rows = scene.played.pauses, asked(scene)
    yield _links(scene, "blocks", request_ids(scene), scene.keys_of(pauses.work[rows]), REQUESTS, pauses.begins[rows])
    both = cases(scene)
    at = scene.plan.work.created[both]
    yield _links(scene, "relates", scene.keys_of(both), joined("CS-", both + 1), "cases", at, other=DESK)
    twice, when = twins(scene)
    twice = twice[::2]
    at = np.full(len(twice), when + 20 * DAY, np.int64)
    twice, at = twice[at < scene.world.seconds], at[at < scene.world.seconds]
    keys = scene.keys_of(twice)
    yield _links(scene, "duplicates", joined(keys, "-2"), keys, "duplicates", at)


def _links(
    scene: Scene, kind: str, item: pa.Array, to: pa.Array, project: str, at: Ints, *, other: str | None = None
) -> Batch:
    return scene.batch(
        Link,
        len(at),
        learned=at,
        source=TRACKER,
        repository=project,
        id=joined(item, f" {kind} ", to),
        kind=kind,
        item=item,
        other=to,
        other_source=other,
        linked_at=at,
    )
