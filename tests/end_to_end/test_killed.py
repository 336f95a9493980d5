"""A sync may be killed at any moment, and many may run at once: what is in the lake afterwards is the same."""

import os
import random
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.command import apart, here, lasting, read, report, start
from tests.kit import synthetic
from tests.kit.repository import DAY, Repository

KILLS = int(os.environ.get("STREAMGAUGE_KILLS", "6"))
GIVEN = ["--releases", r"v?\d+(\.\d+)+", "--until", "2025-01-01"]
"""A fixed end, behind all that the histories hold: ages and rates would else change with the clock."""


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Path], dict[str, Any], float]:
    """Three repositories, what a report of them says in a lake of its own, and how long a sync of them takes."""
    folder = tmp_path_factory.mktemp("undisturbed")
    paths = [synthetic.repository(folder / f"repo-{n}", 300 + 200 * n, release_every=40, seed=n) for n in range(3)]
    began = time.monotonic()
    assert apart("sync", *paths, "--lake", folder / "lake").code == 0
    took = time.monotonic() - began
    return paths, lasting(report(*paths, lake=folder / "lake", options=GIVEN)), took


def killed(process: subprocess.Popen[str], after: float) -> bool:
    """Kill a process and its children some seconds after it was started; return whether it was still at work."""
    try:
        process.communicate(timeout=after)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    return process.returncode == -signal.SIGKILL


def test_kills_at_random_moments_leave_a_sound_lake(undisturbed: Any, tmp_path: Path) -> None:
    """Each kill hits the same lake, so that damage would pile up; half of the lakes start afresh."""
    paths, expected, took = undisturbed
    dice = random.Random(7)
    hits, lake = 0, tmp_path / "lake-0"
    for number in range(KILLS):
        if number % 6 == 0:
            lake = tmp_path / f"lake-{number}"
        hits += killed(start("sync", *paths, "--lake", lake), dice.uniform(0.15, 1.0) * took)
        if (lake / "lake.json").exists():
            verified = here("lake", "verify", "--lake", lake)
            assert verified.code == 0, verified.err + verified.out
        if number % 6 == 5 or number == KILLS - 1:
            assert lasting(report(*paths, lake=lake, options=GIVEN)) == expected
    assert hits >= KILLS // 3


def test_a_kill_while_new_commits_are_read_loses_none(undisturbed: Any, tmp_path: Path) -> None:
    path = synthetic.repository(tmp_path / "repo", 200, release_every=40)
    lake, took = tmp_path / "lake", undisturbed[2]
    assert here("sync", path, "--lake", lake).code == 0
    dice = random.Random(11)
    for number in range(1, 1 + max(2, KILLS // 4)):
        synthetic.repository(path, 200 + 60 * number, release_every=40)
        killed(start("sync", path, "--lake", lake), dice.uniform(0.2, 0.9) * took)
    grown = report(path, lake=lake, options=GIVEN)
    assert lasting(grown) == lasting(report(path, lake=tmp_path / "fresh", options=GIVEN))


def test_a_lake_that_was_being_written_is_read_as_it_was_before(undisturbed: Any, tmp_path: Path) -> None:
    paths, _, took = undisturbed
    lake = tmp_path / "lake"
    before = report(paths[0], lake=lake, options=GIVEN)
    killed(start("sync", *paths[1:], "--lake", lake), 0.7 * took)
    assert lasting(report(paths[0], lake=lake, options=GIVEN)) == lasting(before)


def test_four_at_once_do_what_one_does(undisturbed: Any, tmp_path: Path) -> None:
    paths, expected, _ = undisturbed
    lake = tmp_path / "lake"
    running = [start("sync", *order, "--lake", lake) for order in (paths, paths[::-1], paths[1:], paths[:2])]
    ended = [(process.communicate(timeout=120), process.returncode) for process in running]
    assert [code for _, code in ended] == [0] * 4, ended
    assert here("lake", "verify", "--lake", lake).code == 0
    assert lasting(report(*paths, lake=lake, options=GIVEN)) == expected


def test_four_reports_at_once_all_are_right(undisturbed: Any, tmp_path: Path) -> None:
    paths, expected, _ = undisturbed
    words = ["--lake", tmp_path / "lake", "--format", "json", *GIVEN]
    files = [tmp_path / f"{number}.json" for number in range(4)]
    running = [start("report", *paths, *words, "--out", file) for file in files]
    ended = [(process.communicate(timeout=120), process.returncode) for process in running]
    assert [code for _, code in ended] == [0] * 4, ended
    assert [lasting(read(file.read_text())) for file in files] == [expected] * 4


def test_readers_beside_a_writer_see_whole_runs(tmp_path: Path) -> None:
    """While one process writes, others ask again and again: each answer is that of one moment, none is half."""
    repo = Repository(tmp_path / "repo")
    lake = tmp_path / "lake"
    repo.commits(3, every=DAY)
    repo.tag("v1.0")
    report(repo.path, lake=lake, options=GIVEN)
    for number in range(1, 4):
        repo.commits(3, every=DAY)
        repo.tag(f"v1.{number}")
        writer = start("sync", repo.path, "--lake", lake)
        found = report(repo.path, lake=lake, options=GIVEN)["services"][0]
        assert [r["commits"] for r in found["releases"]] == [3] * (number + 1)
        writer.communicate(timeout=60)
        assert writer.returncode == 0
