"""Which rows are of the work of one team, type or value stream."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np

from streamgauge.facts.ways import starts_of
from streamgauge.metrics.columns.reading import Column, Names, number
from streamgauge.metrics.columns.spread import Flags, Numbers
from streamgauge.metrics.observations import Scope


def thing(said: Mapping[str, object]) -> str:
    """Return the column that tells items `f` of the datasets apart, where no two names have the same hash."""
    lines = said["line_ids"]
    one = isinstance(lines, list) and len(lines) == 1
    return "hash(f.item) AS thing" if one else "xor(hash(f.item), hash(f.line_id)) AS thing"


@dataclass(frozen=True)
class Terms:
    """By what rows are told apart as they are read: by team and type, whose names there are, and by a value stream."""

    teams: Names
    types: Names
    stream: str | None

    @property
    def names(self) -> dict[str, Names]:
        """The names by column."""
        return {"team": self.teams, "type": self.types}

    @property
    def columns(self) -> str:
        """What a statement over rows `f` reads for it, behind what else it reads."""
        coded = ", ".join(number(f"f.{column}", column, known, column) for column, known in self.names.items())
        return f", {coded}, coalesce(array_contains(f.streams, $stream), FALSE) AS is_in"

    def wanted(self, scope: Scope, at: Mapping[str, Column]) -> Flags:
        """Return which of the rows with these columns are of the work that is asked for."""
        found = at["is_in"].copy() if scope.stream is not None else np.ones(len(at["team"]), np.bool_)
        for value, names, codes in (
            (scope.team, self.teams, at["team"]),
            (scope.type, self.types, at["type"]),
        ):
            if value is not None:
                found &= codes == (names.index(value) if value in names else len(names))
        return found


class Told(Protocol):
    """A table whose rows can be told apart, on terms or not at all."""

    @property
    def terms(self) -> Terms | None:
        """By what its rows are told apart."""


def fits(table: Told | None, asked: Terms | None) -> bool:
    """Return whether a table that was read before, if any was, serves a question on these terms, or on none."""
    if table is None or asked is None:
        return table is not None
    return table.terms is not None and asked.stream in (None, table.terms.stream)


def bound(said: Mapping[str, object], terms: Terms | None) -> dict[str, object]:
    """Return what a statement is bound to that is read on some terms, or on none."""
    if terms is None:
        return dict(said)
    return {**said, "stream": terms.stream, **{column: list(names[:-1]) for column, names in terms.names.items()}}


@dataclass(frozen=True, eq=False)
class Runs:
    """The hashes of the names that rows have: one for each run of rows that have it, and how long the run is."""

    heads: Column
    lengths: Column


def runs(hashes: Column) -> Runs:
    """Return the runs of rows with these hashes, of which alike ones mostly are beside each other."""
    first = np.flatnonzero(starts_of(hashes))
    return Runs(hashes[first], np.diff(np.append(first, len(hashes))).astype(np.int32))


@dataclass(frozen=True, eq=False)
class Things:
    """The hashes of the names of all items, rising, and each flow item's."""

    names: Column
    each: Column

    @cached_property
    def own(self) -> Numbers:
        """The place among all names of each flow item's."""
        return np.searchsorted(self.names, self.each)

    def of(self, rows: Runs) -> Numbers:
        """Return the place of the name that each of other rows has, behind all where it is none of them."""
        total = len(self.names)
        place = np.searchsorted(self.names, rows.heads)
        if total:
            place[self.names[np.minimum(place, total - 1)] != rows.heads] = total
        return np.repeat(place.astype(np.int32), rows.lengths)

    def wanted(self, items: Flags) -> Flags:
        """Return which names any of these items has; behind all names, that of none of them."""
        found = np.zeros(len(self.names) + 1, np.bool_)
        found[self.own[items]] = True
        return found


def among(rows: Runs, names: Column) -> Flags:
    """Return which of these rows have a name whose hash is among some that rise."""
    place = np.minimum(np.searchsorted(names, rows.heads), len(names) - 1)
    return np.repeat(names[place] == rows.heads, rows.lengths)


def things(hashes: Column, total: int) -> Things | None:
    """Return the names of items by their hashes; None where these are not all different, of so many names in total."""
    names = np.sort(hashes)  # what finds different ones without their places takes several times as long
    names = names[starts_of(names)]
    return Things(names, hashes) if len(names) == total else None
