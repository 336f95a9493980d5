"""Dresses development as a forge shows it: pull requests, reviews, and what is in what."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from streamgauge.examples.chance import Ints
from streamgauge.examples.code import Code
from streamgauge.examples.flow import REVIEW
from streamgauge.examples.scene import Scene
from streamgauge.examples.tables import NEVER, Batch, joined, lists, single
from streamgauge.examples.tables import words as chosen
from streamgauge.examples.trunk import BOT, MERGE
from streamgauge.examples.work import titles
from streamgauge.records import Contains, PullRequest, Review, Rewriting

FORGE = "github"
_REVIEWED = ("approved", "changes requested", "commented")


class Pulls:
    """The pull requests of a scene."""

    def __init__(self, scene: Scene, code: Code) -> None:
        self.scene, self.code = scene, code
        visits = scene.played.visits
        rows = np.nonzero(visits.stage == REVIEW)[0]
        self.opened = np.full(len(scene.plan.work), NEVER, np.int64)
        self.opened[visits.work[rows][::-1]] = visits.queued[rows][::-1]
        self.work = np.nonzero((self.opened >= 0) & (code.pull_number > 0))[0]

    def requests(self) -> Iterator[Batch]:
        """Give each pull request as it was opened, and as it is now."""
        played, opened, work = self.scene.played, self.opened[self.work], self.work
        closed = np.maximum(played.merged[work], np.where(played.merged[work] < 0, played.cancelled[work], NEVER))
        last, none = np.maximum(closed, opened), np.full(len(work), NEVER, np.int64)
        yield self.scene.former(self._requests(opened, none, none), opened, last)
        yield self._requests(last, played.merged[work], closed)
        yield from self._bots()

    def _requests(self, learned: Ints, merged: Ints, closed: Ints) -> Batch:
        scene, code, work = self.scene, self.code, self.work
        service, steps = scene.plan.work.service[work], code.steps
        place = code.trunk.main_of[work]
        own = np.repeat(steps.first[work], steps.count[work]) + _within(steps.count[work])
        before = steps.at[own] <= np.repeat(learned, steps.count[work])
        counts = np.bincount(np.repeat(np.arange(len(work)), steps.count[work])[before], minlength=len(work))
        lines = 5 + (work * 37 % 211) * (1 + work % 3)
        return scene.batch(
            PullRequest,
            len(work),
            learned=learned,
            source=FORGE,
            repository=chosen(scene.repositories, scene.service_repository[service]),
            id=joined("", code.pull_number[work]),
            title=joined(scene.keys_of(work), titles(scene).take(pa.array(work)), between=": "),
            state=chosen(("open", "closed", "merged"), (closed >= 0).astype(np.int64) + (merged >= 0)),
            author=scene.author_names.take(pa.array(work)),
            is_bot=False,
            source_branch=scene.keys_of(work),
            target_branch="main",
            commits=lists(counts, steps.hash.take(pa.array(own[before]))),
            merge_commit=code.trunk.main.hash.take(pa.array(place, pa.int64(), mask=(place < 0) | (merged < 0))),
            first_commit_at=code.started_at[work],
            created_at=self.opened[work],
            ready_at=self.opened[work],
            merged_at=merged,
            closed_at=closed,
            added_lines=lines,
            deleted_lines=lines // 3,
            changed_files=1 + lines // 60,
            issue_keys=single(scene.keys_of(work)),
        )

    def _bots(self) -> Iterator[Batch]:
        """Give the pull requests of the machine that brings dependencies up to date: merged as they were opened."""
        scene, main = self.scene, self.code.trunk.main
        rows = np.nonzero(main.kind == BOT)[0]
        opened = np.maximum(main.at[rows] - 2 * 3600, 0)
        yield scene.batch(
            PullRequest,
            len(rows),
            learned=main.at[rows],
            source=FORGE,
            repository=chosen(scene.repositories, main.repository[rows]),
            id=joined("bot-", rows),
            title="Update dependencies",
            state="merged",
            author=scene.person("a machine"),
            is_bot=True,
            source_branch="dependencies",
            target_branch="main",
            merge_commit=main.hash.take(pa.array(rows)),
            commits=single(main.hash.take(pa.array(rows))),
            first_commit_at=opened,
            created_at=opened,
            ready_at=opened,
            merged_at=main.at[rows],
            closed_at=main.at[rows],
            labels=single(pa.repeat("dependencies", len(rows))),
        )

    def reviews(self) -> Iterator[Batch]:
        """Give what reviewers said at the end of each visit to review, and the remarks before it."""
        scene, visits = self.scene, self.scene.played.visits
        draws = scene.chance.of("remarks")
        rows = np.nonzero((visits.stage == REVIEW) & (visits.started >= 0) & (visits.finished >= 0))[0]
        merged = scene.played.merged[visits.work[rows]]
        rows = rows[(self.code.pull_number[visits.work[rows]] > 0) & ((merged < 0) | (visits.queued[rows] < merged))]
        remark = np.nonzero(draws.random(len(rows)) < 0.45)[0]
        visit = np.concatenate([rows, rows[remark]])
        span = visits.finished[rows] - visits.started[rows]
        early = visits.started[rows][remark] + (draws.random(len(remark)) * span[remark]).astype(np.int64)
        at = np.concatenate([visits.finished[rows], early])
        state = np.where(visits.returned[visit], 1, 0)
        state[len(rows) :] = 2
        order = np.lexsort((at, visits.work[visit]))
        visit, at, state = visit[order], at[order], state[order]
        work = visits.work[visit]
        service = scene.plan.work.service[work]
        yield scene.batch(
            Review,
            len(visit),
            learned=at,
            source=FORGE,
            repository=chosen(scene.repositories, scene.service_repository[service]),
            id=joined(joined("", self.code.pull_number[work]), 1 + _place(work), between="/"),
            pull_request=joined("", self.code.pull_number[work]),
            reviewer=scene.people(visits.team[visit], self._reviewer(visit), at),
            is_bot=False,
            is_author=False,
            state=chosen(_REVIEWED, state),
            submitted_at=at,
            comments=np.where(state == 0, work % 2, 1 + work % 5),
        )

    def _reviewer(self, visit: Ints) -> Ints:
        """Return the seat of the reviewer: whoever was free, or the next one where that is the author."""
        visits, team = self.scene.played.visits, self.scene.plan.work.team
        people = np.array([each.people for each in self.scene.world.teams], np.int64)[team[visits.work[visit]]]
        seat = visits.person[visit]
        return np.where(seat == self.scene.author[visits.work[visit]], (seat + 1) % people, seat)

    def rewritings(self) -> Iterator[Batch]:
        """Give how much of each merged change replaces lines that were just written: more where work was sent back."""
        scene, main = self.scene, self.code.trunk.main
        rows = np.nonzero(main.kind == MERGE)[0]
        work = main.of[rows]
        lines = 5 + (work * 37 % 211) * (1 + work % 3)
        visits = scene.played.visits
        sent_back = np.bincount(visits.work[visits.returned], minlength=len(scene.plan.work))[work]
        share = np.minimum(scene.chance.of("rewritings").beta(2, 18, len(rows)) * (1 + sent_back), 0.9)
        yield scene.batch(
            Rewriting,
            len(rows),
            learned=main.at[rows],
            source="git",
            repository=chosen(scene.repositories, main.repository[rows]),
            id=main.hash.take(pa.array(rows)),
            happened_at=main.at[rows],
            changed_lines=lines,
            rewritten_lines=(lines * share).astype(np.int64),
            within_days=21.0,
        )

    def contents(self) -> Iterator[Batch]:
        """Give which commits are in which pull request, and which pull requests and items in which release."""
        scene, code, played = self.scene, self.code, self.scene.played
        steps, mine = code.steps, np.nonzero(self.opened[code.steps.work] >= 0)[0]
        work = steps.work[mine]
        commit = steps.hash.take(pa.array(mine))
        yield self._contents(
            work,
            np.maximum(steps.at[mine], self.opened[work]),
            "pull request",
            code.pull_number[work],
            "commit",
            commit,
        )
        out = np.nonzero((played.released >= 0) & (played.merged >= 0))[0]
        ship = code.trunk.shipment_of[played.released[out]]
        at = code.trunk.shipments.at[ship]
        tags = code.trunk.tags.take(pa.array(ship))
        here = code.pull_number[out] > 0
        numbers = joined("", code.pull_number[out[here]])
        yield self._contents(out[here], at[here], "release", tags.filter(pa.array(here)), "pull request", numbers)
        yield self._contents(out, at, "release", tags, "item", scene.keys_of(out))

    def _contents(self, work: Ints, at: Ints, whole_kind: str, whole: object, part_kind: str, part: pa.Array) -> Batch:
        scene = self.scene
        outer = joined("", whole)
        return scene.batch(
            Contains,
            len(work),
            learned=at,
            source=FORGE,
            repository=chosen(scene.repositories, scene.service_repository[scene.plan.work.service[work]]),
            id=joined(f"{whole_kind} ", outer, f" {part_kind} ", part),
            whole_kind=whole_kind,
            whole=outer,
            part_kind=part_kind,
            part=part,
        )


def _within(counts: Ints) -> Ints:
    """Return 0, 1, 2... within each group of so many."""
    return np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)


def _place(ordered: Ints) -> Ints:
    """Return 0, 1, 2... within each run of equal numbers."""
    return np.arange(len(ordered)) - np.searchsorted(ordered, ordered, side="left")
