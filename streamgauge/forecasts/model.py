"""What a simulation is told: streams as networks of stages, teams, items, releases, incidents, and dated shifts.

Everything is named; the order in which unrelated things stand means nothing. `streamgauge.forecasts.check` says what
a sound model holds; `docs/simulation.md` says the rules in order.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum

from streamgauge.company.clock import WorkingTime

Calendar = WorkingTime
"""The hours that a team works; null in its place: round the clock."""


class Shape(StrEnum):
    """How a duration spreads."""

    FIXED = "fixed"
    EXPONENTIAL = "exponential"
    LOGNORMAL = "lognormal"
    GAMMA = "gamma"
    EMPIRICAL = "empirical"


@dataclass(frozen=True, kw_only=True)
class Duration:
    """How long something takes, in hours; make it with one of the class methods.

    Working hours of the calendar at hand (the team's, or the stage's own), unless `elapsed`.
    `hours` is the value, mean or median; `spread` is sigma of the logarithm, or the shape of a gamma.
    """

    shape: Shape
    hours: float = 0.0
    spread: float = 0.0
    samples: tuple[float, ...] = ()
    elapsed: bool = False

    @classmethod
    def fixed(cls, hours: float, *, elapsed: bool = False) -> "Duration":
        """Return a duration that is always the same."""
        return cls(shape=Shape.FIXED, hours=hours, elapsed=elapsed)

    @classmethod
    def exponential(cls, mean: float, *, elapsed: bool = False) -> "Duration":
        """Return a memoryless duration of this mean."""
        return cls(shape=Shape.EXPONENTIAL, hours=mean, elapsed=elapsed)

    @classmethod
    def lognormal(cls, median: float, sigma: float, *, elapsed: bool = False) -> "Duration":
        """Return a duration whose logarithm is normal, with this median."""
        return cls(shape=Shape.LOGNORMAL, hours=median, spread=sigma, elapsed=elapsed)

    @classmethod
    def gamma(cls, mean: float, shape: float, *, elapsed: bool = False) -> "Duration":
        """Return a gamma duration; its squared coefficient of variation is 1 / shape."""
        return cls(shape=Shape.GAMMA, hours=mean, spread=shape, elapsed=elapsed)

    @classmethod
    def empirical(cls, samples: Iterable[float], *, elapsed: bool = False) -> "Duration":
        """Return a duration drawn from what was seen, each sample as likely as the others."""
        return cls(shape=Shape.EMPIRICAL, samples=tuple(samples), elapsed=elapsed)


NOTHING = Duration.fixed(0)


@dataclass(frozen=True, kw_only=True)
class Cadence:
    """Dates that come back: these weekdays (Monday is 0) of every so many weeks, at a local time; or `dates` alone.

    Weeks are counted from the Monday of 1 January of year 1, so that two models agree; `offset` moves the first one.
    """

    weekdays: frozenset[int] = frozenset(range(5))
    at: time = time(10)
    zone: str = "UTC"
    every: int = 1
    offset: int = 0
    leaves_out: frozenset[date] = frozenset()
    dates: tuple[datetime, ...] = ()


class Order(StrEnum):
    """Which waiting work a team pulls next; what was interrupted or unblocked always goes first, repairs before all."""

    FIRST_COME = "first come"
    PRIORITY = "priority"
    SHORTEST = "shortest"
    NEWEST = "newest"
    FAIR_SHARE = "fair share"


@dataclass(frozen=True, kw_only=True)
class Team:
    """People who pull work, one piece each at a time.

    `wip_limit` bounds items started and not finished by the team, blocked ones too; null: no limit. `allocation` gives
    each stream's share, used by FAIR_SHARE: the stream that got least for its share comes first; a stream without a
    share only gets what the others leave.
    """

    name: str
    people: int
    calendar: Calendar | None = field(default_factory=Calendar)
    order: Order = Order.FIRST_COME
    wip_limit: int | None = None
    allocation: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Route:
    """From a stage to another one than the next in line; to an earlier stage, or the same, it is rework.

    Of the routes of a stage at most one is taken, and the probabilities add up to at most 1. `classes`: only these,
    empty: all. An item that was in the stage `most` times goes on in line whatever was drawn.
    """

    to: str
    probability: float
    classes: tuple[str, ...] = ()
    most: int = 10


@dataclass(frozen=True, kw_only=True)
class Blocking:
    """Work that stops for an outside cause, at a random point of it; the person is free meanwhile."""

    probability: float
    wait: Duration


@dataclass(frozen=True, kw_only=True)
class Request:
    """Work asked of another team when this share of the own work is done; the item is blocked until it is answered.

    Of the requests of a stage at most one is made on each visit, and the probabilities add up to at most 1.
    """

    team: str
    work: Duration
    probability: float = 1.0
    at: float = 0.5


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One step of a stream. Which kind it is follows from what it holds.

    With a `team`: work, done by one person. With a `cadence`: a board or a release train, which lets go only on its
    dates. With neither: a delay of `work` (in the working hours of `calendar`), as of an approval. With `releases`,
    what leaves together is one release of each service; without a cadence that is each item by itself.
    `repeat` multiplies the work of every visit after the first.
    """

    name: str
    team: str | None = None
    work: Duration = NOTHING
    calendar: Calendar | None = None
    wip_limit: int | None = None
    repeat: float = 1.0
    routes: tuple[Route, ...] = ()
    blocking: Blocking | None = None
    requests: tuple[Request, ...] = ()
    cadence: Cadence | None = None
    releases: bool = False


@dataclass(frozen=True, kw_only=True)
class Stream:
    """A value stream: its stages in line; what leaves the last one is done."""

    name: str
    stages: tuple[Stage, ...]


@dataclass(frozen=True, kw_only=True)
class Cancellation:
    """Items given up, if they are not done so long after they arrived."""

    probability: float
    after: Duration


@dataclass(frozen=True, kw_only=True)
class Reopening:
    """Done items that come back to a stage so long after they were done, at most `most` times."""

    probability: float
    after: Duration
    to: str
    most: int = 1


@dataclass(frozen=True, kw_only=True)
class ItemClass:
    """A kind of item. `sizes`: one of them is drawn for each item that arrives; work is multiplied by it.

    `effort` multiplies the work in the stages it names; the smaller `priority` goes first.
    """

    name: str
    sizes: tuple[float, ...] = (1.0,)
    priority: int = 3
    effort: Mapping[str, float] = field(default_factory=dict)
    cancellation: Cancellation | None = None
    reopening: Reopening | None = None


@dataclass(frozen=True, kw_only=True)
class Service:
    """What is released and can fail, and the team that owns and repairs it.

    A release of n items fails with probability 1 - (1 - failure) * (1 - growth) ** (n - 1). Beside that,
    `incidents_per_week` begin without a release. Each is detected after `detection`, then takes `people` of
    the team for `repair`, before all other work; it ends by a rollback with that probability, else by a hotfix release.
    """

    name: str
    team: str
    failure: float = 0.0
    growth: float = 0.0
    incidents_per_week: float = 0.0
    detection: Duration = NOTHING
    repair: Duration = NOTHING
    people: int = 1
    rollback: float = 0.0


@dataclass(frozen=True, kw_only=True)
class After:
    """An item must be done before this one may enter `stage`; null: before it may enter its first."""

    item: str
    stage: str | None = None


@dataclass(frozen=True, kw_only=True)
class Item:
    """One known item. `arrives` null or before the start: it is there at the start.

    `stage`: where it stands when it arrives (null: the first), of whose work the share `done` is behind it.
    """

    name: str
    stream: str
    kind: str
    service: str | None = None
    size: float = 1.0
    priority: int | None = None
    arrives: datetime | None = None
    due: datetime | None = None
    stage: str | None = None
    done: float = 0.0
    after: tuple[After, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Arrivals:
    """Items that keep coming, in exactly one way: so many per week at random, at given times, or in batches.

    `classes` and `services` give weights, from which each item draws its own. At random means Poisson: over all hours,
    or over the working hours of `calendar` only; `per_week` is then the mean of a week without a holiday.
    """

    name: str
    stream: str
    classes: Mapping[str, float]
    services: Mapping[str, float] = field(default_factory=dict)
    per_week: float = 0.0
    calendar: Calendar | None = None
    times: tuple[datetime, ...] = ()
    cadence: Cadence | None = None
    batch: int = 0


class Lever(StrEnum):
    """What a shift can change; behind it how `of` names the thing, and what `to` is."""

    PEOPLE = "people"  # team; how many
    TEAM_FACTOR = "team factor"  # team; multiplies the work it starts from then on
    STAGE_FACTOR = "stage factor"  # stream/stage; multiplies the work, or the delay, that starts from then on
    TEAM_LIMIT = "team limit"  # team; WIP limit, null: none
    STAGE_LIMIT = "stage limit"  # stream/stage; WIP limit, null: none
    ALLOCATION = "allocation"  # team/stream; share
    STAGE_OPEN = "stage open"  # stream/stage; 0: items pass by without it, 1: as declared
    REWORK = "rework"  # stream/stage; multiplies the probability of its routes
    BLOCKING = "blocking"  # stream/stage; probability
    REQUESTS = "requests"  # stream/stage; multiplies the probability of its requests
    FAILURE = "failure"  # service; failure probability of a release
    INCIDENTS = "incidents"  # service; incidents per week without a release
    ARRIVALS = "arrivals"  # arrivals; items per week, or items in a batch
    CADENCE = "cadence"  # stream/stage; a Cadence


@dataclass(frozen=True, kw_only=True)
class Shift:
    """From an instant on, one parameter is another one; what began before keeps the old."""

    at: datetime
    lever: Lever
    of: str
    to: float | Cadence | None


@dataclass(frozen=True, kw_only=True)
class Model:
    """All that a simulation is told, from `start` to `until` (instants with a zone)."""

    start: datetime
    until: datetime
    teams: tuple[Team, ...]
    streams: tuple[Stream, ...]
    classes: tuple[ItemClass, ...]
    services: tuple[Service, ...] = ()
    items: tuple[Item, ...] = ()
    arrivals: tuple[Arrivals, ...] = ()
    shifts: tuple[Shift, ...] = ()
