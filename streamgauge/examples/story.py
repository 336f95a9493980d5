"""What is going to happen to the company: its ailments and its tools' faults, placed by the seed."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from streamgauge.examples.chance import Chance
from streamgauge.examples.world import DAY, Service, World

DIRT = (
    *("status renamed", "reorganisation", "items without team", "imported twice", "missing changelog"),
    *("clock skew", "bots", "two tools for one item", "tool down"),
)
"""What tools and people do to records, whatever the flow of work."""


@dataclass(frozen=True, kw_only=True)
class Turn:
    """One thing that happens, at its place, between two instants (seconds from the start). -1 means: not about one.

    `size` is what was put in: a factor on work, a limit, a share. What follows from it is measured afterwards.
    """

    kind: str
    begins: int
    ends: int
    team: int = -1
    stream: int = -1
    service: int = -1
    initiative: int = -1
    size: float = 1.0


@dataclass(frozen=True)
class Story:
    """All turns of one company."""

    turns: tuple[Turn, ...]

    def of(self, kind: str) -> tuple[Turn, ...]:
        """Return the turns of one kind."""
        return tuple(turn for turn in self.turns if turn.kind == kind)


def story(world: World, chance: Chance) -> Story:
    """Return what happens: each ailment once in a small company, and once for every twelve teams in a large one."""
    teller = _Teller(world, chance)
    copies = max(1, round(len(world.teams) / 12))
    told = [turn for copy in range(copies) for turn in teller.ailments(copy)]
    return Story((*told, *teller.dirt()))


class _Teller:
    """Places turns: each ailment takes the next team or service of a drawn order."""

    def __init__(self, world: World, chance: Chance) -> None:
        self.world, self.chance = world, chance
        makers = [team.number for team in world.teams if team.kind == "stream"]
        self.teams = [makers[n] for n in chance.order(len(makers), "whose turn")]
        self.services = _apart(world, chance)
        self.told = 0

    def ailments(self, copy: int) -> Iterator[Turn]:
        """Give one of each ailment."""
        yield from self._of_teams(copy)
        yield from self._of_services(copy)
        yield from self._of_plans(copy)

    def _of_teams(self, copy: int) -> Iterator[Turn]:
        world, end = self.world, self.world.seconds
        if copy == 0:
            begins = self._when(0.3, 0.45, "testers")
            yield Turn(kind="testers leave", begins=begins, ends=min(end, begins + int(0.2 * end)), size=0.7)
        platform = world.platforms[copy % len(world.platforms)].number
        release = self._release(copy)
        begins, ends = release - 28 * DAY, min(end, release + 7 * DAY)
        yield Turn(kind="provider slows down", team=platform, begins=begins, ends=ends, size=1.8)
        begins = self._when(0.4, 0.55, "waterbed", copy)
        yield Turn(kind="waterbed", team=self._team(), begins=begins, ends=end, size=4.0)
        yield Turn(kind="limit never binds", team=self._team(), begins=0, ends=end, size=60)
        yield Turn(kind="limit ignored", team=self._team(), begins=0, ends=end, size=3)
        begins = world.quarter(1) if world.quarters > 2 else 0
        yield Turn(kind="spread thin", team=self._team(), begins=begins, ends=end, size=4)
        begins = self._when(0.35, 0.6, "reviews", copy)
        yield Turn(kind="reviews wait", team=self._team(), begins=begins, ends=end, size=0.75)

    def _of_services(self, copy: int) -> Iterator[Turn]:
        end = self.world.seconds
        named = (
            ("releases for show", 0.5, 0.65, 0.45),
            ("releases stop", 0.7, 0.8, 1.0),
            ("pipeline flakes", 0.4, 0.6, 0.22),
            ("budget burns", 0.45, 0.7, 5.0),
            ("same cause again", 0.2, 0.3, 1.0),
        )
        for kind, low, high, size in named:
            service = self.services[self.told % len(self.services)]
            self.told += 1
            begins = self._when(low, high, kind, copy)
            yield Turn(kind=kind, service=service.number, team=service.team, begins=begins, ends=end, size=size)

    def _of_plans(self, copy: int) -> Iterator[Turn]:
        """Give what happens to plans: to such as began early enough to show it."""
        world = self.world
        plans = [plan for plan in world.initiatives if plan.first < max(1, world.quarters - 1)]
        order = self.chance.order(len(plans), "plans", copy)
        # What drifts is a plan of one quarter that falls due within the history.
        brief = [n for n in order if plans[n].last == plans[n].first + 1 and plans[n].last < world.quarters]
        order = [*brief[:1], *(n for n in order if n not in brief[:1])]
        kinds = ("commitment drifts", "re-scoped in silence", "nobody uses it", "moves its metric", "seems to move it")
        for n, kind in enumerate((*kinds, "gate passed by", "stopped half way")):
            plan = plans[order[n % len(order)]]
            begins, ends = world.quarter(plan.first), world.quarter(plan.last)
            size = (1.8, 0.35, 0.0, 0.12, 0.0, 1.0, 0.6)[n]
            yield Turn(kind=kind, initiative=plan.number, team=plan.teams[0], begins=begins, ends=ends, size=size)

    def dirt(self) -> Iterator[Turn]:
        """Give what the tools do to the records."""
        world, end = self.world, self.world.seconds
        for n, kind in enumerate(DIRT):
            stream = self.chance.one(len(world.streams), kind)
            team = self._whole() if kind == "clock skew" else self.teams[(n + 3) % len(self.teams)]
            begins = self._when(0.25, 0.75, kind, 0)
            ends = min(end, begins + 7 * DAY) if kind == "tool down" else end
            yield Turn(kind=kind, stream=stream, team=team, begins=begins, ends=ends)

    def _whole(self) -> int:
        """Return a team whose commits are kept one by one, if there is one."""
        kept = {service.team for service in self.services if not self.world.repositories[service.repository].squashes}
        return next((team for team in self.teams if team in kept), self.teams[0])

    def _when(self, low: float, high: float, *purpose: str | int) -> int:
        """Return the beginning of a day in this part of the history."""
        return int(self.chance.between(low, high, "when", *purpose) * self.world.seconds) // DAY * DAY

    def _release(self, copy: int) -> int:
        """Return the end of a quarter in the second half, when what was promised is due."""
        last = max(1, self.world.seconds // (91 * DAY))
        first = max(1, last // 2)
        return self.world.quarter(first + self.chance.one(last - first + 1, "release", copy))

    def _team(self) -> int:
        team = self.teams[self.told % len(self.teams)]
        self.told += 1
        return team


def _apart(world: World, chance: Chance) -> Sequence[Service]:
    """Return the services of the streams in a drawn order, those of different teams far from each other."""
    owned = [service for service in world.services if service.stream >= 0]
    order = [owned[n] for n in chance.order(len(owned), "which services")]
    met: Counter[int] = Counter()
    nth = {}
    for service in order:
        nth[service.number] = met[service.team]
        met[service.team] += 1
    return sorted(order, key=lambda service: nth[service.number])
