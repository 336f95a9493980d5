"""What cannot be read is said in words, with the exit code that says who has to act, and never as a number."""

from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.agreement import check
from tests.end_to_end.command import apart, here, read
from tests.kit import damaged, places
from tests.kit.histories import linear
from tests.oracle.oracle import Oracle

PATTERN = r"v?\d+(\.\d+)+"
CHANGE_SOMETHING, SOMEBODY_MUST_HELP = 2, 3


@pytest.mark.parametrize("make", damaged.REFUSED, ids=lambda f: f.__name__)
def test_a_broken_history_is_no_history(make: Any, tmp_path: Path) -> None:
    ran = here("report", make(tmp_path / "repo"), "--lake", tmp_path / "lake", "--format", "json")
    assert ran.code == SOMEBODY_MUST_HELP
    assert "Traceback" not in ran.err
    assert ran.err.startswith("error: ") or read(ran.out)["failures"]


def test_a_missing_tip_is_said_where_older_releases_are_still_counted(tmp_path: Path) -> None:
    ran = here("report", damaged.missing_tip(tmp_path / "repo"), "--lake", tmp_path / "lake", "--format", "json")
    assert ran.code == SOMEBODY_MUST_HELP or "missing" in " ".join(read(ran.out)["services"][0]["notes"])


@pytest.mark.parametrize("make", damaged.NO_REPOSITORY, ids=lambda f: f.__name__)
def test_what_is_no_repository_is_said(make: Any, tmp_path: Path) -> None:
    ran = here("report", make(tmp_path / "repo"), "--lake", tmp_path / "lake", "--format", "json")
    assert ran.code in (CHANGE_SOMETHING, SOMEBODY_MUST_HELP)
    assert "Traceback" not in ran.err
    assert "repo" in ran.err


def test_one_broken_repository_does_not_spoil_the_others(tmp_path: Path) -> None:
    good, bad = linear(tmp_path / "good").path, damaged.missing_commit(tmp_path / "bad")
    ran = here(
        "report", bad, good, "--lake", tmp_path / "lake", "--format", "json", "--releases", PATTERN, "--no-progress"
    )
    found = read(ran.out)
    assert ran.code == 1
    assert [failure["path"] for failure in found["failures"]] == [str(bad)]
    check(next(s for s in found["services"] if s["service"] == "good"), Oracle(good, PATTERN))


def test_a_repository_that_is_mended_counts_again(tmp_path: Path) -> None:
    path = damaged.missing_commit(tmp_path / "repo")
    assert here("report", path, "--lake", tmp_path / "lake").code == SOMEBODY_MUST_HELP
    linear(tmp_path / "whole")
    for found in (tmp_path / "whole/.git/objects").glob("??/*"):
        place = path / ".git/objects" / found.relative_to(tmp_path / "whole/.git/objects")
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(found.read_bytes())
    ran = here("report", path, "--lake", tmp_path / "lake", "--format", "json", "--releases", PATTERN)
    assert ran.code == 0
    check(read(ran.out)["services"][0], Oracle(path, PATTERN))


def test_nothing_of_a_hostile_repository_reaches_the_terminal_as_it_is(tmp_path: Path) -> None:
    from tests.kit.hostile import signs

    path = signs(tmp_path / "repo").path
    for words in (["report", path, "--no-color"], ["why", "change_lead_time", "--service", "repo"]):
        ran = apart(*words, "--lake", tmp_path / "lake")
        assert ran.code == 0, ran.err
        assert not {c for c in ran.out if (ord(c) < 32 and c != "\n") or 127 <= ord(c) < 160 or c in "\u202e\u2028"}


def test_an_odd_folder_name_is_no_obstacle(tmp_path: Path) -> None:
    ran = apart("report", places.odd_path(tmp_path / "repo"), "--lake", tmp_path / "l a'k\"e", "--format", "json")
    assert ran.code == 0, ran.err
