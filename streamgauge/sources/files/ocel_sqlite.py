"""Reads object-centric event logs in the SQLite of OCEL 2.0: read only, plain tables only, nothing else allowed."""

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from streamgauge.errors import BadFile
from streamgauge.sources.files import flat, ocel
from streamgauge.sources.files.opening import Content
from streamgauge.sources.files.options import Options
from streamgauge.sources.files.sheet import BadRow, Sheet

_NEEDED = ("event", "object", "event_map_type", "object_map_type", "event_object")
_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ}
_ADVICE = "It must be OCEL 2.0 in SQLite: tables event, object, event_object, event_map_type and object_map_type."
_SETTINGS = ("trusted_schema=OFF", "query_only=ON", "cell_size_check=ON", "mmap_size=0")
_ACTS = re.compile(r"^\s*CREATE\s+VIRTUAL|\bAS\s*\(|\bGENERATED\b", re.IGNORECASE)
_OWN = {"ocel_id", "ocel_time", "ocel_changed_field"}
Kinds = dict[str, tuple[str, list[str]]]
"""The table of each type of event or object, and the columns in it that are attributes."""


def sheets(content: Content, options: Options) -> Iterator[Sheet]:  # noqa: ARG001 - SQLite tells all itself
    """Give the sheets events, objects, relations and changes. Raises BadFile where it is no such log, or hostile."""
    with _opened(content) as database:
        tables = _tables(database)
        if missing := [name for name in _NEEDED if name not in tables]:
            raise content.bad(f"the database has no table {missing[0]}", advice=_ADVICE)
        events, objects = (_kinds(database, tables, name) for name in ("event", "object"))
    attributes = {
        name: list(dict.fromkeys(one for _, inner in kinds.values() for one in inner))
        for name, kinds in (("events", events), ("objects", objects))
    }

    def rows(sheet: str) -> Iterator[flat.Flat | BadRow]:
        with _opened(content) as database:
            yield from _rows(database, sheet, tables, events, objects)

    note = f"OCEL 2.0 with {len(events):,} types of events and {len(objects):,} types of objects."
    yield from ocel.sheets(content, "ocel sqlite", rows, attributes, note)


@contextmanager
def _opened(content: Content) -> Iterator[sqlite3.Connection]:
    """Open the database so that it can only be read, and nothing that lies in it can act."""
    try:
        with closing(_connection(content)) as database:
            for setting in _SETTINGS:
                database.execute(f"PRAGMA {setting}")
            database.text_factory = lambda raw: raw.decode("utf-8", "replace")
            database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, content.limits.record)
            database.set_authorizer(_authorize)
            yield database
    except BadFile:
        raise
    except (sqlite3.Error, OverflowError):
        raise content.bad("the database is damaged, or not as OCEL 2.0 has it", advice=_ADVICE) from None


def _connection(content: Content) -> sqlite3.Connection:
    if content.path is not None:
        content.start().close()  # it is still the file that was looked at
        address = f"{Path(content.path).absolute().as_uri()}?mode=ro&immutable=1"
        return sqlite3.connect(address, uri=True)
    data = bytearray(content.whole())
    data[18:20] = b"\x01\x01"  # what is in memory has no log to write ahead to
    database = sqlite3.connect(":memory:")
    database.deserialize(bytes(data))
    return database


def _authorize(action: int, *_: object) -> int:
    """Allow to read tables; no function, no pragma, no attachment, whatever the schema says."""
    return sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY


def _tables(database: sqlite3.Connection) -> dict[str, list[str]]:
    """Return the columns of the plain tables; views, virtual tables and computed columns are not looked at."""
    found = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall()
    plain = [name for name, sql in found if isinstance(sql, str) and not _ACTS.search(sql)]
    tables = {}
    for name in plain:
        cursor = database.execute(f"SELECT * FROM {_quoted(name)} LIMIT 0")
        tables[name] = [column[0] for column in cursor.description]
    return tables


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _kinds(database: sqlite3.Connection, tables: dict[str, list[str]], what: str) -> Kinds:
    """Return the types that a log's own list names, where their tables are there."""
    found = database.execute(f"SELECT ocel_type, ocel_type_map FROM {what}_map_type").fetchall()
    kinds = {}
    for kind, short in found:
        table = f"{what}_{short}"
        if table in tables and {"ocel_id"} <= set(tables[table]):
            kinds[str(kind)] = (table, [one for one in tables[table] if one not in _OWN])
    return kinds


def _rows(
    database: sqlite3.Connection, sheet: str, tables: dict[str, list[str]], events: Kinds, objects: Kinds
) -> Iterator[flat.Flat]:
    if sheet == "events":
        yield from _things(database, tables, "event", events)
    elif sheet == "objects":
        yield from _things(database, tables, "object", objects)
    elif sheet == "changes":
        yield from _changes(database, tables, objects)
    else:
        yield from _relations(database, tables)


def _select(database: sqlite3.Connection, table: str, columns: Sequence[str | None], where: str = "") -> sqlite3.Cursor:
    """Select columns of a table; null stands for one that it does not have."""
    listed = ", ".join("NULL" if one is None else _quoted(one) for one in columns)
    return database.execute(f"SELECT {listed} FROM {_quoted(table)} {where}")


def _things(database: sqlite3.Connection, tables: dict[str, list[str]], what: str, kinds: Kinds) -> Iterator[flat.Flat]:
    """Give events, or objects with the values that they had first."""
    for kind, (table, attributes) in kinds.items():
        own = [one for one in ("ocel_id", "ocel_time") if one in tables[table]]
        is_first = "WHERE ocel_changed_field IS NULL" if "ocel_changed_field" in tables[table] else ""
        for found in _select(database, table, [*own, *attributes], is_first):
            row: flat.Flat = {ocel.ID: flat.text(found[0]), ocel.TYPE: kind}
            if what == "event":
                row[ocel.TIME] = flat.text(found[1]) if len(own) > 1 else None
            row |= {ocel.key(name): flat.text(value) for name, value in zip(attributes, found[len(own) :], strict=True)}
            yield row


def _changes(database: sqlite3.Connection, tables: dict[str, list[str]], kinds: Kinds) -> Iterator[flat.Flat]:
    """Give every value of an object's attribute with its time: those it had first, and those that changed.

    A table of objects that do not change may have no column for what changed, so that all its values are first ones.
    """
    for kind, (table, attributes) in kinds.items():
        own = [one if one in tables[table] else None for one in ("ocel_time", "ocel_changed_field")]
        for identity, at, changed, *values in _select(database, table, ["ocel_id", *own, *attributes]):
            for name, value in zip(attributes, values, strict=True):
                if changed == name or (changed is None and value is not None):
                    texts = (flat.text(one) for one in (identity, kind, name, value, at))
                    yield dict(zip(ocel.OWN["changes"], texts, strict=True))


def _relations(database: sqlite3.Connection, tables: dict[str, list[str]]) -> Iterator[flat.Flat]:
    columns = (
        ("event_object", "ocel_event_id", "ocel_object_id", ocel.EVENT),
        ("object_object", "ocel_source_id", "ocel_target_id", ocel.SOURCE),
    )
    for table, begin, end, column in columns:
        if table in tables:
            for source, target, qualifier in _select(database, table, [begin, end, "ocel_qualifier"]):
                texts = (flat.text(one) for one in (source, target, qualifier))
                yield dict(zip((column, ocel.OBJECT, ocel.QUALIFIER), texts, strict=True))
