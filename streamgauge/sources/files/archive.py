"""Reads the members of a zip archive as streams; nothing is ever written to disk, and no name is ever a path."""

import zipfile
import zlib
from io import BytesIO
from pathlib import PurePosixPath
from typing import IO, Any, cast

from streamgauge.errors import BadFile
from streamgauge.sources.files.opening import Content, RegularFile, WatchedFile

WORKBOOK = "xl/workbook.xml"
_NO_TABLES = {".bmp", ".css", ".gif", ".htm", ".html", ".jpeg", ".jpg", ".js", ".md", ".pdf", ".png", ".rst", ".svg"}
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_AGAIN = "Fetch or export it again."


def members(plain: Content, file: RegularFile) -> tuple[list[Content], list[str]]:
    """Return the members of an archive that may be tables, and the names of the others.

    A workbook is an archive too, and stays one piece. Raises BadFile where the archive is damaged, locked or a bomb.
    """
    with file.open() as opened:
        archive = opened_archive(opened, plain)
        entries = [one for one in archive.infolist() if not one.is_dir()]
        if any(one.filename == WORKBOOK for one in entries):
            return [plain], []
        check(entries, plain, packed=_size(opened))
    wanted = [one for one in entries if _may_hold_a_table(one.filename)]
    if not wanted:
        raise plain.bad("the archive holds no table", advice="Put CSV, JSON, Excel, Parquet or XES files into it.")
    skipped = [one.filename for one in entries if not _may_hold_a_table(one.filename)]
    return [_member(plain, file, one) for one in wanted], skipped


def opened_archive(opened: WatchedFile | BytesIO, plain: Content) -> zipfile.ZipFile:
    """Return the archive in an open file. Raises BadFile where its list of members is damaged."""
    try:
        return zipfile.ZipFile(cast(IO[bytes], opened))
    except BadFile:
        raise
    except Exception:  # noqa: BLE001 - a damaged list makes zipfile fail in more ways than it names
        raise plain.bad("the zip archive is damaged or cut off", advice=_AGAIN) from None


def check(entries: list[zipfile.ZipInfo], plain: Content, *, packed: int) -> None:
    """Raise BadFile where members are too many, too large, locked, or lie over each other."""
    limits = plain.limits
    if len(entries) > limits.members:
        raise plain.bad(f"the archive has {len(entries):,} members", advice=f"At most {limits.members:,} are read.")
    for one in entries:
        if one.flag_bits & 1:
            raise plain.bad(f"member {one.filename} is encrypted", advice="Unpack it yourself, then import the file.")
        if one.compress_type not in _PACKED:
            raise plain.bad(f"member {one.filename} is packed in an unusual way", advice="Use plain zip (deflate).")
        if one.file_size > limits.grace and one.file_size > limits.ratio * max(one.compress_size, 1):
            raise plain.bad(
                f"member {one.filename} unpacks to {one.file_size:,} bytes, out of {one.compress_size:,}",
                advice=f"At most {limits.ratio} times the packed size is unpacked.",
            )
    total = sum(one.file_size for one in entries)
    if total > limits.unpacked or sum(one.compress_size for one in entries) > packed:
        raise plain.bad(
            f"the archive unpacks to {total:,} bytes out of {packed:,}, or its members lie over each other",
            advice=f"At most {limits.unpacked:,} bytes are unpacked.",
        )


def _size(opened: WatchedFile) -> int:
    opened.seek(0, 2)
    return opened.tell()


def _may_hold_a_table(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    hidden = path.name.startswith(".") or "__MACOSX" in path.parts
    return not hidden and path.suffix.lower() not in _NO_TABLES


def _member(plain: Content, file: RegularFile, entry: zipfile.ZipInfo) -> Content:
    def start() -> Member:
        return Member(file.open(), entry, content)

    name = PurePosixPath(entry.filename.replace("\\", "/")).name
    content = Content(file=plain.file, member=entry.filename, name=name, limits=plain.limits, start=start)
    return content


class Member:
    """The unpacked bytes of one member; never more than the archive's list said. Raises BadFile where damaged."""

    def __init__(self, opened: WatchedFile, entry: zipfile.ZipInfo, content: Content) -> None:
        self._opened, self._content, self._out = opened, content, 0
        try:
            self._stream = self._safely(lambda: opened_archive(opened, content).open(entry))
        except BadFile:
            opened.close()
            raise

    def read(self, size: int, /) -> bytes:
        """Return at most so many bytes."""
        found: bytes = self._safely(lambda: self._stream.read(size))
        self._out += len(found)
        if not found:
            self._opened.check()
        return found

    def _safely(self, act: Any) -> Any:
        try:
            return act()
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError):
            wrong = f"the member is damaged or cut off after {self._out:,} unpacked bytes"
            raise self._content.bad(wrong, advice=_AGAIN) from None

    def close(self) -> None:
        """Close the archive."""
        self._opened.close()
