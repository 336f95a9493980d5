"""Changes of status as plain numbers, read straight from the files of the lake beside the engine.

That serves a dataset of a tracker whose changes are told once and in one way. A test compares it with the statements.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from threading import Lock
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.facts.meanings import EVER, Told
from streamgauge.facts.meanings import NEVER as NO_END
from streamgauge.facts.pieces import Piece, side_by_side
from streamgauge.facts.reading import EVENTS_COME_FROM
from streamgauge.facts.rows import Rows, Values, in_order
from streamgauge.facts.unmoved import UNMOVED
from streamgauge.facts.ways import NEVER, NONE, STATES, Flags, Numbers, coded, coded_alike, instants, starts_of
from streamgauge.lake import View, engines, limits
from streamgauge.lake.instants import micros
from streamgauge.lake.row_groups import RowGroups
from streamgauge.records import Transition, schema
from streamgauge.records.transition import FIRST_SEEN

_LATEST = int(np.iinfo(np.int64).max)
_COLUMNS, _ID = (
    pa.schema([schema(Transition).field(name) for name in names])
    for names in (
        ("item", "value", "former_value", "team", "lifecycle", "happened_at", "sequence"),
        ("id",),
    )
)
_OTHERS = "SELECT * FROM transitions WHERE source = $source AND repository = $repository AND field <> 'status'"
_ITEMS = """
SELECT source, repository, id, recorded_at, deleted, title, type, level, status, parent, team, labels, created_at
FROM items WHERE source = $source AND repository = $repository
"""
_IN_CODES = pa.dictionary(pa.int32(), pa.string())


@dataclass(frozen=True, kw_only=True)
class Changes:
    """All changes of status of one dataset in the order of the files, and its items, each with the `code` that it has.

    Text stands in codes, the place among `names` (of items), `statuses` and `teams`, NONE for null. By the code of an
    item are `created`, the `status` and the team (`own`) that it has now. `others` are the transitions of other fields,
    with the codes of their items.
    """

    names: pa.Array
    statuses: pa.Array
    teams: pa.Array
    item: Values
    at: Numbers
    value: Values
    former: Values
    team: Values
    sequence: Values
    ids: Callable[[Numbers], pa.Array]
    items: pa.Table
    code: Values
    created: Numbers
    status: Values
    own: Values
    others: pa.Table
    code_of_others: Values

    def unmoved(self, line_id: str) -> pa.Table:
        """Return the rows of UNMOVED."""
        moved = np.zeros(len(self.names), np.bool_)
        moved[self.item] = True
        rows = np.flatnonzero(~moved[self.code] & (self.status[self.code] != NONE))
        found = self.items.select(["id", "status"]).take(pa.array(rows)).rename_columns(["item", "status"])
        return found.add_column(0, "line_id", pa.repeat(pa.scalar(line_id), len(rows))).cast(UNMOVED)

    def told(self, unmoved: pa.Table) -> list[Told]:
        """Return how many rows tell of each status, as the statement does for items of whatever type."""
        many = len(self.statuses)
        counts, was = _counts(self.value, many), _counts(self.former, many) > 0
        at_rest = pc.index_in(unmoved["status"], self.statuses)
        counts += np.bincount(np.asarray(at_rest), minlength=many) if len(at_rest) else 0
        names = self.statuses.to_pylist()
        found = [Told(names[n], "", None, int(counts[n])) for n in np.flatnonzero((counts > 0) | was)]
        return sorted(found, key=lambda one: one.status)

    def parts(self, many: int) -> Iterator["Changes"]:
        """Give them in so many parts of whole items, one after the other."""
        # Each taking of rows would else put the pieces of a table together anew.
        whole = self if many == 1 else replace(self, items=self.items.combine_chunks())
        for part in range(many):
            yield whole if many == 1 else whole.part(part, many)

    def part(self, part: int, parts: int) -> "Changes":
        """Return what is about one of so many parts of the items."""
        first, end = (len(self.names) * n // parts for n in (part, part + 1))
        least = first if part else NONE  # what is told of items that have neither a row nor a status is of the first
        every = (self.item, self.code, self.code_of_others)
        rows, own, more = (np.flatnonzero((codes >= least) & (codes < end)) for codes in every)
        columns = {name: getattr(self, name)[rows] for name in ("at", "value", "former", "team", "sequence")}
        return replace(
            self,
            names=self.names.slice(first, end - first),
            item=self.item[rows] - first,
            ids=lambda of: self.ids(rows[of]),
            items=self.items.take(pa.array(own)),
            code=self.code[own] - first,
            created=self.created[first:end],
            status=self.status[first:end],
            own=self.own[first:end],
            others=self.others.take(pa.array(more)),
            code_of_others=self.code_of_others[more] - first,
            **columns,
        )

    def show(self, view: View) -> None:
        """Let a view show its items and the transitions of other fields in the place of all records."""
        view.register("items", self.items)
        view.register("transitions", self.others)

    def codes_of_others(self, items: pa.ChunkedArray) -> Values:
        """Return the codes of items of which the transitions of other fields tell, NONE for any other."""
        return np.append(self.code_of_others, NONE)[_places(items, self.others["item"])]

    def rows(self, piece: Piece, meant: "Meant") -> Rows:
        """Return the rows told of a piece of the items in their order, with what they mean; codes of items from 0."""
        item, at, sequence = self.item[piece.rows] - piece.first, self.at[piece.rows], self.sequence[piece.rows]
        order = in_order(item, at, sequence, lambda of: self.ids(piece.rows[of]))
        item, at = item[order], at[order]
        former, value, team = (values[piece.rows][order] for values in (self.former, self.value, self.team))
        first, status, is_inferred = self._firsts(piece, item, at, former)
        where = np.searchsorted(item, first)
        item, at = np.insert(item, where, first), np.insert(at, where, self.created[piece.first + first])
        meaning = meant.of(np.insert(value, where, status), at)
        known = np.flatnonzero(meaning != NONE)
        meaning = meaning[known]
        return Rows(
            item=item[known].astype(np.int64),
            at=at[known],
            meaning=meaning,
            status_no=meant.status_no[meaning],
            state=meant.state[meaning],
            step=np.full(len(known), NONE, np.int8),
            team=np.insert(team, where, NONE)[known],
            is_inferred=np.insert(np.zeros(len(order), np.bool_), where, is_inferred)[known],
            is_event=np.zeros(len(known), np.bool_),
            is_held=meant.is_held[meaning],
        )

    def _firsts(self, piece: Piece, item: Values, at: Numbers, former: Values) -> tuple[Numbers, Values, Flags]:
        """Return the items that were there before a change of them is told, their status then, and whether none is.

        The changes are those of a piece in their order.
        """
        heads = np.flatnonzero(starts_of(item))
        moved = item[heads]
        status = self.status[piece.first : piece.end].copy()
        first_at = np.full(len(status), _LATEST)
        first_at[moved] = at[heads]
        status[moved] = np.where(former[heads] == self.unsaid, NONE, former[heads])
        created = self.created[piece.first : piece.end]
        found = np.flatnonzero((created != NEVER) & (created < first_at) & (status != NONE))
        return found, status[found], first_at[found] == _LATEST

    @property
    def unsaid(self) -> int:
        """The code of a status without a name, which as a former one says nothing."""
        return int(pc.index(self.statuses, "").as_py())


@dataclass(frozen=True)
class Meant:
    """What statuses mean: `always` by the code of a status, in `spans` of what holds for a time: meaning, status, span.

    By the number of a meaning are `status_no`, `state` and `is_held`.
    """

    always: Values
    spans: Sequence[tuple[int, int, int, int]]
    status_no: Values
    state: Values
    is_held: Flags

    @classmethod
    def among(cls, statuses: pa.Array, meant: pa.Table) -> "Meant":
        """Return what these statuses mean; `meant` are the numbered MEANINGS."""
        codes = np.asarray(pc.fill_null(pc.index_in(meant["status"], statuses), NONE))
        since, until = instants(meant["since"]), instants(meant["until"])
        holds = np.asarray(pc.and_(pc.equal(meant["detail"], ""), pc.not_equal(meant["state"], "ignore")))
        is_long = (since == micros(EVER)) & (until == micros(NO_END))
        always = np.full(len(statuses) + 1, NONE, np.int32)
        rows = np.flatnonzero(holds & (codes != NONE) & is_long)
        always[codes[rows]] = rows
        rest = np.flatnonzero(holds & (codes != NONE) & ~is_long)
        spans = [(int(n), int(codes[n]), int(since[n]), int(until[n])) for n in rest]
        states = pc.fill_null(pc.index_in(meant["state"], pa.array(STATES)), NONE)
        is_held = np.asarray(meant["is_held"])
        return cls(always, spans, np.asarray(meant["status_no"]), np.asarray(states).astype(np.int8), is_held)

    def of(self, status: Values, at: Numbers) -> Values:
        """Return the number of what each status meant at an instant, NONE where it is to be ignored."""
        found = self.always[status]
        for number, code, since, until in self.spans:
            found[(status == code) & (at >= since) & (at < until)] = number
        return found


def read(view: View, key: Mapping[str, Any]) -> Changes | None:
    """Return the changes of a dataset; None where the engine has to find out what is told, and of logs of events."""
    groups = view.row_groups(Transition) if engines.is_in_process() and key["source"] != EVENTS_COME_FROM else None
    if groups is None:
        return None
    others = view.query(_OTHERS, key)
    items = view.query(_ITEMS, key)
    if FIRST_SEEN in others["field"].unique().to_pylist() or pc.any(items["deleted"]).as_py():
        return None
    told = _batches(groups, key, _COLUMNS)
    if not told or _column(told, "lifecycle").null_count < sum(map(len, told)):
        return None
    return _coded(told, _Ids(partial(_batches, groups, key, _ID)), items, others)


def _coded(
    told: Sequence[pa.RecordBatch], ids: Callable[[Numbers], pa.Array], items: pa.Table, others: pa.Table
) -> Changes:
    named = others.filter(pc.equal(others["field"], "team"))
    teams = [named["value"], named["former_value"], items["team"]]
    works: list[Callable[[], Any]] = [
        partial(_items, _column(told, "item"), items["id"], others["item"]),
        partial(_narrow, [_column(told, "value"), _column(told, "former_value"), items["status"]]),
        partial(_narrow, [_column(told, "team"), *teams]),
        partial(_plain, _column(told, "happened_at"), _column(told, "sequence")),
    ]
    (names, item, code, more), (statuses, (value, former, now)), (team_names, (team, *_, own)), (at, sequence) = (
        side_by_side(lambda work: work(), works)
    )

    def by_code(values: Values, nothing: int) -> Values:
        found = np.full(len(names), nothing, values.dtype)
        found[code] = values
        return found

    return Changes(
        names=names,
        statuses=statuses,
        teams=team_names,
        item=item,
        at=at,
        value=value,
        former=former,
        team=team,
        sequence=sequence,
        ids=ids,
        items=items,
        code=code,
        created=by_code(instants(items["created_at"]), NEVER),
        status=by_code(now, NONE),
        own=by_code(own, NONE),
        others=others,
        code_of_others=more,
    )


def _counts(codes: Values, many: int) -> Numbers:
    """Return how often each of so many codes stands there; some at a time, for they are widened to be counted."""
    some = np.array_split(codes, len(codes) // limits.ROWS_OF_PIECE + 1)
    found: Numbers = np.sum([np.bincount(one + 1, minlength=many + 1)[1:] for one in some], axis=0)
    return found


def _items(
    told: pa.ChunkedArray, items: pa.ChunkedArray, others: pa.ChunkedArray
) -> tuple[pa.Array, Values, Values, Values]:
    """Return the names of all items, and the codes of those of the rows told, of the items themselves and of others."""
    names, item = coded(told, np.int32)
    whole = pa.chunked_array([*items.chunks, *others.chunks], items.type)
    codes = _places(whole, names)
    code, more = codes[: len(items)], codes[len(items) :]
    unmoved = np.flatnonzero(code == NONE)
    code[unmoved] = len(names) + np.arange(len(unmoved))
    rest, at_rest = np.flatnonzero(more == NONE), items.take(pa.array(unmoved))
    places = _places(others.take(pa.array(rest)), at_rest)
    more[rest] = np.where(places == NONE, NONE, len(names) + places)
    return pa.concat_arrays([names, *at_rest.chunks]), item, code, more


def _places(column: pa.ChunkedArray, among: pa.Array | pa.ChunkedArray) -> Values:
    """Return each row's place among given names, NONE for what is not among them."""
    return np.asarray(pc.fill_null(pc.index_in(column, among), NONE)).astype(np.int32)


def _narrow(columns: Sequence[pa.ChunkedArray]) -> tuple[pa.Array, list[Values]]:
    """Return the different names of all columns, and each row's place among them, in as few bytes as that takes."""
    in_codes = [column.dictionary_encode() if pa.types.is_string(column.type) else column for column in columns]
    names, codes = coded_alike([column.cast(_IN_CODES) for column in in_codes], np.int32)
    return names, [each.astype(np.min_scalar_type(-len(names) - 1)) for each in codes]


def _plain(at: pa.ChunkedArray, sequence: pa.ChunkedArray) -> tuple[Numbers, Values]:
    """Return the instants of rows and their places in the tool's own order, which few tools tell."""
    if sequence.null_count == len(sequence):
        return instants(at), np.zeros(len(at), np.int8)
    return instants(at), np.asarray(pc.fill_null(sequence, 0))


def _column(batches: Sequence[pa.RecordBatch], name: str) -> pa.ChunkedArray:
    """Return a column of all batches, of which those say nothing that have only nulls."""
    kind = next((batch[name].type for batch in batches if not pa.types.is_null(batch[name].type)), pa.null())
    return pa.chunked_array([batch[name].cast(kind) for batch in batches], kind)


class _Ids:
    """The ids of rows, read when they are first asked for: most often no two changes are told of one instant."""

    def __init__(self, read_all: Callable[[], Sequence[pa.RecordBatch]]) -> None:
        self._lock, self._read = Lock(), read_all
        self._ids: pa.ChunkedArray | None = None

    def __call__(self, rows: Numbers) -> pa.Array:
        with self._lock:
            if self._ids is None:
                self._ids = pa.table({"id": _column(self._read(), "id")}).combine_chunks()["id"]
        return self._ids.take(pa.array(rows))


def _batches(groups: Sequence[RowGroups], key: Mapping[str, Any], wanted: pa.Schema) -> list[pa.RecordBatch]:
    """Return these columns of the changes of status of a dataset; text but the ids comes in codes."""
    return list(chain.from_iterable(side_by_side(partial(_of_dataset, key=key, wanted=wanted), groups)))


def _of_dataset(group: RowGroups, key: Mapping[str, Any], wanted: pa.Schema) -> list[pa.RecordBatch]:
    asked = {"source": key["source"], "repository": key["repository"], "field": "status", "deleted": False}
    doubtful = {name: value for name, value in asked.items() if not group.are_all(name, value)}
    columns = pa.schema([*(schema(Transition).field(name) for name in doubtful), *wanted])
    in_codes = [field.name for field in columns if pa.types.is_string(field.type) and field.name != "id"]
    found = []
    for batch in group.read(columns, coded=in_codes):
        is_mine = np.ones(len(batch), np.bool_)
        for name, value in doubtful.items():
            is_mine &= _are(batch[name], value)
        mine = batch if is_mine.all() else batch.filter(pa.array(is_mine))
        found.append(_without_nulls(mine.select(wanted.names)))
    return [batch for batch in found if len(batch)]


def _are(column: pa.Array, value: Any) -> Flags:
    """Return which rows of a column, in codes where it is text, have a value."""
    if not pa.types.is_dictionary(column.type):
        return np.asarray(pc.fill_null(pc.equal(column, value), False))
    code = pc.index(column.dictionary, value).as_py()
    found: Flags = np.asarray(pc.fill_null(column.indices, NONE)) == (code if code != NONE else len(column.dictionary))
    return found


def _without_nulls(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return a batch whose columns of nulls alone take no memory."""
    columns = [pa.nulls(len(batch)) if column.null_count == len(batch) else column for column in batch.columns]
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)
