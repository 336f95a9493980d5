"""Runs the command, in this process where time counts, in one of its own where the process is the point."""

import contextlib
import io
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from streamgauge.surfaces.cli.app import run

Document = dict[str, Any]
FLEETING = ("made_at", "lake_version")
"""What differs between two answers that say the same: when they were made, and from which snapshot."""


@dataclass(frozen=True)
class Ran:
    """What a command left behind: its exit code, and what it wrote to both streams."""

    code: int
    out: str
    err: str


def here(*arguments: str | Path) -> Ran:
    """Return what the command does, run in this process."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run([str(a) for a in arguments])
    return Ran(code, out.getvalue(), err.getvalue())


def start(*arguments: str | Path) -> subprocess.Popen[str]:
    """Return the command as a process of its own, at the head of its own group."""
    command = [sys.executable, "-m", "streamgauge", *map(str, arguments)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=os.environ, start_new_session=True)


def apart(*arguments: str | Path) -> Ran:
    """Return what the command does, run in a process of its own."""
    with start(*arguments) as process:
        out, err = process.communicate(timeout=120)
    return Ran(process.returncode, out, err)


def report(*paths: str | Path, lake: str | Path, options: Sequence[str] = ()) -> Document:
    """Return the report of repositories as JSON says it; fails the test where the command fails."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "report.json"
        ran = here("report", *paths, "--lake", lake, "--format", "json", "--out", file, *options)
        assert ran.code == 0, ran.err
        return read(file.read_text())


def proof(metric: str, *, lake: str | Path, options: Sequence[str | Path] = ()) -> Document:
    """Return the proof of one number as JSON says it; fails the test where the command fails."""
    ran = here("why", metric, "--lake", lake, "--format", "json", *options)
    assert ran.code == 0, ran.err
    return read(ran.out)


def read(text: str) -> Document:
    """Return a JSON document."""
    found = json.loads(text)
    assert isinstance(found, dict)
    return found


def lasting(document: Mapping[str, Any]) -> Document:
    """Return a report without what differs from run to run: also the ages of what waits, which grow by the second."""
    known = {key: value for key, value in document.items() if key not in FLEETING}
    return known | {"services": [service | {"measures": _ageless(service)} for service in document["services"]]}


def _ageless(service: Mapping[str, Any]) -> list[Document]:
    return [m | {"percentiles": None} if m["metric"] == "undeployed_changes" else m for m in service["measures"]]


def services(document: Mapping[str, Any]) -> dict[tuple[str, str | None], Document]:
    """Return the entries of a report by service and release line."""
    return {(s["service"], s["release_line"]): s for s in document["services"]}


def measures(service: Mapping[str, Any]) -> dict[str, Document]:
    """Return the measures of one entry by metric."""
    return {m["metric"]: m for m in service["measures"]}


def left_out(measure: Mapping[str, Any], reason: str) -> int:
    """Return how many records a measure or a proof left out for one reason."""
    return sum(entry["n"] for entry in measure["left_out"] if entry["reason"] == reason)
