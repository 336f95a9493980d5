"""Shows the tables of a lake in a view: which files each of them is, when a statement first speaks of it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial

import pyarrow as pa

from streamgauge.lake import changes, latest, tables
from streamgauge.lake.failures import told
from streamgauge.lake.instants import micros
from streamgauge.lake.pieces import Piece, pieces
from streamgauge.lake.store import Store
from streamgauge.lake.tables import (
    RAW,
    Stored,
    fact_schema,
    fact_table,
    raw_table,
    record_schema,
    record_table,
    same_columns,
)
from streamgauge.lake.view import View
from streamgauge.records import KINDS, Record, schema


def show(
    store: Store, lake_id: str, shelf: Mapping[str, Stored], facts: Mapping[str, pa.Schema], as_of: datetime | None
) -> View:
    """Return the view over these versions of the tables; `shelf` holds them by name, absent ones read as empty."""
    if as_of is not None:
        micros(as_of)  # refuses a day without a zone now, not when a table is first spoken of
    view = View(store.address)
    view.sizes = {
        fact: sum(file.rows for file in shelf[name].files) for fact in facts if (name := fact_table(fact)) in shelf
    }
    view.told_again = frozenset(
        kind.table for kind in KINDS if (table := shelf.get(record_table(kind))) is not None and table.again
    )
    view.show_newest = partial(_show_newest, view, as_of)
    try:
        with told(store.address):
            _show_records(view, store, lake_id, shelf, as_of)
            _show_facts(view, store, lake_id, shelf, facts)
            _show_raw(view, store, lake_id, shelf)
        if as_of is None:
            view.versions = {name: table.version for name, table in shelf.items()}
            names = {kind: record_table(kind) for kind in KINDS}
            view.paths_of = {
                kind: partial(_paths, view, store, lake_id, name, shelf.get(name)) for kind, name in names.items()
            }
            view.show_added = partial(_show_added, view, store, lake_id)
    except BaseException:
        view.close()
        raise
    return view


def _paths(view: View, store: Store, lake_id: str, name: str, table: Stored | None) -> list[str]:
    """Return where the engine reads a table's files that hold rows."""
    return view.engine.paths(store, lake_id, name, table.filled) if table else []


def _show_records(view: View, store: Store, lake_id: str, shelf: Mapping[str, Stored], as_of: datetime | None) -> None:
    for kind in KINDS:
        show_kind = partial(_show_kind, view, store, lake_id, shelf, as_of, kind)
        view.promise((kind.table, f"{kind.table}_history"), show_kind)


def _show_kind(
    view: View, store: Store, lake_id: str, shelf: Mapping[str, Stored], as_of: datetime | None, kind: type[Record]
) -> None:
    name, table = record_table(kind), shelf.get(record_table(kind))
    files = f"{kind.table}_stored"
    columns = view.engine.attach(files, record_schema(kind), _paths(view, store, lake_id, name, table), alike=False)
    view.shown[kind] = columns[len(record_schema(kind)) - len(schema(kind)) :]
    view.define(f"{kind.table}_history", latest.history(files, view.shown[kind], as_of))
    _show_newest(view, as_of, kind, False)


def _show_newest(view: View, as_of: datetime | None, kind: type[Record], with_deleted: bool) -> None:
    again = kind.table in view.told_again
    files, columns = f"{kind.table}_stored", view.shown[kind]
    view.define(kind.table, latest.newest(files, columns, as_of, again=again, with_deleted=with_deleted))


def _show_facts(
    view: View, store: Store, lake_id: str, shelf: Mapping[str, Stored], facts: Mapping[str, pa.Schema]
) -> None:
    for fact, columns in facts.items():
        table = shelf.get(fact_table(fact))
        fits = table if table is not None and same_columns(table.schema, fact_schema(columns)) else None
        if tables.is_keyed(columns):
            renewed = shelf.get(tables.RENEWED_TABLE)
            view.promise((fact,), partial(_show_keyed, view, store, lake_id, fact, columns, (fits, renewed)))
            view.in_files[fact] = partial(_pieces, view, store, lake_id, fact, (fits, renewed))
        else:
            view.promise((fact,), partial(_show_whole, view, store, lake_id, fact_table(fact), fact, columns, fits))


def _show_keyed(
    view: View,
    store: Store,
    lake_id: str,
    fact: str,
    columns: pa.Schema,
    shown: tuple[Stored | None, Stored | None],
) -> None:
    """Show a fact about items, of each item only what was written last."""
    table, renewed = shown
    kept = _paths(view, store, lake_id, fact_table(fact), table)
    stored = pa.schema([*columns, tables.GENERATION])
    expressions = view.engine.attach(f"{fact}_stored", stored, kept, alike=True)[:-1]
    paths = _paths(view, store, lake_id, tables.RENEWED_TABLE, renewed)
    if not paths or not kept:
        view.define(fact, latest.everything(f"{fact}_stored", expressions))
        return
    view.engine.attach(f"{fact}_renewed", tables.RENEWED, paths, alike=True)
    view.define(fact, latest.not_renewed(f"{fact}_stored", expressions, f"{fact}_renewed"))


def _pieces(
    view: View, store: Store, lake_id: str, fact: str, shown: tuple[Stored | None, Stored | None], lines: Sequence[str]
) -> Iterator[Piece]:
    paths, renewed = (
        _paths(view, store, lake_id, name, table)
        for name, table in zip((fact_table(fact), tables.RENEWED_TABLE), shown, strict=True)
    )
    return pieces(store.address, paths, renewed, lines)


def _show_added(view: View, store: Store, lake_id: str, kind: type[Record], since: int) -> bool:
    name, shown = record_table(kind), f"{kind.table}_added"
    files = changes.added(store, name, since, view.versions.get(name, 0))
    if files is None:
        return False
    paths = view.engine.paths(store, lake_id, name, files)
    columns = view.engine.attach(f"{shown}_stored", record_schema(kind), paths, alike=False)
    view.define(shown, latest.history(f"{shown}_stored", columns, None))
    return True


def _show_raw(view: View, store: Store, lake_id: str, shelf: Mapping[str, Stored]) -> None:
    for name, table in shelf.items():
        source = name.removeprefix("raw/")
        if source != name and raw_table(source) == name:
            shown = f"raw_{source}"
            view.kept_raw.add(shown)
            view.promise((shown,), partial(_show_whole, view, store, lake_id, name, shown, RAW, table))


def _show_whole(
    view: View, store: Store, lake_id: str, name: str, shown: str, columns: pa.Schema, table: Stored | None
) -> None:
    paths = _paths(view, store, lake_id, name, table)
    expressions = view.engine.attach(f"{shown}_stored", columns, paths, alike=True)
    view.define(shown, latest.everything(f"{shown}_stored", expressions))
