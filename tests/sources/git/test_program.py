"""git is run in a fixed environment, its faults become ours, and a repository's own settings start nothing."""

import os
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from streamgauge.errors import BrokenRepository, GitMissing, NoPermission, NotARepository
from streamgauge.sources.git import history, lines, program
from streamgauge.sources.git.program import environment, executable, fault, run, stream
from streamgauge.sources.git.repository import Repository as Opened
from streamgauge.sources.pseudonym import Pseudonyms
from tests.kit.histories import linear
from tests.kit.repository import Repository
from tests.sources.git.reading import NOW


@pytest.fixture
def _fresh() -> Iterator[None]:
    executable.cache_clear()
    yield
    executable.cache_clear()


def pretend(folder: Path, words: str) -> None:
    """Put a program called git into a folder, that says these words."""
    folder.mkdir()
    place = folder / "git"
    place.write_text(f"#!/bin/sh\necho '{words}'\n")
    place.chmod(0o755)


@pytest.mark.usefixtures("_fresh")
class TestExecutable:
    """Which git is good enough."""

    def test_no_git_on_the_path_is_said(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(GitMissing, match="not installed") as raised:
            executable()
        assert "Install git 2.25" in raised.value.advice

    @pytest.mark.parametrize("words", ["git version 2.24.9", "git version 1.8.3.1", "no git at all"])
    def test_a_git_that_is_too_old_is_said(self, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        pretend(tmp_path / "bin", words)
        monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
        with pytest.raises(GitMissing, match="too old"):
            executable()

    @pytest.mark.parametrize("words", ["git version 2.25.0", "git version 2.39.5 (Apple Git-154)", "git version 3.0"])
    def test_a_newer_git_will_do(self, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        pretend(tmp_path / "bin", words)
        monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
        assert executable() == str(tmp_path / "bin" / "git")

    def test_a_missing_git_is_looked_for_again(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(GitMissing):
            executable()
        pretend(tmp_path / "bin", "git version 2.40.0")
        monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
        assert executable()


def test_the_environment_drops_what_would_point_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_EXTERNAL_DIFF"):
        monkeypatch.setenv(name, "/elsewhere")
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    found = environment()
    assert not {n for n in found if found[n] == "/elsewhere"}
    assert (found["LC_ALL"], found["GIT_TERMINAL_PROMPT"], found["GIT_ALLOW_PROTOCOL"]) == ("C", "0", "none")


def test_a_repository_is_read_though_git_dir_points_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    linear(tmp_path / "repo")
    other = linear(tmp_path / "other")
    monkeypatch.setenv("GIT_DIR", str(other.git_dir))
    assert Opened(str(tmp_path / "repo")).folder == str(tmp_path / "repo" / ".git")


HOSTILE = """
[core]
    fsmonitor = {0}
    pager = {0}
    editor = {0}
    sshCommand = {0}
    hooksPath = {1}
    attributesFile = {2}
    askPass = {0}
[log]
    showSignature = true
    mailmap = false
    follow = true
    decorate = full
    diffMerges = on
[gpg]
    program = {0}
[diff]
    external = {0}
    noprefix = true
    orderFile = /nowhere
[diff "x"]
    textconv = {0}
    command = {0}
[alias]
    log = !{0}
    rev-parse = !{0}
    rev-list = !{0}
    diff-tree = !{0}
    for-each-ref = !{0}
[credential]
    helper = !{0}
[pager]
    log = {0}
[color]
    ui = always
[i18n]
    logOutputEncoding = UTF-16
[format]
    pretty = oneline
[extensions]
    partialClone = origin
[remote "origin"]
    url = ext::{0}
    promisor = true
    uploadpack = {0}
"""


def test_nothing_in_a_hostile_configuration_is_ever_executed(tmp_path: Path) -> None:
    repo = linear(tmp_path / "repo")
    signed = "tree {}\nauthor A <a@b> 1704067200 +0000\ncommitter A <a@b> 1704067200 +0000\ngpgsig x\n\nsigned\n"
    repo.detach(repo.objects.write("commit", signed.format(repo.text("rev-parse", "HEAD^{tree}")).encode()))
    mark, hooks = tmp_path / "executed", tmp_path / "hooks"
    script = tmp_path / "script"
    script.write_text(f"#!/bin/sh\ntouch {mark}\n")
    script.chmod(0o755)
    hooks.mkdir()
    for name in ("post-checkout", "reference-transaction", "fsmonitor-watchman"):
        (hooks / name).symlink_to(script)
    attributes = tmp_path / "attributes"
    attributes.write_text("* diff=x filter=x\n")
    (repo.git_dir / "info").mkdir(exist_ok=True)
    (repo.git_dir / "info" / "attributes").write_text("* diff=x\n")
    with (repo.git_dir / "config").open("a") as config:
        config.write(HOSTILE.format(script, hooks, attributes))
    opened = Opened(str(repo.path))
    state = opened.state()
    raw = list(history.fetch(opened.path, state.tips, [], Pseudonyms(b"k" * 32)))
    commits = [c for table in raw for c in table["id"].to_pylist()]
    assert sum(table.num_rows for table in raw) == 15
    assert set(commits) == set(history.reachable(opened.path, state.tips))
    for has_lines in (True, False):
        found = list(lines.fetch(opened.path, commits, repository="r", recorded_at=NOW, has_lines=has_lines))
        assert [len(row["files"]) for table in found for row in table.to_pylist()] == [1] * 15
    assert not mark.exists()


def test_nothing_is_fetched_for_a_partial_clone(tmp_path: Path) -> None:
    source = linear(tmp_path / "source")
    source.git("config", "uploadpack.allowFilter", "true")
    source.git("clone", "-q", "--bare", "--filter=blob:none", source.path.as_uri(), str(tmp_path / "clone"))
    opened = Opened(str(tmp_path / "clone"))
    commits = history.reachable(opened.path, opened.state().tips)
    with pytest.raises(BrokenRepository):
        list(lines.fetch(opened.path, commits, repository="r", recorded_at=NOW))
    missing = source.git("-C", str(tmp_path / "clone"), "rev-list", "--objects", "--all", "--missing=print")
    assert b"\n?" in missing


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("fatal: not a git repository (or any of the parent directories): .git", NotARepository),
        ("fatal: cannot change to '/x': No such file or directory", NotARepository),
        ("fatal: detected dubious ownership in repository at '/x'", NoPermission),
        ("fatal: unsafe repository ('/x' is owned by someone else)", NoPermission),
        ("fatal: error opening '/x/.git': Permission denied", NoPermission),
        ("error: Could not read 0123\nfatal: revision walk setup failed", BrokenRepository),
        ("", BrokenRepository),
    ],
)
def test_the_words_of_git_become_the_error_that_fits(said: str, kind: type[Exception]) -> None:
    found = fault("/x", said.encode())
    assert type(found) is kind
    assert found.advice


def test_dubious_ownership_says_the_command_that_mends_it_ready_for_the_shell() -> None:
    found = fault("/a b/c", b"fatal: detected dubious ownership in repository at '/a b/c'")
    assert "safe.directory '/a b/c'" in found.advice


def test_a_repository_of_another_user_is_refused_with_advice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    linear(tmp_path / "repo")
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    monkeypatch.setattr(program, "environment", lambda: {**os.environ, "LC_ALL": "C"})
    with pytest.raises(NoPermission, match="another user owns it"):
        Opened(str(tmp_path / "repo"))


def test_control_signs_in_the_words_of_git_do_not_reach_the_terminal() -> None:
    assert "\x1b" not in str(fault("/x", b"fatal: bad \x1b[31m object \x07 \xff"))


def test_a_stream_that_is_left_early_leaves_no_process_behind(tmp_path: Path) -> None:
    repo = Repository(tmp_path / "repo")
    repo.commit("x" * 2_000_000)
    with stream(str(repo.path), ["log", "--format=%B"]) as output:
        assert output.read(1) == b"x"
    assert subprocess.run(["pgrep", "-P", str(os.getpid()), "-x", "git"], capture_output=True).stdout == b""


def test_a_stream_raises_when_git_fails_in_the_middle(tmp_path: Path) -> None:
    repo = linear(tmp_path / "repo")
    repo.objects.path(repo.text("rev-parse", "HEAD~5")).unlink()
    with (
        pytest.raises(BrokenRepository, match="Could not read"),
        stream(str(repo.path), ["log", "--format=%H"]) as output,
    ):
        output.read()


def test_run_gives_what_was_printed_or_nothing_where_failing_is_allowed(tmp_path: Path) -> None:
    repo = linear(tmp_path / "repo")
    assert run(str(repo.path), "rev-parse", "HEAD").decode().strip() == repo.head()
    assert run(str(repo.path), "rev-parse", "-q", "--verify", "nothing", check=False) == b""
    with pytest.raises(BrokenRepository):
        run(str(repo.path), "rev-parse", "--verify", "nothing")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read_is_said(tmp_path: Path) -> None:
    linear(tmp_path / "repo")
    (tmp_path / "repo").chmod(0)
    try:
        with pytest.raises(NoPermission):
            Opened(str(tmp_path / "repo"))
    finally:
        (tmp_path / "repo").chmod(stat.S_IRWXU)
