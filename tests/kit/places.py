"""Repositories that stand in an odd place or state: bare, mirrored, shallow, partial, empty, detached, shared."""

import shutil
from pathlib import Path

from tests.kit.git import git
from tests.kit.histories import branchy, linear, release_branches
from tests.kit.repository import DAY, HOUR, Repository, day


def bare(path: Path) -> Path:
    """A bare repository with packed objects and references."""
    repo = Repository(path, bare=True)
    _plain(repo)
    repo.pack()
    return path


def packed(path: Path) -> Path:
    """A repository as it stands after `git gc`: one pack, packed references, a commit graph."""
    repo = branchy(path)
    repo.pack()
    repo.git("commit-graph", "write", "--reachable")
    return path


def sha256(path: Path) -> Path:
    """A repository whose hashes have 64 digits."""
    _plain(Repository(path, object_format="sha256"))
    return path


def mirror(path: Path) -> Path:
    """A bare mirror of a forge with pull request references, which are nobody's release and nobody's HEAD."""
    repo = Repository(path, bare=True)
    _plain(repo)
    main = repo.head()
    for number in range(1, 4):
        repo.commit(f"Proposed {number}", parents=[main] if main else None, at=day(30 + number))
        repo.set_ref(f"refs/pull/{number}/head", repo.head() or "")
        repo.set_ref(f"refs/pull/{number}/merge", repo.commit("Merge", at=day(31 + number)))
    repo.set_ref("refs/merge-requests/1/head", repo.commit("Also proposed", at=day(40)))
    repo.set_ref("refs/notes/commits", repo.commit("Notes", parents=[], at=day(40)))
    repo.switch("main", at=main)
    return path


def shallow(path: Path, depth: int = 5) -> Path:
    """A clone cut off behind a few commits, with the tags that are left."""
    source = linear(path.with_name(f"{path.name}-source"))
    git(path.parent, "clone", "-q", "--depth", str(depth), source.path.as_uri(), str(path))
    return path


def partial(path: Path) -> Path:
    """A clone without file contents, whose origin is gone: commits and trees are all there is."""
    return without_contents(branchy(path.with_name(f"{path.name}-source")), path)


def without_contents(source: Repository, path: Path) -> Path:
    """A clone of `source` without file contents; the source is gone after it."""
    source.git("config", "uploadpack.allowFilter", "true")
    git(path.parent, "clone", "-q", "--bare", "--filter=blob:none", source.path.as_uri(), str(path))
    shutil.rmtree(source.path)
    return path


def treeless(path: Path) -> Path:
    """A clone without trees and contents, whose origin is gone: commits are all there is."""
    source = branchy(path.with_name(f"{path.name}-source"))
    source.git("config", "uploadpack.allowFilter", "true")
    git(path.parent, "clone", "-q", "--bare", "--filter=tree:0", source.path.as_uri(), str(path))
    shutil.rmtree(source.path)
    return path


def worktree(path: Path) -> Path:
    """A second work tree of a repository: its `.git` is a file."""
    source = release_branches(path.with_name(f"{path.name}-source"))
    source.git("worktree", "add", "-q", str(path), "release/1.1")
    return path


def subfolder(path: Path) -> Path:
    """A folder deep within a work tree."""
    linear(path)
    (path / "deep" / "below").mkdir(parents=True)
    return path / "deep" / "below"


def borrowed(path: Path) -> Path:
    """A clone that borrows all its objects from another repository."""
    source = linear(path.with_name(f"{path.name}-source"))
    git(path.parent, "clone", "-q", "--shared", "--no-checkout", str(source.path), str(path))
    return path


def empty(path: Path) -> Path:
    """A repository without any commit."""
    return Repository(path).path


def unborn(path: Path) -> Path:
    """HEAD stands for a branch without commits; other branches and tags exist."""
    linear(path).switch("not-yet")
    return path


def detached(path: Path) -> Path:
    """HEAD names an older commit; the branch went on."""
    repo = linear(path)
    repo.detach(repo.text("rev-parse", "HEAD~4"))
    return path


def untagged(path: Path) -> Path:
    """Commits, but no release at all."""
    Repository(path).commits(5, every=DAY)
    return path


def odd_path(path: Path) -> Path:
    """A repository whose folder's name has blanks, quotes, markup and foreign letters."""
    return linear(path.with_name('it\'s a "näme" <b>中<b> $HOME %s;')).path


def _plain(repo: Repository) -> None:
    for number in range(9):
        repo.commit(f"Change {number}", at=day(2 * number), authored=day(2 * number) - 3 * HOUR)
        if number % 2:
            repo.tag(f"v1.{number}", at=day(2 * number) + HOUR)


PLACES = (
    bare,
    packed,
    sha256,
    mirror,
    shallow,
    partial,
    treeless,
    worktree,
    subfolder,
    borrowed,
    empty,
    unborn,
    detached,
    untagged,
    odd_path,
)
