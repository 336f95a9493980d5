"""Which rows are of the work of one team, type or value stream."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.facts.ways import coded, starts_of
from streamgauge.lake.pieces import Piece
from streamgauge.metrics.columns.batches import Register, text
from streamgauge.metrics.columns.reading import Column
from streamgauge.metrics.columns.spread import Flags, Numbers
from streamgauge.metrics.observations import Scope

HIGHER = ("theme", "initiative", "epic")
"""The levels of work that does not count beside its own parts; see HIGHER_LEVEL."""


@dataclass(frozen=True)
class Terms:
    """By what rows are told apart as they are read: by team and type, which get numbers, and by a value stream."""

    teams: Register
    types: Register
    stream: str | None

    names = ("team", "type")
    """The columns that hold text in codes."""

    @property
    def columns(self) -> tuple[str, ...]:
        """What is read for it, behind what else is read."""
        return (*self.names, *([] if self.stream is None else ["streams"]))

    def read(self, batch: pa.RecordBatch) -> dict[str, Column]:
        """Return what the rows of a batch are told apart by."""
        found = {"team": self.teams.numbers(text(batch, "team")), "type": self.types.numbers(text(batch, "type"))}
        if self.stream is not None:
            named = batch.column("streams")
            found["is_in"] = np.zeros(len(batch), np.bool_)
            rows = np.asarray(pc.list_parent_indices(named))
            is_it = pc.equal(pc.list_flatten(named), self.stream).fill_null(False)
            found["is_in"][rows[np.asarray(is_it)]] = True
        return found

    def wanted(self, scope: Scope, at: Mapping[str, Column]) -> Flags:
        """Return which of the rows with these columns are of the work that is asked for."""
        found = at["is_in"].copy() if scope.stream is not None else np.ones(len(at["team"]), np.bool_)
        for value, names, numbers in ((scope.team, self.teams, at["team"]), (scope.type, self.types, at["type"])):
            if value is not None:
                found &= numbers == names.get(value)
        return found


def read(
    piece: Piece, terms: Terms | None, columns: Sequence[str], coded: Sequence[str]
) -> Iterator[tuple[pa.RecordBatch, Flags | None, dict[str, Column]]]:
    """Give each batch of a piece of a fact, its rows that are gone, and what they are told apart by on these terms.

    `columns` are what else is read, `coded` those of them that hold text in codes.
    """
    more, names = (terms.columns, terms.names) if terms else ((), ())
    for batch, is_gone in piece.read((*columns, *more), coded=(*coded, *names)):
        yield batch, is_gone, terms.read(batch) if terms else {}


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


@dataclass(frozen=True, eq=False)
class Things:
    """What flow items are called, by line, all in the order of the flow items."""

    names: Mapping[str, pa.ChunkedArray]

    def numbers(self, rows: Numbers) -> Numbers:
        """Return a number for the name of each of these items, which rise: the same name of one line has the same."""
        found, first, before = [np.zeros(0, np.int64)], 0, 0
        for names in self.names.values():
            mine = rows[(rows >= first) & (rows < first + len(names))]
            different, codes = coded(names.take(pa.array(mine - first)))
            found.append(codes + before)
            first, before = first + len(names), before + len(different)
        return np.concatenate(found)

    def name(self, item: int) -> tuple[str, str]:
        """Return the line of an item and what it is called."""
        for line, names in self.names.items():
            if item < len(names):
                return line, names[item].as_py()
            item -= len(names)
        raise IndexError(item)

    def of(self, items: Flags) -> dict[str, pa.Array]:
        """Return by line what these items are called."""
        found, first = {}, 0
        for line, names in self.names.items():
            found[line] = names.filter(pa.array(items[first : first + len(names)])).combine_chunks()
            first += len(names)
        return found

    @cached_property
    def _coded(self) -> tuple[dict[str, tuple[pa.Array, int]], Numbers]:
        """The different names of each line with the place of the first among all, and the place of each flow item's."""
        different, own, before = dict[str, tuple[pa.Array, int]](), [np.zeros(0, np.int64)], 0
        for line, names in self.names.items():
            found, codes = coded(names)
            different[line] = found, before
            own.append(codes + before)
            before += len(found)
        return different, np.concatenate(own)

    def places(self, line: str, names: pa.ChunkedArray) -> Numbers:
        """Return the place of each of these names of a line among all, behind them where it is none of them."""
        different, before = self._coded[0][line] if line in self._coded[0] else (pa.array([], pa.string()), 0)
        place = np.asarray(pc.index_in(names, value_set=different).fill_null(-1)).astype(np.int64)
        return np.where(place < 0, self._total, place + before)

    @property
    def _total(self) -> int:
        return sum(len(names) for names, _ in self._coded[0].values())

    def wanted(self, items: Flags) -> Flags:
        """Return which names any of these items has; behind all names, that of none of them."""
        found = np.zeros(self._total + 1, np.bool_)
        found[self._coded[1][items]] = True
        return found


@dataclass(frozen=True, eq=False)
class Runs:
    """The places of the names that rows have: one for each run of rows that have it, and how long the run is."""

    heads: Column
    lengths: Column


def runs(batches: Sequence[tuple[str, pa.RecordBatch]], things: Things) -> list[Runs]:
    """Return of which item each row is, by batch; each comes with its line, and holds the names of items in codes."""
    found: list[Runs] = []
    for line, mine in groupby(batches, key=lambda one: one[0]):
        columns = [batch.column("item") for _, batch in mine]
        names = pa.chunked_array([column.dictionary for column in columns], pa.string())
        places, before = things.places(line, names).astype(np.int32), 0
        for column in columns:
            codes = np.asarray(column.indices)
            first = np.flatnonzero(starts_of(codes))
            lengths = np.diff(np.append(first, len(codes))).astype(np.int32)
            found.append(Runs(places[before + codes[first]], lengths))
            before += len(column.dictionary)
    return found
