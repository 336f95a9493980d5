"""Answers written to a file: the whole of it or nothing."""

import os
import stat
import sys
import tempfile
from pathlib import Path

from streamgauge.errors import BadOption


def check(option: str, target: str | None) -> None:
    """Raise BadOption where `target` cannot become a file, before the long work starts."""
    if target is None or target == "-":
        return
    path = Path(target)
    if not target or path.is_dir():
        raise BadOption(f"{option}: '{target}' is a folder.", advice="Name a file in it.")
    if not path.parent.is_dir():
        raise BadOption(f"{option}: there is no folder '{path.parent}'.", advice="Make it first, or name another file.")


def write(content: str, target: str | None) -> None:
    """Write text to the file `target`, or to stdout where it is null or "-".

    A file is replaced in one step when all of it is on the disk. Raises OSError, BadOption.
    """
    if target is None or target == "-":
        sys.stdout.write(content)
        sys.stdout.flush()
    elif os.path.exists(target) and not os.path.isfile(target):
        # A device or a pipe cannot be replaced, only written to.
        Path(target).write_text(content, encoding="utf-8", errors="backslashreplace")
    else:
        _replace(Path(os.path.realpath(target)), content.encode("utf-8", "backslashreplace"))


def _replace(path: Path, content: bytes) -> None:
    try:
        handle, part = tempfile.mkstemp(prefix=f".{path.name[:100]}.", suffix=".part", dir=path.parent)
    except FileNotFoundError:
        raise BadOption(f"No file can be made in '{path.parent}'.", advice="Name a file in another folder.") from None
    try:
        with open(handle, "wb") as file:
            os.fchmod(file.fileno(), _mode(path))
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except BaseException as fault:
        os.unlink(part)
        if isinstance(fault, OSError):
            fault.filename = str(path)
        raise


def _mode(path: Path) -> int:
    """Return the permissions of the file that is replaced, else what the user's mask gives a new file."""
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask
