"""Dresses pushes as a pipeline server shows them: a run for each, again where it failed."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from streamgauge.examples.chance import Bools, Floats, Ints
from streamgauge.examples.code import Code
from streamgauge.examples.pulls import FORGE, Pulls
from streamgauge.examples.scene import Scene
from streamgauge.examples.tables import Batch, joined
from streamgauge.examples.tables import words as chosen
from streamgauge.examples.trunk import MERGE
from streamgauge.records import Build

PIPELINE = "build and test"
SUCCESS, FAILURE = range(2)
_FAILS = {False: 0.07, True: 0.03}


@dataclass(frozen=True, kw_only=True)
class _Pushes:
    """Commits that were pushed, with their branch and pull request; to the default branch or not."""

    service: Ints
    at: Ints
    commit: pa.Array
    branch: pa.Array
    pull: pa.Array
    on_main: bool

    def taken(self, rows: Ints, at: Ints) -> "_Pushes":
        some = pa.array(rows)
        return _Pushes(
            service=self.service[rows],
            at=at,
            commit=self.commit.take(some),
            branch=self.branch.take(some),
            pull=self.pull.take(some),
            on_main=self.on_main,
        )


def builds(scene: Scene, code: Code, pulls: Pulls) -> Iterator[Batch]:
    """Give the pipeline runs of branches and of the default branches."""
    steps, main = code.steps, code.trunk.main
    pulled = pulls.opened[steps.work] >= 0
    number = np.where(pulled, code.pull_number[steps.work], 0)
    yield from _runs_of(
        scene,
        _Pushes(
            service=scene.plan.work.service[steps.work],
            at=steps.at,
            commit=steps.hash,
            branch=scene.keys_of(steps.work),
            pull=pa.array(number, mask=~pulled).cast(pa.string()),
            on_main=False,
        ),
    )
    rows = np.nonzero(main.kind == MERGE)[0]
    yield from _runs_of(
        scene,
        _Pushes(
            service=main.service[rows],
            at=main.at[rows],
            commit=main.hash.take(pa.array(rows)),
            branch=pa.repeat("main", len(rows)),
            pull=pa.nulls(len(rows), pa.string()),
            on_main=True,
        ),
    )


def _runs_of(scene: Scene, pushes: _Pushes) -> Iterator[Batch]:
    """Give a run for each push. Only what flakes passes when it is run again; what is broken waits for a new commit."""
    n, draws = len(pushes.at), scene.chance.of("builds", str(pushes.on_main))
    flaky = draws.random(n) < _flakes(scene, pushes)
    broken = draws.random(n) < _FAILS[pushes.on_main]
    queued = pushes.at + 20 + draws.integers(0, 90, n)
    lasts = (draws.lognormal(6.2, 0.3, n) * (1 + pushes.service % 3)).astype(np.int64)
    everything = np.arange(n)
    yield _runs(scene, pushes.taken(everything, queued), lasts, np.where(flaky | broken, FAILURE, SUCCESS), 1)
    again = np.nonzero(flaky & ~broken)[0]
    later = queued[again] + lasts[again] + 240
    yield _runs(scene, pushes.taken(again, later), lasts[again], np.zeros(len(again), np.int64), 2)


def _flakes(scene: Scene, pushes: _Pushes) -> Floats:
    """Return the chance of each push to fail for nothing."""
    found = np.full(len(pushes.at), 0.01)
    for turn in scene.story.of("pipeline flakes"):
        found = np.where((pushes.service == turn.service) & (pushes.at >= turn.begins), turn.size, found)
    return found


def _runs(scene: Scene, pushes: _Pushes, lasts: Ints, outcome: Ints, attempt: int) -> Batch:
    ends = pushes.at + 30 + lasts
    rows = np.nonzero(seen(scene, pushes.at) & (ends < scene.world.seconds))[0]
    shown, ends, outcome = pushes.taken(rows, pushes.at[rows]), ends[rows], outcome[rows]
    prefix = "main-" if pushes.on_main else "branch-"
    return scene.batch(
        Build,
        len(rows),
        learned=ends,
        source=FORGE,
        repository=chosen(scene.repositories, scene.service_repository[shown.service]),
        id=joined(prefix, shown.commit, f"-{attempt}"),
        pipeline=PIPELINE,
        branch=shown.branch,
        is_default_branch=pushes.on_main,
        commit=shown.commit,
        pull_request=shown.pull,
        trigger="push" if attempt == 1 else "manual",
        attempt=attempt,
        queued_at=shown.at,
        started_at=shown.at + 30,
        finished_at=ends,
        outcome=chosen(("success", "failure"), outcome),
        tests_run=200 + shown.service * 37,
        tests_failed=np.where(outcome == FAILURE, 1 + shown.service % 4, 0),
    )


def seen(scene: Scene, at: Ints) -> Bools:
    """Return what the pipeline server still knows: it was down for a week, and nothing of that week came back."""
    found = np.ones(len(at), bool)
    for turn in scene.story.of("tool down"):
        found &= (at < turn.begins) | (at >= turn.ends)
    return found
