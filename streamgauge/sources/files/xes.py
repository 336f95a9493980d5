"""Reads XES event logs as a stream: a table of events with their case's attributes, and a table of cases."""

from collections.abc import Iterator
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.sources.files import header
from streamgauge.sources.files.opening import Content
from streamgauge.sources.files.options import Options
from streamgauge.sources.files.sheet import BadRow, Batch, Sheet
from streamgauge.sources.files.typed import typed
from streamgauge.sources.files.xes_packed import Packed, Rows
from streamgauge.sources.files.xes_parser import Log, parts

CASE = "case:"
Keys = dict[str, set[str]]


def sheets(content: Content, options: Options) -> Iterator[Sheet]:
    """Give the sheets "events" and "cases". Raises BadFile where the XML is damaged, cut off or defines entities."""
    log, packed = Log(content), Packed()
    for cases in parts(content, log, options.encoding):
        packed.put(cases, log)
    for scope, keys, read in (("events", log.of_events, _events), ("cases", {}, _cases)):
        names, _ = header.unique([CASE + key for key in log.of_cases] + list(keys))
        yield Sheet(
            file=content.file,
            member=content.member,
            name=scope,
            form="xes",
            columns=names,
            notes=tuple(_notes(log)),
            read=partial(read, packed, log, names),
        )


def _notes(log: Log) -> Iterator[str]:
    yield f"XES event log with {log.cases:,} cases and {log.events:,} events; a line number is the ordinal of one."
    if log.nameless:
        how = "by its identity:id, else by its place in the log, as 'trace 7'"
        yield f"{log.nameless:,} cases have no name of their own: each is called {how}."
    if log.classifiers:
        yield f"The log names these classifiers: {'; '.join(log.classifiers[:5])}."


def _events(packed: Packed, log: Log, names: tuple[str, ...], _: int) -> Iterator[Batch]:
    first = 1
    for cases, events in packed.parts():
        line = pa.array(range(first, first + len(events)), pa.int64())
        first += len(events)
        columns, bad = _columns(cases, log.of_cases)
        wrong = {n: bad[case] for n, case in enumerate(events.own.to_pylist()) if case in bad} if bad else {}
        own, odd = _columns(events, log.of_events)
        yield _batch([*(column.take(events.own) for column in columns), *own], names, line, wrong | odd)


def _cases(packed: Packed, log: Log, names: tuple[str, ...], _: int) -> Iterator[Batch]:
    first = 1
    for part in packed.cases():
        begins = pc.invert(part.own)
        cases = Rows(part.own.filter(begins), part.attributes.filter(begins))
        line = pa.array(range(first, first + len(cases)), pa.int64())
        first += len(cases)
        columns, bad = _columns(cases, log.of_cases)
        yield _batch(columns, names, line, bad)


def _columns(rows: Rows, keys: Keys) -> tuple[list[pa.Array], dict[int, str]]:
    """Return a column for each key, and the rows whose values are not what their own type says."""
    columns, bad = [], dict[int, str]()
    for key, kinds in keys.items():
        column, wrong = typed(rows.text(key), next(iter(kinds)) if len(kinds) == 1 else "string")
        columns.append(column)
        bad |= dict.fromkeys(wrong, f"the value of '{key}' is no {next(iter(kinds))}")
    return columns, bad


def _batch(columns: list[pa.Array], names: tuple[str, ...], line: pa.Array, bad: dict[int, str]) -> Batch:
    table = pa.table(columns, names=list(names)) if columns else pa.table({})
    if not bad:
        return Batch(table=table, line=line)
    kept = pa.array([place not in bad for place in range(len(line))], pa.bool_())
    found = tuple(BadRow(line=line[n].as_py(), reason=reason, columns_found=len(names)) for n, reason in bad.items())
    return Batch(table=table.filter(kept), line=line.filter(kept), bad=found)
