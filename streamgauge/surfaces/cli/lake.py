"""`streamgauge lake`: how large the lake is, whether it is sound, and how to keep it quick."""

import dataclasses
from typing import TYPE_CHECKING, Annotated

import typer

from streamgauge.surfaces.cli import faults, terminal
from streamgauge.surfaces.cli.options import Format, Place, TextOrJson, spread

if TYPE_CHECKING:
    from streamgauge.lake.upkeep import Status

app = typer.Typer(
    help="Look after the lake, where read history is kept.", no_args_is_help=True, epilog=faults.EXIT_CODES
)


@app.command()
@spread
def status(place: Place, output: TextOrJson) -> None:
    """Say what the lake holds. Tables, rows, files, size, and when it was last published."""
    from streamgauge.surfaces.cli.reading import open_lake

    found = open_lake(place.lake, create=False).status()
    if output.format is Format.json:
        terminal.print_json({"document": "lake_status", **dataclasses.asdict(_plain(found))})
    else:
        _show(found)


@app.command()
@spread
def verify(place: Place, output: TextOrJson) -> None:
    """Check that the lake is sound. Files are there, nothing is twice, facts fit records; exit code 3 if not."""
    from streamgauge.answers.soundness import unsound
    from streamgauge.errors import DamagedLake
    from streamgauge.surfaces.cli.reading import open_lake

    lake = open_lake(place.lake, create=False)
    wrong = unsound(lake)
    if output.format is Format.json:
        terminal.print_json({"document": "lake_verify", "sound": not wrong, "problems": wrong})
    elif not wrong:
        terminal.sheet().say(f"OK: the lake {_address(lake.address)} is sound.")
    if wrong:
        raise DamagedLake(
            "\n".join([f"The lake {lake.address} is damaged:", *wrong]),
            advice="Restore it from a copy, or remove it: the next sync reads everything again.",
        )


@app.command()
@spread
def compact(
    place: Place,
    *,
    days: Annotated[int, typer.Option(min=0, max=36500, help="Keep files that versions of this many days need.")] = 30,
    output: TextOrJson,
) -> None:
    """Keep the lake quick. Merges small files, and removes those that nobody needs any more."""
    from streamgauge.surfaces.cli import figures
    from streamgauge.surfaces.cli.reading import open_lake

    lake = open_lake(place.lake, create=False)
    before = _files(lake.status())
    snapshot = lake.compact(days)
    after = _files(lake.status())
    if output.format is Format.json:
        said = {"files_before": before, "files_after": after, "snapshot": snapshot.id}
        terminal.print_json({"document": "lake_compact", **said})
    else:
        terminal.sheet().say(f"{figures.plural(before, 'file')} before, {figures.count(after)} now.")


def _files(status: "Status") -> int:
    return sum(table.files for table in status.tables)


def _address(address: str) -> str:
    from streamgauge.surfaces.harmless import masked

    return masked(address)


def _plain(status: "Status") -> "Status":
    return dataclasses.replace(status, address=_address(status.address), cursors=dict(status.cursors))


def _show(status: "Status") -> None:
    from streamgauge.surfaces.cli import figures
    from streamgauge.surfaces.cli.sheet import Cell

    sheet = terminal.sheet()
    sheet.say(_address(status.address), style="bold")
    when = f"{figures.minute(status.published_at)} UTC" if status.snapshot else "never"
    sheet.say(f"last published: {when}" + (f", snapshot {status.snapshot}" if status.snapshot else ""))
    if not status.tables:
        return
    sheet.gap()
    heads = (("rows", 12), ("files", 7), ("size", 10), ("version", 8))
    sheet.row([Cell("table", 24, "dim"), *(Cell(head, wide, "dim", right=True) for head, wide in heads)])
    for table in status.tables:
        shown = (figures.count(table.rows), figures.count(table.files), figures.size(table.bytes), str(table.version))
        cells = [Cell(text, wide, right=True) for text, (_, wide) in zip(shown, heads, strict=True)]
        sheet.row([Cell(table.name, 24), *cells])
