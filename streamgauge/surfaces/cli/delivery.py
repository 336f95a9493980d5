"""How the terminal shows the delivery of a release line: the message first, one screen."""

import shlex
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from streamgauge.answers.headline import nothing_waits
from streamgauge.answers.service_delivery import Release, ServiceDelivery, Year
from streamgauge.surfaces.cli import figures, measures
from streamgauge.surfaces.cli.measures import NARROW
from streamgauge.surfaces.cli.sheet import Cell, Sheet, dim

RELEASES = 6
HOT_SPOTS = 5
NOTES = 5
VERDICTS = {"failed": "red", "pending": "yellow"}


def full_name(service: str, line: str | None) -> str:
    """Return the name by which a release line is asked for: NAME, or NAME/LINE."""
    return service if line is None else f"{service}/{line}"


def addresses(services: Sequence[ServiceDelivery]) -> list[str]:
    """Return the name by which each release line is asked for: NAME, or NAME/LINE where the service has several."""
    lines = Counter(s.service for s in services)
    return [full_name(s.service, s.release_line) if lines[s.service] > 1 else s.service for s in services]


def opening(sheet: Sheet, answer: ServiceDelivery, address: str) -> None:
    """Write what needs no lines: message, measures, releases."""
    _head(sheet, answer, address)
    sheet.gap()
    beneath = {"change_lead_time": " · ".join(_years(answer.years))} if answer.years else {}
    measures.show(sheet, answer.measures, answer.series, beneath)
    sheet.gap()
    _releases(sheet, answer)
    _undeployed(sheet, answer)


def closing(sheet: Sheet, answer: ServiceDelivery) -> None:
    """Write what may have waited for lines to be read: hot spots; then what a reader must know."""
    if answer.hot_spots:
        sheet.gap()
        _hot_spots(sheet, answer)
    notes(sheet, [*answer.notes, *(c for m in answer.measures for c in m.caveats)])


def notes(sheet: Sheet, found: Sequence[str]) -> None:
    """Write what a reader must know, each sentence once, and no more of them than are read."""
    told = list(dict.fromkeys(found))
    if told:
        sheet.gap()
    for note in told[:NOTES]:
        sheet.say(note, style="dim", first="•", indent=2)
    if len(told) > NOTES:
        sheet.say(f"and {figures.plural(len(told) - NOTES, 'more note')} (--format json)", style="dim", indent=2)


def proof_command(answer: ServiceDelivery, address: str, terms: Sequence[str] = ()) -> str:
    """Return the command that opens a number of this release line, on the terms that it was asked on."""
    known = [m.metric for m in answer.measures if m.value is not None] or [m.metric for m in answer.measures]
    metric = "change_lead_time" if "change_lead_time" in known or not known else known[0]
    return shlex.join(["streamgauge", "why", metric, "--service", address, *terms])


def _head(sheet: Sheet, answer: ServiceDelivery, address: str) -> None:
    window = answer.window
    span = figures.days_of(window)
    known = "" if answer.as_of is None else f", as known at {figures.minute(answer.as_of)} UTC"
    sheet.say(f"{address} · {span}{known}", style="dim")
    sheet.say(answer.message, style="bold")
    sheet.say(" · ".join(part for part in (answer.proxy, answer.rule) if part), style="dim")


def _years(years: Sequence[Year]) -> Iterator[str]:
    for name, year in zip(("12 full months", "the 12 before"), years, strict=False):
        until = f" to {figures.last_day(year.until)}" if name[0] == "1" else ""
        yield f"{name}{until}: {figures.text('hours', year.value)} (n {figures.count(year.n)})"


def _releases(sheet: Sheet, answer: ServiceDelivery) -> None:
    newest = sorted(answer.releases, key=lambda r: r.at, reverse=True)[:RELEASES]
    if not newest:
        sheet.say("No release in this span.", style="yellow")
        return
    day, name, changes, lead = (13, 28, 8, 10) if sheet.width >= NARROW else (10, 7, 4, 8)
    widths = (day, min(name, max(sheet.cells(r.name) for r in newest)), changes, lead)
    heads = ("last releases"[-day:].strip(), "", "changes" if changes > 4 else "n", "lead P50", " verdict")
    sheet.row([dim(cell) for cell in _release_row(heads, widths)])
    for release in newest:
        sheet.row(_release_row(_release(release), widths, VERDICTS.get(release.verdict, "")))


def _release_row(texts: tuple[str, ...], widths: tuple[int, ...], style: str = "") -> list[Cell]:
    *facts, verdict = texts
    cells = [Cell(text, width, right=place > 1) for place, (text, width) in enumerate(zip(facts, widths, strict=True))]
    return [*cells, Cell(verdict, style=style)]


def _release(release: Release) -> tuple[str, ...]:
    lead = release.lead_time_p50_hours
    verdict = " ".join((release.verdict, "" if release.kind == "normal" else release.kind)).strip()
    why = f" ({release.why})" if release.why else ""
    return (
        figures.day(release.at),
        release.name,
        figures.count(release.changes),
        "" if lead is None else figures.text("hours", lead),
        f" {verdict}{why}",
    )


def _undeployed(sheet: Sheet, answer: ServiceDelivery) -> None:
    waiting = answer.undeployed
    if not waiting.n:
        sheet.say(nothing_waits([answer]))
        return
    changes = figures.plural(waiting.n, "commit waits", "commits wait")
    since = "" if waiting.oldest_at is None else f", the oldest since {_age(waiting.oldest_at, answer)}"
    sheet.say(f"{changes} for a release{since}.")


def _age(moment: datetime, answer: ServiceDelivery) -> str:
    days = max(0, (answer.window.until - moment).days)
    return f"{figures.day(moment)} ({figures.plural(days, 'day')})"


def _hot_spots(sheet: Sheet, answer: ServiceDelivery) -> None:
    basis = f" ({answer.hot_spots_basis})" if answer.hot_spots_basis else ""
    sheet.say(f"files that most changes touch{basis}", style="dim")
    for spot in answer.hot_spots[:HOT_SPOTS]:
        lines = "" if spot.lines is None else figures.plural(spot.lines, "line")
        touched = figures.plural(spot.commits, "commit")
        sheet.row([Cell(touched, 14, right=True), Cell(lines, 14, right=True), Cell(spot.path)])
