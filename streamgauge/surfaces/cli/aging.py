"""`streamgauge aging`: how old the work is that is under way, and which of it is at risk."""

from functools import partial
from typing import TYPE_CHECKING

from streamgauge.surfaces.cli.options import Display, Format, Most, Output, Work, spread

if TYPE_CHECKING:
    from streamgauge.answers.ageing_report import Ageing
    from streamgauge.surfaces.cli.giving import Asked
    from streamgauge.surfaces.cli.sheet import Sheet

RECORDS = 50
"""How many records of each kind a proof in the page lists."""
_STYLES = {"P95": "red", "P85": "yellow"}


@spread
def aging(
    work: Work,
    *,
    limit: Most = "20",
    output: Output,
    display: Display,
) -> None:
    """Show the work that is under way, oldest first. How old, beyond what its stage usually takes, and at what risk.

    Reads the work items that the lake holds: bring them in with `streamgauge import`.
    """
    from streamgauge.answers.ageing import ageing
    from streamgauge.surfaces.cli import choosing, giving

    most = choosing.limit(limit)
    # A page draws all items, and lists as many as are wanted.
    ask = partial(ageing, limit=None if output.format is Format.html else most)
    giving.answered(work, output, display, ask=ask, show=show, page=partial(_page, limit=most))


def _page(asked: "Asked", answer: "Ageing", *, limit: int | None) -> str:
    from streamgauge.answers.flow_proof import prove_each
    from streamgauge.answers.map_proof import prove_items, prove_map
    from streamgauge.metrics import CHANCE_TO_KEEP, FLOW, MAP
    from streamgauge.surfaces.web.aging import ITEMS_PROVEN, PACES, PROVEN, render

    proofs = prove_each(asked.lake, asked.request, [m for m in FLOW if m.name in PROVEN], limit=RECORDS)
    proofs += prove_map(asked.lake, asked.request, [m for m in MAP if m.name in PACES], limit=10)
    listed = [item.item for item in answer.items[:limit] if item.chance is not None][:ITEMS_PROVEN]
    proofs += prove_items(asked.lake, asked.request, CHANCE_TO_KEEP, listed)
    return render(answer, proofs, asked.terms, limit=limit)


def show(sheet: "Sheet", answer: "Ageing") -> None:
    """Write the items, oldest first, each with its age and the pace that it is beyond."""
    from streamgauge.surfaces.cli import figures, giving
    from streamgauge.surfaces.cli.sheet import Cell, dim

    giving.head(sheet, answer, answer.at)
    if answer.items:
        sheet.gap()
        names = (("item", 16), ("age", 9), ("stage", 16), ("there", 9), ("beyond", 6), ("chance", 6))
        sheet.row([dim(Cell(name, width, right=name in ("age", "there", "chance"))) for name, width in names])
    for item in answer.items:
        sheet.row(
            [
                Cell(item.item, 16, keep_end=True),
                Cell(figures.text("hours", item.age_hours), 9, right=True),
                Cell(item.stage, 16),
                Cell(figures.text("hours", item.stage_age_hours), 9, right=True),
                Cell(item.pace or "", 6, style=_STYLES.get(item.pace or "", "")),
                Cell("" if item.chance is None else f"{100 * item.chance:.0f} %", 6, right=True),
                Cell(item.title or ""),
            ]
        )
    if answer.total > len(answer.items):
        sheet.say(f"and {answer.total - len(answer.items):,} more (--limit all)", style="dim")
    said = "Beyond: older than that share of finished work was when it left the stage."
    giving.notes(sheet, [*([said] if any(item.pace for item in answer.items) else []), *answer.notes])
