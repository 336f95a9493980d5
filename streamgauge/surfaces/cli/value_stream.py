"""`streamgauge map`: the value stream, stage by stage, and where work waits in it."""

from typing import TYPE_CHECKING, Annotated

import typer

from streamgauge.errors import BadOption
from streamgauge.percent import percent
from streamgauge.surfaces.cli.options import Display, Format, Output, Work, spread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamgauge.answers.stream_map import Stage, StreamMap
    from streamgauge.insights import Finding
    from streamgauge.surfaces.cli.giving import Asked
    from streamgauge.surfaces.cli.sheet import Cell, Sheet

_HANDOFFS, _VARIANTS = 5, 3
_NAME, _LONG_NAME, _NUMBERS = 12, 32, 58
"""How wide the name of a stage is at least and at most, and all numbers behind it with their gaps."""
_ENOUGH = 20
"""How many a stage must have handed on for its share to enter a product of shares that is shown."""
RECORDS = 10
"""How many records of each kind a proof in the page lists."""


@spread
def stream(
    work: Work,
    *,
    unmapped: Annotated[
        bool,
        typer.Option(
            "--unmapped",
            help="List the statuses that are not understood, of all work and times, with the lines to add.",
        ),
    ] = False,
    output: Output,
    display: Display,
) -> None:
    """Map the value stream. Where work waits, for whom, and what comes back, discovered from what happened.

    Reads the work items that the lake holds: bring them in with `streamgauge import`.
    """
    from streamgauge.surfaces.cli import giving

    if unmapped:
        from streamgauge.answers.status_map import status_map
        from streamgauge.surfaces.cli import statuses

        if output.format is Format.html:
            raise BadOption("--unmapped has no page.", advice="Use --format text or json.")
        giving.answered(work, output, display, ask=status_map, show=statuses.show)
        return
    from streamgauge.answers.findings import standing_out
    from streamgauge.answers.value_stream import stream_map

    giving.answered(work, output, display, ask=stream_map, show=show, page=_page, beside=standing_out)


def _page(asked: "Asked", answer: "StreamMap") -> str:
    from streamgauge.answers.findings import standing_out
    from streamgauge.answers.map_proof import prove_map
    from streamgauge.metrics import MAP
    from streamgauge.surfaces.web.value_stream import ELSEWHERE, render

    proven = [metric for metric in MAP if metric.name not in ELSEWHERE]
    proofs = prove_map(asked.lake, asked.request, proven, limit=RECORDS, ways=len(answer.variants.top))
    return render(answer, proofs, asked.terms, standing_out(asked.lake, asked.request, answer.made_at))


def show(
    sheet: "Sheet", answer: "StreamMap", *, beside: "Sequence[Finding] | None" = None, terms: "Sequence[str]" = ()
) -> None:
    """Write the map: stages in their order, the whole, handoffs, the commonest ways, and what was assumed."""
    from streamgauge.surfaces.cli import giving

    giving.head(sheet, answer, answer.window)
    giving.standing(sheet, beside, terms)
    sheet.gap()
    _stages(sheet, answer)
    _whole(sheet, answer)
    _handoffs(sheet, answer)
    _variants(sheet, answer)
    _conformance(sheet, answer)
    _why(sheet, answer)
    giving.notes(sheet, answer.notes)


def _why(sheet: "Sheet", answer: "StreamMap") -> None:
    """Say how a number of a stage is opened, by one that is there."""
    if answer.stages:
        import shlex

        from streamgauge.surfaces.harmless import one_line

        stage = answer.bottleneck.stage if answer.bottleneck else answer.stages[0].stage
        sheet.gap()
        sheet.say(
            f"What a number rests on: streamgauge why queue_before --stage {shlex.quote(one_line(stage))}", style="dim"
        )


def _conformance(sheet: "Sheet", answer: "StreamMap") -> None:
    from streamgauge.surfaces.cli import figures

    for one in answer.conformance:
        sheet.gap()
        sheet.say(
            f"{one.stream}: {one.fitting:,} of {figures.plural(one.n, 'item')} went the agreed way.", style="bold"
        )
        said = ((one.skipped, "skipped a stage"), (one.backward, "went back"), (one.unknown, "went elsewhere too"))
        parts = [f"{number:,} {words}" for number, words in said if number]
        fitness = f"Fitness {one.log_fitness:.3f}, by item {one.trace_fitness:.3f}"
        sheet.say(f"{fitness}{': ' if parts else ''}{', '.join(parts)}.", indent=2)


def _stages(sheet: "Sheet", answer: "StreamMap") -> None:
    from streamgauge.surfaces.cli.sheet import Cell, dim

    if not answer.stages:
        return
    wide = min(max(sheet.cells(s.stage) for s in answer.stages), max(_NAME, min(_LONG_NAME, sheet.width - _NUMBERS)))
    names = ("items", "waits (P50)", "work (P50)", "both (P50)", "% ok", "queue")
    heads = [Cell("stage", wide), *(Cell(name, max(7, len(name)), right=True) for name in names)]
    sheet.row([dim(cell) for cell in sheet.fitting(heads)])
    marked = answer.bottleneck.stage if answer.bottleneck else None
    for stage in answer.stages:
        sheet.row(sheet.fitting(_row(stage, wide, "yellow" if stage.stage == marked else "")))


def _row(stage: "Stage", wide: int, style: str) -> list["Cell"]:
    from streamgauge.surfaces.cli import figures
    from streamgauge.surfaces.cli.sheet import Cell

    share = stage.complete_and_accurate
    hours = (stage.queue_before_p50_hours, stage.process_time_p50_hours, stage.lead_time_p50_hours)
    spans = ("–" if h is None else figures.text("hours", h) for h in hours)
    return [
        Cell(stage.stage, wide, style),
        Cell(figures.count(stage.items), 7, right=True),
        *(Cell(text, width, right=True) for text, width in zip(spans, (11, 10, 10), strict=True)),
        Cell("–" if share is None else f"{100 * share:.0f} %", 7, right=True),
        Cell(figures.count(stage.queue), 7, right=True),
    ]


def _whole(sheet: "Sheet", answer: "StreamMap") -> None:
    from streamgauge.surfaces.cli import figures

    cases = answer.cases
    if cases.n and cases.duration_p50_hours is not None and cases.duration_p85_hours is not None:
        p50, p85 = (figures.text("hours", h) for h in (cases.duration_p50_hours, cases.duration_p85_hours))
        sheet.gap()
        given_up = f", {figures.count(cases.cancelled)} of them cancelled" if cases.cancelled else ""
        sheet.say(f"From start to end: half within {p50}, 85 % within {p85} (n {figures.count(cases.n)}{given_up}).")
    told = [s.surveyed or s.handed_on for s in answer.stages if s.complete_and_accurate is not None]
    rolled = answer.rolled_complete_and_accurate if min(told, default=0) >= _ENOUGH else None
    parts = (
        ("activity ratio", answer.activity_ratio),
        ("passed at the first go", answer.first_pass_yield),
        ("complete and accurate through all stages", rolled),
    )
    said = [f"{name} {percent(share, 1)}" for name, share in parts if share is not None]
    if said:
        sheet.say(f"{'; '.join(said).capitalize()}.")


def _handoffs(sheet: "Sheet", answer: "StreamMap") -> None:
    from streamgauge.surfaces.cli import figures

    if answer.handoffs:
        sheet.gap()
        sheet.say("Handoffs with most friction", style="bold")
    for each in answer.handoffs[:_HANDOFFS]:
        back = f", {figures.count(each.bounced)} came back" if each.bounced else ""
        wait = figures.text("hours", each.wait_mean_hours)
        sheet.say(
            f"{each.from_} → {each.to}: {figures.plural(each.n, 'time')}, waits {wait} on average{back}",
            style="dim" if each.is_small else "",
            indent=2,
        )


def _variants(sheet: "Sheet", answer: "StreamMap") -> None:
    if answer.variants.count:
        sheet.gap()
        ways = "way" if answer.variants.count == 1 else "different ways"
        sheet.say(f"{answer.variants.count:,} {ways} through; the commonest:", style="bold")
    for variant in answer.variants.top[:_VARIANTS]:
        sheet.say(f"{percent(variant.share, 1)} ({variant.count:,}): {' → '.join(variant.path)}", indent=2)
