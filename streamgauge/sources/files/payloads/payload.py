"""What a raw answer of a tool's interface is: known by its columns, and read into the fields of a record."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote, urlsplit

from streamgauge.records import Record
from streamgauge.sources.files.flat import Flat

Fields = Mapping[str, str | None]
_BRANCHES = ("refs/heads/", "refs/remotes/origin/", "origin/")


def nothing(rows: Sequence[Flat]) -> Fields:  # noqa: ARG001 - what is read where columns tell everything
    """Return no fields."""
    return {}


@dataclass(frozen=True, kw_only=True)
class Payload:
    """One answer: `marks` are sets of columns of which one has to be there whole, and `lacks` what must not be there.

    `fields` names by field of the record, or further column of an item, the columns that hold it, the likeliest first.
    `read` gives what takes more than that, of the rows of one thing, or a list where they tell of several records or
    of none: `by` is the column that names the thing where each row is only an event of it, else each row is a thing.
    `scope` is the column of the project, for tools that number the things of each; where a file is of several, it
    stands before the number. `note` says what is assumed.
    """

    title: str
    makes: type[Record]
    marks: tuple[frozenset[str], ...]
    lacks: frozenset[str] = frozenset()
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    read: Callable[[Sequence[Flat]], Fields | list[Fields]] = nothing
    by: str = ""
    scope: tuple[str, ...] = ()
    note: str = ""

    @property
    def known_by(self) -> str:
        """The keys by which such an answer is known, in words."""
        return "; or ".join(", ".join(f"`{key}`" for key in sorted(mark)) for mark in self.marks)

    def fits(self, columns: Sequence[str]) -> bool:
        """Return whether a table with these columns is such an answer."""
        there = set(columns)
        return any(mark <= there for mark in self.marks) and not self.lacks & there


def first(row: Flat, *columns: str) -> str | None:
    """Return the first text of these columns that is none of nothing."""
    return next((text for column in columns if (text := (row.get(column) or "").strip())), None)


def objects(text: str | None) -> list[dict[str, Any]]:
    """Return the objects of a list in JSON text; of a list of edges what they lead to; none where it is no list."""
    try:
        found = json.loads(text or "[]")
    except (ValueError, RecursionError):
        return []
    those = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    return [one["node"] if isinstance(one.get("node"), dict) else one for one in those]


def listed(row: Flat, *columns: str) -> list[dict[str, Any]]:
    """Return the objects of the first of these columns that has some."""
    return next((found for column in columns if (found := objects(row.get(column)))), [])


def text_of(value: object, *path: str) -> str | None:
    """Return the text or number at a path of a nested value, as text; null for nothing and for anything else."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return str(value).strip() or None


def as_list(texts: Sequence[str | None]) -> str | None:
    """Return texts as a list in JSON; null for none."""
    found = [text for text in texts if text]
    return json.dumps(found) if found else None


def branch(reference: str | None) -> str | None:
    """Return the name of a branch without what says that it is one."""
    for before in _BRANCHES:
        if reference and reference.startswith(before):
            return reference[len(before) :]
    return reference


def places(address: str | None, *, until: str = "") -> list[str]:
    """Return the parts of the path of an address, up to one of them; none where it is no address."""
    try:
        path = urlsplit(address or "").path
    except ValueError:
        return []
    found = [unquote(part) for part in path.split("/") if part]
    return found[: found.index(until)] if until in found else [] if until else found


def instant(milliseconds: str | None, *, after: str | None = None) -> str | None:
    """Return the instant (UTC) of milliseconds since 1970, and others `after` them; what is no number as it is."""
    try:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(milliseconds or ""))
        return (moment + timedelta(milliseconds=int(after or 0))).isoformat()
    except (ValueError, OverflowError):
        return milliseconds


def seconds_later(moment: str | None, seconds: str | None) -> str | None:
    """Return the instant so many seconds after one that is written as ISO; null where one of them is none."""
    try:
        return (datetime.fromisoformat(moment or "") + timedelta(seconds=float(seconds or ""))).isoformat()
    except (ValueError, OverflowError):
        return None


def moment(text: str | None) -> datetime:
    """Return the instant that a text in ISO tells, the earliest of all where it tells none: to put texts in order."""
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def in_order(times: Iterable[str | None]) -> list[str]:
    """Return the times (texts in ISO) that are told, the earliest first."""
    return sorted((at for at in times if at), key=moment)


def each(rows: Sequence[Flat], column: str) -> Iterator[Sequence[int]]:
    """Give the places of the rows that name one thing, in the order of their first sight; none of those without."""
    found: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        if key := row.get(column):
            found.setdefault(key, []).append(place)
    yield from found.values()
