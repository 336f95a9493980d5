"""Who they are: teams, value streams, services, repositories, portfolios and plans, drawn from a seed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from streamgauge.errors import BadOption
from streamgauge.examples import words
from streamgauge.examples.chance import Chance

NAME = "Tidewren Ferries"
ZONE = "Europe/Copenhagen"
UNTIL = datetime(2025, 12, 1, tzinfo=UTC)
"""The end of the history where nobody says another: fixed, so that the default company is always the same."""
TEAMS, MONTHS = 8, 18
LEAST_TEAMS, MOST_TEAMS = 3, 1000
LEAST_MONTHS, MOST_MONTHS = 3, 60
DAY = 86_400
_QUARTER = 91 * DAY
_ZONES = ("Europe/Copenhagen", "Europe/Copenhagen", "Europe/Lisbon", "Europe/Helsinki")
_PEOPLE = (5, 6, 6, 7, 8)
_TESTERS_EACH = 0.2


@dataclass(frozen=True, kw_only=True)
class Team:
    """A team; `stream` is -1 for one that serves all streams. `kind` is stream, platform or quality."""

    number: int
    name: str
    kind: str
    stream: int
    people: int
    zone: str


@dataclass(frozen=True, kw_only=True)
class Stream:
    """A value stream; `key` begins the ids of its work items."""

    number: int
    name: str
    key: str
    about: str
    teams: tuple[int, ...]
    has_board: bool
    """Whether a board that meets once a week approves every release."""
    cadence_days: int
    """Days between releases of a service; 0 releases on merge."""
    quality: int
    """The team that tests its work, or -1 where each team tests its own."""


@dataclass(frozen=True, kw_only=True)
class Service:
    """Something that the company runs. In a monorepo `folder` is its own part, elsewhere empty."""

    number: int
    name: str
    repository: int
    folder: str
    team: int
    stream: int
    tier: int
    objective: float
    """Share of requests that it promises to answer well, over 28 days."""


@dataclass(frozen=True, kw_only=True)
class Repository:
    """A repository; changes come in as one squashed commit or by a merge commit."""

    number: int
    name: str
    squashes: bool


@dataclass(frozen=True, kw_only=True)
class Initiative:
    """A plan of one portfolio: quarters from `first` to before `last`, for some teams, each with a feature of its own.

    `key` is its work item; `features` are product features, in the order of the teams.
    """

    number: int
    key: str
    name: str
    theme: int
    first: int
    last: int
    teams: tuple[int, ...]
    features: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class World:
    """The whole company before anything happens. Seconds count from `start`."""

    seed: int
    start: datetime
    until: datetime
    teams: tuple[Team, ...]
    streams: tuple[Stream, ...]
    services: tuple[Service, ...]
    repositories: tuple[Repository, ...]
    initiatives: tuple[Initiative, ...]

    @property
    def seconds(self) -> int:
        """The length of the history."""
        return int((self.until - self.start).total_seconds())

    @property
    def quarters(self) -> int:
        """How many quarters of 91 days begin within the history."""
        return -(-self.seconds // _QUARTER)

    def quarter(self, number: int) -> int:
        """Return where a quarter begins, in seconds, not later than the end."""
        return min(number * _QUARTER, self.seconds)

    @property
    def makers(self) -> tuple[Team, ...]:
        """The teams that develop: all but those that only test."""
        return tuple(team for team in self.teams if team.kind != "quality")

    @property
    def platforms(self) -> tuple[Team, ...]:
        """The teams that others depend on."""
        return tuple(team for team in self.teams if team.kind == "platform")

    def services_of(self, team: int) -> tuple[Service, ...]:
        """Return the services that a team owns."""
        return tuple(service for service in self.services if service.team == team)


def world(chance: Chance, *, teams: int, months: int, until: datetime) -> World:
    """Return the company of a size; raises BadOption for one that cannot be."""
    _check(teams, months, until)
    crew = _teams(chance, teams)
    streams = _streams(chance, crew)
    repositories, services = _services(chance, crew, streams)
    start = _months_before(until, months)
    quarters = -(-int((until - start).total_seconds()) // _QUARTER)
    return World(
        seed=chance.seed,
        start=start,
        until=until,
        teams=crew,
        streams=streams,
        services=services,
        repositories=repositories,
        initiatives=_initiatives(chance, crew, quarters),
    )


def _check(teams: int, months: int, until: datetime) -> None:
    if not LEAST_TEAMS <= teams <= MOST_TEAMS:
        raise BadOption(f"--teams {teams} cannot be.", advice=f"Allowed: {LEAST_TEAMS} to {MOST_TEAMS}.")
    if not LEAST_MONTHS <= months <= MOST_MONTHS:
        raise BadOption(f"--months {months} cannot be.", advice=f"Allowed: {LEAST_MONTHS} to {MOST_MONTHS}.")
    if not 2000 <= until.year <= 2100:
        raise BadOption(f"--until {until:%Y-%m-%d} cannot be.", advice="Allowed: days of the years 2000 to 2100.")


def _months_before(until: datetime, months: int) -> datetime:
    """Return the midnight that lies so many months before, on the 28th at the latest."""
    count = until.year * 12 + until.month - 1 - months
    return datetime(count // 12, count % 12 + 1, min(until.day, 28), tzinfo=UTC)


def numbered(names: Sequence[str], number: int) -> str:
    """Return a name from a list; where the list is used up, a number follows."""
    again = number // len(names)
    return names[number % len(names)] + (f" {again + 1}" if again else "")


def _teams(chance: Chance, number: int) -> tuple[Team, ...]:
    """Return the teams: those of the streams, one in ten a platform, and from four teams on one in eight for tests."""
    platforms = max(1, number // 10)
    testers = max(1, number // 8) if number > 3 else 0
    order = chance.order(len(words.TEAMS), "names of teams")
    names = [words.TEAMS[n] for n in order]
    makers = number - platforms - testers
    streams = min(makers, max(1, int(number**0.75 / 2 + 0.7)))
    draws = chance.of("teams")
    sizes = draws.choice(_PEOPLE, number)
    testers_needed = max(3, round(_TESTERS_EACH * int(sizes[:makers].sum()) / max(1, testers)))
    crew = []
    for n in range(number):
        kind = "stream" if n < makers else "platform" if n < makers + platforms else "quality"
        crew.append(
            Team(
                number=n,
                name=numbered(names, n),
                kind=kind,
                stream=_stream_of(n, makers, streams) if kind == "stream" else -1,
                people=testers_needed if kind == "quality" else int(sizes[n]),
                zone=str(draws.choice(_ZONES)),
            )
        )
    return tuple(crew)


def _stream_of(team: int, makers: int, streams: int) -> int:
    """Return the stream of a team: the first stream is the largest."""
    return min(int(((team + 0.5) / makers) ** 1.25 * streams), streams - 1)


def _streams(chance: Chance, crew: Sequence[Team]) -> tuple[Stream, ...]:
    number = max(team.stream for team in crew) + 1
    testers = [team.number for team in crew if team.kind == "quality"]
    board = chance.one(number, "board")
    cadences = chance.order(3, "cadences")
    found = []
    for n in range(number):
        name, key, about = words.STREAMS[n % len(words.STREAMS)]
        again = n // len(words.STREAMS)
        found.append(
            Stream(
                number=n,
                name=f"{name} {again + 1}" if again else name,
                key=f"{key}{again + 1}" if again else key,
                about=about,
                teams=tuple(team.number for team in crew if team.stream == n),
                has_board=n % 4 == board % 4,
                cadence_days=14 if n % 4 == board % 4 else (0, 2, 7)[cadences[n % 3]],
                quality=testers[n % len(testers)] if testers else -1,
            )
        )
    return tuple(found)


def _services(
    chance: Chance, crew: Sequence[Team], streams: Sequence[Stream]
) -> tuple[tuple[Repository, ...], tuple[Service, ...]]:
    """Return repositories and services: every third stream keeps its services in one repository."""
    draws = chance.of("services")
    repositories: list[Repository] = []
    services: list[Service] = []
    shared: dict[int, int] = {}
    for team in (t for t in crew if t.kind != "quality"):
        for _ in range(3 if team.kind == "stream" else 2):
            n = len(services)
            name = numbered(words.SERVICES, n).replace(" ", "-")
            one = team.kind == "stream" and team.stream % 3 == 0
            if one and team.stream in shared:
                home = shared[team.stream]
            else:
                home = len(repositories)
                label = streams[team.stream].name.lower().replace(" ", "-") if one else name
                repositories.append(Repository(number=home, name=f"tidewren/{label}", squashes=one or home % 2 == 0))
            if one:
                shared[team.stream] = home
            tier = int(draws.integers(1, 4))
            services.append(
                Service(
                    number=n,
                    name=name,
                    repository=home,
                    folder=name if one else "",
                    team=team.number,
                    stream=team.stream,
                    tier=tier,
                    objective=(0.999, 0.995, 0.99)[tier - 1],
                )
            )
    return tuple(repositories), tuple(services)


def _initiatives(chance: Chance, crew: Sequence[Team], quarters: int) -> tuple[Initiative, ...]:
    """Return plans so that each team works on one or two at a time, each plan over one or two quarters."""
    draws = chance.of("initiatives")
    makers = [team.number for team in crew if team.kind == "stream"]
    found: list[Initiative] = []
    named = 0
    for quarter in range(quarters):
        waiting = [makers[n] for n in draws.permutation(len(makers))]
        while waiting:
            size = min(len(waiting), int(draws.integers(1, 4)))
            mine, waiting = waiting[:size], waiting[size:]
            n = len(found)
            features = tuple(numbered(words.FEATURES, named + k) for k in range(size))
            named += size
            found.append(
                Initiative(
                    number=n,
                    key=f"INI-{n + 1}",
                    name=numbered(words.INITIATIVES, n),
                    theme=int(draws.integers(len(words.THEMES))),
                    first=quarter,
                    last=min(quarters, quarter + int(draws.integers(1, 3))),
                    teams=tuple(mine),
                    features=features,
                )
            )
    return tuple(found)
