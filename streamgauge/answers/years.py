"""The last twelve full months against the twelve before, from the single observations of each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from streamgauge.answers.service_delivery import Year
from streamgauge.answers.terms import LineTerms
from streamgauge.company.zone import local
from streamgauge.lake import View
from streamgauge.metrics import CHANGE_LEAD_TIME
from streamgauge.metrics.measured import summarise
from streamgauge.metrics.observations import Summary
from streamgauge.metrics.statistics import median_interval

_YEARS = ("last", "former")


def years(view: View, lines: Sequence[LineTerms]) -> dict[str, tuple[Year, ...]]:
    """Return by slice the median lead time of the last twelve full months, then that of the twelve before.

    A year is there only where it lies wholly in the window and has changes that count.
    """
    spans = {line.scope.slice: dict(zip(_YEARS, _spans(line), strict=True)) for line in lines}
    scopes = [
        replace(line.scope, slice=_key(line, name), since=since, until=until)
        for line in lines
        for name, (since, until) in spans[line.scope.slice].items()
    ]
    found = summarise(view, CHANGE_LEAD_TIME, scopes)
    return {line.scope.slice: tuple(_told(line, spans[line.scope.slice], found)) for line in lines}


def _told(
    line: LineTerms, spans: Mapping[str, tuple[datetime, datetime]], found: Mapping[str, Summary]
) -> Iterator[Year]:
    for name, (since, until) in spans.items():
        summary = found[_key(line, name)]
        begins = line.window.since
        if summary.n and begins is not None and begins <= since:
            value, low, high = median_interval(summary.arranged)
            told = local(since, line.zone), local(until, line.zone)
            yield Year(since=told[0], until=told[1], value=value, low=low, high=high, n=summary.n)


def _key(line: LineTerms, name: str) -> str:
    return f"{line.scope.slice}:{name}"


def _spans(line: LineTerms) -> Iterator[tuple[datetime, datetime]]:
    """Give the twelve full calendar months (in the company's zone) before the window's end, then those before them."""
    end = line.end.astimezone(ZoneInfo(line.zone))
    month = end.year * 12 + end.month - 1
    for back in (0, 12):
        yield _start(month - back - 12, line.zone), _start(month - back, line.zone)


def _start(month: int, zone: str) -> datetime:
    return datetime(month // 12, month % 12 + 1, 1, tzinfo=ZoneInfo(zone)).astimezone(ZoneInfo("UTC"))
