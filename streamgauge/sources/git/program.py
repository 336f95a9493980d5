"""Runs git itself: a fixed environment, no hooks, no network, no prompt, and its faults as our errors."""

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from tempfile import TemporaryFile
from typing import IO, Any

from streamgauge.errors import BrokenRepository, GitMissing, NoPermission, NotARepository, StreamgaugeError

OLDEST = (2, 25)
# A repository's own configuration is hostile input: nothing in it may start a program or colour the output.
_FIXED = {
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "core.quotePath": "false",
    "core.pager": "cat",
    "color.ui": "false",
    "diff.renames": "true",
    "diff.renameLimit": "1000",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "i18n.logOutputEncoding": "UTF-8",
    "log.showSignature": "false",
    "log.mailmap": "true",
    "log.decorate": "false",
    "log.follow": "false",
}
# git frees and asks for the same large buffers again and again while it counts lines. glibc hands each back to the
# system and fetches it anew, which takes up to a third of git's time; so it may keep them. Other libraries ignore this.
_MEMORY = {
    "MALLOC_MMAP_THRESHOLD_": str(32 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(256 << 20),
    "MALLOC_TOP_PAD_": str(16 << 20),
}
_PIPE = 1 << 20  # git goes on writing while we work on what it wrote; where the system cannot, its own size holds
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def environment() -> dict[str, str]:
    """Return the environment for git: messages in English, no prompt, no transport, no optional lock."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GIT_") or k.startswith("GIT_CONFIG")}
    fixed = {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1"}
    fixed |= {"GIT_FLUSH": "0"}  # else git writes commit by commit, with a call of the system for each
    fixed |= {"GIT_NO_REPLACE_OBJECTS": "1"}  # what was committed, not what somebody put in its place here
    return _MEMORY | kept | fixed | {"GIT_ALLOW_PROTOCOL": "none", "GIT_PAGER": "cat"}


@lru_cache(maxsize=1)
def executable() -> str:
    """Return the path of a git that is new enough; raises GitMissing."""
    found = shutil.which("git")
    if found is None:
        raise GitMissing("git is not installed, or not on PATH.", advice=_wanted())
    words = subprocess.run([found, "--version"], capture_output=True, text=True, env=environment()).stdout
    numbers = re.search(r"(\d+)\.(\d+)", words)
    if numbers is None or (int(numbers[1]), int(numbers[2])) < OLDEST:
        raise GitMissing(f"{found} says '{words.strip()}', which is too old.", advice=_wanted())
    return found


def _wanted() -> str:
    return f"Install git {OLDEST[0]}.{OLDEST[1]} or later, then run the same command again."


def command(path: str, arguments: Sequence[str]) -> list[str]:
    """Return the full command line for `git ARGUMENTS` in the repository at `path`."""
    settings = [word for key, value in _FIXED.items() for word in ("-c", f"{key}={value}")]
    return [executable(), "--no-pager", "-C", path, *settings, *arguments]


def attempt(path: str, *arguments: str, stdin: bytes | None = None) -> "subprocess.CompletedProcess[bytes]":
    """Return what became of a short git command, whether it failed or not."""
    given: dict[str, Any] = {"input": stdin} if stdin else {"stdin": subprocess.DEVNULL}
    return subprocess.run(command(path, arguments), capture_output=True, env=environment(), **given)


def run(path: str, *arguments: str, stdin: bytes | None = None, check: bool = True) -> bytes:
    """Return what a short git command prints; raises the error that fits git's words when it fails."""
    done = attempt(path, *arguments, stdin=stdin)
    if check and done.returncode:
        raise fault(path, done.stderr)
    return done.stdout


@contextmanager
def stream(path: str, arguments: Sequence[str], lines: Iterable[str] = ()) -> Iterator[IO[bytes]]:
    """Give git's output as it comes; `lines` go to its input. Raises when git fails, kills it when we leave early."""
    with TemporaryFile() as given, TemporaryFile() as complaints:
        given.writelines(f"{line}\n".encode() for line in lines)
        given.seek(0)
        process = subprocess.Popen(
            command(path, arguments),
            stdin=given,
            stdout=subprocess.PIPE,
            stderr=complaints,
            env=environment(),
            pipesize=_PIPE,
        )
        assert process.stdout is not None
        try:
            yield process.stdout
            # What is not read to its end was left early: git would wait for a reader for ever, and we for git.
            if not process.stdout.read(1) and process.wait():
                complaints.seek(0)
                raise fault(path, complaints.read())
        finally:
            process.stdout.close()
            process.kill()
            process.wait()


def fault(path: str, complaints: bytes) -> StreamgaugeError:
    """Return our error for what git wrote to its error output."""
    text = _CONTROL.sub("?", complaints.decode("utf-8", "replace")).strip()
    said = next((line for line in text.splitlines() if line.startswith(("fatal:", "error:"))), text[:300])
    if "not a git repository" in text or "cannot change to" in text:
        return NotARepository(
            f"{path} is not a git repository.", advice="Give the folder of a clone, bare or not, or of a work tree."
        )
    if "dubious ownership" in text or "unsafe repository" in text:
        return NoPermission(
            f"git refuses to read {path}, because another user owns it.",
            advice=f"If you trust it: git config --global --add safe.directory {shlex.quote(path)}",
        )
    if "ermission denied" in text:
        return NoPermission(f"{path} may not be read: {said}", advice="Run as a user who may read the repository.")
    return BrokenRepository(
        f"git cannot read {path}: {said}",
        advice=f"Nothing of this run was kept as an answer. Look at 'git -C {path} fsck', or make a fresh clone.",
    )
