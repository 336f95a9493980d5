"""A page written line by line: padded cells, wrapped sentences, only characters that can be shown."""

import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from streamgauge.surfaces.cli.terminal import Glyphs
from streamgauge.surfaces.harmless import one_line, unveiled

NARROWEST = 20
_TIE = "\ue000"
_OF_HUNDRED = re.compile(r"(?<=\d) (?=%)")
"""The space before a percent sign, at which no line may end: the wrapping takes every other kind of space for one."""


@dataclass(frozen=True)
class Cell:
    """One text in a row: `width` cells wide, 0 for what it takes; `right` aligns numbers.

    What is too long loses its end, or its start where `keep_end`: the end of a path says more.
    """

    text: str
    width: int = 0
    style: str = ""
    right: bool = False
    keep_end: bool = False


def dim(cell: Cell) -> Cell:
    """Return a cell in the style of what is less important."""
    return Cell(cell.text, cell.width, "dim", cell.right)


class Screen(Console):
    """A console on stdout that falls silent when its reader has had enough, so that files are still written."""

    def on_broken_pipe(self) -> None:
        """Send what follows nowhere."""
        self.quiet = True
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class Sheet:
    """Everything that the terminal shows of an answer goes through here."""

    def __init__(self, console: Console, glyphs: Glyphs) -> None:
        self.console = console
        self.glyphs = glyphs

    @property
    def width(self) -> int:
        """The width in cells."""
        return self.console.width

    def gap(self) -> None:
        """Leave one line free."""
        self.console.print()

    def say(self, text: str, *, style: str = "", indent: int = 0, first: str = "", lead: Cell | None = None) -> None:
        """Write a text, wrapped at the width; `first` stands left of it, `indent` cells wide, `lead` begins it."""
        clean = Text(self._shown(text), style=style)
        if lead is not None:
            clean = Text(self._shown(lead.text), style=lead.style).append_text(clean)
        start = set_cell_size(self._shown(first), indent)
        clean.plain = _OF_HUNDRED.sub(_TIE, clean.plain)
        for number, line in enumerate(clean.wrap(self.console, max(NARROWEST, self.width - indent))):
            line.plain = line.plain.replace(_TIE, " ")
            line.rstrip()
            self._print(Text(start if number == 0 else " " * indent).append_text(line))

    def cells(self, text: str) -> int:
        """Return how many cells a text takes where it is shown: a picture, or a letter of Chinese, takes two."""
        return cell_len(self._shown(text))

    def row(self, cells: Sequence[Cell], *, indent: int = 0) -> int:
        """Write cells side by side, one space apart, what is too long cut; return the cells that it took."""
        line = self.line(cells, indent=indent)
        self._print(line)
        return line.cell_len

    def fitting(self, cells: Sequence[Cell]) -> list[Cell]:
        """Return the first cells of a row that have room: a number is left out rather than cut."""
        ends = accumulate(cell.width + 1 for cell in cells)
        return [cell for cell, end in zip(cells, ends, strict=True) if end <= self.width + 1]

    def line(self, cells: Sequence[Cell], *, indent: int = 0) -> Text:
        """Return a row that is not written yet."""
        line = Text(" " * indent)
        for number, cell in enumerate(cells):
            line.append(" " if number else "").append(self._fitted(cell), style=cell.style or None)
        line.rstrip()
        return line

    def verbatim(self, text: str, *, indent: int = 0) -> None:
        """Write lines as they stand, not wrapped, so that they can be copied."""
        for line in self.glyphs.text(unveiled(text)).splitlines():
            self.console.print(Text(" " * indent + line), soft_wrap=True)

    def _print(self, line: Text) -> None:
        if line.cell_len > self.width:
            mark = self.glyphs.text("…")
            line.truncate(self.width - len(mark), overflow="crop")
            line.append(mark)
        self.console.print(line, no_wrap=True, overflow="crop")

    def _shown(self, text: str) -> str:
        return self.glyphs.text(one_line(text))

    def _cut(self, text: str, cell: Cell) -> str:
        mark = self.glyphs.text("…")
        room = cell.width - len(mark)
        if not cell.keep_end:
            return set_cell_size(text, room) + mark
        while cell_len(text) > room:
            text = text[1:]
        return mark + text

    def _fitted(self, cell: Cell) -> str:
        text = self._shown(cell.text)
        if not cell.width:
            return text
        if cell_len(text) > cell.width:
            text = self._cut(text, cell)
        room = " " * (cell.width - cell_len(text))
        return room + text if cell.right else text + room
