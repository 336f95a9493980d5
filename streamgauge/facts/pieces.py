"""Pieces of whole items: so few rows that the processor keeps them near, and worked on side by side."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.facts.ways import Numbers
from streamgauge.lake import limits

MOST_ITEMS = 1 << 16
"""So many items of a piece are told apart by numbers of two bytes, which are sorted without comparing them."""
_Given = TypeVar("_Given")
_Made = TypeVar("_Made")


@dataclass(frozen=True)
class Piece:
    """The rows of the items whose codes begin with `first` and end before `end`."""

    first: int
    end: int
    rows: Numbers


def pieces(item: Numbers, items: int) -> list[Piece]:
    """Return pieces of rows that are each about one of so many items, by its code; at least one."""
    many = max(1, -(-len(item) // limits.ROWS_OF_PIECE), -(-items // MOST_ITEMS))
    at_once = max(1, -(-items // many))
    many = max(1, -(-items // at_once))
    of = (item // at_once).astype(np.min_scalar_type(many))
    order = np.argsort(of, kind="stable")
    ends = np.cumsum(np.bincount(of, minlength=many))
    firsts = np.arange(many) * at_once
    return [
        Piece(int(first), min(int(first) + at_once, items), rows)
        for first, rows in zip(firsts, np.split(order, ends[:-1]), strict=True)
    ]


def side_by_side(work: Callable[[_Given], _Made], given: Sequence[_Given]) -> list[_Made]:
    """Return what becomes of each piece, on as many threads as there are processors for it."""
    if len(given) < 2:
        return [work(one) for one in given]
    with ThreadPoolExecutor(limits.threads()) as pool:
        return list(pool.map(work, given))


def joined(tables: Sequence[pa.Table]) -> pa.Table:
    """Return what was found of all pieces; none of it is copied."""
    return pa.concat_tables([one for one in tables if one.num_rows] or tables[:1])


def numbered(rows: pa.Table) -> pa.Table:
    """Return rows with the column `nth` that counts them from 0."""
    return rows.append_column("nth", pa.array(np.arange(len(rows))))


def shared(rows: pa.Table, among: Sequence[pa.Table]) -> list[Callable[[], pa.Table]]:
    """Return for each of these tables what gives the rows that tell by `nth` of a row of it, counted through all.

    Their `item` is then that of the row that they tell of, in its codes.
    """
    rows = rows.combine_chunks()  # else each taking would put them together anew
    nth, ends = np.asarray(rows["nth"]), np.cumsum([len(one) for one in among])
    of = np.searchsorted(ends, nth, side="right").astype(np.uint16)
    places = np.split(np.argsort(of, kind="stable"), np.cumsum(np.bincount(of, minlength=len(among)))[:-1])
    return [
        partial(_told_of, rows, one, mine, end - len(one)) for one, mine, end in zip(among, places, ends, strict=True)
    ]


def _told_of(rows: pa.Table, one: pa.Table, places: Numbers, first: int) -> pa.Table:
    """Return the rows in these places, which tell of a table whose rows are counted from `first`."""
    found = rows.take(pa.array(places))
    items = one["item"].take(pc.subtract(found["nth"], first))
    return found.set_column(found.column_names.index("item"), "item", items)
