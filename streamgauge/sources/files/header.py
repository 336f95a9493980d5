"""Finds the header of a table among its first rows: below title lines, or nowhere; and makes names unique."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

Row = Sequence[str]
_NUMBER = re.compile(r"[-+]?[\d.,'  ]*\d[\d.,]*%?")
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T ].*)?")
_YEAR = re.compile(r"(?:19|20)\d\d")
_ENOUGH = 0.9
_LONGEST = 40


@dataclass(frozen=True, kw_only=True)
class Header:
    """The names of a table's columns, and how many of the first rows come before its first row of values."""

    columns: tuple[str, ...]
    skip: int
    notes: tuple[str, ...]


def find(rows: Sequence[Row], *, told: int | None = None) -> Header:
    """Return the header of a table of which these are the first rows; `told` is its place from 0, -1 for none."""
    width = usual_width(rows)
    place = header_place(rows, width) if told is None else told
    if place < 0:
        names = [""] * width
        notes = ["No header: the first row already holds values." if told is None else "No header, as asked for."]
    else:
        names = [name.strip() for name in rows[place]]
        notes = [f"{place} lines before the header were left out."] if place else []
    columns, said = unique(_as_wide_as(names, rows[place + 1 :]))
    return Header(columns=columns, skip=place + 1, notes=(*notes, *said))


def usual_width(rows: Sequence[Row]) -> int:
    """Return how many columns most rows have; the larger where two are as frequent."""
    counts = Counter(len(row) for row in rows)
    return max(counts, key=lambda width: (counts[width], width), default=0)


def header_place(rows: Sequence[Row], width: int) -> int:
    """Return the place of the header, -1 where there is none."""
    first = _after_comments(rows)
    wanted = [place for place in range(first, len(rows)) if _may_be_header(rows[place], width)]
    place = wanted[0] if wanted else min(first, len(rows) - 1)
    return place - 1 if place == 0 and _is_values(rows[0], rows[1:]) else place


def _after_comments(rows: Sequence[Row]) -> int:
    """Return the place after the lines at the top that begin with #, unless the last of them must be the header."""
    first = next((place for place, row in enumerate(rows) if not row or not row[0].startswith("#")), len(rows))
    if 0 < first < len(rows) and len(rows[first - 1]) == len(rows[first]) and _is_odd(rows[first]):
        return first - 1
    return 0 if first == len(rows) else first


def _is_odd(row: Row) -> bool:
    """Return whether a row can hardly be a header: it has values, gaps, or a name twice."""
    named = [cell.strip() for cell in row]
    return "" in named or len(set(named)) < len(named) or any(kind(cell) for cell in named)


def _may_be_header(row: Row, width: int) -> bool:
    filled = sum(1 for cell in row if cell.strip())
    return len(row) >= max(width - 1, 1) and filled >= max(width * 0.5, min(width, 2))


def _is_values(first: Row, rest: Sequence[Row]) -> bool:
    """Return whether the first row is of the same kinds as those below it, so that it is no header.

    Text above numbers or dates tells of a header; a year above other numbers is a name.
    """
    alike = 0
    for place, cell in enumerate(first):
        below = [row[place] for row in rest if place < len(row) and row[place].strip()]
        kinds = Counter(kind(value) for value in below)
        usual, times = kinds.most_common(1)[0] if kinds else ("", 0)
        if not usual or times < _ENOUGH * len(below):
            continue
        if kind(cell) != usual:
            return False
        alike += usual == "date" or not _YEAR.fullmatch(cell.strip()) or all(_YEAR.fullmatch(v.strip()) for v in below)
    return alike > 0


def kind(cell: str) -> str:
    """Return "number", "date", or nothing for text, by the look of a cell."""
    text = cell.strip()
    if len(text) > _LONGEST:
        return ""
    if _DATE.fullmatch(text):
        return "date"
    return "number" if _NUMBER.fullmatch(text) else ""


def _as_wide_as(names: list[str], rows: Sequence[Row]) -> list[str]:
    """Return the names with one more where every row ends with one separator more than the header."""
    wider = rows and all(len(row) == len(names) + 1 for row in rows)
    return [*names, ""] if wider else names


def unique(names: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names, each once and none empty, and sentences on what had to be changed."""
    found: dict[str, int] = {}
    twice, empty = [], 0
    for place, name in enumerate(names, 1):
        wanted = name or f"column {place}"
        empty += not name
        chosen = wanted
        while chosen in found:
            found[wanted] += 1
            chosen = f"{wanted} ({found[wanted]})"
        twice += [chosen] if chosen != wanted else []
        found[chosen] = 1
    notes = [f"Columns that have another's name got a number: {', '.join(twice[:5])}."] if twice else []
    notes += [f"{empty} columns without a name are called by their place, such as 'column 3'."] if empty else []
    return tuple(found), tuple(notes)
