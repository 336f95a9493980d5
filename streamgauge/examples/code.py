"""Dresses development as version control shows it: commits, branches, tags, changed files."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.examples import words
from streamgauge.examples.chance import Bools, Ints, picks
from streamgauge.examples.flow import DEVELOPMENT
from streamgauge.examples.scene import HOUR, Scene
from streamgauge.examples.tables import NEVER, Batch, hashes, joined, lists, single
from streamgauge.examples.tables import words as chosen
from streamgauge.examples.trunk import BACK, BOT, BUMP, HOTFIX, MERGE, REVERT, Trunk, rolled_back
from streamgauge.examples.work import titles
from streamgauge.examples.world import DAY
from streamgauge.records import Branch, Commit, Diffstat, Release

GIT = "git"
SKEW = 5 * HOUR
"""By so much a machine's clock was ahead."""
_OPENS, _THIRD = 8 * HOUR, 3
_MODULES = (
    *("api", "rules", "store", "views", "mail", "jobs", "clients", "errors", "prices", "dates", "ports", "labels"),
    *("limits", "search", "cache", "events", "forms", "tests/test_api", "tests/test_rules", "tests/test_store"),
)


@dataclass(frozen=True, kw_only=True)
class Steps:
    """Commits on the branches of changes, by work and time. `nth` counts from 0 within a piece of work."""

    work: Ints
    at: Ints
    nth: Ints
    count: Ints
    """How many commits each piece of work has."""
    first: Ints
    """Place of the first commit of each piece of work, NEVER where there is none."""
    hash: pa.Array


class Code:
    """The code of a scene: branches of changes beside the trunk."""

    def __init__(self, scene: Scene, trunk: Trunk) -> None:
        self.scene, self.trunk = scene, trunk

    @cached_property
    def steps(self) -> Steps:
        """Every commit that somebody wrote on a branch: within a visit to development."""
        scene, visits = self.scene, self.scene.played.visits
        # What is mended after it was reopened is not told commit by commit: its pull request is closed.
        merged = scene.played.merged[visits.work]
        before = (merged < 0) | (visits.started < merged)
        rows = np.nonzero((visits.stage == DEVELOPMENT) & (visits.started >= 0) & before)[0]
        draws = scene.chance.of("steps")
        ends = np.where(visits.finished[rows] >= 0, visits.finished[rows], scene.world.seconds - 1)
        given_up = scene.played.cancelled[visits.work[rows]]
        ends = np.where((visits.finished[rows] < 0) & (given_up >= 0), given_up, ends)
        long = np.clip((ends - visits.started[rows]) // DAY, 0, 4)
        counts = 1 + np.minimum(draws.poisson(0.6 + 0.3 * long), 6)
        visit = np.repeat(np.arange(len(rows)), counts)
        begins, ends = visits.started[rows][visit], ends[visit]
        at = _working(begins + (draws.random(len(visit)) * (ends - begins)).astype(np.int64), begins, ends)
        work = visits.work[rows][visit]
        order = np.lexsort((at, work))
        work, at = work[order], at[order]
        count = np.bincount(work, minlength=len(scene.plan.work))
        first = np.where(count > 0, np.cumsum(count) - count, NEVER)
        names = hashes(scene.chance.of("hashes of steps"), len(work))
        return Steps(work=work, at=at, nth=np.arange(len(work)) - first[work], count=count, first=first, hash=names)

    @cached_property
    def squashed(self) -> Bools:
        """Whether the repository of each piece of work keeps one commit of a change."""
        squashes = np.array([repository.squashes for repository in self.scene.world.repositories])
        return squashes[self.scene.service_repository[self.scene.plan.work.service]]

    @cached_property
    def kept(self) -> Ints:
        """The steps that a clone shows: those of changes that are merged whole, and of branches still open."""
        steps, played = self.steps, self.scene.played
        merged, gone = played.merged[steps.work] >= 0, played.cancelled[steps.work] >= 0
        return np.nonzero(np.where(merged, ~self.squashed[steps.work], ~gone))[0]

    @cached_property
    def started_at(self) -> Ints:
        """When the first commit of each piece of work was written, NEVER where there is none."""
        first = self.steps.first
        return np.where(first >= 0, self.steps.at[np.maximum(first, 0)] if len(self.steps.at) else NEVER, NEVER)

    def skewed(self, work: Ints, at: Ints) -> Ints:
        """Return the author's time as the author's machine told it."""
        found, own = at.copy(), self.scene.plan.work.team
        for turn in self.scene.story.of("clock skew"):
            bad = (own[work] == turn.team) & (self.scene.author[work] == 0) & (at >= turn.begins)
            found = np.where(bad, at + SKEW, found)
        return found

    def commits(self) -> Iterator[Batch]:
        """Give the commits of the default branches, of branches beside them, and of hotfixes."""
        yield self._of_trunk()
        yield self._of_steps()
        yield self._of_hotfixes()

    def _of_trunk(self) -> Batch:
        scene, main, n = self.scene, self.trunk.main, len(self.trunk.main.at)
        work = np.where(main.kind == MERGE, main.of, -1)
        mine, squashed = work >= 0, np.where(work >= 0, self.squashed[work], False)
        second = np.where(mine & ~squashed, self.steps.first[work] + self.steps.count[work] - 1, -1)
        second = np.where(mine & (self.steps.count[work] == 0), -1, second)
        written = np.where(squashed & (self.started_at[work] >= 0), self.skewed(work, self.started_at[work]), main.at)
        return self._batch(
            n,
            at=main.at,
            authored=written,
            repository=main.repository,
            id=main.hash,
            parents=self._trunk_parents(second),
            author=self._trunk_authors(work),
            is_bot=main.kind == BOT,
            subject=self._trunk_subjects(work, second),
            reverts=self._reverts(),
            issue_keys=single(scene.keys_of(np.where(squashed, work, -1))),
            pull_requests=single(pa.array(self.pull_number[work], pa.int64(), mask=~mine)),
        )

    def _trunk_parents(self, second: Ints) -> pa.Array:
        """Return the parents: the commit before, and behind a merge the end of the branch, or the hotfix."""
        main, fixes = self.trunk.main, self.trunk.shipments
        before = main.hash.take(pa.array(main.parent, pa.int64(), mask=main.parent < 0))
        branch = self.steps.hash.take(pa.array(second, pa.int64(), mask=second < 0))
        home = np.where(main.kind == BACK, main.of, -1)
        home = np.where(fixes.before[home] >= 0, home, -1) if len(fixes) else home
        other = pc.coalesce(branch, fixes.hash.take(pa.array(home, pa.int64(), mask=home < 0)))
        both = pa.concat_arrays([before, other]).take(pa.array(np.arange(2 * len(before)).reshape(2, -1).T.ravel()))
        counts = np.asarray(before.is_valid()).astype(np.int64) + np.asarray(other.is_valid())
        return lists(counts, both.drop_null())

    def _trunk_authors(self, work: Ints) -> pa.Array:
        scene, main = self.scene, self.trunk.main
        team = scene.service_team[main.service]
        hand = np.where(work >= 0, scene.author[work], main.at // 60 % 5)
        people = scene.people(team, np.where(main.service < 0, -1, np.maximum(hand, 0)), main.at)
        bot = pa.scalar(scene.person("a machine"))
        return pc.if_else(pa.array((main.kind == BOT) | (main.service < 0)), bot, people)

    def _trunk_subjects(self, work: Ints, second: Ints) -> pa.Array:
        scene, main = self.scene, self.trunk.main
        name = scene.service_names(main.service)
        title = titles(scene).take(pa.array(work, pa.int64(), mask=work < 0))
        number = pa.array(self.pull_number[work])
        key = scene.keys_of(work)
        squash = joined(key, ": ", title, " (#", number, ")")
        merge = joined("Merge pull request #", number, " from ", key)
        changed = pc.if_else(pa.array(second >= 0), merge, squash)
        others = [
            ("Initial import", None),
            (None, changed),
            ("Revert the last change of ", name),
            ("Bump the version of ", name),
            ("Update dependencies of ", name),
            ("Merge the hotfix of ", name),
        ]
        texts = [
            pa.repeat(said, len(main.at)) if tail is None else tail if said is None else joined(said, tail)
            for said, tail in others
        ]
        return pc.choose(pa.array(main.kind), *(pc.fill_null(text, "") for text in texts))

    def _reverts(self) -> pa.Array:
        """Return for each commit of the trunk the hash that it takes back, if it takes one back."""
        main = self.trunk.main
        target = np.full(len(main.at), -1, np.int64)
        rows = np.nonzero(main.kind == REVERT)[0]
        target[rows] = self.last_change(main.of[rows])
        return single(main.hash.take(pa.array(target, pa.int64(), mask=target < 0)))

    def last_change(self, incidents: Ints) -> Ints:
        """Return the place of the last change in the release that began each of these incidents, -1 for none."""
        scene, main, played = self.scene, self.trunk.main, self.scene.played
        release = played.incidents.release[incidents]
        changes = np.nonzero(main.kind == MERGE)[0]
        key = main.service[changes] * (np.int64(1) << 40) + main.at[changes]
        order = np.argsort(key, kind="stable")
        wanted = scene.played.incidents.service[incidents] * (np.int64(1) << 40) + played.releases.made[release]
        place = np.searchsorted(key[order], wanted, side="right") - 1
        found = changes[order][np.maximum(place, 0)] if len(changes) else np.full(len(incidents), -1)
        fits = (place >= 0) & (main.service[found] == played.incidents.service[incidents])
        return np.where(fits, found, -1)

    def _of_steps(self) -> Batch:
        scene, steps, rows = self.scene, self.steps, self.kept
        work, at, nth = steps.work[rows], steps.at[rows], steps.nth[rows]
        service = scene.plan.work.service[work]
        fork = self.trunk.main.tip(scene.service_repository[service], self.started_at[work])
        before = steps.hash.take(pa.array(np.maximum(rows - 1, 0)))
        parent = pc.if_else(pa.array(nth == 0), self.trunk.main.hash.take(pa.array(fork)), before)
        said = chosen(words.COMMITS, (work * 7 + nth * 3) % len(words.COMMITS))
        thing = chosen(words.OBJECTS, (work * 5) % len(words.OBJECTS))
        return self._batch(
            len(rows),
            at=at,
            authored=self.skewed(work, at),
            repository=scene.service_repository[service],
            id=steps.hash.take(pa.array(rows)),
            parents=lists(np.ones(len(rows), np.int64), parent),
            author=scene.author_names.take(pa.array(work)),
            is_bot=False,
            subject=joined(scene.keys_of(work), joined(said, thing, between=" "), between=": "),
            issue_keys=single(scene.keys_of(work)),
        )

    def _of_hotfixes(self) -> Batch:
        scene, ship = self.scene, self.trunk.shipments
        rows = self.hotfixes
        service = ship.service[rows]
        incident = scene.played.releases.mends[ship.release[rows]]
        at = np.maximum(ship.at[rows] - 900, scene.played.incidents.detected[incident])
        at = np.maximum(at, ship.at[ship.before[rows]])
        trouble = chosen(words.TROUBLES, incident % len(words.TROUBLES))
        return self._batch(
            len(rows),
            at=at,
            authored=at,
            repository=scene.service_repository[service],
            id=ship.hash.take(pa.array(rows)),
            parents=lists(np.ones(len(rows), np.int64), ship.hash.take(pa.array(ship.before[rows]))),
            author=scene.people(scene.service_team[service], incident % 5, at),
            is_bot=False,
            subject=joined("Fix ", scene.service_names(service), ": ", trouble),
        )

    @cached_property
    def hotfixes(self) -> Ints:
        """The shipments that have a commit of their own, beside the default branch."""
        ship = self.trunk.shipments
        return np.nonzero((ship.kind == HOTFIX) & (ship.before >= 0))[0]

    def _batch(
        self, rows: int, *, at: Ints, authored: Ints, repository: Ints, author: pa.Array, **columns: object
    ) -> Batch:
        return self.scene.batch(
            Commit,
            rows,
            learned=at,
            source=GIT,
            repository=chosen(self.scene.repositories, repository),
            is_truncated=False,
            authored_at=authored,
            authored_offset_minutes=60,
            committed_at=at,
            committed_offset_minutes=0,
            author=author,
            committer=author,
            **columns,
        )

    @cached_property
    def pull_number(self) -> Ints:
        """The number of the pull request of each piece of work within its repository, from 1."""
        started = self.started_at
        repository = self.scene.service_repository[self.scene.plan.work.service]
        rows = np.nonzero(started >= 0)[0]
        order = rows[np.lexsort((started[rows], repository[rows]))]
        ordered = repository[order]
        found = np.zeros(len(started), np.int64)
        found[order] = np.arange(len(order)) - np.searchsorted(ordered, ordered, side="left") + 1
        return found

    def branches(self) -> Iterator[Batch]:
        """Give the default branch of each repository as it is now, and the branches of changes still open."""
        scene, main = self.scene, self.trunk.main
        n, end = len(scene.world.repositories), scene.world.seconds
        tips = main.tip(np.arange(n), np.full(n, end))
        names = pa.array(scene.repositories)
        for label, target in (("HEAD", "refs/heads/main"), ("refs/heads/main", None)):
            yield scene.batch(
                Branch,
                n,
                learned=main.at[tips],
                source=GIT,
                repository=names,
                id=label,
                commit=main.hash.take(pa.array(tips)),
                target=target,
            )
        work = np.unique(self.steps.work[self.kept])
        work = work[scene.played.merged[work] < 0]
        last = self.steps.first[work] + self.steps.count[work] - 1
        yield scene.batch(
            Branch,
            len(work),
            learned=self.steps.at[last],
            source=GIT,
            repository=chosen(scene.repositories, scene.service_repository[scene.plan.work.service[work]]),
            id=joined("refs/heads/", scene.keys_of(work)),
            commit=self.steps.hash.take(pa.array(last)),
        )

    def tags(self) -> Iterator[Batch]:
        """Give one tag for each shipment."""
        scene, ship = self.scene, self.trunk.shipments
        yield scene.batch(
            Release,
            len(ship),
            learned=ship.at,
            source=GIT,
            repository=chosen(scene.repositories, scene.service_repository[ship.service]),
            id=self.trunk.tags,
            commit=ship.hash,
            released_at=ship.at,
            annotated=True,
        )

    def diffstats(self) -> Iterator[Batch]:
        """Give the changed files of every commit that is no merge."""
        main, scene, ship = self.trunk.main, self.scene, self.trunk.shipments
        work = np.where(main.kind == MERGE, main.of, -1)
        whole = (main.kind == REVERT) | (main.kind == BUMP) | (main.kind == BOT) | ((work >= 0) & self.squashed[work])
        rows = np.nonzero(whole)[0]
        small = np.where(main.kind[rows] == MERGE, 3, 1)
        yield self._files("trunk", main.hash.take(pa.array(rows)), main.service[rows], main.at[rows], small)
        rows = self.kept
        service = scene.plan.work.service[self.steps.work[rows]]
        two = np.full(len(rows), 2, np.int64)
        yield self._files("steps", self.steps.hash.take(pa.array(rows)), service, self.steps.at[rows], two)
        rows = self.hotfixes
        one = np.ones(len(rows), np.int64)
        yield self._files("hotfixes", ship.hash.take(pa.array(rows)), ship.service[rows], ship.at[rows], one)

    def _files(self, what: str, commit: pa.Array, service: Ints, at: Ints, most: Ints) -> Batch:
        """Return diffstats with one file up to `most`, few of them in most changes."""
        scene, draws = self.scene, self.scene.chance.of("files", what)
        counts = 1 + (draws.random(len(service)) * most).astype(np.int64)
        owner = np.repeat(np.arange(len(service)), counts)
        module = picks(draws, [1 / (n + 1) for n in range(len(_MODULES))], len(owner))
        # Within one commit a file stands once: the next module in line where it was drawn before.
        module = (module + np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)) % len(_MODULES)
        folders = [f"{s.folder}/" if s.folder else "" for s in scene.world.services]
        path = joined(chosen(folders, service[owner]), "src/", chosen(_MODULES, module), ".py")
        added = 1 + draws.geometric(0.05, len(owner))
        files = pa.StructArray.from_arrays(
            [
                path,
                pa.nulls(len(owner), pa.string()),
                pa.array(added),
                pa.array(added * draws.integers(0, 100, len(owner)) // 120),
            ],
            names=["path", "renamed_from", "added", "deleted"],
        )
        return scene.batch(
            Diffstat,
            len(service),
            learned=at,
            source=GIT,
            repository=chosen(scene.repositories, scene.service_repository[service]),
            id=commit,
            files=lists(counts, files),
            has_lines=True,
        )


def _working(at: Ints, begins: Ints, ends: Ints) -> Ints:
    """Return instants moved into the hours of daylight, within their span."""
    found: Ints = np.clip(at // DAY * DAY + _OPENS + at % DAY // _THIRD, begins, ends)
    return found


__all__ = ["Code", "Steps", "rolled_back"]
