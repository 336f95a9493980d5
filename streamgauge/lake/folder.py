"""A lake in a folder of this machine."""

import contextlib
import fcntl
import json
import os
import re
import socket
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from streamgauge.errors import BadOption, LakeLocked
from streamgauge.lake.store import DataFile, Lease

# The library that writes the tables takes a path for an address and fails on these.
_UNFIT = re.compile(r"[][|^\\]|%[0-9A-Fa-f]{2}")
_OF_THE_MAKING = ("lake.json", "pseudonym.key", ".lease", ".making-")


class FolderStore:
    """Files of a lake in one folder."""

    options: dict[str, str] | None = None

    def __init__(self, address: str) -> None:
        self.address = address
        self.root = Path(address).expanduser().absolute()
        if bad := _UNFIT.search(str(self.root)):
            raise BadOption(
                f"The lake folder '{self.root}' has '{bad[0]}' in its path, which the table format cannot name.",
                advice="Choose a folder whose path is without [ ] | ^ \\ and without % before two digits.",
            )

    def uri(self, table: str) -> str:
        """Return the table's folder."""
        return str(self.root / table)

    def read(self, name: str) -> bytes | None:
        """Return the content of a file, none when it is absent."""
        try:
            return (self.root / name).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def create(self, name: str, content: bytes) -> bool:
        """Write a file, a key so that only its owner may read it; of several makers at once one wins."""
        self.root.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(prefix=".making-", dir=self.root)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            if not name.endswith(".key"):
                Path(draft).chmod(0o644)
            os.link(draft, self.root / name)
        except FileExistsError:
            return False
        finally:
            Path(draft).unlink()
        return True

    def holds_anything(self) -> bool:
        """Whether the folder holds something that the making of a lake did not leave."""
        if not self.root.exists():
            return False
        return any(not entry.name.startswith(_OF_THE_MAKING) for entry in self.root.iterdir())

    def names(self, folder: str) -> list[str]:
        """Return the names of the tables in a folder."""
        place = self.root / folder
        return [f"{folder}/{entry.name}" for entry in place.iterdir() if entry.is_dir()] if place.is_dir() else []

    def local(self, table: str, files: Sequence[DataFile], lake_id: str) -> list[str]:  # noqa: ARG002 - a store's shape
        """Return the files' own paths."""
        return [str(self.root / table / file.path) for file in files]

    def size(self, table: str, path: str) -> int | None:
        """Return the bytes of a file, none when it is absent."""
        with contextlib.suppress(FileNotFoundError):
            return (self.root / table / path).stat().st_size
        return None

    @contextmanager
    def lease(self, patience: float) -> Iterator[Lease]:
        """Hold the folder's lock, which the system frees when the process ends in whatever way."""
        handle = os.open(self.root / ".lease", os.O_RDWR | os.O_CREAT, 0o666)
        try:
            _wait(handle, self.address, patience)
            _sign(handle)
            yield _Held()
        finally:
            os.close(handle)


class _Held:
    """A lock of the system cannot get lost while its file is open."""

    def check(self) -> None:
        """Do nothing."""


def _wait(handle: int, address: str, patience: float) -> None:
    end = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= end:
                raise LakeLocked(
                    f"{_holder(handle)} is writing to the lake {address}; we waited {patience:g} seconds.",
                    advice="Run the same command again when it has ended.",
                ) from None
            time.sleep(0.05)
        else:
            return


def _sign(handle: int) -> None:
    """Say in the lock file who holds it; only for the words of an error, so a full disk does not matter."""
    note = {"pid": os.getpid(), "host": socket.gethostname(), "since": datetime.now(UTC).isoformat()}
    with contextlib.suppress(OSError):
        os.ftruncate(handle, 0)
        os.pwrite(handle, json.dumps(note).encode(), 0)


def _holder(handle: int) -> str:
    try:
        note = json.loads(os.pread(handle, 4096, 0))
        return f"Process {note['pid']} on {note['host']}"
    except (ValueError, KeyError, TypeError):
        return "Another process"
