"""Object-centric logs: each object is an item, each event that touched it a transition of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.errors import BadFile
from streamgauge.records import Item, Link, schema
from streamgauge.sources.files import columns, instants, people
from streamgauge.sources.files.columns import Coded
from streamgauge.sources.files.orders import UnclearDates
from streamgauge.sources.files.person_words import names_people
from streamgauge.sources.files.rows import Made
from streamgauge.sources.files.sheet import Batch, Sheet
from streamgauge.sources.pseudonym import Pseudonyms

_LOG = ("ocel:object", "ocel:type", "ocel:time", "ocel:event")


@dataclass(frozen=True)
class Beside:
    """What an object-centric log tells beside its events: objects (id, type), changes of their values, links."""

    objects: pa.Table
    changes: pa.Table
    links: tuple[Made, ...]


def without_people(sheets: Mapping[str, Sheet], names: Pseudonyms, tokens: Sequence[str] = ()) -> dict[str, Sheet]:
    """Return the sheets with a pseudonym for each object that is a person, by its type or by what objects are called.

    What is known of such an object, but for numbers and dates, is hidden too where it may name somebody.
    """
    persons = _persons(sheets, tokens)
    hidden = {sheet: _hiding(sheets[sheet], persons, columns_of, names)
              for sheet, columns_of in _OBJECTS.items() if sheet in sheets}  # fmt: skip
    return {**sheets, **hidden}


_OBJECTS = {
    "objects": ("ocel:id",),
    "relations": ("ocel:object", "ocel:source"),
    "changes": ("ocel:id",),
}
"""Which columns of which sheets hold objects."""


def _persons(sheets: Mapping[str, Sheet], tokens: Sequence[str]) -> frozenset[str]:
    """Return the objects that are people."""
    if "objects" not in sheets:
        return frozenset()
    found = columns.gather(sheets["objects"], ["ocel:id", "ocel:type"], [], tokens=tokens, keys=["ocel:id"]).texts
    key, kind = found["ocel:id"], found["ocel:type"]
    persons = set[str]()
    for place, name in enumerate(kind.values.to_pylist()):
        codes = key.codes[(kind.codes == place) & ~key.is_null]
        of_kind = key.values.take(pa.array(np.unique(codes)))
        if names_people(name) or people.are_named(of_kind):
            persons.update(of_kind.to_pylist())
    return frozenset(persons)


def _hiding(sheet: Sheet, persons: frozenset[str], of_objects: Sequence[str], names: Pseudonyms) -> Sheet:
    """Return a sheet with a pseudonym wherever a person stands, and for what a change says of who somebody is."""

    def read(size: int) -> Iterator[Batch]:
        for batch in sheet.read(size):
            table = batch.table
            if "ocel:value" in table.column_names:
                table = _set(table, "ocel:value", _values_hidden(table, persons, names))
            for name in of_objects:
                table = _set(table, name, _hidden(table[name], persons, names))
            yield replace(batch, table=table)

    return replace(sheet, read=read)


def _set(table: pa.Table, name: str, column: pa.Array) -> pa.Table:
    return table.set_column(table.column_names.index(name), name, column)


def _hidden(column: pa.ChunkedArray, persons: frozenset[str], names: Pseudonyms) -> pa.Array:
    distinct = pc.utf8_trim_whitespace(column.combine_chunks()).dictionary_encode()
    shown = [people.person(text, names) if text in persons else text for text in distinct.dictionary.to_pylist()]
    return pa.array(shown, pa.string()).take(distinct.indices)


def _values_hidden(table: pa.Table, persons: frozenset[str], names: Pseudonyms) -> pa.Array | pa.ChunkedArray:
    """Return the values of changes: those that are people, of fields that name them, or that a person is called."""
    fields = table["ocel:field"].unique().to_pylist()
    if not persons and not any(names_people(field or "") for field in fields):
        return table["ocel:value"]
    told = zip(*(table[name].to_pylist() for name in ("ocel:id", "ocel:field", "ocel:value")), strict=True)
    return pa.array([_value_hidden(item, field, value, persons, names) for item, field, value in told], pa.string())


def _value_hidden(
    item: str | None, field: str | None, value: str | None, persons: frozenset[str], names: Pseudonyms
) -> str | None:
    if value is None:
        return None
    is_own_name = (item or "").strip() in persons and "name" in (field or "").casefold()
    is_person = value.strip() in persons or names_people(field or "") or is_own_name
    return people.person(value, names) if is_person else value


def as_log(sheets: Mapping[str, Sheet]) -> Sheet:
    """Return the events of such a log as a sheet of one row for each event and object that it touched."""
    events = sheets["events"]

    def read(_: int) -> Iterator[Batch]:
        happened = _whole(events, ("ocel:id", "ocel:type", "ocel:time"))
        relations = _whole(sheets["relations"], ("ocel:event", "ocel:object")) if "relations" in sheets else None
        if relations is None or not happened.num_rows:
            return
        relations = relations.filter(pc.is_valid(relations["ocel:event"]))
        # An event may be tied to an object under several qualifiers; it happened once.
        relations = relations.group_by(["ocel:event", "ocel:object"], use_threads=False).aggregate([])
        place = pc.index_in(relations["ocel:event"], value_set=happened["ocel:id"].combine_chunks())
        there = place.is_valid()
        relations, place = relations.filter(there), place.filter(there)
        order = pc.sort_indices(place)
        relations, place = relations.take(order), place.take(order)
        key = pc.binary_join_element_wise(relations["ocel:event"], relations["ocel:object"], "|")
        table = pa.table(
            [relations["ocel:object"], happened["ocel:type"].take(place), happened["ocel:time"].take(place), key],
            names=list(_LOG),
        )
        yield Batch(table=table, line=pc.add(place.combine_chunks(), 1).cast(pa.int64()))

    notes = (*events.notes, "Each object is an item; an event is a transition of every object that it touched.")
    return Sheet(file=events.file, name="events", form=events.form, columns=_LOG, notes=notes, read=read)


def beside(sheets: Mapping[str, Sheet], names: Pseudonyms, tokens: Sequence[str] = ()) -> Beside:
    """Return the objects, their changes and links as records without what the lake's door adds."""
    return Beside(_objects(sheets, names, tokens), _changes(sheets, names, tokens), _links(sheets, names, tokens))


def with_objects(items: pa.Table, objects: pa.Table) -> pa.Table:
    """Return the items with their types, and with the objects that no event touched."""
    if not objects.num_rows:
        return items
    place = pc.index_in(items["id"], value_set=objects["id"].combine_chunks())
    kinds = objects["type"].take(place)
    items = items.drop_columns(["type"]) if "type" in items.column_names else items
    items = items.append_column("type", kinds)
    silent = objects.filter(pc.invert(pc.is_in(objects["id"], value_set=items["id"].combine_chunks())))
    for name in ("labels", "attributes"):
        kind = schema(Item).field(name).type
        silent = silent.append_column(name, columns.same([], kind, silent.num_rows))
    return pa.concat_tables([items, silent], promote_options="default")


def _objects(sheets: Mapping[str, Sheet], names: Pseudonyms, tokens: Sequence[str]) -> pa.Table:
    if "objects" not in sheets:
        return pa.table({"id": pa.array([], pa.string()), "type": pa.array([], pa.string())})
    found = columns.gather(sheets["objects"], ["ocel:id", "ocel:type"], [], tokens=tokens, keys=["ocel:id"]).texts
    key, kind = found["ocel:id"], found["ocel:type"]
    first = np.unique(key.codes[~key.is_null], return_index=True)[1]
    rows = np.flatnonzero(~key.is_null)[np.sort(first)]
    return pa.table({"id": _shown(key, names, rows), "type": _shown(kind, names, rows)})


def _changes(sheets: Mapping[str, Sheet], names: Pseudonyms, tokens: Sequence[str]) -> pa.Table:
    texts = ("ocel:id", "ocel:field", "ocel:value")
    if "changes" not in sheets:
        return pa.table({name: pa.array([], pa.string()) for name in ("id", "item", "field", "value")})
    found = columns.gather(sheets["changes"], list(texts), ["ocel:time"], tokens=tokens, keys=["ocel:id"])
    at = _instants(found.others["ocel:time"])
    good = ~found.texts["ocel:id"].is_null & ~found.texts["ocel:field"].is_null & np.asarray(at.is_valid())
    rows = np.flatnonzero(good)
    item, field, value = (_shown(found.texts[name], names, rows) for name in texts)
    at = at.take(pa.array(rows))
    when = pc.strftime(at, format="%Y-%m-%dT%H:%M:%SZ")
    key = pc.binary_join_element_wise(item, field, when, "|")
    table = pa.table({"id": key, "item": item, "field": field, "value": value, "happened_at": at})
    last = np.sort(np.unique(np.asarray(key.dictionary_encode().indices)[::-1], return_index=True)[1])
    return table.take(pa.array(len(key) - 1 - last[::-1]))


def _instants(column: pa.ChunkedArray) -> pa.Array:
    try:
        return instants.read(column).values
    except UnclearDates as doubt:
        raise BadFile(
            f"Of the changes of objects, {doubt.words}.",
            advice="OCEL 2.0 writes times as 2026-02-01T10:00:00Z: mend the file.",
        ) from None


def _links(sheets: Mapping[str, Sheet], names: Pseudonyms, tokens: Sequence[str]) -> tuple[Made, ...]:
    if "relations" not in sheets:
        return ()
    texts = ("ocel:source", "ocel:object", "ocel:qualifier")
    found = columns.gather(
        sheets["relations"], list(texts), [], tokens=tokens, keys=["ocel:source", "ocel:object"]
    ).texts
    rows = np.flatnonzero(~found["ocel:source"].is_null & ~found["ocel:object"].is_null)
    item, other, said = (_shown(found[name], names, rows) for name in texts)
    kind = pc.fill_null(said, "relates")
    key = pc.binary_join_element_wise(kind, item, other, "|")
    table = pa.table({"id": key, "kind": kind, "item": item, "other": other})
    table = table.group_by("id", use_threads=False).aggregate([(name, "first") for name in ("kind", "item", "other")])
    table = table.rename_columns(["id", "kind", "item", "other"])
    return (Made(Link, table),) if len(rows) else ()


def _whole(sheet: Sheet, wanted: tuple[str, ...]) -> pa.Table:
    tables = [batch.table.select(list(wanted)) for batch in sheet.batches()]
    empty = pa.table({name: pa.array([], pa.string()) for name in wanted})
    return pa.concat_tables(tables, promote_options="permissive") if tables else empty


def _shown(column: Coded, names: Pseudonyms, rows: npt.NDArray[np.int64]) -> pa.Array:
    return people.hidden(column, names, personal=False).taken(rows).texts()
