"""Reads delimited text that is not clean, row by row with Python's csv module, so that only bad rows are lost."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field

from streamgauge.sources.files.dialect import Dialect
from streamgauge.sources.files.sheet import BadRow
from streamgauge.sources.files.stray_quotes import STRAY, swallowed

NEVER_CLOSED = "a quote is opened and never closed"


@dataclass(kw_only=True)
class Found:
    """What was read of a block: rows with the lines at which they begin, bad rows, and the text that is not whole."""

    rows: list[list[str]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)
    rest: str = ""
    rest_line: int = 0


class _Lines:
    """Gives lines one after another, and remembers how many were taken and whether more were wanted."""

    def __init__(self, lines: list[str], start: int) -> None:
        self._lines, self.taken, self.wanted_more = lines, start, False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self.taken >= len(self._lines):
            self.wanted_more = True
            raise StopIteration
        self.taken += 1
        return self._lines[self.taken - 1]


def read(text: str, *, line: int, width: int, dialect: Dialect, is_end: bool) -> Found:
    """Read the rows of a text that begins at a physical line; what is not whole is left, unless it is the end.

    A row that swallowed others, for its quote is not closed where it should be, is bad at its first line only: reading
    goes on with the next line, where that is a row of the right width, or the swallowed lines look like rows.
    """
    lines = list(io.StringIO(text, newline=""))
    tail = lines.pop() if not is_end and lines and not lines[-1].endswith("\n") else ""
    found, at = Found(), 0
    while at < len(lines):
        at, is_whole = _run(lines, at, found, line=line, width=width, dialect=dialect, is_end=is_end)
        if not is_whole:
            break
    found.rest, found.rest_line = "".join(lines[at:]) + tail, line + at
    return found


def _run(
    lines: list[str], at: int, found: Found, *, line: int, width: int, dialect: Dialect, is_end: bool
) -> tuple[int, bool]:
    """Read rows until one is broken; return the line to go on with, and whether all before it was whole."""
    source = _Lines(lines, at)
    for row in dialect.rows(source):
        begins, at = at, source.taken
        if source.wanted_more:  # inside of quotes at the last line
            if not is_end:
                return begins, False
            found.bad.append(BadRow(line=line + begins, reason=NEVER_CLOSED))
            return begins + 1, True
        fault = _fault(row, width)
        if not fault and at > begins + 1 and swallowed(lines[begins:at], found.rows, width, dialect):
            found.bad.append(BadRow(line=line + begins, reason=STRAY))
            return begins + 1, True
        if not fault:
            found.rows.append(row)
            found.lines.append(line + begins)
        elif row and (len(row) > 1 or row[0].strip()):
            found.bad.append(BadRow(line=line + begins, reason=fault, columns_found=len(row)))
            if at > begins + 1 and _fits(lines[begins + 1], width, dialect):
                return begins + 1, True
    return at, True


def _fault(row: list[str], width: int) -> str:
    if len(row) != width or (width == 1 and not row):
        return ragged(len(row), width)
    return "holds a NUL byte" if any("\0" in cell for cell in row) else ""


def ragged(found: int, width: int) -> str:
    """Return the words for a row that has not as many columns as its table."""
    return f"{found:,} columns where {width:,} are expected"


def _fits(line: str, width: int, dialect: Dialect) -> bool:
    source = _Lines([line], 0)
    row = next(dialect.rows(source), [])
    return len(row) == width and not source.wanted_more
