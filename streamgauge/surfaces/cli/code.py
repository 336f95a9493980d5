"""`streamgauge code`: how pull requests and pipelines go, and where a change waits on its way to users."""

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from streamgauge.percent import percent
from streamgauge.surfaces.cli.options import Display, Format, Most, Output, Work, spread

if TYPE_CHECKING:
    from streamgauge.answers.code_report import CodeReport
    from streamgauge.surfaces.cli.giving import Asked
    from streamgauge.surfaces.cli.sheet import Sheet

_REPOSITORIES = 10
LISTED, RECORDS = 20, 50
"""How many open pull requests a page lists at least, and how many records of each kind a proof in it."""


@spread
def code(
    work: Work,
    *,
    churn: Annotated[
        str | None,
        typer.Option(metavar="CLONE", help="Read which young lines the default branch of this clone rewrites first."),
    ] = None,
    limit: Most = "5",
    output: Output,
    display: Display,
) -> None:
    """Show how code becomes something that users have. Pull requests phase by phase, reviews, builds, what waits.

    Reads the pull requests, reviews, runs of pipelines and deployments that the lake holds: bring them in with
    `streamgauge import`. A --dataset is a repository.
    """
    from streamgauge.answers.code import report
    from streamgauge.surfaces.cli import choosing, giving

    if churn is not None:
        _read_churn(churn, work, display)
    most = choosing.limit(limit)
    # A page lists more than a screen holds.
    ask = partial(report, limit=max(most, LISTED) if most is not None and output.format is Format.html else most)
    giving.answered(work, output, display, ask=ask, show=show, page=_page)


def _page(asked: "Asked", answer: "CodeReport") -> str:
    from streamgauge.answers.code_proof import prove_each_code
    from streamgauge.metrics import CODE
    from streamgauge.surfaces.web.code import render

    return render(answer, prove_each_code(asked.lake, asked.request, CODE, limit=RECORDS), asked.terms)


def _read_churn(clone: str, work: Work, display: Display) -> None:
    """Keep what the clone tells of rewritten lines in the lake that is asked."""
    from streamgauge.churn import read
    from streamgauge.surfaces.cli import asking, terminal
    from streamgauge.surfaces.cli.reading import brought_by, open_lake

    lake = open_lake(work.lake)
    request = asking.flow_request(work, brought=brought_by(lake))
    with terminal.watched(display.progress) as progress:
        read(lake, clone, request.company, request.since, progress)


def show(sheet: "Sheet", answer: "CodeReport") -> None:
    """Write the whole answer: the message, phases, measures, repositories, what is open, what is assumed."""
    from streamgauge.surfaces.cli import giving, measures
    from streamgauge.surfaces.code_notes import code_notes

    giving.head(sheet, answer, answer.window)
    sheet.gap()
    _phases(sheet, answer)
    measures.show(sheet, answer.measures, answer.series)
    sheet.gap()
    _sizes(sheet, answer)
    _repositories(sheet, answer)
    _open(sheet, answer)
    giving.notes(sheet, [*answer.notes, *code_notes(answer)])


def _phases(sheet: "Sheet", answer: "CodeReport") -> None:
    """Write a bar per phase, as long as its share of the lead time."""
    from streamgauge.surfaces.cli.sheet import Cell, dim

    if not answer.phases:
        return
    sheet.say("Where the time of delivered changes went", style="bold")
    mark = "█" if sheet.glyphs.unicode else "#"
    for phase in answer.phases:
        bar = mark * round(phase.share_of_time * 40)
        sheet.row([Cell(phase.phase, 8), Cell(f"{100 * phase.share_of_time:.1f} %", 7, right=True), dim(Cell(bar, 40))])
    sheet.gap()


def _sizes(sheet: "Sheet", answer: "CodeReport") -> None:
    if answer.sizes:
        parts = ", ".join(f"{size.lines} lines {percent(size.share)}" for size in answer.sizes if size.n)
        sheet.say(f"How large merged changes are: {parts}.")


def _repositories(sheet: "Sheet", answer: "CodeReport") -> None:
    from streamgauge.surfaces.cli import figures
    from streamgauge.surfaces.cli.sheet import Cell, dim

    if not answer.repositories:
        return
    sheet.gap()
    wide = min(30, max(sheet.cells(one.repository) for one in answer.repositories[:_REPOSITORIES]))
    names = (("merged", 7), ("lead time", 10), ("pickup", 9), ("no review", 9), ("builds ok", 9), ("flaky", 7))
    sheet.row([dim(cell) for cell in (Cell("repository", wide), *(Cell(n, w, right=True) for n, w in names))])
    for one in answer.repositories[:_REPOSITORIES]:
        hours = [one.lead_time_p50_hours, one.pickup_p50_hours]
        shares = [one.unreviewed_share, one.build_success_rate, one.flake_rate]
        told = ["–" if h is None else figures.text("hours", h) for h in hours]
        told += ["–" if s is None else percent(s, 1) for s in shares]
        cells = [Cell(t, w, right=True) for t, (_, w) in zip([figures.count(one.merged), *told], names, strict=True)]
        sheet.row([Cell(one.repository, wide, keep_end=True), *cells, dim(Cell(one.null_reason or ""))])
    if len(answer.repositories) > _REPOSITORIES:
        sheet.say(f"and {len(answer.repositories) - _REPOSITORIES:,} more (--format json)", style="dim")


def _open(sheet: "Sheet", answer: "CodeReport") -> None:
    from streamgauge.surfaces.cli import figures
    from streamgauge.surfaces.cli.sheet import Cell

    if not answer.open:
        return
    sheet.gap()
    sheet.say("Open, the oldest first", style="bold")
    for one in answer.open:
        name = f"{one.repository}#{one.pull_request}"
        age = figures.text("hours", one.age_hours)
        sheet.row([Cell(name, 28, keep_end=True), Cell(age, 8, right=True), Cell(one.state, 16), Cell(one.title or "")])
    if answer.open_total > len(answer.open):
        sheet.say(f"and {answer.open_total - len(answer.open):,} more (--limit all)", style="dim")
