"""Reading a history against the git backend of chaoss Perceval, where it is installed."""

import os
import subprocess
import sys
from collections.abc import Iterator

from bench.clock import apart
from bench.figure import Figure
from bench.ground import Ground
from bench.history import both

PYTHON = "PERCEVAL_PYTHON"
"""The variable that names a Python which has Perceval; without it this one is tried. Streamgauge never imports it."""

_READ = """
import sys, time
from perceval.backends.core.git import Git
start = time.perf_counter()
for _ in Git(sys.argv[1], sys.argv[1]).fetch(no_update=True):
    pass
print(time.perf_counter() - start)
"""


def perceval(ground: Ground) -> Iterator[Figure]:
    """Give our times with and without lines against Perceval's one way of reading, which counts lines."""
    python = os.environ.get(PYTHON, sys.executable)
    limits = (("history with lines", True, 2.5), ("history", False, 30.0))
    if not _has_perceval(python):
        for name, _, limit in limits:
            yield Figure(name=name, against="Perceval", limit=limit, is_faster=True, missing="not installed")
        return
    command = [python, "-c", _READ, str(ground.clone)]
    theirs = float(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)
    for name, has_lines, limit in limits:
        ours, _ = apart(None, both, ground.clone, has_lines, ground.times or 2)
        yield Figure(name=name, ours=ours, against="Perceval", peer=theirs, limit=limit, is_faster=True)


def _has_perceval(python: str) -> bool:
    command = [python, "-c", "import perceval.backends.core.git"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
