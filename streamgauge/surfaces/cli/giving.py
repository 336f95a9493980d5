"""What the answers about work have in common on the command line: their formats, their first lines, their notes."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Protocol

from streamgauge.answers.service_delivery import Window
from streamgauge.surfaces.cli import figures, terminal, writing
from streamgauge.surfaces.cli.options import Format, Written
from streamgauge.surfaces.cli.sheet import Sheet


class Answer(Protocol):
    """What every answer about work holds."""

    @property
    def datasets(self) -> tuple[str, ...]:
        """What it is about."""

    @property
    def team(self) -> str | None:
        """Whose work it is about; null for everybody's."""

    @property
    def type(self) -> str | None:
        """Which type of work; null for all."""

    @property
    def message(self) -> str:
        """The one sentence to read first."""


def give(answer: Any, show: Callable[[Sheet, Any], None], output: Written, *, no_color: bool) -> None:
    """Write an answer in the format that was asked for, to where it was asked for; `show` writes it as text."""
    if output.format is Format.json:
        from streamgauge.surfaces.document import document

        writing.write(document(answer), output.out)
    elif output.out in (None, "-"):
        show(terminal.sheet(no_color=no_color), answer)
    else:
        console, content = terminal.page()
        show(Sheet(console, terminal.Glyphs(unicode=True)), answer)
        writing.write(content.getvalue(), output.out)


def head(sheet: Sheet, answer: Answer, when: Window | datetime) -> None:
    """Write what an answer is about, over which span or at which moment, and its message."""
    if isinstance(when, Window):
        span = f"{figures.day(when.since) or 'all history'} to {figures.last_day(when.until)}"
    else:
        span = f"at {figures.minute(when)} UTC"
    whose = [f"team {answer.team}"] * bool(answer.team) + [f"type {answer.type}"] * bool(answer.type)
    more = f" and {len(answer.datasets) - 3} more" if len(answer.datasets) > 3 else ""
    sheet.say(" · ".join((", ".join(answer.datasets[:3]) + more, *whose, span)), style="dim")
    sheet.say(answer.message, style="bold")


def notes(sheet: Sheet, said: Sequence[str]) -> None:
    """Write what a reader must know, each on a line of its own."""
    if said:
        sheet.gap()
    for note in said:
        sheet.say(note, style="dim", first="•", indent=2)
