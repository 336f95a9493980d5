"""The default branches and what left them: every commit on them in order, and every shipment with its version."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

from streamgauge.examples.chance import Ints
from streamgauge.examples.scene import HOUR, Scene
from streamgauge.examples.tables import NEVER, hashes, joined
from streamgauge.examples.tables import words as chosen
from streamgauge.examples.world import DAY

ROOT, MERGE, REVERT, BUMP, BOT, BACK = range(6)
"""What a commit on a default branch is: the first, a change, a revert, a version alone, a bot's, a hotfix come home."""
NORMAL, HOTFIX, SHOW = range(3)
"""What a shipment is: planned, to mend a failure, or for the count alone."""
_SPAN = np.int64(1) << 40
_SHOW_EVERY = 2 * DAY
_BOT_EVERY = 9 * DAY


@dataclass(frozen=True, kw_only=True)
class Main:
    """Commits on the default branches, by repository and time. `of` is the work, incident or shipment behind each."""

    repository: Ints
    at: Ints
    kind: Ints
    of: Ints
    service: Ints
    hash: pa.Array
    parent: Ints
    """Place of the commit before, -1 for the first."""

    def tip(self, repository: Ints, at: Ints) -> Ints:
        """Return the place of the newest commit of a repository at an instant."""
        keys = self.repository * _SPAN + self.at
        return np.searchsorted(keys, np.asarray(repository) * _SPAN + np.asarray(at), side="right") - 1


@dataclass(frozen=True, kw_only=True)
class Shipments:
    """What was released to production under a version, by service and time.

    `release` is its number in the played history, -1 for one that is only for show. `main` is the place of the commit
    on the default branch that it names; a hotfix has a commit of its own beside it (`hash`), which rests on the
    shipment before (`before`, -1 for the first).
    """

    service: Ints
    at: Ints
    kind: Ints
    release: Ints
    minor: Ints
    patch: Ints
    before: Ints
    main: Ints
    hash: pa.Array

    def __len__(self) -> int:
        return len(self.service)


class Trunk:
    """All default branches of a scene."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene

    @cached_property
    def _line(self) -> tuple[Ints, Ints, Ints, Ints]:
        """Shipments before they have a commit: service, instant, kind, number in the played history."""
        releases = self.scene.played.releases
        parts = [(releases.service, releases.made, np.where(releases.mends >= 0, HOTFIX, NORMAL))]
        for turn in self.scene.story.of("releases for show"):
            at = np.arange(turn.begins + 9 * HOUR, turn.ends, _SHOW_EVERY)
            parts.append((np.full(len(at), turn.service), at, np.full(len(at), SHOW)))
        service, at, kind = (np.concatenate([part[n] for part in parts]).astype(np.int64) for n in range(3))
        number = np.where(np.arange(len(service)) < len(releases.made), np.arange(len(service)), -1)
        order = np.lexsort((kind, at, service))
        return service[order], at[order], kind[order], number[order]

    @cached_property
    def main(self) -> Main:
        """Every commit on a default branch."""
        scene, played = self.scene, self.scene.played
        where, repositories = scene.service_repository, len(scene.world.repositories)
        merged = np.nonzero(played.merged >= 0)[0]
        service, at, kind, _ = self._line
        bumps, fixes = np.nonzero(kind == SHOW)[0], np.nonzero(kind == HOTFIX)[0]
        taken = rolled_back(scene)
        bots, bots_at = self._bots()
        none = np.full(repositories, -1, np.int64)
        parts = [
            (np.arange(repositories), np.zeros(repositories, np.int64), ROOT, none, none),
            (
                where[scene.plan.work.service[merged]],
                played.merged[merged],
                MERGE,
                merged,
                scene.plan.work.service[merged],
            ),
            (
                where[played.incidents.service[taken]],
                self._reverted_at(taken),
                REVERT,
                taken,
                played.incidents.service[taken],
            ),
            (where[service[bumps]], at[bumps] - 300, BUMP, bumps, service[bumps]),
            (where[bots], bots_at, BOT, np.full(len(bots), -1, np.int64), bots),
            (where[service[fixes]], at[fixes] + 1200, BACK, fixes, service[fixes]),
        ]
        columns = [np.concatenate([np.broadcast_to(p[n], len(p[0])) for p in parts]).astype(np.int64) for n in range(5)]
        columns = [column[columns[1] < scene.world.seconds] for column in columns]
        order = np.lexsort((columns[3], columns[2], columns[1], columns[0]))
        repository, at, kind, of, service = (column[order] for column in columns)
        first = np.concatenate([[True], repository[1:] != repository[:-1]])
        parent = np.where(first, -1, np.arange(len(repository)) - 1)
        names = hashes(scene.chance.of("hashes of the trunk"), len(repository))
        return Main(repository=repository, at=at, kind=kind, of=of, service=service, hash=names, parent=parent)

    def _bots(self) -> tuple[Ints, Ints]:
        """Return services whose dependencies a machine brings up to date, and when."""
        scene = self.scene
        services = np.arange(len(scene.world.services))
        times = scene.world.seconds // _BOT_EVERY
        service = np.repeat(services, times)
        at = np.tile(np.arange(times), len(services)) * _BOT_EVERY + 3 * HOUR + service * 977 % DAY
        return service, at

    def _reverted_at(self, incidents: Ints) -> Ints:
        return self.scene.played.incidents.restored[incidents] + 2 * HOUR

    @cached_property
    def shipments(self) -> Shipments:
        """Every version that went to production."""
        scene = self.scene
        service, at, kind, number = self._line
        n = len(service)
        first = np.concatenate([[True], service[1:] != service[:-1]]) if n else np.zeros(0, bool)
        place = np.arange(n)
        start = np.maximum.accumulate(np.where(first, place, 0)) if n else place
        planned = np.cumsum(kind != HOTFIX)
        minor = planned - np.where(start > 0, planned[start - 1], 0) if n else place
        opened = np.maximum.accumulate(np.where((kind != HOTFIX) | first, place, 0)) if n else place
        main = self.main.tip(scene.service_repository[service], at)
        own = hashes(scene.chance.of("hashes of hotfixes"), n)
        before = np.where(first, -1, place - 1)
        beside = pa.array((kind == HOTFIX) & (before >= 0))
        names = pa.compute.if_else(beside, own, self.main.hash.take(pa.array(main)))
        return Shipments(
            service=service,
            at=at,
            kind=kind,
            release=number,
            minor=minor,
            patch=place - opened,
            before=before,
            main=main,
            hash=names,
        )

    @cached_property
    def versions(self) -> pa.Array:
        """The version of each shipment, such as `1.14.0`."""
        return joined("1", self.shipments.minor, self.shipments.patch, between=".")

    @cached_property
    def tags(self) -> pa.Array:
        """The tag of each shipment: in a repository of several services with the service's name in front."""
        world, shipments = self.scene.world, self.shipments
        fronts = [f"{service.name}-" if service.folder else "v" for service in world.services]
        return joined(chosen(fronts, shipments.service), self.versions)

    @cached_property
    def shipment_of(self) -> Ints:
        """The shipment of each release of the played history."""
        found = np.full(len(self.scene.played.releases.made), NEVER, np.int64)
        there = np.nonzero(self.shipments.release >= 0)[0]
        found[self.shipments.release[there]] = there
        return found

    @cached_property
    def main_of(self) -> Ints:
        """The place on the default branch of each piece of work, NEVER where it is not merged."""
        found = np.full(len(self.scene.plan.work), NEVER, np.int64)
        mine = np.nonzero(self.main.kind == MERGE)[0]
        found[self.main.of[mine]] = mine
        return found


def rolled_back(scene: Scene) -> Ints:
    """Return the incidents that were ended by going back to the version before."""
    incidents = scene.played.incidents
    return np.nonzero((incidents.release >= 0) & (incidents.restored >= 0) & (incidents.hotfix < 0))[0]
