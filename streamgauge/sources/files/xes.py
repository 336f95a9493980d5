"""Reads XES event logs as a stream: a table of events with their case's attributes, and a table of cases."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import pyarrow as pa

from streamgauge.sources.files import header
from streamgauge.sources.files.opening import Content
from streamgauge.sources.files.options import Options
from streamgauge.sources.files.sheet import BLOCK, BadRow, Batch, Sheet
from streamgauge.sources.files.typed import typed
from streamgauge.sources.files.xes_parser import Log, parts

CASE = "case:"
Keys = dict[str, set[str]]


def sheets(content: Content, options: Options) -> Iterator[Sheet]:
    """Give the sheets "events" and "cases". Raises BadFile where the XML is damaged, cut off or defines entities."""
    log = Log(content)
    for _ in parts(content, log, options.encoding, BLOCK):
        pass
    for scope, keys, read in (("events", log.of_events, _events), ("cases", {}, _cases)):
        names, _ = header.unique([CASE + key for key in log.of_cases] + list(keys))
        yield Sheet(
            file=content.file,
            member=content.member,
            name=scope,
            form="xes",
            columns=names,
            notes=tuple(_notes(log)),
            read=partial(read, content, log, options.encoding, names),
        )


def _notes(log: Log) -> Iterator[str]:
    yield f"XES event log with {log.cases:,} cases and {log.events:,} events; a line number is the ordinal of one."
    if log.nameless:
        how = "by its identity:id, else by its place in the log, as 'trace 7'"
        yield f"{log.nameless:,} cases have no name of their own: each is called {how}."
    if log.classifiers:
        yield f"The log names these classifiers: {'; '.join(log.classifiers[:5])}."


def _events(content: Content, log: Log, encoding: str | None, names: tuple[str, ...], size: int) -> Iterator[Batch]:
    first = 1
    for cases in parts(content, Log(content), encoding, size):
        events = [event for case in cases for event in case.events]
        line = pa.array(range(first, first + len(events)), pa.int64())
        first += len(events)
        place = pa.array([place for place, case in enumerate(cases) for _ in case.events], pa.int32())
        columns, bad = _columns([case.attributes for case in cases], log.of_cases)
        wrong = {n: bad[case] for n, case in enumerate(place.to_pylist()) if case in bad}
        own, odd = _columns(events, log.of_events)
        yield _batch([*(column.take(place) for column in columns), *own], names, line, wrong | odd)


def _cases(content: Content, log: Log, encoding: str | None, names: tuple[str, ...], size: int) -> Iterator[Batch]:
    first = 1
    for part in parts(content, Log(content), encoding, size):
        cases = [case for case in part if not case.is_rest]
        line = pa.array(range(first, first + len(cases)), pa.int64())
        first += len(cases)
        columns, bad = _columns([case.attributes for case in cases], log.of_cases)
        yield _batch(columns, names, line, bad)


def _columns(rows: list[dict[str, Any]], keys: Keys) -> tuple[list[pa.Array], dict[int, str]]:
    """Return a column for each key, and the rows whose values are not what their own type says."""
    columns, bad = [], dict[int, str]()
    for key, kinds in keys.items():
        column, wrong = typed([row.get(key) for row in rows], next(iter(kinds)) if len(kinds) == 1 else "string")
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
