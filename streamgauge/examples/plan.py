"""What is asked of the teams: every piece of work with its arrival, before anybody has touched it."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from streamgauge.examples.chance import Chance, Ints, picks
from streamgauge.examples.story import Story
from streamgauge.examples.world import DAY, Team, World

TYPES = ("story", "bug", "chore", "risk")
_SHARES = (0.6, 0.23, 0.11, 0.06)
STORY, BUG = 0, 1
HOURS_A_WEEK = 40.0
WORK = {"analysis": 2.2, "development": 13.0, "review": 1.8, "validation": 3.6}
"""Mean hours of hands-on work for each stage, before rework."""
_WITH_REWORK, _BUSY, _PLATFORM_BUSY = 1.22, 0.75, 0.45
_LINKED = (0.8, 0.2, 0.3, 0.3)
_WEEK = 7 * DAY
_PLANNED_WITHIN = 0.3
"""The work of an initiative is written down in this first part of each quarter."""


@dataclass(frozen=True)
class Feature:
    """One team's part of an initiative; `name` is what users know it by."""

    number: int
    key: str
    name: str
    initiative: int
    team: int


@dataclass(frozen=True, kw_only=True)
class Work:
    """Pieces of work as columns, in the order of their arrival; -1 stands for none.

    `created` counts seconds from the start.
    """

    team: Ints
    service: Ints
    created: Ints
    type: Ints
    feature: Ints
    priority: Ints

    def __len__(self) -> int:
        return len(self.team)

    def taken(self, rows: Ints) -> "Work":
        """Return these rows."""
        return Work(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})


@dataclass(frozen=True, kw_only=True)
class Plan:
    """All that is asked: work, and the features that it belongs to."""

    work: Work
    features: tuple[Feature, ...]


def plan(world: World, story: Story, chance: Chance) -> Plan:
    """Return what arrives at each team, so that it is busy but not drowned."""
    features = _features(world, story)
    own: dict[int, list[Feature]] = {team.number: [] for team in world.makers}
    for feature in features:
        own[feature.team].append(feature)
    parts = [_of_team(world, chance, team, own[team.number]) for team in world.makers]
    work = _together(parts)
    work = _together([work, _growth(work, features, story, world)])
    return Plan(work=work.taken(np.argsort(work.created, kind="stable")), features=features)


def rate(world: World, team: Team) -> float:
    """Return how many pieces of work arrive at a team in a week."""
    tests_itself = not any(other.kind == "quality" for other in world.teams)
    own = sum(hours for stage, hours in WORK.items() if stage != "validation" or tests_itself) * _WITH_REWORK
    busy = _PLATFORM_BUSY if team.kind == "platform" else _BUSY
    return busy * team.people * HOURS_A_WEEK / own


def _features(world: World, story: Story) -> tuple[Feature, ...]:
    """Return each team's part of each initiative; a team that is spread thin gets a part of others' initiatives too."""
    names = {(i.number, team): i.features[n] for i in world.initiatives for n, team in enumerate(i.teams)}
    for turn in story.of("spread thin"):
        for quarter in range(world.quarters):
            if not turn.begins <= world.quarter(quarter) < turn.ends:
                continue
            running = [i for i in world.initiatives if i.first <= quarter < i.last]
            others = [i for i in running if (i.number, turn.team) not in names]
            wanted = max(0, int(turn.size) - (len(running) - len(others)))
            names |= {(i.number, turn.team): f"{i.features[0]}, helped along" for i in others[:wanted]}
    return tuple(Feature(n, f"FEA-{n + 1}", name, *place) for n, (place, name) in enumerate(names.items()))


def _of_team(world: World, chance: Chance, team: Team, features: Sequence[Feature]) -> Work:
    draws = chance.of("arrivals", team.number)
    weeks = -(-world.seconds // _WEEK)
    counts = draws.poisson(rate(world, team), weeks)
    n = int(counts.sum())
    day = draws.integers(0, 5, n) * DAY + draws.integers(7 * 3600, 16 * 3600, n)
    monday = (7 - world.start.weekday()) % 7 * DAY
    created = np.sort(np.repeat(np.arange(weeks), counts) * _WEEK + monday - (_WEEK if monday else 0) + day)
    created = created[(created >= 0) & (created < world.seconds)]
    n = len(created)
    kind = picks(draws, _SHARES, n)
    services = np.array([s.number for s in world.services_of(team.number)], np.int64)
    feature = _feature_of(world, draws, created, kind, features)
    return Work(
        team=np.full(n, team.number, np.int64),
        service=services[np.minimum(picks(draws, (5, 3, 2), n), len(services) - 1)],
        created=_planned(world, created, feature),
        type=kind,
        feature=feature,
        priority=np.where(kind == BUG, picks(draws, (1, 3, 6), n), picks(draws, (0, 1, 9), n)),
    )


def _feature_of(world: World, draws: np.random.Generator, created: Ints, kind: Ints, mine: Sequence[Feature]) -> Ints:
    """Return the feature that each piece of work is a part of: one that the team works on in that quarter, or none."""
    found = np.full(len(created), -1, np.int64)
    linked = draws.random(len(created)) < np.asarray(_LINKED)[kind]
    which = draws.random(len(created))
    for quarter in range(world.quarters):
        running = [f.number for f in mine if _runs(world, f, quarter)]
        here = linked & (created >= world.quarter(quarter)) & (created < world.quarter(quarter + 1))
        if running and here.any():
            found[here] = np.array(running)[(which[here] * len(running)).astype(np.int64)]
    return found


def _planned(world: World, created: Ints, feature: Ints) -> Ints:
    """Return when each piece of work is really written down: that of initiatives early in its quarter, at planning."""
    begins = created // (91 * DAY) * (91 * DAY)
    early = begins + ((created - begins) * _PLANNED_WITHIN).astype(np.int64) // DAY * DAY + created % DAY
    return np.where(feature >= 0, np.minimum(early, world.seconds - 1), created)


def _runs(world: World, feature: Feature, quarter: int) -> bool:
    initiative = world.initiatives[feature.initiative]
    return initiative.first <= quarter < initiative.last


def _growth(work: Work, features: tuple[Feature, ...], story: Story, world: World) -> Work:
    """Return what is added to initiatives that grow while they run."""
    initiative = np.array([f.initiative for f in features] or [-1], np.int64)
    rows: list[Ints] = []
    for turn in story.of("commitment drifts"):
        of_plan = np.nonzero((work.feature >= 0) & (initiative[work.feature] == turn.initiative))[0]
        rows.append(of_plan[: int((turn.size - 1) * len(of_plan))])
    more = work.taken(np.concatenate(rows)) if rows else work.taken(np.zeros(0, np.int64))
    later = np.minimum(more.created + 28 * DAY + 1800, world.seconds - 1)
    return Work(**{f.name: later if f.name == "created" else getattr(more, f.name) for f in fields(more)})


def _together(parts: list[Work]) -> Work:
    return Work(**{f.name: np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Work)})
