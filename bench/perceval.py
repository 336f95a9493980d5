"""Reading a history against the git backend of chaoss Perceval, where it is installed."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

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
    theirs, missing = _theirs(os.environ.get(PYTHON, sys.executable), ground.clone, ground.times or 2)
    for name, has_lines, limit in (("history with lines", True, 2.5), ("history", False, 30.0)):
        ours = apart(None, both, ground.clone, has_lines, ground.times or 2)[0] if theirs else None
        yield Figure(
            name=name, ours=ours, against="Perceval", peer=theirs, limit=limit, is_faster=True, missing=missing
        )


def _theirs(python: str, clone: Path, times: int) -> tuple[float | None, str]:
    """Return the least seconds that Perceval took, or none and why: it reads merges too, which a clone may lack."""
    if subprocess.run([python, "-c", "import perceval.backends"], capture_output=True, check=False).returncode:
        return None, "not installed"
    command = [python, "-c", _READ, str(clone)]
    runs = [
        subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
        for _ in range(times)
    ]
    return (None, "Perceval failed") if runs[-1].returncode else (min(float(run.stdout) for run in runs), "")
