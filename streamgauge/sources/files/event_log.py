"""Tables of events as items and their transitions: one item a case, one transition an event, in columns throughout."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.records import Item, Transition, schema
from streamgauge.sources.files import event_order, intervals, lifecycles, mapping, nested_names, values
from streamgauge.sources.files.carried import carried
from streamgauge.sources.files.columns import Coded, Gathered, same
from streamgauge.sources.files.event_order import Ordered
from streamgauge.sources.files.mapping import Plan
from streamgauge.sources.files.rows import Made
from streamgauge.sources.files.values import UTC_INSTANT, Understanding, Writing
from streamgauge.sources.pseudonym import Pseudonyms

FIELD = "status"
"""The field that an event of a log changes."""
TEAM = "team"
"""The field that changes where a log of states tells of another team."""
TEAM_MARK = "|team|"
"""What stands behind the item in the id of such a change."""
_TEXT_ROLES = ("case", "activity", "event", "lifecycle", "team", "actor", "type", "title", "former")
_ITEM = {field.name: field.type for field in schema(Item)}
_TYPES = {name: pa.string() for name in _TEXT_ROLES} | {"at": UTC_INSTANT, "start": UTC_INSTANT, "sequence": pa.int64()}
_MOST_REPEATED = 0.01
_LAST = np.iinfo(np.int64).max
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
    """One log on its way: first the values, then the order of events in their cases, then the records.

    `rows` are the rows of the table in the order of the events that they tell of, `at` when each happened, `mark` 0
    for the start of work that a row tells of, 1 for its end, each with the same length.
    """

    def __init__(self, plan: Plan, understanding: Understanding) -> None:
        self.plan, self.understanding = plan, understanding
        self.texts: dict[str, Coded] = {}
        self.others: dict[str, pa.Array] = {}
        self._read_columns()
        self._take_states()
        self._leave_out()
        for name in ("case", "activity"):
            understanding.fault(plan.columns.get(name, name), "is empty", self.texts[name].is_null)
        self.has_intervals = intervals.are_there(self.plan, self.texts, self.others, understanding)
        self._take_stays()
        self._put_aside()
        self._in_order()
        self.team_changes = self._changes_of_team() if plan.merge_repeats and "team" in self.texts else None
        self.repeats: Rows | None = None
        if plan.merge_repeats:
            self._merge()
        self.case = self.texts["case"].codes[self.rows]
        self.starts = np.flatnonzero(np.append(True, self.case[1:] != self.case[:-1])) if len(self.case) else self.rows
        self.sizes = np.diff(np.append(self.starts, len(self.case)))
        self.ordinal = np.arange(1, len(self.case) + 1) - np.repeat(self.starts, self.sizes)

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

    def _take_states(self) -> None:
        """Make states that a lifecycle names part of the activity, and marks at the end of all names a lifecycle."""
        if "lifecycle" not in self.texts:
            self._take_marks()
            return
        found = lifecycles.joined(self.texts["activity"], self.texts["lifecycle"])
        self.texts["activity"], self.texts["lifecycle"], count = found
        if count:
            column = self.plan.columns.get("lifecycle", "lifecycle")
            self.understanding.notes.append(
                f"'{column}' names states, not the start and end of work: they are part of the status,"
                f" such as '{self.texts['activity'].values[0]}'."
            )

    def _take_marks(self) -> None:
        if "start" in self.others or (found := lifecycles.apart(self.texts["activity"])) is None:
            return
        column, one = self.plan.columns.get("activity", "activity"), self.texts["activity"].values[0]
        self.understanding.notes.append(f"All names in '{column}' end with what is the lifecycle, such as '{one}'.")
        self.texts["activity"], self.texts["lifecycle"] = found

    def _leave_out(self) -> None:
        """Leave rows out that tell of changes of other fields than the state, but for those of its team and type."""
        column = self.plan.columns.get("activity", "")
        if not nested_names.is_of_changes(column):
            return
        if self.plan.merge_repeats:
            self.texts |= carried(self.texts, self.others, ~self.understanding.bad)
        other = self.texts["activity"].is_null & ~self.understanding.bad
        if other.any():
            self.understanding.bad |= other
            self.understanding.notes.append(
                f"Rows without '{column}' are of other changes: {int(other.sum())} of them."
            )

    def _take_stays(self) -> None:
        """Count stays in a state from their start alone: each ends when the next one begins."""
        if not self.has_intervals or "start" not in self.plan.guessed or not self.plan.merge_repeats:
            return
        if intervals.are_stays(self.texts, self.others, self.understanding):
            start, end = self.plan.columns["start"], self.plan.columns.get("at", "at")
            self.understanding.notes[-1] = f"Each row is a stay from '{start}' to '{end}': it counts from its start."
            self.others["at"] = self.others.pop("start")
            self.has_intervals = False

    def _put_aside(self) -> None:
        empty = np.asarray(self.others["at"].is_null())
        if self.has_intervals:
            is_open = empty & np.asarray(self.others["start"].is_valid())
            empty &= ~is_open
            self._tell_of_open(int((is_open & ~self.understanding.bad).sum()))
        self.understanding.fault(self.plan.columns.get("at", "at"), "is empty", empty)
        if "event" in self.texts and self._is_key(self.texts["event"]):
            self._put_repeats_aside(self.texts["event"])

    def _tell_of_open(self, count: int) -> None:
        if count:
            column = self.plan.columns.get("at", "at")
            self.understanding.notes.append(f"Work that has no '{column}' has begun and not ended: {count} rows.")

    def _is_key(self, key: Coded) -> bool:
        """Return whether a column holds keys of events; one that is only guessed, and repeats itself, is none."""
        if "event" not in self.plan.guessed:
            return True
        good = ~self.understanding.bad
        missing = int(good.sum()) - len(np.unique(key.codes[good & ~key.is_null]))
        if missing <= _MOST_REPEATED * good.sum():
            return True
        del self.texts["event"]
        self.understanding.notes.append(f"'{self.plan.columns['event']}' is no key of events: it repeats itself.")
        return False

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
        """Put the events in order: by case, time, the tool's own sequence, and the order of the file."""
        rows, at = np.flatnonzero(~self.understanding.bad), intervals.micros(self.others["at"])
        case, mark = self.texts["case"].codes, None
        if len(rows) < len(at):
            at = at[rows]
        if self.has_intervals:
            rows, at, mark = intervals.both(rows, intervals.micros(self.others["start"]), at)
        case = case if mark is None and len(rows) == len(case) else case[rows]
        found = event_order.ordered(case, at, self._sequence(rows, case, at), mark)
        self.rows, self.at = rows[found.places], at[found.places]
        self.mark = None if mark is None else mark[found.places]
        self._tell_of_order(found)

    def _sequence(self, rows: Rows, case: npt.NDArray[np.int32], at: Rows) -> Rows | None:
        """Return the tool's own sequence, an event without one last; null where there is none that can be meant."""
        if "sequence" not in self.others:
            return None
        found = np.asarray(self.others["sequence"].fill_null(_LAST))[rows]
        if "sequence" in self.plan.guessed and event_order.contradicts(case, at, found):
            column = self.plan.columns["sequence"]
            self.understanding.notes.append(f"'{column}' does not go on with time and says nothing of the order.")
            del self.others["sequence"]
            return None
        return found

    def _tell_of_order(self, found: Ordered) -> None:
        if found.direction < 0:
            self.understanding.notes.append(
                "The file goes from new to old: of events of a case at one time the lower one came first."
            )
        elif found.tied and not found.direction and "sequence" not in self.others:
            self.understanding.notes.append(
                f"{found.tied:,} events happened at the time of another of their case, and the file has no order that"
                " tells which came first (--map sequence=COLUMN does)."
            )

    def _only(self, kept: npt.NDArray[np.bool_]) -> None:
        self.rows, self.at = self.rows[kept], self.at[kept]
        self.mark = None if self.mark is None else self.mark[kept]

    def _merge(self) -> None:
        """Make one event of rows that say the same state one after another, and count those that repeat it."""
        changes = self._is_change()
        self.repeats = np.diff(np.append(np.flatnonzero(changes), len(changes))) - 1
        self._only(changes)

    def _is_change(self) -> npt.NDArray[np.bool_]:
        """Mark events whose value is another one than that before it in the case."""
        changes = np.zeros(len(self.rows), bool)
        changes[:1] = True
        for name in ("case", "activity", "lifecycle"):
            if name in self.texts:
                value = self.texts[name].codes[self.rows]
                changes[1:] |= value[1:] != value[:-1]
        if self.mark is not None:
            changes[1:] |= self.mark[1:] != self.mark[:-1]
        if dropped := int(len(changes) - changes.sum()):
            self.understanding.notes.append(
                f"Rows that repeat the state before them in their case are no events of their own: {dropped} of them"
                " (--repeats keep counts them)."
            )
        return changes

    def _changes_of_team(self) -> pa.Table:
        """Return each change of team in a case as a transition; a row that names none changes nothing."""
        team, case = self.texts["team"].codes[self.rows], self.texts["case"].codes[self.rows]
        told = np.flatnonzero(team >= 0)
        later = np.flatnonzero((case[told][1:] == case[told][:-1]) & (team[told][1:] != team[told][:-1])) + 1
        now, then = self.rows[told[later]], self.rows[told[later - 1]]
        at = pa.array(self.at[told[later]]).cast(UTC_INSTANT)
        item, name = self.texts["case"].taken(now).texts(), self.texts["team"].taken(now).texts()
        made: dict[str, Any] = {
            "id": self._key_of_team(now, item, at),
            "item": item,
            "field": same(TEAM, pa.string(), len(now)),
            "value": name,
            "former_value": self.texts["team"].taken(then).texts(),
            "happened_at": at,
            "team": name,
        }
        made |= {"actor": self.texts["actor"].taken(now).texts()} if "actor" in self.texts else {}
        if len(now):
            column = self.plan.columns.get("team", "team")
            self.understanding.notes.append(f"Changes of '{column}' are events of their own: {len(now)} of them.")
        return pa.table(made)

    def _key_of_team(self, rows: Rows, item: pa.Array, at: pa.Array) -> pa.Array:
        """Return the ids of changes of team: the event's own, else item and time; several at one time differ."""
        if "event" in self.texts:
            return pc.binary_join_element_wise(self.texts["event"].taken(rows).texts(), pa.scalar(TEAM_MARK), "")
        key = pc.binary_join_element_wise(item, pa.scalar(TEAM_MARK), pc.strftime(at, format="%Y-%m-%dT%H:%M:%SZ"), "")
        codes = np.asarray(key.dictionary_encode().indices)
        again = np.append(False, codes[1:] == codes[:-1]) if len(codes) else np.zeros(0, bool)
        first = np.maximum.accumulate(np.where(again, 0, np.arange(len(codes)))) if len(codes) else codes
        nth = pa.array(np.arange(len(codes)) - first + 1).cast(pa.string())
        return pc.if_else(pa.array(again), pc.binary_join_element_wise(key, nth, "."), key)

    def log(self) -> Log:
        items = self.texts["case"].values.take(pa.array(self.case[self.starts]))
        counts = None if "event" in self.texts else pa.table({"item": items, "events": pa.array(self.sizes)})
        return Log(Made(Item, self._items(items)), Made(Transition, self._transitions()), counts)

    def _transitions(self) -> pa.Table:
        item = self._of_rows("case")
        ordinal = pa.array(self.ordinal)
        made: dict[str, Any] = {
            "id": self._keys(item, ordinal),
            "item": item,
            "field": same(FIELD, pa.string(), len(item)),
            "value": self._of_rows("activity"),
            "happened_at": pa.array(self.at).cast(UTC_INSTANT),
            "sequence": self.others["sequence"].take(pa.array(self.rows)) if self._has_own_sequence() else ordinal,
        }
        made |= {name: self._of_rows(name) for name in ("lifecycle", "team", "actor") if name in self.texts}
        if "former" in self.texts:
            made["former_value"] = former = self._of_rows("former")
            # A state that nothing went before holds as the others do, and is no event.
            made["sequence"] = pc.if_else(former.is_valid(), made["sequence"], pa.scalar(None, pa.int64()))
        if self.repeats is not None and self.repeats.any():
            made["repeats"] = pa.array(self.repeats, mask=self.repeats == 0)
        if self.mark is not None:
            words = pa.array([lifecycles.START, lifecycles.COMPLETE])
            made["lifecycle"] = words.take(pa.array(self.mark))
        table = pa.table(made)
        if self.team_changes is None or not self.team_changes.num_rows:
            return table
        return pa.concat_tables([table, self.team_changes], promote_options="default")

    def _keys(self, item: pa.Array, ordinal: pa.Array) -> pa.Array:
        """Return the ids of events: their own, of which the start of work adds a word, else item and ordinal."""
        if "event" not in self.texts:
            return pc.binary_join_element_wise(item, ordinal.cast(pa.string()), "#")
        own = self._of_rows("event")
        if self.mark is None:
            return own
        return pc.if_else(pa.array(self.mark == 0), pc.binary_join_element_wise(own, lifecycles.START, "|"), own)

    def _has_own_sequence(self) -> bool:
        """Return whether the tool's sequence tells the order of all events at one time, so that ours is not needed."""
        if "sequence" not in self.others or self.mark is not None or self.others["sequence"].null_count:
            return False
        numbers = np.asarray(self.others["sequence"])[self.rows]
        tied = (self.case[1:] == self.case[:-1]) & (self.at[1:] == self.at[:-1]) & (numbers[1:] == numbers[:-1])
        return not tied.any()

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
