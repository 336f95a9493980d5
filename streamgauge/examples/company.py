"""The invented company of a seed and a size: who they are, what they played, and all their records."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from streamgauge.company import Company
from streamgauge.examples.chance import Chance
from streamgauge.examples.dressed import Dressed
from streamgauge.examples.file import company_file
from streamgauge.examples.flow import model
from streamgauge.examples.plan import Plan, plan
from streamgauge.examples.played import Played, played
from streamgauge.examples.records import records
from streamgauge.examples.scene import Scene
from streamgauge.examples.story import Story, story
from streamgauge.examples.tables import Batch
from streamgauge.examples.truths import Truth, text, truths
from streamgauge.examples.world import MONTHS, NAME, TEAMS, UNTIL, World, world

VERSION = 1
"""Rises when the same seed gives another company than before."""


@dataclass(frozen=True)
class Invented:
    """One company; the same seed and size give the same one, to the byte."""

    world: World
    story: Story
    plan: Plan
    chance: Chance

    @cached_property
    def played(self) -> Played:
        """What happened, by simulation."""
        from streamgauge.forecasts import simulate

        told = model(self.world, self.story, self.plan)
        return played(self.world, self.plan.work, simulate(told, seed=self.world.seed))

    def scene(self, person: Callable[[str], str]) -> Scene:
        """Return the company with its people; `person` turns the name of somebody into a pseudonym."""
        return Scene(
            world=self.world,
            story=self.story,
            plan=self.plan,
            played=self.played,
            chance=self.chance,
            person=person,
        )

    def records(self, person: Callable[[str], str]) -> Iterator[Batch]:
        """Give all records, kind by kind, in batches of bounded size."""
        yield from records(self.scene(person))

    def truths(self, person: Callable[[str], str] = str) -> list[Truth]:
        """Return what is truly the matter with the company."""
        return truths(Dressed(self.scene(person)))

    def ledger(self) -> str:
        """Return the truths as JSON lines."""
        dressed = Dressed(self.scene(str))
        return text(truths(dressed), dressed)

    @property
    def mark(self) -> str:
        """What tells this company from others: its version, seed and size."""
        who = self.world
        return (
            f"invented {VERSION} seed {who.seed} teams {len(who.teams)} {who.start:%Y-%m-%d} to {who.until.isoformat()}"
        )

    def introduction(self) -> tuple[str, ...]:
        """Return who they are and what ails them, in a few sentences."""
        return introduction(self.world)

    @property
    def file(self) -> Company:
        """Return what the company's own file says."""
        return company_file(self.world, self.story)


def company(seed: int = 1, *, teams: int = TEAMS, months: int = MONTHS, until: datetime = UNTIL) -> Invented:
    """Return the invented company; raises BadOption for a size that cannot be."""
    chance = Chance(seed)
    who = world(chance, teams=teams, months=months, until=until)
    happens = story(who, chance)
    return Invented(who, happens, plan(who, happens, chance), chance)


def introduction(who: World) -> tuple[str, ...]:
    """Return who they are, in a few sentences."""
    teams, streams = len(who.teams), len(who.streams)
    days = f"{who.start:%Y-%m-%d} to {who.until:%Y-%m-%d}"
    shown = ", ".join(f"{stream.name} ({stream.about})" for stream in who.streams[:3])
    more = f" and {streams - 3} more" if streams > 3 else ""
    return (
        f"{NAME} is invented: it books small ferries along a coast, and none of it is real.",
        f"{teams} teams, {len(who.services)} services in {len(who.repositories)} repositories, {days}.",
        f"Value streams: {shown}{more}.",
    )
