"""What the benchmarks run on: a scratch clone of a given repository, or a synthetic one, and what is added to it."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.kit import synthetic
from tests.kit.git import environment, text


@dataclass(frozen=True, kw_only=True)
class Ground:
    """Where and how the benchmarks run. `commits` is the size of made-up histories; null: each benchmark's own.

    `times` says how often each act is timed; null: each benchmark's own. `folder` is free for scratch files.
    """

    folder: Path
    clone: Path
    commits: int | None = None
    times: int | None = None


SYNTHETIC = 20_000


def clone(folder: Path, repository: str | None, commits: int | None) -> Path:
    """Return a bare clone in `folder` with the branches and tags of `repository`, else a synthetic repository.

    A clone borrows the objects of the repository, which itself is only read.
    """
    path = folder / "clone.git"
    if repository is None:
        return synthetic.repository(path, commits or SYNTHETIC)
    command = ["git", "clone", "--quiet", "--bare", "--shared", repository, str(path)]
    subprocess.run(command, check=True, env=environment())
    return path


def grow(repository: Path, commits: int) -> None:
    """Add so many commits to the end of a bare repository's default branch, each changing a file of its own."""
    branch = text(repository, "symbolic-ref", "HEAD")
    tip = text(repository, "rev-parse", branch)
    start = int(text(repository, "log", "-1", "--format=%ct", branch)) + 60
    words = [_words(branch, tip if n == 0 else f":{n}", n + 1, start + 60 * n) for n in range(commits)]
    command = ["git", "-C", str(repository), "fast-import", "--quiet"]
    subprocess.run(command, input="".join(words).encode(), check=True, env=environment())


def _words(branch: str, parent: str, mark: int, at: int) -> str:
    """Return the commands of fast-import for one commit; times are Unix seconds."""
    who = f"Ann Example <ann@example.org> {at} +0000"
    said = f"Change number {mark}\n"
    return (
        f"commit {branch}\nmark :{mark}\nauthor {who}\ncommitter {who}\ndata {len(said)}\n{said}"
        f"from {parent}\nM 100644 inline added/{at}-{mark}.txt\ndata {len(said)}\n{said}\n"
    )
