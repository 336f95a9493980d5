"""What the simulation played, put into columns that records are dressed from: visits, pauses, releases, incidents."""

from dataclasses import dataclass

import numpy as np

from streamgauge.examples.chance import Bools, Ints
from streamgauge.examples.flow import DEVELOPMENT, RELEASE, STAGES
from streamgauge.examples.plan import Work
from streamgauge.examples.tables import NEVER
from streamgauge.examples.world import World
from streamgauge.forecasts.history import Event, History

_MOST_VISITS = 64


@dataclass(frozen=True, kw_only=True)
class Visits:
    """Each stay of a piece of work in a stage, by work and time; instants are seconds, NEVER where not yet.

    `again` counts from 0; `returned` says that it went back for rework from there.
    """

    work: Ints
    stage: Ints
    again: Ints
    queued: Ints
    started: Ints
    finished: Ints
    person: Ints
    team: Ints
    returned: Bools

    def __len__(self) -> int:
        return len(self.work)


@dataclass(frozen=True, kw_only=True)
class Pauses:
    """Spans in which work stood still though it was begun: for an outside cause, another team, or an incident.

    `kind` is 0, 1 or 2 in this order; `other` the team asked or the incident, -1 for an outside cause.
    """

    work: Ints
    stage: Ints
    kind: Ints
    begins: Ints
    ends: Ints
    other: Ints


@dataclass(frozen=True, kw_only=True)
class Releases:
    """Releases in the order of time. `incident` is the failure that it began, `mends` that which it ended; or -1."""

    service: Ints
    made: Ints
    items: Ints
    incident: Ints
    mends: Ints


@dataclass(frozen=True, kw_only=True)
class Incidents:
    """Incidents in the order of time. `release` is the true cause or -1; `hotfix` the release that ended it or -1."""

    service: Ints
    release: Ints
    began: Ints
    detected: Ints
    restored: Ints
    hotfix: Ints


@dataclass(frozen=True, kw_only=True)
class Played:
    """One history. `done` and `cancelled` are per piece of work; `released` is the release that brought it out."""

    work: Work
    visits: Visits
    pauses: Pauses
    releases: Releases
    incidents: Incidents
    done: Ints
    cancelled: Ints
    reopened: Ints
    released: Ints
    merged: Ints
    """When its change came into the default branch: as soon as only the release is to come."""


def played(world: World, work: Work, history: History) -> Played:
    """Return the history in columns; pieces of work keep the numbers of their rows."""
    events = _Events(world, history)
    visits = _visits(events)
    pieces = len(work)
    at_release = visits.stage == RELEASE
    merged = np.full(pieces, NEVER, np.int64)
    first = np.nonzero(at_release & (visits.queued >= 0))[0][::-1]
    merged[visits.work[first]] = visits.queued[first]
    return Played(
        work=work,
        visits=visits,
        pauses=_pauses(events),
        releases=_releases(events, history),
        incidents=_incidents(events, history),
        done=events.last(Event.DONE, pieces),
        cancelled=events.last(Event.CANCELLED, pieces),
        reopened=events.last(Event.REOPENED, pieces),
        released=events.last(Event.RELEASED, pieces, "other"),
        merged=merged,
    )


class _Events:
    """The events with our own numbers: rows of work, stages in line, teams and services of the world."""

    def __init__(self, world: World, history: History) -> None:
        teams, services = {t.name: t.number for t in world.teams}, {s.name: s.number for s in world.services}
        self.services = np.array([*(services[name] for name in history.services), -1], np.int64)
        self.teams = np.array([*(teams[name] for name in history.teams), -1], np.int64)
        stages = np.array([*(STAGES.index(stage) for _, stage in history.stages), -1], np.int64)
        rows = np.array([*history.items.column("name").cast("int64").to_numpy(), -1], np.int64)
        self.kind = history.column("events", "event")
        self.at = history.column("events", "happened")
        self.work = rows[history.column("events", "item")]
        self.stage = stages[history.column("events", "stage")]
        self.team = self.teams[history.column("events", "team")]
        self.visit = history.column("events", "visit").astype(np.int64)
        self.person = history.column("events", "person").astype(np.int64)
        self.other = history.column("events", "other").astype(np.int64)
        self.other_stage = stages

    def of(self, *kinds: Event) -> Ints:
        """Return the rows of some kinds of events, in the order of time."""
        return np.nonzero(np.isin(self.kind, kinds))[0]

    def last(self, kind: Event, pieces: int, column: str = "at") -> Ints:
        """Return for each piece of work the instant (or another column) of its last event of a kind, else NEVER."""
        rows, found = self.of(kind), np.full(pieces, NEVER, np.int64)
        found[self.work[rows]] = getattr(self, column)[rows]
        return found


def _visits(events: _Events) -> Visits:
    kinds = (Event.QUEUED, Event.STARTED, Event.FINISHED)
    rows = events.of(*kinds)
    key = (events.work[rows] * len(STAGES) + events.stage[rows]) * _MOST_VISITS + events.visit[rows]
    keys, where = np.unique(key, return_inverse=True)
    columns = {kind: np.full(len(keys), NEVER, np.int64) for kind in kinds}
    for kind in kinds:
        mine = events.kind[rows] == kind
        columns[kind][where[mine]] = events.at[rows[mine]]
    person, team = np.full(len(keys), -1, np.int64), np.full(len(keys), -1, np.int64)
    began = events.kind[rows] == Event.STARTED
    person[where[began]], team[where[began]] = events.person[rows[began]], events.team[rows[began]]
    back = events.of(Event.RETURNED)
    work, stage = keys // _MOST_VISITS // len(STAGES), keys // _MOST_VISITS % len(STAGES)
    queued = np.where(columns[Event.QUEUED] >= 0, columns[Event.QUEUED], columns[Event.STARTED])
    order = np.lexsort((stage, queued, work))
    came_back = np.unique(events.work[back] * (1 << 40) + events.at[back])
    ended = work * (1 << 40) + columns[Event.FINISHED]
    return Visits(
        work=work[order],
        stage=stage[order],
        again=_nth(work[order], stage[order]),
        queued=queued[order],
        started=columns[Event.STARTED][order],
        finished=columns[Event.FINISHED][order],
        person=person[order],
        team=team[order],
        returned=np.isin(ended[order], came_back),
    )


def _nth(work: Ints, stage: Ints) -> Ints:
    """Return how often a piece of work was in the stage before, given visits in order."""
    key = work * len(STAGES) + stage
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    first = np.concatenate([[True], ordered[1:] != ordered[:-1]]) if len(ordered) else np.zeros(0, bool)
    starts = np.maximum.accumulate(np.where(first, np.arange(len(ordered)), 0))
    found = np.empty(len(key), np.int64)
    found[order] = np.arange(len(ordered)) - starts
    return found


def _pauses(events: _Events) -> Pauses:
    """Pair each event that stops a piece of work with the next one of that work that ends the stop."""
    parts = [
        _paired(events, 0, Event.BLOCKED, Event.UNBLOCKED),
        _paired(events, 1, Event.REQUESTED, Event.ANSWERED),
        _paired(events, 2, Event.INTERRUPTED, Event.RESUMED),
    ]
    return Pauses(**{name: np.concatenate([part[name] for part in parts]) for name in parts[0]})


def _paired(events: _Events, number: int, stop: Event, go: Event) -> dict[str, Ints]:
    stops, goes = events.of(stop), events.of(go)
    stops, goes = (rows[np.lexsort((events.at[rows], events.work[rows]))] for rows in (stops, goes))
    # A stop and its end alternate within a piece of work; one that still lasts has no end.
    span = np.int64(1) << 40
    ends_key = events.work[goes] * span + events.at[goes]
    place = np.searchsorted(ends_key, events.work[stops] * span + events.at[stops], side="left")
    inside = np.minimum(place, max(0, len(goes) - 1))
    found = (place < len(goes)) & (events.work[goes][inside] == events.work[stops]) if len(goes) else place < 0
    ends = np.where(found, events.at[goes][inside] if len(goes) else NEVER, NEVER)
    other = events.team[stops] if number == 1 else events.other[stops]
    return {
        "work": events.work[stops],
        "stage": np.where(events.stage[stops] >= 0, events.stage[stops], DEVELOPMENT),
        "kind": np.full(len(stops), number, np.int64),
        "begins": events.at[stops],
        "ends": ends,
        "other": other,
    }


def _releases(events: _Events, history: History) -> Releases:
    columns = {n: history.column("releases", n).astype(np.int64) for n in ("made", "items", "incident", "repairs")}
    return Releases(
        service=events.services[history.column("releases", "service")],
        made=columns["made"],
        items=columns["items"],
        incident=columns["incident"],
        mends=columns["repairs"],
    )


def _incidents(events: _Events, history: History) -> Incidents:
    names = ("release", "began", "detected", "restored", "hotfix")
    columns = {n: history.column("incidents", n).astype(np.int64) for n in names}
    return Incidents(service=events.services[history.column("incidents", "service")], **columns)
