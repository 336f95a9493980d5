"""How the terminal shows statuses that are not understood, and the lines that make them so."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from streamgauge.answers.status_map import StatusMap
    from streamgauge.surfaces.cli.sheet import Sheet


def show(sheet: "Sheet", answer: "StatusMap") -> None:
    """Write each status with its number of stays and where it is from, then the lines to add to the company file."""
    from streamgauge.surfaces.cli import figures
    from streamgauge.surfaces.cli.sheet import Cell, dim

    sheet.say(answer.message, style="bold")
    if not answer.unmapped:
        return
    sheet.gap()
    heads = (
        ("status", 28, False),
        ("stays", 9, True),
        ("items", 9, True),
        ("last seen", 10, True),
        ("dataset", 24, False),
    )
    sheet.row([dim(Cell(name, width, right=right)) for name, width, right in heads])
    for one in answer.unmapped:
        sheet.row(
            [
                Cell(one.status, 28),
                Cell(figures.count(one.rows), 9, right=True),
                Cell(figures.count(one.items), 9, right=True),
                Cell(figures.day(one.last_at), 10, right=True),
                Cell(one.dataset, 24),
            ]
        )
    sheet.gap()
    sheet.say("Add these lines to the company file, each with its state and without the #:", style="dim")
    sheet.verbatim(answer.lines)
