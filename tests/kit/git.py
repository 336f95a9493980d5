"""Runs git with nobody's settings and fixed people, so that a repository comes out the same on every machine."""

import os
import subprocess
from pathlib import Path

PERSON = {"NAME": "Ann Example", "EMAIL": "ann@example.org", "DATE": "1704067200 +0000"}


def environment() -> dict[str, str]:
    """Return the process environment without any git setting of its own, with fixed people, dates and language."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    fixed = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C", "TZ": "UTC"}
    people = {f"GIT_{role}_{k}": v for role in ("AUTHOR", "COMMITTER") for k, v in PERSON.items()}
    return kept | fixed | people


def git(folder: Path, *arguments: str | bytes, given: bytes = b"", fails: bool = False) -> bytes:
    """Return what `git -C folder arguments` wrote; raises CalledProcessError where it fails, unless `fails`."""
    command = ["git", "-C", str(folder), *arguments]
    ran = subprocess.run(command, input=given, capture_output=True, env=environment(), check=False)
    if ran.returncode and not fails:
        raise subprocess.CalledProcessError(ran.returncode, command, ran.stdout, ran.stderr)
    return ran.stdout


def text(folder: Path, *arguments: str | bytes) -> str:
    """Return git's output as text without white space around it."""
    return git(folder, *arguments).decode("utf-8", "surrogateescape").strip()
