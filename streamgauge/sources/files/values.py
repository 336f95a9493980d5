"""Cells as the values of fields: each column as a whole, with what of it was not understood."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.errors import BadOption
from streamgauge.sources.files import clock_times, columns, instants, nulls, numbers, orders, people, truths, vocabulary
from streamgauge.sources.files.columns import Coded, Gathered
from streamgauge.sources.files.orders import AmbiguousDates, MixedDates, UnclearDates
from streamgauge.sources.files.person_words import names_people
from streamgauge.sources.pseudonym import Pseudonyms

Mask = npt.NDArray[np.bool_]
UTC_INSTANT = pa.timestamp("us", tz="UTC")
_THINGS = frozenset(("activity", "status", "lifecycle", "type", "field", "kind", "value", "former_value", "former"))
"""Fields whose values are never looked at for people: what is done, the states and kinds of things; and what a field
was changed to, for the field says whether that is somebody."""
_SPLIT = re.compile(r"\s*[;|,\n]\s*")


@dataclass(frozen=True)
class Writing:
    """How values are written in a file, where it is said rather than found."""

    date_format: str | None = None
    decimal: str | None = None
    zone: str | None = None
    nulls: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fault:
    """Rows of one column that were not understood for one reason; `values` are null where they name people."""

    column: str
    reason: str
    rows: npt.NDArray[np.int64]
    values: pa.Array


@dataclass
class Understanding:
    """Reads fields from gathered columns, and collects what was assumed and what was not understood on the way.

    `is_spared` says that nobody asked for the column: what is not clear of it is left unread.
    """

    gathered: Gathered
    writing: Writing
    names: Pseudonyms
    bad: Mask
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    orders: dict[str, str] = field(default_factory=dict)
    is_spared: bool = False

    @classmethod
    def of(cls, gathered: Gathered, writing: Writing, names: Pseudonyms) -> "Understanding":
        """Return one that has found nothing yet."""
        return cls(gathered, writing, names, np.zeros(gathered.rows, bool))

    def fault(self, column: str, reason: str, mask: Mask, values: pa.Array | None = None) -> None:
        """Put rows aside that are not aside yet."""
        rows = np.flatnonzero(mask & ~self.bad)
        if len(rows):
            shown = pa.nulls(len(rows), pa.string())
            if values is not None and not names_people(column):
                shown = values.take(pa.array(rows))
            self.faults.append(Fault(column, reason, rows, shown.cast(pa.string())))
            self.bad[rows] = True

    def text(self, column: str, *, name: str) -> Coded:
        """Return a column of texts as it may be kept: people as pseudonyms, addresses masked."""
        personal = name in people.FIELDS
        found = self.gathered.texts[column]
        if not personal and (names_people(column) or (name not in _THINGS and people.are_named(found.values))):
            personal = True
            self.notes.append(f"Column '{column}' names people, of whom only pseudonyms are kept.")
        return people.hidden(found, self.names, personal=personal)

    def instant(self, column: str) -> pa.Array:
        """Return a column of dates; what is no date is put aside."""
        cells = self.gathered.others[column]
        try:
            found = self._dated(column, cells)
        except UnclearDates as doubt:
            if self.is_spared and isinstance(doubt, MixedDates):
                self.notes.append(f"Column '{column}' is left unread: {doubt.words}.")
                return pa.nulls(len(cells), UTC_INSTANT)
            raise _unclear(column, doubt) from None
        self._empty_tokens(cells, found)
        for code, reason in instants.REASONS.items():
            if (mask := found.faults == code).any():
                self.fault(column, reason, mask, _texts(cells))
        self._tell_of_dates(column, found)
        return found.values

    def _dated(self, column: str, cells: pa.ChunkedArray) -> instants.Instants:
        read = partial(
            instants.read,
            cells,
            given=self.writing.date_format,
            zone=self.writing.zone or "UTC",
            has_days=vocabulary.is_day(column),
        )
        try:
            found = read(order=self._elsewhere())
        except AmbiguousDates:
            if (order := self._proven_by_others(column)) is None:
                raise
            found = read(order=order)
        if found.order:
            self.orders[column] = found.order
        return found

    def _elsewhere(self) -> str | None:
        """Return the order of day and month of the other columns, where they agree on one."""
        found = set(self.orders.values())
        return found.pop() if len(found) == 1 else None

    def _proven_by_others(self, column: str) -> str | None:
        """Return the order of day and month that columns prove which are still to be read, where they agree on one."""
        cells = (one for name, one in self.gathered.others.items() if name != column and pa.types.is_string(one.type))
        found = {order for one in cells if (order := orders.proven(one)) is not None}
        return found.pop() if len(found) == 1 else None

    def _empty_tokens(self, cells: pa.ChunkedArray, found: instants.Instants) -> None:
        """Take back the faults of cells that hold a token for nothing."""
        rows = np.flatnonzero(found.faults == clock_times.STRANGE)
        if len(rows) and not pa.types.is_temporal(cells.type):
            texts = cells.take(pa.array(rows)).cast(pa.string()).combine_chunks()
            nothing = np.asarray(nulls.emptied(texts, self.writing.nulls).is_null())
            found.faults[rows[nothing]] = clock_times.GOOD

    def _tell_of_dates(self, column: str, found: instants.Instants) -> None:
        if found.order and self.writing.date_format is None:
            self.notes.append(f"Dates of '{column}' are {found.order}.")
        if found.kinds:
            self.notes.append(f"Numbers of '{column}' are instants: {', '.join(sorted(found.kinds))}.")
        if found.local and self.writing.zone is None:
            self.notes.append(f"Times of '{column}' name no zone and are taken as UTC (--zone says another).")
        if found.twice:
            self.notes.append(f"{found.twice} times of '{column}' were shown twice by the clock; the first is taken.")

        if found.rounded:
            within = f"{max(1, round(found.known_to / 60_000_000)):,} minutes"
            self.notes.append(
                f"{found.rounded:,} times of '{column}' are numbers that a spreadsheet rounded: they are known to"
                f" within {within}. Export the column with all its digits."
            )

    def number(self, column: str) -> pa.Array:
        """Return a column of numbers (floats); what is no number is put aside."""
        cells = self._emptied(column)
        try:
            found = numbers.read(cells, decimal=self.writing.decimal)
        except numbers.AmbiguousNumbers as doubt:
            readings = " or ".join(f"{value} (--decimal '{mark}')" for mark, value in doubt.readings.items())
            raise BadOption(
                f"Column '{column}': '{doubt.example}' may be {readings}, and no value of the column settles it.",
                advice="Say --decimal . or --decimal ,",
            ) from None
        self.fault(column, "is no number", found.strange & np.asarray(cells.is_valid()), _texts(cells))
        if found.decimal == numbers.COMMA and self.writing.decimal is None:
            self.notes.append(f"Numbers of '{column}' have a decimal comma.")
        if found.durations:
            self.notes.append(f"Durations of '{column}' are hours; a day has 24.")
        if found.percents:
            self.notes.append(f"Percents of '{column}' are shares of 1.")
        return found.values

    def whole(self, column: str) -> pa.Array:
        """Return a column of whole numbers."""
        values = self.number(column)
        broken = np.asarray(pc.not_equal(pc.floor(values), values).fill_null(fill_value=False))
        self.fault(column, "is no whole number", broken, _texts(self.gathered.others[column]))
        good = pc.if_else(pa.array(broken), pa.scalar(None, pa.float64()), values)
        return good.cast(pa.int64(), safe=False)

    def truth(self, column: str) -> pa.Array:
        """Return a column of yes and no."""
        cells = self._emptied(column)
        values, strange = truths.read(cells)
        self.fault(column, "is neither yes nor no", strange, _texts(cells))
        return values

    def listed(self, column: str, kind: pa.DataType, *, name: str) -> pa.Array:
        """Return a column of lists: JSON, or texts between `;`, `|` or `,`; an empty cell is an empty list."""
        given = self.gathered.texts[column]
        made = [self._list(text, kind.value_type, name) for text in given.values.to_pylist()]
        broken = np.array([one is None for one in made] + [False])
        self.fault(column, f"is no list of {kind.value_type}", broken[given.codes], given.texts())
        values = pa.array([one or [] for one in made] + [[]], kind)
        return values.take(pa.array(np.where(given.codes < 0, len(made), given.codes)))

    def _list(self, text: str, kind: pa.DataType, name: str) -> list[Any] | None:
        try:
            parts = json.loads(text) if text.startswith("[") else _parts(text, kind)
        except (ValueError, RecursionError):
            return None
        if not isinstance(parts, list):
            return None
        cleaned = [self._part(part, kind, name) for part in parts]
        return None if None in cleaned else cleaned

    def _part(self, part: Any, kind: pa.DataType, name: str) -> Any:
        """Return one value of a list, null where it does not fit."""
        if pa.types.is_struct(kind):
            if not isinstance(part, dict):
                return None
            person = "person" if names_people(str(part.get("name", ""))) else name
            return {one.name: self._part(part.get(one.name), one.type, person if one.name == "value" else name)
                    for one in kind}  # fmt: skip
        if part is None or isinstance(part, dict | list):
            return None
        if pa.types.is_integer(kind):
            return int(part) if re.fullmatch(r"-?\d{1,18}", str(part)) else None
        text = str(part)
        return people.person(text, self.names) if name in people.FIELDS else people.masked(text, self.names)

    def _emptied(self, column: str) -> pa.ChunkedArray:
        cells = self.gathered.others[column]
        if pa.types.is_string(cells.type):
            return pa.chunked_array([nulls.emptied(chunk, self.writing.nulls) for chunk in cells.chunks], pa.string())
        return cells


def _parts(text: str, kind: pa.DataType) -> list[Any]:
    """Return what stands between the marks; of pairs such as `country=DE; plan=pro` the names and values."""
    found = [part for part in _SPLIT.split(text.strip()) if part]
    if not pa.types.is_struct(kind):
        return found
    pairs = [part.partition("=") for part in found]
    names = [one.name for one in kind]
    return [dict(zip(names, (name.strip(), value.strip()), strict=False)) for name, _, value in pairs]


def _are_numbers(texts: pa.Array) -> bool:
    return len(texts) > 0 and bool(pc.all(pc.match_substring_regex(texts, r"^\d+(\.0)?$")).as_py())


def _unclear(column: str, doubt: UnclearDates) -> BadOption:
    """Return the error that says which orders of day and month a user may choose from."""
    several = " or ".join(f"--date-format {order}" for order in doubt.readings)
    return BadOption(f"Column '{column}': {doubt.words}.", advice=f"Say {several}.")


def _texts(cells: pa.ChunkedArray) -> pa.Array:
    return cells.cast(pa.string()).combine_chunks()


def is_text(kind: pa.DataType) -> bool:
    """Return whether a field is read through the distinct texts of its column."""
    return bool(pa.types.is_string(kind) or pa.types.is_list(kind))


def reader(understanding: Understanding, kind: pa.DataType, *, name: str) -> Callable[[str], pa.Array]:
    """Return what reads a column as values of a type."""
    if pa.types.is_list(kind):
        return lambda column: understanding.listed(column, kind, name=name)
    if pa.types.is_string(kind):
        return lambda column: understanding.text(column, name=name).texts()
    if pa.types.is_timestamp(kind):
        return understanding.instant
    if pa.types.is_boolean(kind):
        return understanding.truth
    return understanding.whole if pa.types.is_integer(kind) else understanding.number


def spared(understanding: Understanding, kind: pa.DataType, *, name: str, column: str) -> pa.Array:
    """Return a column that nobody asked for as values of a type: what of it is not understood is null, which is said.

    No row is put aside for it. Raises BadOption where all of it reads in several ways: then a user has to say which.
    """
    own = Understanding.of(understanding.gathered, understanding.writing, understanding.names)
    if pa.types.is_list(kind) and _are_numbers(understanding.gathered.texts[column].values):
        understanding.notes.append(f"Column '{column}' holds numbers and no lists, and is left unread.")
        return columns.same([], kind, understanding.gathered.rows)
    own.orders, own.is_spared = understanding.orders, True
    values = reader(own, kind, name=name)(column)
    understanding.notes += own.notes
    for fault in own.faults:
        told = f"{len(fault.rows):,} values of '{column}' are left unread: each {fault.reason}."
        understanding.notes.append(told)
    return values


def constants(given: Mapping[str, str], kinds: Mapping[str, pa.DataType], writing: Writing, names: Pseudonyms,
              ) -> dict[str, Any]:  # fmt: skip
    """Return constants as values of their fields; raises BadOption for one that does not fit."""
    found: dict[str, Any] = {}
    for name, text in given.items():
        cell = pa.chunked_array([[text]])
        one = Gathered({name: columns.coded(cell)}, {name: cell}, np.zeros(1, np.int64), (), ())
        understanding = Understanding.of(one, writing, names)
        value = reader(understanding, kinds[name], name=name)(name)
        if understanding.bad.any():
            raise BadOption(f"--set {name}={text}: '{text}' {understanding.faults[0].reason}.")
        found[name] = value[0].as_py()
        if found[name] is None and name in ("case", "activity"):
            raise BadOption(f"--set {name}= is empty.", advice=f"Say a value, or --map {name}=COL.")
    return found


def attributes(found: Sequence[tuple[str, pa.Array]], kind: pa.DataType) -> pa.Array:
    """Return lists of named values from one array of texts a name; a null leaves its name out."""
    n = len(found[0][1]) if found else 0
    there = [np.asarray(values.is_valid()) for _, values in found]
    counts = np.sum(there, axis=0) if found else np.zeros(0, np.int64)
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    # One name after another, then put in the order of the rows.
    rows = np.concatenate([np.flatnonzero(mask) for mask in there]) if found else np.zeros(0, np.int64)
    order = pa.array(np.argsort(rows, kind="stable"))
    values = pa.concat_arrays([one.drop_null() for _, one in found]).take(order)
    names = pa.concat_arrays(
        [pa.repeat(pa.scalar(name), int(mask.sum())) for (name, _), mask in zip(found, there, strict=True)]
    )
    pairs = pa.StructArray.from_arrays([names.take(order), values], names=["name", "value"])
    return pa.ListArray.from_arrays(pa.array(offsets), pairs).cast(kind) if n else pa.array([], kind)
