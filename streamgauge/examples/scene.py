"""One played company with what every record needs: its clock, its keys, its people, and when tools were read."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from zlib import crc32

import numpy as np
import pyarrow as pa

from streamgauge.examples.chance import Chance, Ints
from streamgauge.examples.plan import Plan
from streamgauge.examples.played import Played
from streamgauge.examples.story import Story
from streamgauge.examples.tables import NEVER, Batch, instants, joined, table, words
from streamgauge.examples.world import World
from streamgauge.records import Record

_SEATS = 64
_ACCOUNTS_A_TEAM, _MOST_ACCOUNTS = 36, 3000
SEATS = 4
"""How many users each customer has."""
HOUR = 3600


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A company with its history. `person` turns the name of somebody into a pseudonym."""

    world: World
    story: Story
    plan: Plan
    played: Played
    chance: Chance
    person: Callable[[str], str]

    def batch(self, kind: type[Record], rows: int, /, *, learned: Ints, source: str, **columns: object) -> Batch:
        """Return rows of a kind; `learned` says when each came to be what it is, in seconds."""
        known = instants(self.read_at(learned, source), self.world.start)
        made = table(kind, self.world.start, rows, recorded_at=known, source=source, **columns)
        return kind, made

    def former(self, batch: Batch, at: Ints, then: Ints) -> Batch:
        """Return of a batch what a reading saw as it was at an instant, before the thing changed again."""
        kind, made = batch
        source = made["source"][0].as_py() if made.num_rows else ""
        return kind, made.filter(pa.array(_reading(at, source) < _reading(then, source)))

    def read_at(self, at: Ints, source: str) -> Ints:
        """Return when the next reading of a tool learned of what happened at an instant, the last one at the end."""
        return np.minimum(_reading(at, source), self.world.seconds)

    @cached_property
    def teams(self) -> pa.Array:
        """The names of the teams, by number."""
        return pa.array([team.name for team in self.world.teams])

    @cached_property
    def services(self) -> pa.Array:
        """The names of the services, by number."""
        return pa.array([service.name for service in self.world.services])

    def team_names(self, numbers: Ints) -> pa.Array:
        """Return names of teams; null for -1."""
        return words(self.teams.to_pylist(), numbers)

    def service_names(self, numbers: Ints) -> pa.Array:
        """Return names of services; null for -1."""
        return words(self.services.to_pylist(), numbers)

    @cached_property
    def service_team(self) -> Ints:
        """The team of each service."""
        return np.array([service.team for service in self.world.services], np.int64)

    @cached_property
    def service_repository(self) -> Ints:
        """The repository of each service."""
        return np.array([service.repository for service in self.world.services], np.int64)

    @cached_property
    def repositories(self) -> list[str]:
        """The names of the repositories, by number."""
        return [repository.name for repository in self.world.repositories]

    @cached_property
    def project_keys(self) -> list[str]:
        """The keys of the projects in the tracker: one for each stream, then that of the platforms."""
        return [*(stream.key for stream in self.world.streams), "PLT"]

    @cached_property
    def project(self) -> Ints:
        """The project of each piece of work."""
        streams = np.array([service.stream for service in self.world.services], np.int64)
        return np.where(streams < 0, len(self.world.streams), streams)[self.plan.work.service]

    @cached_property
    def number(self) -> Ints:
        """The number of each piece of work within its project, from 1 in the order of creation."""
        order = np.argsort(self.project, kind="stable")
        ordered = self.project[order]
        starts = np.searchsorted(ordered, ordered, side="left")
        found = np.empty(len(order), np.int64)
        found[order] = np.arange(len(order)) - starts + 1
        return found

    @cached_property
    def keys(self) -> pa.Array:
        """The id of each piece of work, such as `JNY-12`."""
        return joined(words(self.project_keys, self.project), self.number, between="-")

    def keys_of(self, work: Ints) -> pa.Array:
        """Return the ids of pieces of work; null for -1."""
        return self.keys.take(pa.array(work, pa.int64(), mask=np.asarray(work) < 0))

    @cached_property
    def _leaves_at(self) -> Ints:
        """When each seat of a team is taken over by somebody else, a third of them within the history."""
        draws = self.chance.of("who leaves")
        seats = len(self.world.teams) * _SEATS
        return np.where(draws.random(seats) < 0.35, draws.integers(0, self.world.seconds, seats), self.world.seconds)

    @cached_property
    def _names(self) -> list[str]:
        teams = [team.name for team in self.world.teams]
        return [self.person(f"{t}/{seat}/{turn}") for t in teams for seat in range(_SEATS) for turn in range(2)]

    def people(self, team: Ints, seat: Ints, at: Ints) -> pa.Array:
        """Return the pseudonyms of who sat in a seat of a team at an instant; null where there is no seat."""
        place = np.asarray(team) * _SEATS + np.maximum(seat, 0) % _SEATS
        index = place * 2 + (np.asarray(at) >= self._leaves_at[np.maximum(place, 0)])
        return words(self._names, np.where((np.asarray(seat) < 0) | (np.asarray(team) < 0), NEVER, index))

    @cached_property
    def author(self) -> Ints:
        """The seat of who first developed each piece of work, -1 where nobody did."""
        from streamgauge.examples.flow import DEVELOPMENT

        visits = self.played.visits
        rows = np.nonzero((visits.stage == DEVELOPMENT) & (visits.again == 0))[0]
        found = np.full(len(self.plan.work), -1, np.int64)
        found[visits.work[rows]] = visits.person[rows]
        return found

    @cached_property
    def author_names(self) -> pa.Array:
        """The pseudonym of who first developed each piece of work."""
        return self.people(self.plan.work.team, self.author, self.plan.work.created)

    @property
    def accounts(self) -> int:
        """How many customers there are."""
        return min(_MOST_ACCOUNTS, _ACCOUNTS_A_TEAM * len(self.world.teams))

    @cached_property
    def _customers(self) -> pa.Array:
        return pa.array([self.person(f"customer/{a}/{s}") for a in range(self.accounts) for s in range(SEATS)])

    def customers(self, account: Ints, seat: Ints) -> pa.Array:
        """Return the pseudonyms of users of customers."""
        return self._customers.take(pa.array(account * SEATS + seat))


def _reading(at: Ints, source: str) -> Ints:
    """Return the next of the hourly readings of a tool."""
    minute = crc32(source.encode()) % 50 * 60
    found: Ints = (np.asarray(at, np.int64) - minute + HOUR - 1) // HOUR * HOUR + minute
    return found
