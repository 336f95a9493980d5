"""What the answers about work have in common on the command line: their formats, their first lines, their notes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from streamgauge.answers.service_delivery import Window
from streamgauge.surfaces.cli import figures, terminal, writing
from streamgauge.surfaces.cli.options import Between, Display, Format, Output, Work, Written
from streamgauge.surfaces.cli.sheet import Sheet
from streamgauge.surfaces.standing import explains

if TYPE_CHECKING:
    from streamgauge.answers.flow_report import AboutWork
    from streamgauge.answers.flow_terms import FlowRequest
    from streamgauge.insights import Finding
    from streamgauge.lake import Lake


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What was asked of which lake; `terms` are the options as words of a command."""

    lake: "Lake"
    request: "FlowRequest"
    terms: tuple[str, ...]


def answered(
    work: Work,
    output: Output | Written,
    display: Display,
    *,
    ask: Callable[["Lake", "FlowRequest"], Any],
    show: Callable[..., None],
    between: Between | None = None,
    page: Callable[[Asked, Any], str] | None = None,
    beside: Callable[["Lake", "FlowRequest", "datetime"], Any] | None = None,
) -> None:
    """Ask about the work of a lake, and write the answer in the format that was asked for.

    `show` writes it as text, `page` returns it as one HTML file, where it has one. What stands `beside` the answer is
    asked for only where the answer is shown as text, and given to `show` too.
    """
    from streamgauge.surfaces.cli import asking
    from streamgauge.surfaces.cli.reading import brought_by, open_lake

    writing.check("--out", output.out)
    lake = open_lake(work.lake, create=False)
    request = asking.flow_request(work, between=between, brought=brought_by(lake))
    answer = ask(lake, request)
    if beside is not None and output.format is Format.text:
        show = partial(show, beside=beside(lake, request, answer.made_at), terms=tuple(work.terms()))
    if output.format is Format.text and output.out in (None, "-"):
        show(terminal.sheet(no_color=display.no_color), answer)
        return
    asked = Asked(lake=lake, request=request, terms=tuple(work.terms()))
    writing.write(_content(answer, show, page, output.format, asked), output.out)


def _content(
    answer: Any,
    show: Callable[..., None],
    page: Callable[[Asked, Any], str] | None,
    form: Format,
    asked: Asked,
) -> str:
    if form is Format.json:
        from streamgauge.surfaces.document import document

        return document(answer)
    if form is Format.html and page is not None:
        return page(asked, answer)
    console, content = terminal.page()
    show(Sheet(console, terminal.Glyphs(unicode=True)), answer)
    return content.getvalue()


def head(sheet: Sheet, answer: "AboutWork", when: Window | datetime) -> None:
    """Write what an answer is about, over which span or at which moment, and its message."""
    span = figures.days_of(when) if isinstance(when, Window) else f"at {figures.minute(when)} UTC"
    named = (("team", answer.team), ("type", answer.type), ("value stream", answer.stream))
    whose = [f"{word} {name}" for word, name in named if name]
    more = f" and {len(answer.datasets) - 3} more" if len(answer.datasets) > 3 else ""
    sheet.say(" · ".join((", ".join(answer.datasets[:3]) + more, *whose, span)), style="dim")
    sheet.say(answer.message, style="bold")


def standing(sheet: Sheet, found: "Sequence[Finding] | None", terms: Sequence[str]) -> None:
    """Write what stands out beside an answer, each with the command that shows its evidence."""
    if not found:
        return
    sheet.gap()
    sheet.say("What stands out", style="bold")
    for one in found:
        sheet.say(one.message, first="•", indent=2)
        sheet.say(explains(one.insight, terms), style="dim", indent=2)


def notes(sheet: Sheet, said: Sequence[str]) -> None:
    """Write what a reader must know, each on a line of its own."""
    if said:
        sheet.gap()
    for note in said:
        sheet.say(note, style="dim", first="•", indent=2)
