"""Repositories that are broken: missing and cut-off objects, references to nothing, folders that only look right."""

from pathlib import Path

from tests.kit.histories import linear
from tests.kit.repository import Repository


def missing_commit(path: Path) -> Path:
    """A commit in the middle of the history is gone."""
    repo = linear(path)
    repo.objects.path(repo.text("rev-parse", "HEAD~6")).unlink()
    return path


def missing_tip(path: Path) -> Path:
    """The commit that the only branch names is gone."""
    repo = linear(path)
    repo.objects.path(repo.text("rev-parse", "HEAD")).unlink()
    return path


def missing_tree(path: Path) -> Path:
    """A tree is gone; commits are whole."""
    repo = linear(path)
    repo.objects.path(repo.text("rev-parse", "HEAD~6^{tree}")).unlink()
    return path


def missing_blob(path: Path) -> Path:
    """The content of one file is gone; commits and trees are whole."""
    repo = linear(path)
    repo.objects.path(repo.text("rev-parse", "HEAD~6:log.txt")).unlink()
    return path


def garbled_commit(path: Path) -> Path:
    """The file of one commit holds noise."""
    repo = linear(path)
    repo.objects.path(repo.text("rev-parse", "HEAD~6")).write_bytes(b"noise")
    return path


def cut_pack(path: Path) -> Path:
    """The pack ends in its middle, as after a full disk."""
    pack = linear(path).pack()
    whole = pack.read_bytes()
    pack.chmod(0o644)
    pack.write_bytes(whole[: len(whole) // 2])
    return path


def missing_pack(path: Path) -> Path:
    """The pack is gone; its index and the references are there."""
    linear(path).pack().unlink()
    return path


def tag_of_nothing(path: Path) -> Path:
    """One tag names an object that does not exist; all else is whole."""
    linear(path).set_ref("refs/tags/v7.0", "7" * 40)
    return path


def empty_reference(path: Path) -> Path:
    """One branch file is empty, as after a crash; all else is whole."""
    repo = linear(path)
    (repo.git_dir / "refs/heads/lost").write_text("")
    return path


def broken_head(path: Path) -> Path:
    """HEAD holds noise, so that git sees no repository."""
    repo = linear(path)
    (repo.git_dir / "HEAD").write_text("noise\n")
    return path


def broken_config(path: Path) -> Path:
    """git cannot read the repository's settings."""
    repo = linear(path)
    (repo.git_dir / "config").write_text("[core\nnoise")
    return path


def unknown_extension(path: Path) -> Path:
    """The repository asks for something that this git does not know."""
    repo = linear(path)
    (repo.git_dir / "config").write_text("[core]\n\trepositoryformatversion = 1\n[extensions]\n\tunheardof = true\n")
    return path


def plain_folder(path: Path) -> Path:
    """A folder that holds no repository."""
    path.mkdir()
    return path


def plain_file(path: Path) -> Path:
    """A file where a repository was meant."""
    path.write_text("text\n")
    return path


def absent(path: Path) -> Path:
    """Nothing at all."""
    return path


def lost_worktree(path: Path) -> Path:
    """A `.git` file that points at a folder that is gone."""
    path.mkdir()
    (path / ".git").write_text(f"gitdir: {path}-gone/.git/worktrees/x\n")
    return path


def bare_headless(path: Path) -> Path:
    """A bare repository whose HEAD file is gone."""
    repo = Repository(path, bare=True)
    repo.commits(2)
    (path / "HEAD").unlink()
    return path


STILL_COUNTED = (missing_blob, missing_tree, tag_of_nothing, empty_reference)
"""Damage that leaves all commits readable: numbers that need no file contents must still come out."""

REFUSED = (missing_commit, garbled_commit, cut_pack, missing_pack)
"""Damage of the history itself: nothing can be counted, and a person has to mend it."""

NO_REPOSITORY = (
    broken_head,
    broken_config,
    unknown_extension,
    plain_folder,
    plain_file,
    absent,
    lost_worktree,
    bare_headless,
)
"""What git does not take for a repository, or does not dare to read."""
