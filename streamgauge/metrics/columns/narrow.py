"""Which rows are of the work of one team, type or value stream."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from streamgauge.facts.ways import starts_of
from streamgauge.metrics.columns.reading import Column, Names, number
from streamgauge.metrics.columns.spread import Flags, Numbers
from streamgauge.metrics.observations import Scope

THING = "xor(hash(f.item), hash(f.line_id)) AS thing"
"""The column that tells one item from another, where no two names have the same hash."""


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
    def said(self) -> dict[str, object]:
        """What the columns are bound to."""
        return {"stream": self.stream}

    @property
    def columns(self) -> str:
        """What a statement over rows `f` reads for it, behind what else it reads."""
        coded = ", ".join(number(f"f.{column}", column, known, column) for column, known in self.names.items())
        return f", {coded}, coalesce(array_contains(f.streams, $stream), FALSE) AS is_in"


@dataclass(frozen=True, eq=False)
class Narrow:
    """What the rows of a table say of their work: the places of its team and type, whether it is in the stream."""

    terms: Terms
    team: Column
    type: Column
    is_in: Flags

    def fits(self, terms: Terms | None) -> bool:
        """Whether these are the terms of a question too."""
        return terms is None or terms.stream in (None, self.terms.stream)

    def wanted(self, scope: Scope) -> Flags:
        """Return which rows are of the work that is asked for."""
        found = self.is_in.copy() if scope.stream is not None else np.ones(len(self.team), np.bool_)
        for value, names, codes in (
            (scope.team, self.terms.teams, self.team),
            (scope.type, self.terms.types, self.type),
        ):
            if value is not None:
                found &= codes == (names.index(value) if value in names else len(names))
        return found


def cut(found: dict[str, Column], terms: Terms | None) -> Narrow | None:
    """Take what rows say of their work from the columns that were read on these terms."""
    if terms is None:
        return None
    return Narrow(terms, found.pop("team"), found.pop("type"), found.pop("is_in"))


def fits(narrow: Narrow | None, terms: Terms | None) -> bool:
    """Return whether a table that was read on some terms, or on none, serves a question on these."""
    return terms is None if narrow is None else narrow.fits(terms)


@dataclass(frozen=True, eq=False)
class Things:
    """The hashes of the names of all items, rising, and the place among them of each flow item's."""

    names: Column
    own: Numbers

    def of(self, visits: Column) -> Numbers:
        """Return the place of the name that each of other rows has, behind all where it is none of them."""
        first = np.flatnonzero(starts_of(visits))
        heads, total = visits[first], len(self.names)
        place = np.searchsorted(self.names, heads)
        if total:
            place[self.names[np.minimum(place, total - 1)] != heads] = total
        return np.repeat(place.astype(np.int32), np.diff(np.append(first, len(visits))))

    def among(self, of: Numbers, items: Flags) -> Flags:
        """Return which of other rows have the name of any of these items."""
        is_wanted = np.zeros(len(self.names) + 1, np.bool_)
        is_wanted[self.own[items]] = True
        found: Flags = is_wanted[of]
        return found


def things(hashes: Column, total: int) -> Things | None:
    """Return the names of items by their hashes; None where these are not all different, of so many names in total."""
    names, own = np.unique(hashes, return_inverse=True)
    return Things(names, own) if len(names) == total else None


def with_terms(kinds: Mapping[str, str], terms: Terms | None) -> dict[str, str | Names]:
    """Return where the names of a statement's columns stand: those that are given, and those of the terms."""
    return {**kinds, **(terms.names if terms else {})}
