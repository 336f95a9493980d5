"""`streamgauge sync`: read what is new, without a report."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from streamgauge.surfaces.cli import terminal
from streamgauge.surfaces.cli.options import Display, Format, Lines, Selection, TextOrJson, spread

if TYPE_CHECKING:
    from streamgauge.sync import Synced


@spread
def sync(
    selection: Selection,
    *,
    lines: Annotated[Lines, typer.Option(help="Read changed lines for no commit, those shown, or all.")] = Lines.none,
    output: TextOrJson,
    display: Display,
) -> None:
    """Read what is new into the lake. Reports then have it at hand.

    Without a PATH: the repositories of the company file, else the current folder.
    """
    from streamgauge.surfaces.cli import asking
    from streamgauge.surfaces.cli.reading import Reading, open_lake

    request = asking.request(selection, lines=lines, here=True)
    reading = Reading(open_lake(selection.lake), request, progress=display.progress)
    code = reading.sync()
    read = 0 if reading.failed or lines is Lines.none else reading.read_lines()
    if output.format is Format.json:
        terminal.print_json({"repositories": [_row(s) for s in reading.synced], "lines_read_for_commits": read})
    else:
        _show(reading.synced, read)
    raise typer.Exit(code)


def _row(synced: "Synced") -> dict[str, Any]:
    from streamgauge.surfaces.harmless import masked

    wrong = None if synced.failure is None else masked(str(synced.failure))
    return {
        "path": synced.path,
        "repository": synced.repository,
        "services": [service.name for service in synced.services],
        "new_commits": synced.new_commits,
        "notes": list(synced.notes),
        "failure": wrong,
    }


def _show(synced: "Sequence[Synced]", read: int) -> None:
    from streamgauge.surfaces.cli import figures

    sheet = terminal.sheet()
    for each in synced:
        if each.failure is None:
            names = ", ".join(service.name for service in each.services)
            sheet.say(f"{names}: {figures.plural(each.new_commits, 'new commit')} ({each.path})")
        else:
            sheet.say(f"Not read: {each.path}: {each.failure.wrong}", style="red")
    if read:
        sheet.say(f"Lines read for {figures.plural(read, 'commit')}.")
