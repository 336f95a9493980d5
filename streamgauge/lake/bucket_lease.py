"""The right to write to a bucket: one object, made and taken over only by conditional writes."""

import json
import os
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from streamgauge.errors import LakeLocked
from streamgauge.lake.secrets import scrubbed

if TYPE_CHECKING:
    from obstore.store import S3Store

NAME = ".lease"
SECONDS = 60.0
"""A lease not renewed for this long may be taken over; it is renewed at a third of it."""
_PAUSE = 0.5


@contextmanager
def hold(objects: "S3Store", address: str, patience: float) -> Iterator["BucketLease"]:
    """Wait up to `patience` seconds for the lease, renew it while the block runs, and give it back."""
    lease = BucketLease(objects, address)
    end = time.monotonic() + patience
    while (holder := lease.take()) is not None:
        if time.monotonic() >= end:
            raise LakeLocked(
                f"{holder} is writing to the lake {scrubbed(address)}; we waited {patience:g} seconds.",
                advice="Run the same command again when it has ended.",
            )
        time.sleep(_PAUSE)
    lease.keep()
    try:
        yield lease
    finally:
        lease.release()


class BucketLease:
    """A lease object that names its holder; who renews it owns its version tag, so a loss is always noticed.

    Whether another's lease has ended is judged by this machine's own clock over the tag standing still, so that the
    clocks of two machines need not agree.
    """

    def __init__(self, objects: "S3Store", address: str) -> None:
        self._objects, self._address = objects, address
        self._id = uuid.uuid4().hex
        self._tag: str | None = None
        self._valid_until = 0.0
        self._seen: tuple[str | None, float] = (None, 0.0)
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def take(self) -> str | None:
        """Try once to become the holder; return who holds it, none when it is us."""
        import obstore
        from obstore.exceptions import AlreadyExistsError, PreconditionError

        try:
            found = obstore.get(self._objects, NAME)
        except FileNotFoundError:
            found = None
        with suppress(AlreadyExistsError, PreconditionError):
            if found is None:
                self._put("create")
                return None
            tag, note = found.meta["e_tag"], _note(bytes(found.bytes()))
            if note.get("released") or self._stands_still(tag, float(note.get("seconds", SECONDS))):
                self._put({"e_tag": tag})
                return None
            return f"Process {note.get('pid', '?')} on {note.get('host', '?')}"
        return "Another process"

    def keep(self) -> None:
        """Renew the lease in the background until it is released."""
        self._thread = threading.Thread(target=self._renew, name="lease", daemon=True)
        self._thread.start()

    def check(self) -> None:
        """Raise LakeLocked when the lease was lost: the machine slept, or the store was away for too long."""
        if time.monotonic() >= self._valid_until:
            raise LakeLocked(
                f"The right to write to the lake {scrubbed(self._address)} was lost to another process.",
                advice="Nothing of this run was published; run the same command again.",
            )

    def release(self) -> None:
        """Give the lease back; when the store is away it ends by itself."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join()
        from obstore.exceptions import BaseError

        with suppress(BaseError, OSError):
            if time.monotonic() < self._valid_until:
                self._put({"e_tag": self._tag}, released=True)
        self._valid_until = 0.0

    def _renew(self) -> None:
        from obstore.exceptions import BaseError, PreconditionError

        while not self._ended.wait(SECONDS / 3):
            try:
                self._put({"e_tag": self._tag})
            except (PreconditionError, FileNotFoundError):
                self._valid_until = 0.0
                return
            except (BaseError, OSError):
                continue

    def _put(self, mode: Any, *, released: bool = False) -> None:
        import obstore

        started = time.monotonic()
        note = {"id": self._id, "pid": os.getpid(), "host": socket.gethostname(), "seconds": SECONDS}
        # Each write differs, or the tag of a renewed lease would stand still.
        text = json.dumps({**note, "released": released, "renewal": uuid.uuid4().hex}).encode()
        self._tag = obstore.put(self._objects, NAME, text, mode=mode)["e_tag"]
        self._valid_until = started + SECONDS

    def _stands_still(self, tag: str | None, seconds: float) -> bool:
        if self._seen[0] != tag:
            self._seen = (tag, time.monotonic())
        return time.monotonic() - self._seen[1] > seconds


def _note(text: bytes) -> dict[str, Any]:
    try:
        note = json.loads(text)
    except ValueError:
        return {}
    return note if isinstance(note, dict) else {}
