"""`streamgauge report`: how the repositories deliver."""

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from streamgauge.errors import BadOption
from streamgauge.surfaces.cli import terminal, writing
from streamgauge.surfaces.cli.options import Display, Format, Lines, Only, Output, Selection, spread

if TYPE_CHECKING:
    from streamgauge.answers.service_delivery import DeliveryReport
    from streamgauge.surfaces.cli.reading import Reading

PROVEN_LINES = 25
"""An HTML page holds the proofs of this many release lines, the most active; `why` opens the others."""
RECORDS = 50
"""How many records of each kind a proof in the page lists."""


@dataclass(frozen=True, kw_only=True)
class Targets:
    """Where the report goes: the answer's main format and place, and files beside it."""

    format: Format
    out: str | None
    html: str | None
    json: str | None

    def check(self) -> None:
        """Raise BadOption where one of the files cannot be."""
        for option, target in (("--out", self.out), ("--html", self.html), ("--json", self.json)):
            writing.check(option, target)
        places = [os.path.realpath(place) for place in (self.out, self.html, self.json) if place not in (None, "-")]
        if len(set(places)) < len(places):
            raise BadOption("Two outputs go to one file.", advice="Give each of --out, --html and --json its own.")

    @property
    def on_terminal(self) -> bool:
        """Whether the text goes straight to stdout."""
        return self.format is Format.text and self.out in (None, "-")

    def files(self) -> list[tuple[Format, str | None]]:
        """Return the formats to write whole, each with its place; null is stdout."""
        beside: list[tuple[Format, str | None]] = [(Format.html, self.html), (Format.json, self.json)]
        main = [] if self.on_terminal else [(self.format, self.out)]
        return [*main, *((form, target) for form, target in beside if target is not None)]


@spread
def report(
    selection: Selection,
    output: Output,
    *,
    only: Only,
    html: Annotated[str | None, typer.Option("--html", metavar="FILE", help="Write the HTML page too.")] = None,
    json: Annotated[str | None, typer.Option("--json", metavar="FILE", help="Write the JSON document too.")] = None,
    lines: Annotated[Lines, typer.Option(help="Read changed lines for no commit, those shown, or all.")] = Lines.shown,
    display: Display,
) -> None:
    """Show how git repositories deliver. How often, how fast, how often it goes wrong, how fast it is mended.

    Without a PATH: the repositories of the company file, else the current folder; of a lake that brings a company with
    it, as that of `streamgauge demo`, its services. What was read is kept in the lake, so that a second run reads only
    what is new.
    """
    from streamgauge.surfaces.cli import asking
    from streamgauge.surfaces.cli.reading import Reading, brought_by, open_lake

    targets = Targets(format=output.format, out=output.out, html=html, json=json)
    targets.check()
    lake = open_lake(selection.lake)
    request = asking.request(selection, lines=lines, here=True, brought=brought_by(lake), only=only)
    reading = Reading(lake, request, progress=display.progress)
    code = reading.read()
    if not reading.failed:
        _show(reading, targets, selection, no_color=display.no_color)
    raise typer.Exit(code)


def _show(reading: "Reading", targets: Targets, selection: Selection, *, no_color: bool) -> None:
    """Show the first look without waiting for lines, unless they are quickly read; then what needs them."""
    from streamgauge.surfaces.cli import summary

    wanted = reading.request.lines != "none"
    at_once = wanted and (not targets.on_terminal or reading.is_quick_to_read())
    if at_once:
        reading.read_lines()
    answer = reading.deliver()
    sheet = terminal.sheet(no_color=no_color) if targets.on_terminal else None
    if sheet is not None:
        summary.start(sheet, answer)
        if sheet.console.quiet and not targets.files():
            return
    if wanted and not at_once and (targets.files() or summary.is_detailed(answer)):
        reading.read_lines()
        answer = reading.deliver() if reading.is_behind(answer) else answer
    if sheet is not None:
        summary.finish(sheet, answer, selection.words())
    for form, target in targets.files():
        writing.write(_content(form, answer, reading), target)


def _content(form: Format, answer: "DeliveryReport", reading: "Reading") -> str:
    if form is Format.json:
        from streamgauge.surfaces.document import document

        return document(answer)
    return _page(answer, reading) if form is Format.html else _text(answer)


def _text(answer: "DeliveryReport") -> str:
    from streamgauge.surfaces.cli import summary
    from streamgauge.surfaces.cli.sheet import Sheet

    console, content = terminal.page()
    sheet = Sheet(console, terminal.Glyphs(unicode=True))
    summary.start(sheet, answer)
    summary.finish(sheet, answer)
    return content.getvalue()


def _page(answer: "DeliveryReport", reading: "Reading") -> str:
    from streamgauge.surfaces.cli.summary import by_activity
    from streamgauge.surfaces.web.report import render

    shown = [(service.service, service.release_line) for service in by_activity(answer)[:PROVEN_LINES]]
    return render(answer, reading.prove_all(RECORDS, only=None if len(shown) == len(answer.services) else shown))
