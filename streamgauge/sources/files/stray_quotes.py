"""Tells a quoted value of several lines from a stray quote that swallowed the rows below it."""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np

from streamgauge.sources.files.dialect import Dialect
from streamgauge.sources.files.structure import Structure, line_ends

STRAY = "a quote is opened that belongs to no value: the rows below it would be part of this one"
_ENOUGH, _ROWS = 0.9, 200
_DIGITS, _LETTERS = re.compile(r"\d+"), re.compile(r"[^\W\d_]+")


def suspected(block: bytes | memoryview, structure: Structure, delimiter: str, width: int) -> bool:
    """Return whether some row of several lines in a clean block is made of lines that could each be a row.

    Only the separators are counted: whoever asks has such a block read with care.
    """
    if structure.starts is None or not len(structure.starts) or width < 2:
        return False
    signs = np.frombuffer(block, np.uint8)
    ends = line_ends(signs)
    if not len(ends) or ends[-1] < len(signs):  # a return at the very end, which ends the last line
        ends = np.append(ends, len(signs))
    counts = np.diff(np.searchsorted(np.flatnonzero(signs == ord(delimiter)), ends), prepend=0)
    is_empty = np.diff(ends, prepend=0) <= 2
    may_be = np.logical_and.reduceat((counts == width - 1) | is_empty, structure.starts)
    lines = np.add.reduceat((~is_empty).astype(np.int64), structure.starts)
    return bool((may_be & (lines > 1)).any())


def swallowed(lines: Sequence[str], rows: Sequence[Sequence[str]], width: int, dialect: Dialect) -> bool:
    """Return whether the lines of one row are rows of their own, of which the first has a stray quote.

    Each has to have all columns; and unless a quote stands where none can end, what stands in their columns of numbers,
    dates or keys has to look like that of the other `rows`, or without any, like each other's.
    """
    if width < 2 or not dialect.quote:
        return False
    cells = [_cells(line, width, dialect) for line in lines if line.strip()]
    if len(cells) < 2 or any(len(row) != width for row in cells):
        return False
    return not _is_well_formed(lines, dialect) or _alike(cells, list(islice(reversed(rows), _ROWS)) or cells)


def _cells(line: str, width: int, dialect: Dialect) -> list[str]:
    """Return the cells of a line that is taken for a row, its quotes only counting where they make it one."""
    plain = [cell.strip(dialect.quote) for cell in line.rstrip("\r\n").split(dialect.delimiter)]
    return plain if len(plain) == width else next(dialect.rows(iter([line])), [])


def _is_well_formed(lines: Sequence[str], dialect: Dialect) -> bool:
    """Return whether each quote that closes a value is followed by a separator or the end of the row."""
    reader = csv.reader(
        lines,
        delimiter=dialect.delimiter,
        quotechar=dialect.quote,
        escapechar=dialect.escape or None,
        doublequote=not dialect.escape,
        strict=True,
    )
    try:
        next(reader)
    except csv.Error:
        return False
    return True


def _alike(cells: Sequence[Sequence[str]], rows: Sequence[Sequence[str]]) -> bool:
    usual = list(_usual(rows))
    return bool(usual) and all(not row[n].strip() or _look(row[n]) == look for row in cells for n, look in usual)


def _usual(rows: Sequence[Sequence[str]]) -> Iterator[tuple[int, str]]:
    """Give the columns whose cells nearly all look the same, and have digits, with that look."""
    for place, column in enumerate(zip(*rows, strict=True)):
        looks = Counter(_look(cell) for cell in column if cell.strip())
        look, times = looks.most_common(1)[0] if looks else ("", 0)
        if "0" in look and times >= _ENOUGH * looks.total():
            yield place, look


def _look(cell: str) -> str:
    """Return a cell with 0 for each number in it, and a for each word."""
    return _DIGITS.sub("0", _LETTERS.sub("a", cell.strip()))
