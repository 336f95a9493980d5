"""The kit keeps its word: repositories are what their names say, alike on every run, and quick to make."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings

from tests.kit import damaged, histories, hostile, places, synthetic, vectors
from tests.kit.git import text
from tests.kit.random_repository import History, Playback, growing
from tests.kit.repository import Repository, day

UNCLEAN = {"impossible_dates", "signs"}


def shaped(make, path: Path) -> Path:
    made = make(path)
    return made.path if isinstance(made, Repository) else made


@pytest.mark.parametrize("make", histories.HISTORIES + hostile.HOSTILE, ids=lambda f: f.__name__)
def test_git_finds_no_fault_unless_the_fault_is_the_point(make, tmp_path: Path) -> None:
    repo = make(tmp_path / "repo")
    checked = subprocess.run(["git", "-C", str(repo.path), "fsck", "--full"], capture_output=True)
    assert (checked.returncode == 0) == (make.__name__ not in UNCLEAN)


@pytest.mark.parametrize("make", places.PLACES, ids=lambda f: f.__name__)
def test_places_are_repositories(make, tmp_path: Path) -> None:
    assert text(make(tmp_path / "repo"), "rev-parse", "--git-dir")


@pytest.mark.parametrize("make", [*damaged.REFUSED, damaged.missing_tip], ids=lambda f: f.__name__)
def test_damage_stops_git_from_walking_the_history(make, tmp_path: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        text(make(tmp_path / "repo"), "rev-list", "HEAD")


@pytest.mark.parametrize("make", damaged.STILL_COUNTED, ids=lambda f: f.__name__)
def test_lesser_damage_leaves_the_history_whole(make, tmp_path: Path) -> None:
    assert text(make(tmp_path / "repo"), "rev-list", "--count", "HEAD") == "14"


@pytest.mark.parametrize("make", damaged.NO_REPOSITORY, ids=lambda f: f.__name__)
def test_git_refuses_what_is_no_repository(make, tmp_path: Path) -> None:
    with pytest.raises((subprocess.CalledProcessError, NotADirectoryError)):
        text(make(tmp_path / "repo"), "rev-parse", "HEAD")


def test_the_same_words_make_the_same_hashes(tmp_path: Path) -> None:
    one, two = histories.branchy(tmp_path / "one"), histories.branchy(tmp_path / "two")
    assert one.refs == two.refs


def test_hashes_are_those_of_git(tmp_path: Path) -> None:
    repo = Repository(tmp_path / "repo")
    files = {"a.b": "1", "a/b": "2", "a-b": "3", "a0": "4"}
    repo.commit(files=files)
    repo.git("read-tree", "HEAD")
    assert repo.text("write-tree") == repo.text("rev-parse", "HEAD^{tree}")
    assert repo.text("hash-object", "--stdin") == repo.text("hash-object", "-t", "blob", "--stdin")
    assert sorted(repo.text("ls-files").split()) == sorted(files)


def test_a_sha_256_repository_has_long_hashes(tmp_path: Path) -> None:
    assert len(text(places.sha256(tmp_path / "repo"), "rev-parse", "HEAD")) == 64


def test_a_shallow_clone_is_cut_off(tmp_path: Path) -> None:
    path = places.shallow(tmp_path / "repo")
    assert text(path, "rev-parse", "--is-shallow-repository") == "true"
    assert text(path, "rev-list", "--all", "--count") == "5"


def test_tags_carry_their_own_time(tmp_path: Path) -> None:
    repo = histories.tags_of_both_kinds(tmp_path / "repo")
    dates = repo.text("for-each-ref", "--format=%(refname:short) %(creatordate:unix)", "refs/tags").splitlines()
    assert {f"v0.0.0 {day(0)}", f"v0.1.0 {day(4)}", f"v0.2.0 {day(2)}", f"v0.3.0 {day(6)}"} <= set(dates)


@settings(max_examples=10)
@given(history=growing())
def test_a_random_history_is_a_repository_at_every_moment(
    history: History, tmp_path_factory: pytest.TempPathFactory
) -> None:
    playback = Playback(history, tmp_path_factory.mktemp("random") / "repo")
    for moment in history.moments:
        path = playback.show(moment)
        assert len(text(path, "for-each-ref").splitlines()) == len(moment.branches) + len(moment.tags)
        assert text(path, "fsck", "--no-dangling") == ""


def test_a_synthetic_history_has_what_was_asked_for(tmp_path: Path) -> None:
    path = synthetic.repository(tmp_path / "repo", 400, release_every=40)
    assert text(path, "rev-list", "--all", "--count") == "400"
    assert len(text(path, "tag").split()) == 10
    assert int(text(path, "rev-list", "--all", "--merges", "--count")) == 50
    assert text(path, "fsck") == ""


def test_a_synthetic_history_grows_at_its_end(tmp_path: Path) -> None:
    path = synthetic.repository(tmp_path / "repo", 100, release_every=30)
    before = text(path, "rev-parse", "main", "v1.2")
    synthetic.repository(path, 160, release_every=30)
    head, tag = before.split()
    assert text(path, "merge-base", "main", head) == head
    assert text(path, "rev-parse", "v1.2") == tag
    assert text(path, "for-each-ref", "--format=%(refname)", "refs/heads") == "refs/heads/main"


def test_numbers_alone_tell_the_same_history(tmp_path: Path) -> None:
    path = synthetic.repository(tmp_path / "repo", 200, release_every=50, files=False)
    written = text(path, "log", "--all", "--format=%ct %at").splitlines()
    assert sorted(written) == sorted(f"{c.committed} {c.authored}" for c in synthetic.changes(200, release_every=50))


def test_vectors_hold_what_the_definitions_say() -> None:
    counted = [d for d in vectors.FREQUENCY if d.kind == "normal" and d.outcome == "succeeded"]
    assert (len(counted), len(vectors.FREQUENCY)) == (10, 12)
    assert sum(vectors.REWORK.values()) == 25
    assert [v.name for v in vars(vectors).values() if isinstance(v, vectors.Vector)] == [
        *(f"T0.{n}" for n in range(1, 5)),
        *(f"T1.{n}" for n in range(1, 9)),
    ]
