"""Reading a history, without and with lines, against git itself."""

import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from bench.clock import apart, cores, least
from bench.figure import Figure
from bench.ground import Ground
from streamgauge.sources.git import lines as diffstats
from streamgauge.sources.git import read
from streamgauge.sources.git.history import whole
from streamgauge.sources.git.repository import Repository
from streamgauge.sources.pseudonym import Pseudonyms

FIELDS = "%H%x00%P%x00%aN%x00%aE%x00%ad%x00%cE%x00%cd%x00%B"


def history(ground: Ground) -> Iterator[Figure]:
    """Give the time of reading without lines against one `git log`, on two cores."""
    ours, peer = apart(2, both, ground.clone, False, ground.times or 5)
    yield Figure(name="history", ours=ours, against="git log", peer=peer, limit=2.0)


def lines(ground: Ground) -> Iterator[Figure]:
    """Give the times of reading with lines, on one core and on two, each against one `git log --numstat`."""
    for name, on, limit in (("history with lines, one core", 1, 1.25), ("history with lines, two cores", 2, 0.75)):
        if cores() < on:
            yield Figure(name=name, against="git log --numstat", limit=limit, missing=f"needs {on} cores")
            continue
        ours, peer = apart(on, both, ground.clone, True, ground.times or 3)
        yield Figure(name=name, ours=ours, against="git log --numstat", peer=peer, limit=limit)


def both(repository: Path, has_lines: bool, times: int) -> list[float]:
    """Return our least time and git's, in seconds."""
    return least([partial(ours, repository, has_lines), partial(git, repository, has_lines)], times)


def ours(repository: Path, has_lines: bool) -> int:
    """Read the history into records, batch by batch; return how many there were."""
    clone, now, seen = Repository(str(repository)), datetime.now(UTC), 0
    changes: list[pa.ChunkedArray] = []
    _, coming = whole(clone, Pseudonyms(b"bench"))
    for raw in coming:
        commits = read.read(raw, repository=clone.id, recorded_at=now)
        seen += commits.num_rows
        changes.append(commits["id"].filter(pc.less(pc.list_value_length(commits["parents"]), 2)))
    wanted = [commit for part in changes for commit in part.to_pylist()] if has_lines else []
    for table in diffstats.fetch(clone.path, wanted, repository=clone.id, recorded_at=now):
        seen += table.num_rows
    return seen


def git(repository: Path, has_lines: bool) -> None:
    """Run one `git log` over branches and tags with the same fields, to nowhere."""
    form = ["--numstat", "-M"] if has_lines else []
    references = ["HEAD", "--branches", "--remotes", "--tags"]
    command = ["git", "-C", str(repository), "log", "-z", "--date=raw", f"--format={FIELDS}", *form, *references]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
