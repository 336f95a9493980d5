"""Rows of numbers keep whole numbers, whatever the width of the terminal."""

import io

from rich.console import Console

from streamgauge.surfaces.cli.sheet import Cell, Sheet
from streamgauge.surfaces.cli.terminal import Glyphs


def test_a_number_that_has_no_room_is_left_out_and_not_cut() -> None:
    cells = [Cell("stage", 10), Cell("1,234", 7, right=True), Cell("98%", 7, right=True)]
    shown = {width: Sheet(Console(file=io.StringIO(), width=width), Glyphs(unicode=True)) for width in (26, 25, 17)}
    assert {width: [cell.text for cell in sheet.fitting(cells)] for width, sheet in shown.items()} == {
        26: ["stage", "1,234", "98%"],
        25: ["stage", "1,234"],
        17: ["stage"],
    }


def test_no_line_ends_between_a_number_and_its_percent_sign() -> None:
    shown = {}
    for width in range(20, 40):
        paper = io.StringIO()
        Sheet(Console(file=paper, width=width), Glyphs(unicode=True)).say(
            "Most waits before Review (89 %), Ready (9 %)."
        )
        shown[width] = paper.getvalue()
    assert [width for width, text in shown.items() if "\n%" in text] == []
    assert {" ".join(text.split()) for text in shown.values()} == {"Most waits before Review (89 %), Ready (9 %)."}
