"""Rows of a table as records of one kind."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.records import Commit, Record, Transition, schema
from streamgauge.sources.files import kinds, people, values
from streamgauge.sources.files.columns import Gathered, same
from streamgauge.sources.files.mapping import Plan
from streamgauge.sources.files.person_words import names_people
from streamgauge.sources.files.values import Understanding, Writing
from streamgauge.sources.files.vocabulary import changed, is_state, unmeasured
from streamgauge.sources.pseudonym import Pseudonyms


@dataclass(frozen=True)
class Made:
    """Records of one kind, in columns of the kind without what the lake's door adds, each id once."""

    kind: type[Record]
    table: pa.Table


def wanted(plan: Plan) -> tuple[list[str], list[str]]:
    """Return the columns that are read as texts, and those that are read as they come."""
    assert plan.kind is not None
    types = {field.name: field.type for field in schema(plan.kind)}
    texts = [column for name, column in plan.columns.items() if values.is_text(types[name])]
    others = [column for name, column in plan.columns.items() if not values.is_text(types[name])]
    others += [one.column for one in plan.milestones]
    return list(dict.fromkeys([*texts, *plan.attributes.values()])), list(dict.fromkeys(others))


def read(gathered: Gathered, plan: Plan, writing: Writing, names: Pseudonyms) -> tuple[Made, Understanding]:
    """Return the records of a table's good rows, and what was understood and put aside on the way."""
    assert plan.kind is not None
    kind = plan.kind
    understanding = Understanding.of(gathered, writing, names)
    types = {field.name: field.type for field in schema(kind)}
    found: dict[str, pa.Array] = {}
    # Dates first: one column may settle the order of day and month for the others.
    for name in sorted(plan.columns, key=lambda name: not pa.types.is_timestamp(types[name])):
        found[name] = _field(name, plan, understanding, types[name])
    found |= _stand_ins(plan, types, understanding, gathered.rows)
    if plan.attributes:
        asked = [(name, understanding.text(column, name="").texts()) for name, column in plan.attributes.items()]
        found["attributes"] = values.attributes(asked, types["attributes"])
    if kind is Commit:
        found["subject"] = _first_lines(found["subject"])
    if kind is Transition:
        found["field"] = _with_known_names(found["field"], understanding)
        _hide_people_of_fields(found, names)
    if "id" not in found:
        found["id"] = _natural(kind, found)
    for name in kinds.given(kind):
        if kinds.is_needed(kind, name) or name == "id":
            understanding.fault(plan.columns.get(name, name), "is empty", np.asarray(found[name].is_null()))
    _twice(found, understanding, plan.columns.get("id", "id"))
    table = pa.table({name: found[name] for name in kinds.given(kind) if name in found})
    return Made(kind, table.filter(pa.array(~understanding.bad)) if understanding.bad.any() else table), understanding


def _field(name: str, plan: Plan, understanding: Understanding, kind: pa.DataType) -> pa.Array:
    """Return the values of one field; of a column that is only guessed, and may be empty, no value harms its row."""
    assert plan.kind is not None
    column, is_needed = plan.columns[name], name == "id" or kinds.is_needed(plan.kind, name)
    what = "person" if plan.of_people and name in ("title", "url") else name
    if name in plan.guessed and not is_needed:
        found = values.spared(understanding, kind, name=what, column=column)
    else:
        found = values.reader(understanding, kind, name=what)(column)
    return pc.fill_null(found, kinds.DEFAULTS[name]) if name in kinds.DEFAULTS else found


def _stand_ins(plan: Plan, types: dict[str, pa.DataType], understanding: Understanding, n: int) -> dict[str, pa.Array]:
    """Return the columns that are the same in every row: constants, and what stands in where a table says nothing."""
    assert plan.kind is not None
    said = values.constants(plan.constants, types, understanding.writing, understanding.names)
    silent: dict[str, Any] = {}
    for name in kinds.given(plan.kind):
        if name not in plan.columns and name not in said:
            if name in kinds.DEFAULTS:
                silent[name] = kinds.DEFAULTS[name]
                shown = str(silent[name]).lower()
                understanding.notes.append(f"No column for {name}: it is {shown} in every row (--set {name}=VALUE).")
            elif pa.types.is_list(types[name]):
                silent[name] = []
    return {name: same(value, types[name], n) for name, value in {**said, **silent}.items()}


def _first_lines(messages: pa.Array) -> pa.Array:
    """Return the first line of each message, whose others may name people; line ends may be written as signs."""
    return pc.replace_substring_regex(messages, r"(?s)\s*(?:\r|\n|\\n|\\r).*", "")


def _with_known_names(fields: pa.Array, understanding: Understanding) -> pa.Array:
    """Return the fields with an item's status, team, type and flag called so, whatever their tool calls them."""
    fields = _with_status(fields, understanding)
    for name, field in changed(one for one in pc.unique(fields).to_pylist() if one is not None).items():
        if name.casefold() != field:
            understanding.notes.append(f"Changes of '{name}' are changes of {field}.")
        fields = pc.if_else(pc.fill_null(pc.equal(fields, name), False), field, fields)
    return fields


def _with_status(fields: pa.Array, understanding: Understanding) -> pa.Array:
    """Return the fields with the one that says in which state things are as `status`, whatever its tool calls it."""
    there = [field for field in pc.unique(fields).to_pylist() if field is not None]
    states = [field for field in there if field.casefold() == "status"] or [f for f in there if is_state(f)]
    if "status" in there or len(states) != 1:
        return fields
    understanding.notes.append(f"Changes of '{states[0]}' are changes of status.")
    return pc.if_else(pc.equal(fields, states[0]), "status", fields)


def _hide_people_of_fields(found: dict[str, pa.Array], names: Pseudonyms) -> None:
    """Make pseudonyms of the values of fields that name people, such as the assignee, by name or by their values."""
    fields = found["field"].dictionary_encode()
    columns = [name for name in ("value", "former_value") if name in found]
    of = np.asarray(fields.indices.fill_null(-1))
    for number, field in enumerate(fields.dictionary.to_pylist()):
        mask = pa.array(of == number)
        told = [found[name].filter(mask) for name in columns]
        if not names_people(unmeasured(field)) and (field == "status" or not people.are_named(_distinct(told))):
            continue
        for name, texts in zip(columns, told, strict=True):
            hidden = [None if text is None else people.person(text, names) for text in texts.to_pylist()]
            found[name] = pc.replace_with_mask(found[name], mask, pa.array(hidden, pa.string()))


def _distinct(told: list[pa.Array]) -> pa.Array:
    return pc.unique(pa.chunked_array(told, pa.string())).drop_null()


def _natural(kind: type[Record], found: dict[str, pa.Array]) -> pa.Array:
    """Return ids made of the fields that name a record of the kind."""
    parts = [_as_text(found[name]) for name in kinds.NATURAL[kind.__name__] if name in found]
    return pc.binary_join_element_wise(*parts, "|", null_handling="replace", null_replacement="")


def _as_text(values_of: pa.Array) -> pa.Array:
    if pa.types.is_timestamp(values_of.type):
        return pc.strftime(values_of, format="%Y-%m-%dT%H:%M:%SZ")
    if pa.types.is_list(values_of.type):
        pairs = [";".join(f"{pair['name']}={pair['value']}" for pair in row) for row in values_of.to_pylist()]
        return pa.array(pairs, pa.string())
    return values_of.cast(pa.string())


def _twice(found: dict[str, pa.Array], understanding: Understanding, column: str) -> None:
    """Put rows aside whose id stands again further down with other values; exact repetitions are left out in silence.

    Both are said. Of an id the last row counts.
    """
    codes = np.asarray(found["id"].dictionary_encode().indices.fill_null(-1))
    good = np.flatnonzero(~understanding.bad)
    last = np.full(int(codes.max(initial=-1)) + 2, -1, np.int64)
    last[codes[good]] = good
    earlier = good[last[codes[good]] != good]
    if not len(earlier):
        return
    differs = _differing(found, earlier, last[codes[earlier]])
    mask = np.zeros(len(codes), bool)
    mask[earlier[differs]] = True
    understanding.fault(column, "names a row that stands again further down, with other values", mask)
    repeated = earlier[~differs]
    understanding.bad[repeated] = True
    if len(repeated):
        understanding.notes.append(f"Rows that are exact repetitions of others are left out: {len(repeated)} of them.")


def _differing(found: dict[str, pa.Array], rows: Any, others: Any) -> Any:
    differs = np.zeros(len(rows), bool)
    for column in found.values():
        one, other = column.take(pa.array(rows)), column.take(pa.array(others))
        if pa.types.is_nested(column.type):
            differs |= np.array([a != b for a, b in zip(one.to_pylist(), other.to_pylist(), strict=True)], bool)
        else:
            equal = pc.or_(pc.equal(one, other).fill_null(fill_value=False), pc.and_(one.is_null(), other.is_null()))
            differs |= ~np.asarray(equal)
    return differs
