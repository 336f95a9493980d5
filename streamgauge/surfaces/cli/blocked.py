"""`streamgauge blocked`: what cannot go on now, since when, and whom it waits for."""

from functools import partial
from typing import TYPE_CHECKING

from streamgauge.surfaces.cli.options import Display, Format, Most, Output, Work, spread

if TYPE_CHECKING:
    from streamgauge.answers.ageing_report import BlockedReport
    from streamgauge.surfaces.cli.giving import Asked
    from streamgauge.surfaces.cli.sheet import Sheet

RECORDS = 50
"""How many records of each kind a proof in the page lists."""


@spread
def blocked(
    work: Work,
    *,
    limit: Most = "20",
    output: Output,
    display: Display,
) -> None:
    """Show the work that is blocked now. Since when, by what, and which team it waits for.

    Reads the work items that the lake holds: bring them in with `streamgauge import`.
    """
    from streamgauge.answers.blocked import blocked as answer_blocked
    from streamgauge.surfaces.cli import choosing, giving

    most = choosing.limit(limit)
    # A page draws all items, and lists as many as are wanted.
    ask = partial(answer_blocked, limit=None if output.format is Format.html else most)
    giving.answered(work, output, display, ask=ask, show=show, page=partial(_page, limit=most))


def _page(asked: "Asked", answer: "BlockedReport", *, limit: int | None) -> str:
    from streamgauge.answers.flow_proof import prove_each
    from streamgauge.answers.map_proof import prove_map
    from streamgauge.metrics import FLOW, MAP
    from streamgauge.surfaces.web.blocked import PROVEN, render

    proofs = prove_map(asked.lake, asked.request, [m for m in MAP if m.name in PROVEN], limit=RECORDS)
    proofs += prove_each(asked.lake, asked.request, [m for m in FLOW if m.name in PROVEN], limit=RECORDS)
    return render(answer, proofs, asked.terms, limit=limit)


def show(sheet: "Sheet", answer: "BlockedReport") -> None:
    """Write the items, the longest blocked first, each with its reason and whom it waits for."""
    from streamgauge.surfaces.cli import figures, giving
    from streamgauge.surfaces.cli.sheet import Cell, dim

    giving.head(sheet, answer, answer.at)
    if answer.items:
        sheet.gap()
        names = (("item", 16), ("blocked", 9), ("since", 10), ("reason", 18), ("waits for, or title", 0))
        sheet.row([dim(Cell(name, width, right=name == "blocked")) for name, width in names])
    for item in answer.items:
        waits = ", ".join((*item.blockers[:3], *(f"team {team}" for team in item.waits_for_teams)))
        sheet.row(
            [
                Cell(item.item, 16, keep_end=True),
                Cell(figures.text("hours", item.blocked_hours), 9, right=True),
                Cell(figures.day(item.since), 10),
                Cell(item.status if item.reason == "status" else item.reason, 18),
                Cell(waits or item.title or ""),
            ]
        )
    if answer.total > len(answer.items):
        sheet.say(f"and {answer.total - len(answer.items):,} more (--limit all)", style="dim")
    giving.notes(sheet, answer.notes)
