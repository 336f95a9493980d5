"""A repository is found wherever and however it stands, and its references are told as they are."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from streamgauge.errors import BadOption, BrokenRepository, NoPermission, NotARepository
from streamgauge.sources.git.repository import Repository as Opened
from streamgauge.sources.git.repository import State
from tests.kit import damaged, histories, places
from tests.kit.git import git
from tests.kit.repository import DAY, Repository, day


def state(path: Path | str) -> State:
    return Opened(str(path)).state()


@pytest.mark.parametrize("make", places.PLACES, ids=lambda make: make.__name__)
def test_head_and_tips_are_what_git_says(make: object, tmp_path: Path) -> None:
    path = make(tmp_path / "repo")  # type: ignore[operator]
    found, opened = state(path), Opened(str(path))
    said = Repository.__new__(Repository)
    said.path = path
    refs = said.text("for-each-ref", "--format=%(refname)", "refs/heads", "refs/remotes", "refs/tags").splitlines()
    symbolic = {r for r in refs if r.endswith("/HEAD")}
    assert {r.name for r in (*found.branches, *found.tags)} == set(refs) - symbolic
    if found.head and make is not places.unborn:
        assert found.head == said.text("rev-parse", "HEAD")
    assert opened.bare == (said.text("rev-parse", "--is-bare-repository") == "true")
    assert not {r.name for r in (*found.branches, *found.tags) if "pull" in r.name or "notes" in r.name}


def test_an_empty_repository_has_nothing_and_no_fault(tmp_path: Path) -> None:
    found = state(places.empty(tmp_path / "repo"))
    assert (found.head, found.tips, found.head_target) == (None, (), "refs/heads/main")


def test_an_unborn_head_is_stood_in_for_and_said(tmp_path: Path) -> None:
    found = state(places.unborn(tmp_path / "repo"))
    assert found.head == next(b.commit for b in found.branches if b.name == "refs/heads/main")
    assert found.notes == ("HEAD names refs/heads/not-yet, which has no commit; refs/heads/main stands in.",)


def test_a_detached_head_counts_and_has_no_name(tmp_path: Path) -> None:
    found = state(places.detached(tmp_path / "repo"))
    assert found.head_target is None
    assert found.head in found.tips
    (said,) = found.notes
    assert said.startswith(
        f"What waits is counted on the commit {str(found.head)[:12]}, which is checked out, and not on"
    )
    assert said.endswith(" main, the default branch: check main out to count it there.")


def test_a_branch_that_is_checked_out_beside_the_default_one_is_said(tmp_path: Path) -> None:
    """Where it holds the same commit, or only lags behind its origin, it is the default branch as good as that."""
    source = histories.linear(tmp_path / "source")
    git(tmp_path, "clone", "-q", source.path.as_uri(), "clone")
    clone = tmp_path / "clone"
    git(clone, "checkout", "-q", "-b", "feature/search")
    assert state(clone).notes == ()
    git(clone, "reset", "-q", "--hard", "HEAD~2")
    (said,) = state(clone).notes
    assert said.startswith("What waits is counted on feature/search, which is checked out, and not on main, ")
    git(clone, "checkout", "-q", "main")
    git(clone, "reset", "-q", "--hard", "HEAD~2")
    assert state(clone).notes == ()


def test_a_work_tree_is_the_same_repository_at_another_head(tmp_path: Path) -> None:
    tree = Opened(str(places.worktree(tmp_path / "tree")))
    assert tree.path == str(tmp_path / "tree")
    assert tree.state().head_target == "refs/heads/release/1.1"


@pytest.mark.parametrize("inside", [".", ".git", "deep/below"])
def test_any_folder_of_a_clone_means_the_clone(inside: str, tmp_path: Path) -> None:
    places.subfolder(tmp_path / "repo")
    found, whole = Opened(str(tmp_path / "repo" / inside)), Opened(str(tmp_path / "repo"))
    assert (found.path, found.folder, found.name, found.id) == (whole.path, whole.folder, "repo", whole.id)
    assert found.state().fingerprint == whole.state().fingerprint


@pytest.mark.parametrize("name", ["two words", "näme 中", "line\nbreak", " blanks ", "trailing\n", "-rf", "$HOME;'\""])
def test_odd_names_of_folders_are_read(name: str, tmp_path: Path) -> None:
    histories.linear(tmp_path / name)
    found = Opened(str(tmp_path / name))
    assert found.path == str(tmp_path / name)
    assert not found.shallow
    assert len(found.state().tags) == 4


def test_a_link_and_its_aim_are_one_repository(tmp_path: Path) -> None:
    histories.linear(tmp_path / "repo")
    (tmp_path / "link").symlink_to(tmp_path / "repo")
    assert Opened(str(tmp_path / "link")).id == Opened(str(tmp_path / "repo")).id


def test_a_folder_whose_git_is_a_file_is_followed(tmp_path: Path) -> None:
    repo = histories.linear(tmp_path / "repo")
    repo.git_dir.rename(tmp_path / "elsewhere")
    (tmp_path / "repo" / ".git").write_text("gitdir: ../elsewhere\n")
    found = Opened(str(tmp_path / "repo"))
    assert (found.folder, found.path, found.name) == (str(tmp_path / "elsewhere"), str(tmp_path / "repo"), "repo")


@pytest.mark.parametrize(("folder", "name"), [("app.git", "app"), ("app/repo", "app"), ("app/.git", "app")])
def test_a_bare_repository_is_named_after_its_folder(folder: str, name: str, tmp_path: Path) -> None:
    Repository(tmp_path / folder, bare=True).commit()
    assert Opened(str(tmp_path / folder)).name == name


@pytest.mark.parametrize("make", damaged.NO_REPOSITORY, ids=lambda make: make.__name__)
def test_what_is_no_repository_is_refused_with_advice(make: object, tmp_path: Path) -> None:
    path = make(tmp_path / "repo")  # type: ignore[operator]
    with pytest.raises((NotARepository, BrokenRepository)) as raised:
        Opened(str(path))
    assert raised.value.advice


@pytest.mark.parametrize("path", ["~nobody-of-this-name/repo", "x" * 5000, "/dev/null/x", ""])
def test_a_path_that_cannot_be_is_no_repository(path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(NotARepository):
        Opened(path)


@pytest.mark.parametrize("path", ["https://example.com/team/app", "git@example.com:team/app.git", "ssh://git@host/a"])
def test_an_address_is_to_be_cloned_first(path: str) -> None:
    with pytest.raises(NotARepository, match="is an address, not a folder") as raised:
        Opened(path)
    assert "git clone --bare ADDRESS" in raised.value.advice


def test_a_path_with_a_nul_is_a_bad_option() -> None:
    with pytest.raises(BadOption, match="NUL"):
        Opened("a\0b")


def test_a_path_that_may_not_be_looked_at_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "stat", refuse)
    with pytest.raises(NoPermission):
        Opened(str(tmp_path))


class TestTags:
    """What a tag leads to, and when it was made."""

    def test_nested_tags_lead_to_their_commit_and_others_do_not_count(self, tmp_path: Path) -> None:
        repo = histories.strange_tags(tmp_path / "repo")
        found = state(repo.path)
        by_name = {t.name.removeprefix("refs/tags/"): t for t in found.tags}
        for name, tag in by_name.items():
            assert tag.commit == repo.text("rev-parse", f"refs/tags/{name}^{{commit}}")
        assert not {"v1.2", "v1.3", "v1.4"} & set(by_name)
        assert {"v1.1", "v1.1-twice", "v1.1.1"} <= set(by_name)
        assert any("3 references name no commit" in note for note in found.notes)
        for name in ("v1.2", "v1.3"):
            repo.drop_ref(f"refs/tags/{name}")
        assert state(repo.path).notes == ("1 reference names no commit but a file or a tree, which does not count.",)

    def test_a_time_is_the_taggers_or_else_the_commits(self, tmp_path: Path) -> None:
        found = state(histories.tags_of_both_kinds(tmp_path / "repo").path)
        times: dict[str, object] = {t.name[-5:]: (t.at.timestamp() if t.at else None, t.annotated) for t in found.tags}
        assert times["0.1.0"] == (day(4), True)
        assert times["0.2.0"] == (day(2), False)
        assert times["0.6.0"] == (None, True)

    @pytest.mark.parametrize("stamp", ["-5 +0000", "99999999999999999999 +0000", "253402300800 +0000"])
    def test_a_time_that_is_no_instant_is_none(self, stamp: str, tmp_path: Path) -> None:
        repo = Repository(tmp_path / "repo")
        repo.commit()
        repo.tag("v1", at=stamp)
        (tag,) = state(repo.path).tags
        assert tag.at is None


class TestDamage:
    """What is broken is said; what is whole still counts."""

    @pytest.mark.parametrize("make", [damaged.tag_of_nothing, damaged.empty_reference])
    def test_one_broken_reference_does_not_stop_the_others(self, make: object, tmp_path: Path) -> None:
        found = state(make(tmp_path / "repo"))  # type: ignore[operator]
        assert len(found.tags) == 4
        assert found.head_target == "refs/heads/main"

    def test_references_that_cannot_be_read_are_told(self, tmp_path: Path) -> None:
        """An empty file, noise, a name that a copying service made; what only stands for one of them is none itself."""
        heads = damaged.empty_reference(tmp_path / "repo") / ".git" / "refs" / "heads"
        before = state(tmp_path / "repo")
        assert before.notes == ("git cannot read 1 reference, such as refs/heads/lost.",)
        (heads / "noise").write_bytes(b"\x00noise")
        (heads / "main 2").write_bytes((heads / "main").read_bytes())
        (heads / "other").write_text("ref: refs/heads/noise\n")
        after = state(tmp_path / "repo")
        assert after.notes == ("git cannot read 3 references, such as refs/heads/lost.",)
        assert after.fingerprint != before.fingerprint

    @pytest.mark.parametrize("make", [damaged.missing_tip, damaged.missing_pack, damaged.cut_pack])
    def test_a_lost_default_branch_is_a_broken_repository(self, make: object, tmp_path: Path) -> None:
        with pytest.raises(BrokenRepository):
            state(make(tmp_path / "repo"))  # type: ignore[operator]


class TestIdentity:
    """When commits that were read before have to be read again, and when anything changed at all."""

    def test_only_a_new_mailmap_or_another_cut_changes_the_identity(self, tmp_path: Path) -> None:
        repo = histories.mailmap(tmp_path / "repo")
        before = state(repo.path)
        repo.commit("More")
        after = state(repo.path)
        assert before.identity == after.identity
        assert before.fingerprint != after.fingerprint
        (repo.path / ".mailmap").write_text("New <new@example.org> <ann@example.org>\n")
        changed = state(repo.path)
        assert changed.identity != after.identity
        assert changed.mailmap == hashlib.sha256((repo.path / ".mailmap").read_bytes()).hexdigest()

    def test_a_deeper_clone_has_another_identity(self, tmp_path: Path) -> None:
        path = places.shallow(tmp_path / "repo")
        before = state(path)
        repo = Repository.__new__(Repository)
        repo.path = path
        repo.git("fetch", "-q", "--deepen", "2")
        assert len(before.boundary) == len(state(path).boundary) == 1
        assert before.identity != state(path).identity

    def test_the_fingerprint_sees_every_change_of_a_reference(self, tmp_path: Path) -> None:
        repo = histories.linear(tmp_path / "repo")
        seen = {state(repo.path).fingerprint}
        head = repo.head()
        assert head is not None
        steps: tuple[Callable[[], object], ...] = (
            lambda: repo.tag("new"),
            lambda: repo.tag("new", at=repo.clock - DAY),
            lambda: repo.drop_tag("new"),
            lambda: repo.set_ref("refs/heads/side", head),
            lambda: repo.switch("side"),
            lambda: repo.detach(head),
            lambda: repo.set_ref("refs/remotes/origin/main", head),
        )
        for number, step in enumerate(steps):
            step()
            found = state(repo.path).fingerprint
            assert (found in seen) == (number == 2)
            seen.add(found)

    def test_a_tag_that_becomes_annotated_at_the_same_time_is_seen(self, tmp_path: Path) -> None:
        repo = Repository(tmp_path / "repo")
        repo.commit(at=day(1))
        repo.tag("v1")
        light = state(repo.path)
        repo.tag("v1", at=day(1))
        assert state(repo.path).tips == light.tips
        assert state(repo.path).fingerprint != light.fingerprint
