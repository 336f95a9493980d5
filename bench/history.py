"""Reading a history, with and without lines, against git itself."""

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
from streamgauge.sources.git import lines, read
from streamgauge.sources.git.history import fetch
from streamgauge.sources.git.repository import Repository
from streamgauge.sources.pseudonym import Pseudonyms

FIELDS = "%H%x00%P%x00%aN%x00%aE%x00%ad%x00%cE%x00%cd%x00%B"


def history(ground: Ground) -> Iterator[Figure]:
    """Give the times of reading without lines, and with lines on one core and on two, each against one `git log`."""
    for name, has_lines, on, limit in (
        ("history", False, 2, 2.0),
        ("history with lines, one core", True, 1, 1.25),
        ("history with lines, two cores", True, 2, 0.75),
    ):
        against = "git log --numstat" if has_lines else "git log"
        if cores() < on:
            yield Figure(name=name, against=against, limit=limit, missing=f"needs {on} cores")
            continue
        ours, peer = apart(on, both, ground.clone, has_lines, ground.times or (3 if has_lines else 5))
        yield Figure(name=name, ours=ours, against=against, peer=peer, limit=limit)


def both(repository: Path, has_lines: bool, times: int) -> list[float]:
    """Return our least time and git's, in seconds."""
    return least([partial(ours, repository, has_lines), partial(git, repository, has_lines)], times)


def ours(repository: Path, has_lines: bool) -> int:
    """Read the history into records, batch by batch; return how many there were."""
    clone, now, seen = Repository(str(repository)), datetime.now(UTC), 0
    changes: list[pa.ChunkedArray] = []
    for raw in fetch(clone.path, clone.state().tips, (), Pseudonyms(b"bench")):
        commits = read.read(raw, repository=clone.id, recorded_at=now)
        seen += commits.num_rows
        changes.append(commits["id"].filter(pc.less(pc.list_value_length(commits["parents"]), 2)))
    wanted = [commit for part in changes for commit in part.to_pylist()] if has_lines else []
    for table in lines.fetch(clone.path, wanted, repository=clone.id, recorded_at=now):
        seen += table.num_rows
    return seen


def git(repository: Path, has_lines: bool) -> None:
    """Run one `git log` over branches and tags with the same fields, to nowhere."""
    form = ["--numstat", "-M"] if has_lines else []
    references = ["HEAD", "--branches", "--remotes", "--tags"]
    command = ["git", "-C", str(repository), "log", "-z", "--date=raw", f"--format={FIELDS}", *form, *references]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
