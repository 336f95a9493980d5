"""Finds out how a text file separates, quotes and escapes its values, and where its header stands."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from streamgauge.sources.files import header
from streamgauge.sources.files.encoding import SAMPLE, Encoding, blocks, encoding_of, mended
from streamgauge.sources.files.opening import Content
from streamgauge.sources.files.options import Options

NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_ROWS = 200
_FIELD = (1 << 31) - 1


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """How values are separated, quoted (empty: never) and escaped (empty: a quote within quotes is doubled)."""

    delimiter: str = ","
    quote: str = '"'
    escape: str = ""

    def rows(self, lines: Iterator[str]) -> Iterator[list[str]]:
        """Give the rows of lines of text, as Python's csv module takes them apart."""
        csv.field_size_limit(_FIELD)  # what bounds a record is the caller's look at its lines
        return csv.reader(
            lines,
            delimiter=self.delimiter,
            quotechar=self.quote or None,
            quoting=csv.QUOTE_MINIMAL if self.quote else csv.QUOTE_NONE,
            escapechar=self.escape or None,
            doublequote=not self.escape,
            strict=False,
        )


@dataclass(frozen=True, kw_only=True)
class Shape:
    """All that has to be known to read a text file: `first` is the physical line where the values begin."""

    encoding: Encoding
    dialect: Dialect
    columns: tuple[str, ...]
    first: int
    notes: tuple[str, ...]


def shape_of(content: Content, options: Options) -> Shape:
    """Return how a text file is to be read. Raises BadFile where its first line has no end, or columns are too many."""
    _check(content, options)
    encoding = encoding_of(content, options.encoding)
    lines = _lines(content, encoding)
    told, lines, skipped = _sep_line(lines)
    dialect = _dialect(lines, options, told)
    numbered = list(islice(_numbered(lines, dialect), _ROWS))
    place = None if options.header is None else _place(content, numbered, options.header - skipped)
    found = header.find([row for _, _, row in numbered], told=place)
    if len(found.columns) > options.limits.columns:
        raise content.bad(
            f"{len(found.columns):,} columns", advice=f"At most {options.limits.columns:,} columns are read."
        )
    first = numbered[found.skip - 1][1] if found.skip else 1
    return Shape(
        encoding=encoding,
        dialect=dialect,
        columns=found.columns,
        first=first + skipped,
        notes=(
            encoding.note,
            *_notes(dialect, len(found.columns), found.skip and numbered[found.skip - 1][0] + skipped),
            *found.notes,
        ),
    )


def _check(content: Content, options: Options) -> None:
    told = {"separator": options.delimiter, "quote": options.quote, "escape": options.escape}
    signs = [sign for sign in told.values() if sign]
    for name, sign in told.items():
        if sign is not None and (len(sign) > 1 or sign in ("\r", "\n", "\0") or (name == "separator" and not sign)):
            raise content.bad(f"the {name} is {sign!r}", advice=f"A {name} is one sign, such as , or ; or a tab.")
    if len(set(signs)) < len(signs):
        raise content.bad("separator, quote and escape are not three signs", advice="Tell them apart.")


def _lines(content: Content, encoding: Encoding) -> list[str]:
    with content.open() as stream:
        sample = next(blocks(stream, encoding, SAMPLE), b"")
    text = mended(sample, strictly=False)[0].decode()
    lines = list(io.StringIO(text, newline=""))
    if len(sample) >= SAMPLE and len(lines) > 1:
        lines.pop()
    elif len(sample) >= SAMPLE:
        raise content.bad(f"the first line does not end within {SAMPLE:,} bytes", advice="Give a file of lines.")
    return lines


def _sep_line(lines: list[str]) -> tuple[str, list[str], int]:
    """Return the separator that a first line `sep=;` names, the other lines, and how many were taken away."""
    first = lines[0].rstrip("\r\n") if lines else ""
    if first.lower().startswith("sep=") and len(first) == 5:
        return first[4], lines[1:], 1
    return "", lines, 0


def _dialect(lines: list[str], options: Options, told: str) -> Dialect:
    quote = '"' if options.quote is None else options.quote
    delimiter = options.delimiter or told
    escapes = [options.escape] if options.escape is not None else [""]
    if options.escape is None and any('\\"' in line for line in lines):
        escapes.append("\\")
    wanted = [
        Dialect(delimiter=sign, quote=quote, escape=escape)
        for sign in ([delimiter] if delimiter else NAMES)
        for escape in escapes
    ]
    return max(wanted, key=lambda one: _fit(lines, one)) if len(wanted) > 1 else wanted[0]


def _fit(lines: list[str], dialect: Dialect) -> tuple[bool, float, int]:
    """Return how well a dialect fits: whether there are columns, the share of rows with as many, and how many."""
    rows = [row for row in islice(dialect.rows(iter(lines)), _ROWS) if row]
    width = header.usual_width(rows)
    alike = sum(1 for row in rows if len(row) == width)
    return width > 1, round(alike / max(len(rows), 1), 1), width


def _numbered(lines: list[str], dialect: Dialect) -> Iterator[tuple[int, int, list[str]]]:
    """Give each row that is not empty with the line at which it begins, and the one after it."""
    reader = dialect.rows(iter(lines))
    before = 0
    for row in reader:
        after = reader.line_num  # type: ignore[attr-defined]
        if row and (len(row) > 1 or row[0].strip()):
            yield before + 1, after + 1, row
        before = after


def _place(content: Content, numbered: list[tuple[int, int, list[str]]], line: int) -> int:
    """Return the place among the first rows of the one that begins at a line; -1 for no header."""
    if line <= 0:
        return -1
    for place, (begins, _, _) in enumerate(numbered):
        if begins == line:
            return place
    raise content.bad(
        f"no row begins at line {line:,} (of the first {len(numbered):,} rows), so the header cannot be there",
        advice="`header` is the number of a line, from 1; 0 says that there is none.",
    )


def _notes(dialect: Dialect, columns: int, line: int) -> Iterator[str]:
    sign = NAMES.get(dialect.delimiter, repr(dialect.delimiter))
    yield f"Separated by {sign}." if columns > 1 else "One column: no separator was found."
    if dialect.escape:
        yield f"Quotes within quotes are escaped by {dialect.escape}."
    if line:
        yield f"Header at line {line:,}."
