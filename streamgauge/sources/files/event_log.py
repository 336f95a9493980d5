"""Tables of events as items and their transitions: one item a case, one transition an event, in columns throughout."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.records import Item, Transition, schema
from streamgauge.sources.files import mapping, values
from streamgauge.sources.files.columns import Coded, Gathered, same
from streamgauge.sources.files.mapping import Plan
from streamgauge.sources.files.rows import Made
from streamgauge.sources.files.values import UTC_INSTANT, Understanding, Writing
from streamgauge.sources.pseudonym import Pseudonyms

FIELD = "status"
"""The field that an event of a log changes."""
_TEXT_ROLES = ("case", "activity", "event", "lifecycle", "team", "actor", "type", "title")
_ITEM = {field.name: field.type for field in schema(Item)}
_TYPES = {name: pa.string() for name in _TEXT_ROLES} | {"at": UTC_INSTANT, "sequence": pa.int64()}
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Log:
    """What an event log makes: items, transitions, and how many events each case of this file now has.

    `counts` (item, events) is null where events have keys of their own: then nothing of a case is ever surplus.
    """

    items: Made
    transitions: Made
    counts: pa.Table | None


def types(plan: Plan) -> dict[str, pa.DataType]:
    """Return the type of each field that a log may give."""
    return {name: _TYPES.get(name) or _ITEM[name] for name in (*plan.columns, *plan.constants)}


def wanted(plan: Plan) -> tuple[list[str], list[str]]:
    """Return the columns that are read as texts, and those that are read as they come."""
    kinds = types(plan)
    texts = [column for name, column in plan.columns.items() if values.is_text(kinds[name])]
    others = [column for name, column in plan.columns.items() if not values.is_text(kinds[name])]
    return list(dict.fromkeys([*texts, *plan.attributes.values()])), list(dict.fromkeys(others))


def read(gathered: Gathered, plan: Plan, writing: Writing, names: Pseudonyms) -> tuple[Log, Understanding]:
    """Return the items and transitions of a log's good rows, and what was understood and put aside on the way."""
    understanding = Understanding.of(gathered, writing, names)
    events = _Events(plan, understanding)
    return events.log(), understanding


class _Events:
    """One log on its way: first the values, then the order of events in their cases, then the records."""

    def __init__(self, plan: Plan, understanding: Understanding) -> None:
        self.plan, self.understanding = plan, understanding
        self.texts: dict[str, Coded] = {}
        self.others: dict[str, pa.Array] = {}
        self._read_columns()
        self._put_aside()
        self._in_order()

    def _read_columns(self) -> None:
        kinds, n = types(self.plan), self.understanding.gathered.rows
        for name in sorted(self.plan.columns, key=lambda name: kinds[name] != UTC_INSTANT):
            column = self.plan.columns[name]
            if pa.types.is_string(kinds[name]):
                self.texts[name] = self.understanding.text(column, name=name)
            elif name in self.plan.guessed and name not in mapping.LOG_NEEDS:
                self.others[name] = values.spared(self.understanding, kinds[name], name=name, column=column)
            else:
                self.others[name] = values.reader(self.understanding, kinds[name], name=name)(column)
        writing, names = self.understanding.writing, self.understanding.names
        for name, value in values.constants(self.plan.constants, kinds, writing, names).items():
            if pa.types.is_string(kinds[name]):
                self.texts[name] = Coded(pa.array([value], pa.string()), np.zeros(n, np.int32))
            else:
                self.others[name] = same(value, kinds[name], n)

    def _put_aside(self) -> None:
        for name in ("case", "activity"):
            self.understanding.fault(self.plan.columns.get(name, name), "is empty", self.texts[name].is_null)
        empty = np.asarray(self.others["at"].is_null())
        self.understanding.fault(self.plan.columns.get("at", "at"), "is empty", empty)
        if "event" in self.texts:
            self._put_repeats_aside(self.texts["event"])

    def _put_repeats_aside(self, key: Coded) -> None:
        column = self.plan.columns.get("event", "event")
        self.understanding.fault(column, "is empty", key.is_null)
        last = np.full(len(key.values) + 1, -1, np.int64)
        good = np.flatnonzero(~self.understanding.bad)
        last[key.codes[good]] = good
        mask = np.zeros(len(key.codes), bool)
        mask[good] = last[key.codes[good]] != good
        self.understanding.fault(column, "names an event that stands again further down", mask)

    def _in_order(self) -> None:
        """Sort by case, then time, then the place in the file, and number the events of each case from 1."""
        good = np.flatnonzero(~self.understanding.bad)
        rows = None if len(good) == len(self.understanding.bad) else good
        case = self.texts["case"].codes if rows is None else self.texts["case"].codes[rows]
        micros = np.asarray(self.others["at"].cast(pa.int64()).fill_null(0))
        at = micros if rows is None else micros[rows]
        order = _sorted(case, at)
        self.rows = order if rows is None else rows[order]
        if self.plan.merge_repeats:
            self.rows = self.rows[self._is_change()]
        self.case = self.texts["case"].codes[self.rows]
        self.starts = np.flatnonzero(np.append(True, self.case[1:] != self.case[:-1])) if len(self.case) else self.rows
        self.sizes = np.diff(np.append(self.starts, len(self.case)))
        self.ordinal = np.arange(1, len(self.case) + 1) - np.repeat(self.starts, self.sizes)

    def _is_change(self) -> npt.NDArray[np.bool_]:
        """Mark events whose value is another one than that before it in the case."""
        case, value = self.texts["case"].codes[self.rows], self.texts["activity"].codes[self.rows]
        changes = np.ones(len(case), bool)
        changes[1:] = (case[1:] != case[:-1]) | (value[1:] != value[:-1])
        if dropped := int(len(changes) - changes.sum()):
            self.understanding.notes.append(
                f"Rows that repeat the state before them in their case are no events of their own: {dropped} of them"
                " (--repeats keep counts them)."
            )
        return changes

    def log(self) -> Log:
        items = self.texts["case"].values.take(pa.array(self.case[self.starts]))
        counts = None if "event" in self.texts else pa.table({"item": items, "events": pa.array(self.sizes)})
        return Log(Made(Item, self._items(items)), Made(Transition, self._transitions()), counts)

    def _transitions(self) -> pa.Table:
        item = self._of_rows("case")
        ordinal = pa.array(self.ordinal)
        made: dict[str, Any] = {
            "id": self._of_rows("event") if "event" in self.texts
            else pc.binary_join_element_wise(item, ordinal.cast(pa.string()), "#"),
            "item": item,
            "field": same(FIELD, pa.string(), len(item)),
            "value": self._of_rows("activity"),
            "happened_at": self.others["at"].take(pa.array(self.rows)),
            "sequence": self.others["sequence"].take(pa.array(self.rows)) if "sequence" in self.others else ordinal,
        }  # fmt: skip
        made |= {name: self._of_rows(name) for name in ("lifecycle", "team", "actor") if name in self.texts}
        return pa.table(made)

    def _items(self, ids: pa.Array) -> pa.Table:
        """Return one item a case; a value that changes within the case is the last one that there is."""
        last = self.starts + self.sizes - 1
        made: dict[str, Any] = {"id": ids, "status": self._last("activity", last)}
        for name in (*self.texts, *self.others):
            if name in _ITEM and name not in made and name not in ("url",):
                made[name] = self._last(name, last)
        for name, kind in _ITEM.items():
            if pa.types.is_list(kind) and name not in made:
                made[name] = same([], kind, len(ids))
        if self.plan.attributes:
            asked = [(name, self._attribute(column, last)) for name, column in self.plan.attributes.items()]
            made["attributes"] = values.attributes(asked, _ITEM["attributes"])
        return pa.table({name: made[name] for name in _ITEM if name in made})

    def _last(self, name: str, last: Rows) -> pa.Array:
        """Return the last value of each case that is not null."""
        if name in self.texts:
            return self._last_text(self.texts[name], last)
        return self.others[name].take(pa.array(self.rows[self._last_place(self.others[name], last)]))

    def _attribute(self, column: str, last: Rows) -> pa.Array:
        return self._last_text(self.understanding.text(column, name=""), last)

    def _last_text(self, column: Coded, last: Rows) -> pa.Array:
        codes = column.codes[self.rows]
        there = np.maximum.accumulate(np.where(codes >= 0, np.arange(len(codes)), -1)) if len(codes) else self.rows
        place = np.where(there[last] >= self.starts, there[last], last)
        return column.taken(self.rows[place]).texts()

    def _last_place(self, column: pa.Array, last: Rows) -> Rows:
        valid = np.asarray(column.is_valid())[self.rows]
        there = np.maximum.accumulate(np.where(valid, np.arange(len(valid)), -1)) if len(valid) else self.rows
        return np.where(there[last] >= self.starts, there[last], last)

    def _of_rows(self, name: str) -> pa.Array:
        return self.texts[name].taken(self.rows).texts()


def _sorted(case: npt.NDArray[np.int32], at: Rows) -> Rows:
    """Return the places in the order of case, time and file; logs mostly come in the order of one of the first two."""
    if len(case) and not _descends(case) and not _descends_within(case, at):
        return np.arange(len(case))
    by_time = np.argsort(at, kind="stable") if _descends(at) else np.arange(len(at))
    return by_time[np.argsort(case[by_time], kind="stable")]


def _descends(keys: npt.NDArray[Any]) -> bool:
    return bool((keys[1:] < keys[:-1]).any())


def _descends_within(case: npt.NDArray[np.int32], at: Rows) -> bool:
    return bool(((at[1:] < at[:-1]) & (case[1:] == case[:-1])).any())
