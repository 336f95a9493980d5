"""A sheet on its way into the lake: read, understood, made records, and counted, but not yet kept."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, partial
from pathlib import PurePath

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.errors import BadOption
from streamgauge.records import Item, Transition
from streamgauge.sources.files import (
    changelogs,
    columns,
    datasets,
    event_log,
    histories,
    item_links,
    lifecycles,
    mapping,
    milestones,
    no_work,
    nulls,
    objects,
    people,
    repeating,
    rows,
    same_names,
    times_of_day,
    tracker_columns,
)
from streamgauge.sources.files.columns import Gathered
from streamgauge.sources.files.datasets import Period
from streamgauge.sources.files.histories import History
from streamgauge.sources.files.mapping import Plan, Rules
from streamgauge.sources.files.payloads import trello_board
from streamgauge.sources.files.payloads.recognised import FORMS, recognised
from streamgauge.sources.files.rows import Made
from streamgauge.sources.files.sheet import BadRow, Sheet
from streamgauge.sources.files.totals import TOTAL
from streamgauge.sources.files.values import Fault, Understanding, Writing
from streamgauge.sources.pseudonym import Pseudonyms

Step = Callable[[int], None]


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """Why rows were put aside: how many for one reason in one column, the first lines, and examples of the values."""

    column: str
    reason: str
    rows: int
    lines: tuple[int, ...]
    examples: tuple[str, ...] = ()

    def words(self) -> str:
        """Return the doubt as a sentence without its count, with the lines that show it."""
        lines = ", ".join(str(line) for line in self.lines) + (", ..." if self.rows > len(self.lines) else "")
        values = f" (such as {', '.join(repr(text) for text in self.examples)})" if self.examples else ""
        where = f"'{self.column}' " if self.column else ""
        return f"{where}{self.reason}{values}, line {lines}"


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """What one sheet makes. `rows` counts all rows that the sheet has, `rejected` those that were put aside.

    `within` is its own name in a file of several tables, `day` the day that this name tells (no zone), null for none,
    `period` since and until when it tells what happened.
    `counts` (item, events) tells of event logs how many events each of their cases has now.
    """

    sheet: str
    form: str
    plan: Plan
    parts: tuple[Made, ...]
    rows: int
    rejected: int
    notes: tuple[str, ...]
    doubts: tuple[Doubt, ...]
    rejects: pa.Table
    counts: pa.Table | None = None
    within: str = ""
    day: datetime | None = None
    period: Period = (None, None)

    @property
    def bad(self) -> int:
        """How many rows were put aside though they are rows: a total below the table is none."""
        return self.rejected - sum(doubt.rows for doubt in self.doubts if doubt.reason == TOTAL)


REJECTS = pa.schema(
    [
        pa.field("line", pa.int64()),
        pa.field("column", pa.string()),
        pa.field("reason", pa.string()),
        pa.field("value", pa.string()),
    ]
)
"""A row that was put aside, as it is kept: nothing of its text but a value without letters."""


def grouped(sheets: Sequence[Sheet]) -> list[list[Sheet]]:
    """Return the sheets that are read together: all of one event log, and each other one alone."""
    found: list[list[Sheet]] = []
    for sheet in trello_board.joined(sheets):
        is_log = sheet.form == "xes" or sheet.form.startswith("ocel")
        if is_log and found and (found[-1][0].form, found[-1][0].member) == (sheet.form, sheet.member):
            found[-1].append(sheet)
        else:
            found.append([sheet])
    return found


def prepare(sheets: Sequence[Sheet], rules: Rules, names: Pseudonyms, step: Step) -> Iterator[Prepared]:
    """Give what each sheet of a group makes; the sheets of an event log of objects make it together."""
    by_name = {sheet.name: sheet for sheet in sheets}
    if sheets and sheets[0].form.startswith("ocel"):
        yield from _of_objects(by_name, rules, names, step)
        return
    for sheet in sheets:
        if sheet.form == "xes" and sheet.name == "cases" and "events" in by_name:
            continue
        made = _prepared(sheet, rules, names, step)
        if sheet.form == "xes" and "cases" in by_name:
            made = _with_silent_cases(made, by_name["cases"], names, rules.nulls)
        yield made


def _prepared(sheet: Sheet, rules: Rules, names: Pseudonyms, step: Step) -> Prepared:
    sheet, rules = recognised(sheet, rules)
    sheet = same_names.joined(sheet, besides=(*rules.columns.values(), *rules.attributes.values()))
    if rules.date_format is None and not sheet.form.startswith(("xes", "ocel")):
        sheet = times_of_day.joined(sheet, besides=(*rules.columns.values(), *rules.attributes.values()))
    called = (sheet.within.rpartition("/")[2], sheet.name, datasets.stem(PurePath(sheet.file).name))
    look = mapping.Look(
        dated=partial(milestones.dated, sheet),
        marked=partial(lifecycles.marked, sheet),
        repeated=partial(repeating.keys, sheet),
        unique=partial(repeating.is_unique, sheet),
        alone=partial(repeating.is_unique, sheet, least=1),
        history=cache(partial(histories.history_in, sheet)),
    )
    plan = _planned(sheet, rules, called, look)
    writing = Writing(rules.date_format, rules.decimal, rules.zone, rules.nulls)
    history = changelogs.column_of(plan.unused, look.history()) if plan.kind is Item else None
    if history is not None:
        dates = tuple(one for one in plan.milestones if one.status is not None)
        plan = replace(plan, unused=tuple(one for one in plan.unused if one != history), milestones=dates)
    kind = event_log if plan.kind is None else rows
    texts, others = kind.wanted(plan)
    counting = [] if history is None else changelogs.counted_by(history, sheet.columns)
    others += [*([] if history is None else [history, *counting]), *tracker_columns.wanted(plan)]
    others += [one for one in item_links.wanted(plan) if one not in others]
    gathered = columns.gather(sheet, texts, others, tokens=rules.nulls, keys=plan.keys, step=step)
    counts = None
    parts: tuple[Made, ...]
    if plan.kind is None:
        log, understood = event_log.read(gathered, plan, writing, names)
        parts, counts = (log.items, log.transitions), log.counts
    else:
        made, understood = rows.read(gathered, plan, writing, names)
        parts = _with_changes(plan, history, look.history() if history else None, understood, made)
        plan, links = item_links.told(plan, understood, parts[0], history)
        parts = (*parts, *links)
        understood.notes.extend(changelogs.cut(understood, history, counting) if history is not None else ())
    return Prepared(
        sheet=sheet.name,
        form=sheet.form,
        plan=tracker_columns.without(plan),
        parts=parts,
        rows=gathered.rows + len(gathered.bad),
        rejected=_rejected(understood.faults) + len(gathered.bad),
        notes=tuple(
            dict.fromkeys([*sheet.notes, *gathered.notes, *plan.notes, *understood.notes, *_null_words(gathered, plan)])
        ),
        doubts=(*_bad_rows(gathered.bad), *(_doubt(fault, gathered.line) for fault in understood.faults)),
        rejects=_rejects(gathered, understood),
        counts=counts,
    )


def _planned(sheet: Sheet, rules: Rules, called: Sequence[str], look: mapping.Look) -> Plan:
    """Return how a sheet is read; raises BadOption where that is not clear, or it holds no work, as people."""
    is_said = rules.kind is not None or bool(rules.columns or rules.attributes)
    is_answer = sheet.form in FORMS
    try:
        plan = mapping.planned(sheet.columns, rules, form=sheet.form, called=called, look=look)
    except BadOption:
        if not is_said:
            no_work.refuse(sheet.columns, is_answer=is_answer)
        raise
    if not is_said and plan.kind in (Item, None):
        no_work.refuse(sheet.columns, is_answer=is_answer, is_log=plan.kind is None)
    return plan


def _with_changes(
    plan: Plan, column: str | None, history: History | None, understood: Understanding, items: Made
) -> tuple[Made, ...]:
    """Return the items, and what they tell of their changes."""
    made = tracker_columns.told(plan, understood, items)
    changes = tuple(_changes(plan, column, history, understood, made))
    if column is not None and "status" in plan.columns:
        changes = (tracker_columns.with_ends(made, changes[0]), *changes[1:])
    return (changelogs.with_status(made, changes[0]) if column is not None else made, *changes)


def _changes(
    plan: Plan, column: str | None, history: History | None, understood: Understanding, items: Made
) -> Iterator[Made]:
    """Give the changes of status that items tell of themselves: all of them, else those that have a date."""
    if column is None:
        if plan.milestones:
            yield milestones.read(plan.milestones, understood, items)
        return
    told = changelogs.read(column, history, understood, items)
    if plan.milestones and (silent := changelogs.without_status(items, told)):
        dated = milestones.read(plan.milestones, understood, items, only=silent)
        told = Made(told.kind, pa.concat_tables([told.table, dated.table], promote_options="default"))
    yield told


def _null_words(gathered: Gathered, plan: Plan) -> Iterator[str]:
    """Say which words that elsewhere stand for nothing were taken as names."""
    for column in sorted(plan.keys & set(gathered.texts)):
        found = gathered.texts[column].values
        words = found.filter(pc.is_in(found, value_set=pa.array(nulls.USUAL))).to_pylist()
        if words:
            shown, first = ", ".join(f"'{word}'" for word in words), words[0]
            yield f"{shown} in '{column}' are taken as they stand (--null '{first}' says that it means nothing)."


def _rejected(faults: Sequence[Fault]) -> int:
    return sum(len(fault.rows) for fault in faults)


def _doubt(fault: Fault, line: npt.NDArray[np.int64]) -> Doubt:
    seen = fault.values.drop_null().unique().to_pylist()
    first = tuple(int(number) for number in line[fault.rows[:3]])
    examples = tuple(str(text)[:60] for text in seen[:3])
    return Doubt(column=fault.column, reason=fault.reason, rows=len(fault.rows), lines=first, examples=examples)


def _bad_rows(bad: Sequence[BadRow]) -> Iterator[Doubt]:
    for reason in dict.fromkeys(row.reason for row in bad):
        lines = [row.line for row in bad if row.reason == reason]
        yield Doubt(column="", reason=reason, rows=len(lines), lines=tuple(lines[:3]))


def _rejects(gathered: Gathered, understood: Understanding) -> pa.Table:
    """Return every row that was put aside; values of columns that name people are not among them."""
    bad = gathered.bad
    parts = [
        pa.table(
            {"line": [row.line for row in bad], "column": [""] * len(bad), "reason": [row.reason for row in bad]}
            | {"value": [None] * len(bad)},
            schema=REJECTS,
        )
    ]
    for fault in understood.faults:
        n = len(fault.rows)
        same = [pa.repeat(pa.scalar(text), n) for text in (fault.column, fault.reason)]
        parts.append(
            pa.table([pa.array(gathered.line[fault.rows]), *same, people.veiled(fault.values)], schema=REJECTS)
        )
    return pa.concat_tables(parts)


def _with_silent_cases(made: Prepared, cases: Sheet, names: Pseudonyms, tokens: Sequence[str]) -> Prepared:
    """Add items for the cases of a log that have no event."""
    column = made.plan.columns.get("case", "")
    if column not in cases.columns:
        return made
    found = columns.gather(cases, [column], [], tokens=tokens, keys=[column]).texts[column]
    items, transitions = made.parts
    ids = people.hidden(found, names, personal=people.are_hidden(items.table["id"])).texts().drop_null().unique()
    silent = ids.filter(pc.invert(pc.is_in(ids, value_set=items.table["id"].combine_chunks())))
    if not len(silent):
        return made
    labels = pa.repeat(pa.scalar([], items.table.schema.field("labels").type), len(silent))
    attributes = pa.repeat(pa.scalar([], items.table.schema.field("attributes").type), len(silent))
    more = pa.table({"id": silent, "labels": labels, "attributes": attributes})
    table = pa.concat_tables([items.table, more], promote_options="default")
    return replace(made, parts=(Made(Item, table), transitions))


def _of_objects(sheets: dict[str, Sheet], rules: Rules, names: Pseudonyms, step: Step) -> Iterator[Prepared]:
    """Give the items, transitions and links of an object-centric log."""
    sheets = objects.without_people(sheets, names, rules.nulls)
    log = _prepared(objects.as_log(sheets), replace(rules, kind="event-log"), names, step)
    more = objects.beside(sheets, names, rules.nulls)
    items, transitions = log.parts
    parts = (
        Made(Item, objects.with_objects(items.table, more.objects)),
        Made(Transition, pa.concat_tables([transitions.table, more.changes], promote_options="default")),
        *more.links,
    )
    yield replace(log, parts=parts, counts=None)
