"""Opens a file safely: a regular file only, unpacked as a stream within limits, and watched for changes."""

import os
import stat
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Protocol

from streamgauge.errors import BadFile, NoPermission
from streamgauge.sources.files.options import Limits

GZIP, ZIP = b"\x1f\x8b", (b"PK\x03\x04", b"PK\x05\x06")
_CHUNK = 1 << 20


class Stream(Protocol):
    """What bytes are read from."""

    def read(self, size: int, /) -> bytes:
        """Return at most so many bytes; none at the end."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


@dataclass(frozen=True, kw_only=True)
class Content:
    """The unpacked bytes of a file or of one member of an archive; `path` where they lie on the disk just so."""

    file: str
    member: str = ""
    name: str
    limits: Limits
    start: Callable[[], Stream]
    path: str | None = None

    @property
    def place(self) -> str:
        """The file, and the member in it, as an error names them."""
        return f"{self.file}, member {self.member}" if self.member else self.file

    @property
    def stem(self) -> str:
        """The name without folders and ending."""
        return PurePosixPath(self.name).stem or self.name

    @contextmanager
    def open(self) -> Iterator[Stream]:
        """Open it from the beginning; it is closed with the block."""
        stream = self.start()
        try:
            yield stream
        finally:
            stream.close()

    def head(self, size: int) -> bytes:
        """Return the first so many bytes, or all where there are fewer."""
        with self.open() as stream:
            return read_fully(stream, size)

    def whole(self) -> bytes:
        """Return all bytes. Raises BadFile where there are more than may be held in memory at once."""
        most = self.limits.whole
        with self.open() as stream:
            found = read_fully(stream, most + 1)
        if len(found) > most:
            raise self.bad(
                f"holds more than {most:,} bytes, and has to be read as one piece",
                advice="Export it in parts, or as CSV or JSON lines, which are read piece by piece.",
            )
        return found

    def bad(self, wrong: str, *, line: int = 0, advice: str) -> BadFile:
        """Return the error that says what is wrong with this content, and where."""
        where = f"{self.place}, line {line:,}" if line else self.place
        return BadFile(f"{where}: {wrong}.", advice=advice)


def read_fully(stream: Stream, size: int) -> bytes:
    """Return exactly so many bytes, or what is left."""
    parts, wanted = [], size
    while wanted and (part := stream.read(wanted)):
        parts.append(part)
        wanted -= len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


class RegularFile:
    """A file on the disk, as it was when it was first seen. Raises BadFile where it is no regular file, or changes."""

    def __init__(self, path: str) -> None:
        self.path = path
        if "\0" in path:
            raise BadFile("A path may not hold a NUL character.", advice="Give the path of a file.")
        with self.open() as file:
            self._seen = _print(file)

    _seen: tuple[int, ...] | None = None

    def open(self) -> "WatchedFile":
        """Open it from the beginning."""
        self._refuse(self._look())
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        try:
            file = os.fdopen(os.open(self.path, flags), "rb", buffering=0)
        except PermissionError:
            raise NoPermission(f"{self.path} may not be read.", advice="Run as a user who may read it.") from None
        except OSError as fault:
            raise BadFile(
                f"{self.path} cannot be opened: {fault.strerror}.", advice="Give the path of a file."
            ) from None
        try:
            self._refuse(os.fstat(file.fileno()).st_mode)
            return WatchedFile(file, self.path, self._seen)
        except BadFile:
            file.close()
            raise

    def _look(self) -> int:
        try:
            return os.lstat(self.path).st_mode
        except PermissionError:
            raise NoPermission(f"{self.path} may not be read.", advice="Run as a user who may read it.") from None
        except (OSError, ValueError):
            raise BadFile(f"{self.path} does not exist.", advice="Give the path of a file.") from None

    def _refuse(self, mode: int) -> None:
        kinds = {stat.S_IFLNK: "a symbolic link", stat.S_IFDIR: "a folder", stat.S_IFIFO: "a pipe"}
        if not stat.S_ISREG(mode):
            kind = kinds.get(stat.S_IFMT(mode), "a device or a socket")
            advice = "Give the file that it points to." if stat.S_ISLNK(mode) else "Give the path of a regular file."
            raise BadFile(f"{self.path} is {kind}.", advice=advice)


def _print(file: "WatchedFile") -> tuple[int, ...]:
    found = os.fstat(file.fileno())
    return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)


class WatchedFile:
    """An open file that says so when it is not, at its end, what it was when it was first seen."""

    def __init__(self, file: IO[bytes], path: str, seen: tuple[int, ...] | None) -> None:
        self._file, self._path, self._seen = file, path, seen
        self.seek, self.tell, self.fileno = file.seek, file.tell, file.fileno
        self.check()

    def read(self, size: int = -1, /) -> bytes:
        """Return at most so many bytes; raises BadFile at the end of a file that changed."""
        found = self._file.read(size)
        if not found:
            self.check()
        return found

    def check(self) -> None:
        """Raise BadFile where the file is not what it was."""
        if self._seen is not None and _print(self) != self._seen:
            raise BadFile(
                f"{self._path} changed while it was read.", advice="Wait until it is complete, or import a copy of it."
            )

    def seekable(self) -> bool:
        """Return that one may go to any place in it."""
        return True

    @property
    def closed(self) -> bool:
        """Whether it is closed."""
        return self._file.closed

    def close(self) -> None:
        """Close it."""
        self._file.close()

    def __enter__(self) -> "WatchedFile":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Inflated:
    """The unpacked bytes of a gzip file, of several members too. Raises BadFile where it is damaged, or a bomb."""

    def __init__(self, packed: Stream, content: Callable[[], Content]) -> None:
        self._packed, self._content = packed, content
        self._limits = content().limits
        self._engine = zlib.decompressobj(31)
        self._rest = b""
        self._in = self._out = 0
        self._ended = False

    def read(self, size: int, /) -> bytes:
        """Return at most so many bytes."""
        found = b""
        while not found and not self._ended:
            found = self._more(max(size, 1))
        self._out += len(found)
        self._bound()
        return found

    def _more(self, size: int) -> bytes:
        if not self._rest:
            self._rest = self._packed.read(_CHUNK)
            self._in += len(self._rest)
        if not self._rest:
            raise self._content().bad(
                f"the gzip file is cut off after {self._out:,} unpacked bytes", advice="Fetch or export it again."
            )
        try:
            found = self._engine.decompress(self._rest, size)
        except zlib.error:
            raise self._content().bad(
                f"the gzip file is damaged after {self._out:,} unpacked bytes", advice="Fetch or export it again."
            ) from None
        self._rest = self._engine.unconsumed_tail
        if self._engine.eof:
            self._next_member()
        return found

    def _next_member(self) -> None:
        self._rest = self._engine.unused_data or self._packed.read(_CHUNK)
        self._rest = self._rest.lstrip(b"\0")  # some tools fill up a tape's last block
        while not self._rest and (more := self._packed.read(_CHUNK)):
            self._rest = more.lstrip(b"\0")
        self._ended = not self._rest
        self._engine = zlib.decompressobj(31)

    def _bound(self) -> None:
        limits = self._limits
        if self._out > limits.unpacked or (self._out > limits.grace and self._out > limits.ratio * self._in):
            raise self._content().bad(
                f"it unpacks to more than {self._out:,} bytes, out of {self._in:,}",
                advice=f"At most {limits.unpacked:,} bytes and {limits.ratio} times the packed size are unpacked.",
            )

    def close(self) -> None:
        """Close what it reads from."""
        self._packed.close()


def contents(path: str, limits: Limits) -> tuple[list[Content], list[str]]:
    """Return what a file holds, unpacked: itself, or the members of an archive; and the names that are left aside."""
    file = RegularFile(path)
    name = Path(path).name
    plain = Content(file=path, name=name, limits=limits, start=file.open, path=path)
    head = plain.head(4)
    if head.startswith(GZIP):
        return [_inflated(plain)], []
    if head.startswith(ZIP):
        from streamgauge.sources.files.archive import members

        return members(plain, file)
    return [plain], []


def _inflated(plain: Content) -> Content:
    name = plain.name.removesuffix(".gz").removesuffix(".gzip") or plain.name

    def start() -> Inflated:
        return Inflated(plain.start(), lambda: unpacked)

    unpacked = Content(file=plain.file, name=name, limits=plain.limits, start=start)
    return unpacked
