"""The way of each piece of work as plain numbers: its visits in their order, each with the episode that it is in."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.facts.reading import Reading

Numbers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
NONE = -1
"""The code of what is not there, the place of what has none."""
NEVER = int(np.iinfo(np.int64).min)
"""The instant of what did not happen."""
STATES = ("new", "waiting", "active", "unmapped", "done", "cancelled")
NEW, WAITING, ACTIVE, UNMAPPED, DONE, CANCELLED = range(len(STATES))
OF_ITEM = (
    pa.field("line_id", pa.string()),
    pa.field("item", pa.string()),
    pa.field("episode", pa.int64()),
    pa.field("type", pa.string()),
    pa.field("team", pa.string()),
    pa.field("level", pa.string()),
    pa.field("streams", pa.list_(pa.string())),
)
"""What a fact about the ways of items says of each item, so that it need not be looked up."""
REPEATS = ("line_id", "type", "team", "level")
"""Text of flow items that repeats."""


@dataclass(frozen=True)
class Ways:
    """The visits of one dataset, sorted by item and their order, column by column; all have one value for each visit.

    Names are codes: the place among `statuses`, `stages`, `teams` and `phases`, NONE without one. Instants are
    microseconds since 1970 in UTC. `of` is the row of `items`, the flow items, whose episode had begun by then; NONE
    before the first.
    """

    items: pa.Table
    codes: Numbers
    """By the row of a flow item, the code that its visits have as `item`."""
    names: pa.Array
    """What the items are called, by their codes."""
    how: Reading
    statuses: pa.Array
    stages: pa.Array
    teams: pa.Array
    phases: pa.Array
    item: Numbers
    ordinal: Numbers
    status: Numbers
    state: Numbers
    stage: Numbers
    next_stage: Numbers
    place: Numbers
    phase: Numbers
    team: Numbers
    entered: Numbers
    left: Numbers
    blocked: Numbers
    is_return: Flags
    is_unclear: Flags
    of: Numbers

    def at(self, column: str) -> Numbers:
        """Return an instant of each flow item, NEVER where it did not happen."""
        return instants(self.items[column])

    @cached_property
    def ended(self) -> Numbers:
        """When each flow item's way ended; of a log of activities also where it was given up."""
        finished = self.at("finished_at")
        return np.where(finished == NEVER, self.at("cancelled_at"), finished) if self.how.by_activity else finished

    @cached_property
    def walked(self) -> Numbers:
        """The visits of ways that are known from start to end, from the one to the other.

        Of a log of activities the last one, which has no end, is one of them.
        """
        ended = np.where(np.asarray(self.items["left_truncated"]), NEVER, self.ended)
        end = np.where(self.of == NONE, NEVER, ended[self.of])
        is_in = (self.entered < end) | ((self.entered == end) & self.how.by_activity)
        return np.flatnonzero(is_in & (end != NEVER))


def ways(visits: pa.Table, items: pa.Table, how: Reading) -> Ways:
    """Return the ways of flow items, whose text that repeats is `in_codes`."""
    names, item = coded(visits["item"])
    ordinal = np.asarray(visits["ordinal"])
    order = np.lexsort((ordinal, item)) if not _rises(item, ordinal) else None

    def column(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        found: npt.NDArray[Any] = values if order is None else values[order]
        return found

    item, entered = column(item), column(instants(visits["entered_at"]))
    statuses, status = coded(visits["status"])
    stages, stage = coded(visits["stage"])
    teams, team = coded(visits["team"])
    phases, phase = _in_order(*coded(visits["phase"]))
    codes = codes_of(items["item"], names)
    return Ways(
        items=items,
        codes=codes,
        names=names,
        how=how,
        statuses=statuses,
        stages=stages,
        teams=teams,
        phases=phases,
        item=item,
        ordinal=column(ordinal),
        status=column(status),
        state=column(codes_of(visits["state"], pa.array(STATES))),
        stage=column(stage),
        next_stage=column(codes_of(visits["next_stage"], stages)),
        place=column(_whole(pc.fill_null(visits["place"], NONE))),
        phase=column(phase),
        team=column(team),
        entered=entered,
        left=column(instants(visits["left_at"])),
        blocked=column(np.rint(np.asarray(pc.fill_null(visits["blocked_hours"], 0.0)) * 3.6e9).astype(np.int64)),
        is_return=column(np.asarray(pc.fill_null(visits["is_return"], False))),
        is_unclear=column(np.asarray(pc.fill_null(visits["is_unclear"], False))),
        of=_episodes(codes, instants(items["started_at"]), item, entered, len(names)),
    )


def in_codes(items: pa.Table, which: Sequence[str] = REPEATS) -> pa.Table:
    """Return flow items with the text that repeats in codes, so that facts take only the numbers of it."""
    for name in which:
        items = items.set_column(items.column_names.index(name), name, items[name].dictionary_encode())
    return items


def _rises(item: Numbers, ordinal: Numbers) -> bool:
    same = item[1:] == item[:-1]
    return bool(((item[1:] > item[:-1]) | (same & (ordinal[1:] > ordinal[:-1]))).all())


def _episodes(codes: Numbers, started: Numbers, item: Numbers, entered: Numbers, n: int) -> Numbers:
    """Return for each visit the last flow item of the same thing that had started by then, NONE before the first."""
    begun = np.flatnonzero(started != NEVER)
    begun = begun[np.lexsort((started[begun], codes[begun]))]
    places = np.arange(len(begun))
    turn = places - np.maximum.accumulate(np.where(starts_of(codes[begun]), places, 0))
    found, where = np.full(len(item), NONE, np.int64), np.arange(len(item))
    for nth in range(int(turn.max(initial=NONE)) + 1):
        now = begun[turn == nth]
        begins, row = np.full(n, np.iinfo(np.int64).max), np.full(n, NONE, np.int64)
        begins[codes[now]], row[codes[now]] = started[now], now
        where = where[(row[item[where]] != NONE) & (entered[where] >= begins[item[where]])]
        found[where] = row[item[where]]
    return found


def instants(column: pa.ChunkedArray) -> Numbers:
    """Return instants as microseconds since 1970 in UTC, NEVER for null."""
    return _whole(pc.fill_null(column.cast(pa.int64()), NEVER))


def hours(micros: Numbers, is_known: Flags | None = None) -> pa.Array:
    """Return microseconds as hours, null where they are not known."""
    return pa.array(micros / 3.6e9, mask=None if is_known is None else ~is_known)


def named(names: pa.Array, codes: Numbers) -> pa.Array:
    """Return the names of codes, null for NONE; they stay in codes."""
    is_none = codes == NONE
    numbers = pa.array(codes.astype(np.int32, copy=False), mask=is_none if is_none.any() else None)
    return pa.DictionaryArray.from_arrays(numbers, names, safe=False)


def of_items(items: pa.Table, rows: Numbers, columns: Sequence[pa.Field] = OF_ITEM) -> dict[str, pa.ChunkedArray]:
    """Return columns of the flow items in these rows; text that repeats stays in codes."""
    names = [field.name for field in columns]
    return dict(zip(names, items.select(names).take(pa.array(rows)).columns, strict=True))


def furthest_before(group: Numbers, place: Numbers) -> Numbers:
    """Return for each row the furthest place before it within its run of one group, NONE where there is none."""
    if not len(group):
        return place
    least = np.cumsum(starts_of(group), dtype=np.int64)
    least *= int(place.max(initial=0)) + 2
    so_far = place + least
    np.maximum.accumulate(so_far, out=so_far)
    found = np.empty_like(so_far)
    found[0], found[1:] = least[0] + NONE, so_far[:-1]
    found -= least
    return np.maximum(found, NONE, out=found)


def among(states: npt.NDArray[Any], *which: int) -> Flags:
    """Return which codes of states are among these, NONE being none of them."""
    table = np.zeros(len(STATES) + 1, np.bool_)
    table[list(which)] = True
    found: Flags = table[states]
    return found


def starts_of(group: npt.NDArray[Any]) -> Flags:
    """Return which rows are the first of a run of equal numbers."""
    return np.concatenate([[True], group[1:] != group[:-1]]) if len(group) else np.empty(0, np.bool_)


def coded(column: pa.ChunkedArray, width: npt.DTypeLike = np.int64) -> tuple[pa.Array, npt.NDArray[Any]]:
    """Return the different names of a column and each row's place among them, NONE for null."""
    codes = column if pa.types.is_dictionary(column.type) else pc.dictionary_encode(column)
    codes = codes.combine_chunks()
    if isinstance(codes, pa.ChunkedArray):
        codes = pa.DictionaryArray.from_arrays(pa.array([], pa.int32()), pa.array([], codes.type.value_type))
    return codes.dictionary, np.asarray(pc.fill_null(codes.indices, NONE)).astype(width, copy=False)


def coded_alike(
    columns: Sequence[pa.ChunkedArray], width: npt.DTypeLike = np.int64
) -> tuple[pa.Array, list[npt.NDArray[Any]]]:
    """Return the different names of all columns, of one type, and the rows' places among them, column by column."""
    whole = pa.chunked_array([chunk for column in columns for chunk in column.chunks], columns[0].type)
    names, codes = coded(whole, width)
    return names, np.split(codes, np.cumsum([len(column) for column in columns])[:-1])


def codes_of(column: pa.ChunkedArray, names: pa.Array) -> Numbers:
    """Return each row's place among given names, NONE for null and for what is not among them."""
    own, codes = coded(column)
    if own.equals(names):
        return codes
    found: Numbers = np.append(_whole(pc.fill_null(pc.index_in(own, names), NONE)), NONE)[codes]
    return found


def _in_order(names: pa.Array, codes: Numbers) -> tuple[pa.Array, Numbers]:
    """Return names in their order with the codes that they then have."""
    order = np.asarray(pc.sort_indices(names)).astype(np.int64)
    places = np.empty(len(order) + 1, np.int64)
    places[order] = np.arange(len(order))
    places[-1] = NONE
    return names.take(pa.array(order)), places[codes]


def _whole(column: pa.Array | pa.ChunkedArray) -> Numbers:
    found: Numbers = np.asarray(column).astype(np.int64, copy=False)
    return found
