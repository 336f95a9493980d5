"""`streamgauge demo`: a whole invented company to try everything on."""

import os
import shlex
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from streamgauge.surfaces.cli import terminal
from streamgauge.surfaces.cli.options import Display, spread
from streamgauge.surfaces.cli.options import Lake as Place

if TYPE_CHECKING:
    from streamgauge.answers.brought import Brought
    from streamgauge.answers.request import Request
    from streamgauge.examples.company import Invented
    from streamgauge.lake import Lake
    from streamgauge.surfaces.cli.reading import Reading
    from streamgauge.surfaces.cli.sheet import Sheet

_SEED, _TEAMS, _MONTHS = 1, 8, 18


@spread
def demo(
    *,
    seed: Annotated[int, typer.Option(min=0, max=2**31 - 1, help="Another seed, another company.")] = _SEED,
    teams: Annotated[int, typer.Option(min=3, max=1000, help="How many teams it has.")] = _TEAMS,
    months: Annotated[int, typer.Option(min=3, max=60, help="How many months of its history.")] = _MONTHS,
    until: Annotated[
        str | None, typer.Option(metavar="D", help="The day before which it ends.", show_default="2025-12-01")
    ] = None,
    lake: Place = None,
    ledger: Annotated[
        str | None, typer.Option(metavar="FILE", help="Write the truths that were planted in it, as JSON lines.")
    ] = None,
    display: Display,
) -> None:
    """Fill a lake with an invented company, and report on it. Everything can be tried on it, nothing of it is real.

    The same options give the same company. A second run changes nothing. Its lake is its own, unless --lake says
    otherwise.
    """
    from streamgauge.examples.company import company
    from streamgauge.surfaces.cli import writing
    from streamgauge.surfaces.cli.reading import Reading, open_lake

    writing.check("--ledger", ledger)
    ends = {} if until is None else {"until": _day(until)}
    invented = company(seed, teams=teams, months=months, **ends)
    address = lake or _place(seed, teams, months, ends.get("until"))
    opened = open_lake(address)
    given = _filled(opened, invented, display)
    if ledger is not None:
        writing.write(invented.ledger(), ledger)
    reading = Reading(opened, _request(given), progress=display.progress)
    reading.hold()
    _show(reading, invented, given, address, no_color=display.no_color)


def _day(text: str) -> datetime:
    """Return the start of a day, UTC: whole days, so that asking again finds the same company."""
    from streamgauge.surfaces.cli.instants import instant

    moment = instant("--until", text, zone=UTC, now=datetime.now(UTC)).astimezone(UTC)
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _place(seed: int, teams: int, months: int, until: datetime | None) -> str:
    """Return the folder of a company's lake in the user's cache: that of the default one is called `demo`."""
    from streamgauge.settings import cache_folder

    day = None if until is None else f"{until:%Y-%m-%d}"
    asked = (("seed", seed, _SEED), ("teams", teams, _TEAMS), ("months", months, _MONTHS), ("until", day, None))
    parts = [f"{name}-{value}" for name, value, usual in asked if value != usual]
    return str(cache_folder(os.environ) / "-".join(["demo", *parts]))


def _filled(lake: "Lake", invented: "Invented", display: Display) -> "Brought":
    from streamgauge.answers.brought import Brought
    from streamgauge.fill import fill, pseudonyms

    given = Brought(mark=invented.mark, company=invented.file, until=invented.world.until)
    with terminal.watched(display.progress) as progress:
        return fill(lake, given, invented.records(pseudonyms(lake)), progress)


def _request(given: "Brought") -> "Request":
    from streamgauge.answers.request import Request

    return Request(until=given.until, company=given.company)


def _show(reading: "Reading", invented: "Invented", given: "Brought", address: str, *, no_color: bool) -> None:
    from streamgauge.surfaces.cli import summary

    sheet = terminal.sheet(no_color=no_color)
    _introduce(sheet, invented, given)
    answer = reading.deliver()
    summary.start(sheet, answer)
    summary.finish(sheet, answer, ["--lake", address])
    _next(sheet, address)


def _introduce(sheet: "Sheet", invented: "Invented", given: "Brought") -> None:
    """Say who they are, what ails them, and how many records of each kind there are."""
    from streamgauge.surfaces.cli import figures

    for sentence in invented.introduction():
        sheet.say(sentence)
    sheet.gap()
    counts = [f"{figures.count(n)} {table.replace('_', ' ')}" for table, n in sorted(given.rows.items())]
    sheet.say(f"Records: {', '.join(counts)}.", style="dim")
    sheet.gap()


def _next(sheet: "Sheet", address: str) -> None:
    """Say what to ask next."""
    where = shlex.join(["--lake", address])
    sheet.verbatim(f"The report again:    streamgauge report {where}")
    sheet.verbatim(f"As it was known:     streamgauge report {where} --as-of 2025-03-01")
    sheet.verbatim("Your own history:    streamgauge report PATH")
