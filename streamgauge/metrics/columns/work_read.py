"""Reads flow items as flow looks at them, beside the engine where they lie in files; it works out what metrics want."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from streamgauge.facts.ways import NEVER, coded
from streamgauge.lake import View, limits
from streamgauge.lake.pieces import Piece
from streamgauge.metrics.columns.batches import instants, micros
from streamgauge.metrics.columns.cases import IS_CUT, IS_HIGHER, Wanted
from streamgauge.metrics.columns.picked import Read
from streamgauge.metrics.columns.reading import Column, of_lines
from streamgauge.metrics.columns.spread import Numbers
from streamgauge.metrics.columns.work import Table, Work, ended, risen
from streamgauge.metrics.metric import HAS_VANISHED, PRESENT

FACTS = ("flow_items",)
"""What is read."""
_NAMES = ("type", "team", "kind", "stage", "state")
_IN_CODES = (*_NAMES, "level")
"""The columns of text."""
_INSTANTS = ("started", "finished", "cancelled", "entered")
_STATES = ("active", "waiting", "unmapped")
_CONDITIONS = {"is_cut": IS_CUT, "is_higher": IS_HIGHER, "has_vanished": HAS_VANISHED}
_SPANS = f"""
SELECT {IS_CUT} AS is_cut, coalesce({IS_HIGHER}, FALSE) AS is_higher, f.started_at, f.finished_at, f.entered_at,
       {", ".join(f"f.{name}" for name in _NAMES)}, f.left_at, f.began_at, f.ended_at,
       concat(f.line_id, ' ', f.item, ' ', f.episode) AS work
FROM {PRESENT} AS f WHERE {{lines}}"""
_CHANGED = "SELECT count(*) AS n FROM held AS f WHERE {lines}"
_BYTES_OF_ITEM = 250
"""So much memory a flow item takes while it is read."""


@dataclass(frozen=True, eq=False)
class Rows:
    """Flow items as they are stored, of some columns, and the same as plain columns.

    What is gone, for a later writing tells of its item, has neither begun nor ended there: its rows are `gone`.
    """

    table: pa.Table
    plain: Table
    gone: Numbers
    order: Numbers
    """The rows of what ended, by its end."""


def read_all(wanted: Wanted, pieces: Mapping[str, Sequence[Piece]]) -> Rows | None:
    """Return all flow items with what metrics want of them; None where they are too many."""
    mine = pieces["flow_items"]
    if sum(piece.rows for piece in mine) * _BYTES_OF_ITEM > limits.BYTES_OF_COLUMNS:
        return None
    columns = _columns(wanted)
    with ThreadPoolExecutor(limits.threads()) as beside:
        parts = list(beside.map(lambda piece: piece.read(columns, coded=_IN_CODES, by_item=True), mine))
    found = [part for parts_of_piece in parts for part in parts_of_piece]
    gone = [np.zeros(len(batch), np.bool_) if is_gone is None else is_gone for batch, is_gone in found]
    # Files differ in which columns may be null.
    table = pa.table({name: pa.chunked_array([batch.column(name) for batch, _ in found]) for name in columns})
    return _rows(table, np.flatnonzero(np.concatenate(gone)))


def _rows(table: pa.Table, gone: Numbers) -> Rows:
    plain = _table(table, _INSTANTS)
    for name in _INSTANTS if len(gone) else ():
        plain.at[name][gone] = NEVER
    return Rows(table, plain, gone, risen(ended(plain.at)))


def work(view: View, said: Mapping[str, object], stream: str | None, wanted: Wanted, known: Rows | None) -> Work:
    """Return the flow items of datasets, those of one value stream or all, and what metrics want of them.

    They are asked of the engine where they are not `known` already.
    """
    lines = of_lines(said) + (" AND array_contains(f.streams, $stream)" if stream is not None else "")
    bound = {**said, "stream": stream}
    if known is None:
        names = ", ".join(f"f.{name}" for name in _columns(wanted))
        known = _rows(view.query(f"SELECT {names} FROM flow_items AS f WHERE {lines}", bound), np.empty(0, np.int64))
    items, sets = _items(view, known, wanted)
    is_changed = view.rows(_CHANGED.format(lines=of_lines(said)), said)[0]["n"]
    spans = _spans(view.query(_SPANS.format(lines=lines), bound)) if is_changed else _unchanged(items)
    return Work(items, spans, wanted, sets, known.order)


def _columns(wanted: Wanted) -> list[str]:
    """Return the columns of flow items that are read for what metrics want of them, and for all else."""
    own = (*_NAMES, *(f"{name}_at" for name in _INSTANTS), *(f"{name}_hours" for name in _STATES))
    return sorted({*own, *wanted.columns})


def _items(view: View, rows: Rows, wanted: Wanted) -> tuple[Table, Numbers]:
    """Return flow items as columns, and the sets of conditions that there are among them."""
    found = view.over(rows.table, f"SELECT {wanted.sql} FROM given AS f")
    different, codes = coded(found["conditions"])
    sets = np.asarray(different).astype(np.int64)
    conditions = codes.astype(np.min_scalar_type(len(sets)))
    flags = {name: wanted.holding(sets, one)[conditions] for name, one in _CONDITIONS.items()}
    for of_all in flags.values():
        of_all[rows.gone] = False
    return Table(Read(found, {**rows.plain.at, **flags, "conditions": conditions}), rows.plain.names), sets


def _spans(found: pa.Table) -> Table:
    table = _table(found, ("started", "finished", "entered", "left", "began", "ended"))
    plain = {name: np.asarray(found[name]) for name in ("is_cut", "is_higher")}
    _, of = coded(found["work"])
    return Table({**table.at, **plain, "of": of}, table.names)


def _table(found: pa.Table, instants_of: Sequence[str]) -> Table:
    """Return the names of flow items in codes, instants and hours in microseconds."""
    batches = found.to_batches()

    def whole(read: Callable[[pa.RecordBatch, str], Numbers], name: str) -> Numbers:
        return np.concatenate([np.empty(0, np.int64), *(read(batch, name) for batch in batches)])

    hours = [name for name in _STATES if f"{name}_hours" in found.column_names]
    with ThreadPoolExecutor(limits.threads()) as beside:
        named = {name: beside.submit(_named, found[name]) for name in _NAMES}
        coming = {name: beside.submit(whole, instants, f"{name}_at") for name in instants_of}
        coming |= {name: beside.submit(whole, micros, f"{name}_hours") for name in hours}
        at = {name: one.result() for name, one in coming.items()}
    at |= {name: one.result()[1] for name, one in named.items()}
    return Table(at, {name: one.result()[0] for name, one in named.items()})


def _named(column: pa.ChunkedArray) -> tuple[tuple[str, ...], Column]:
    """Return the names in a column and each row's place among them, -1 for null."""
    names, codes = coded(column, np.int32)
    return tuple(names.to_pylist()), codes.astype(np.min_scalar_type(-len(names) - 1))


def _unchanged(items: Table) -> Table:
    """Return the spans of items none of which changed its type or team."""
    rows = np.flatnonzero(items.at["started"] != NEVER)
    left = ended(items.at)
    finished, cancelled = items.at["finished"], items.at["cancelled"]
    # The sooner of both, of which either may be missing.
    either = np.where((finished == NEVER) | (cancelled == NEVER), left, np.minimum(finished, cancelled))
    names = ("is_cut", "is_higher", "started", "finished", "entered", *_NAMES)
    of_item = {name: items.at[name] for name in names}
    return Table({**of_item, "began": items.at["started"], "ended": either, "left": left}, items.names).picked(rows)
