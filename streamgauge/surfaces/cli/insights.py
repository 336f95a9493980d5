"""`streamgauge insights`: what stands out in how work goes, with what it rests on."""

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from streamgauge.percent import percent
from streamgauge.surfaces.cli.options import Display, Output, Work, spread

if TYPE_CHECKING:
    from streamgauge.answers.findings import Findings
    from streamgauge.insights import Effect, Evidence, Finding
    from streamgauge.surfaces.cli.giving import Asked
    from streamgauge.surfaces.cli.sheet import Sheet

_SHOWN = 5


@spread
def insights(
    insight: Annotated[
        str | None, typer.Argument(metavar="ID", help="Only this insight, by its name.", show_default="all")
    ] = None,
    *,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say why it matters, when it is wrong, and show all its evidence.")
    ] = False,
    work: Work,
    output: Output,
    display: Display,
) -> None:
    """Show what stands out. Bottlenecks, handoffs, what blocks, what grows old; with evidence, effect and doubt.

    Reads what the lake holds. An insight that the company file silences is not shown, and that is said.
    """
    from streamgauge.answers.findings import findings
    from streamgauge.surfaces.cli import giving

    ask, text = partial(findings, only=insight), partial(show, explain=explain)
    giving.answered(work, output, display, ask=ask, show=text, page=_page)


def _page(asked: "Asked", answer: "Findings") -> str:
    from streamgauge.surfaces.web.insights import render

    return render(answer, asked.terms)


def show(sheet: "Sheet", answer: "Findings", *, explain: bool = False) -> None:
    """Write each finding with its effect, doubt, evidence and hint; then what is silenced, and what is not known."""
    from streamgauge.surfaces.cli import giving

    giving.head(sheet, answer, answer.window)
    for number, finding in enumerate(answer.findings, 1):
        sheet.gap()
        sheet.say(finding.message, style="bold", first=f"{number}.", indent=4)
        _details(sheet, finding, explain=explain)
    if answer.silenced:
        sheet.gap()
    for one in answer.silenced:
        until = f" until {one.until}" if one.until else ""
        sheet.say(f"Silenced{until} ({one.reason}): {one.message}", style="dim")
    missing = _missing(answer) if explain or not answer.findings else ()
    giving.notes(sheet, [*answer.notes, *missing, *(_terms(answer) if explain else ())])


def _missing(answer: "Findings") -> list[str]:
    return [f"{one.insight}: {one.unknown}" for one in answer.looked if one.unknown]


def _terms(answer: "Findings") -> list[str]:
    """Return from when on each insight holds, and where the company file says otherwise."""
    return [
        f"{one.insight} holds by {', '.join(f'{name} {value:g}' for name, value in one.terms.items())}: "
        f"`insights.{one.insight}` in the company file."
        for one in answer.looked
        if one.terms
    ]


def _details(sheet: "Sheet", finding: "Finding", *, explain: bool) -> None:
    sure = [] if finding.probability is None else [f"{percent(finding.probability)} sure"]
    began = [f"since {finding.since:%Y-%m-%d}"] if finding.since else []
    sheet.say(
        " · ".join((finding.insight, _effect(finding.effect), *sure, f"n {finding.n:,}", *began)), style="dim", indent=4
    )
    shown = finding.evidence if explain else finding.evidence[:_SHOWN]
    if shown:
        left = finding.evidence_total - len(shown)
        more = f" and {left:,} more" if left > 0 else ""
        sheet.say(f"See {', '.join(map(_record, shown))}{more}.", indent=4, style="dim")
    sheet.say(f"What may help: {finding.hint}", indent=4)
    if explain:
        sheet.say(f"Why it matters: {finding.why}", indent=4)
        sheet.say(f"When it is wrong: {finding.wrong_when}", indent=4)


def _effect(effect: "Effect") -> str:
    from streamgauge.surfaces.cli import figures

    value = figures.text(effect.unit, effect.value)
    if effect.low is None or effect.high is None:
        return f"{effect.means}: {value}"
    low, high = figures.text(effect.unit, effect.low), figures.text(effect.unit, effect.high)
    return f"{effect.means}: {value} ({low} to {high})"


def _record(one: "Evidence") -> str:
    return f"{one.id} ({one.detail})" if one.detail else one.id
