"""`streamgauge import`: exported files become records in the lake."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from streamgauge.surfaces.cli import faults, importing, terminal
from streamgauge.surfaces.cli.options import Display, Format, Lake, TextOrJson, spread

if TYPE_CHECKING:
    from streamgauge.intake import Request


class Repeats(StrEnum):
    """What becomes of an event that says the same as the one before it."""

    keep = "keep"
    merge = "merge"


@dataclass(frozen=True, kw_only=True)
class What:
    """What the rows of the files are."""

    kind: Annotated[
        str | None,
        typer.Option("--as", metavar="KIND", help="A kind of record, or event-log.", show_default="guessed, and said"),
    ] = None
    columns: Annotated[list[str] | None, typer.Option("--map", metavar="FIELD=COL", help="The column of a field.")] = (
        None
    )
    constants: Annotated[
        list[str] | None, typer.Option("--set", metavar="FIELD=VALUE", help="One value of a field for all rows.")
    ] = None
    attributes: Annotated[
        list[str] | None,
        typer.Option("--item-attribute", metavar="NAME=COL", help="A further attribute of items."),
    ] = None
    dataset: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="What the rows belong to.", show_default="the file's name without dates"),
    ] = None
    mapping: Annotated[
        str | None, typer.Option(metavar="FILE.yaml", help="A file with the key `imports`, as in the company file.")
    ] = None
    company: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="The company file.", show_default="streamgauge.yaml here, if there is one"),
    ] = None


@dataclass(frozen=True, kw_only=True)
class Log:
    """Which columns an event log has."""

    case: Annotated[str | None, typer.Option(metavar="COL", help="Event log: the case's key.")] = None
    activity: Annotated[str | None, typer.Option(metavar="COL", help="Event log: what was done, or the state.")] = None
    at: Annotated[str | None, typer.Option(metavar="COL", help="Event log: when it happened.")] = None
    lifecycle: Annotated[str | None, typer.Option(metavar="COL", help="Event log: start, complete...")] = None
    team: Annotated[str | None, typer.Option(metavar="COL", help="Event log: the group that acted.")] = None
    type: Annotated[str | None, typer.Option("--type", metavar="COL", help="Event log: the case's type.")] = None
    repeats: Annotated[
        Repeats | None,
        typer.Option(help="Event log: count an event like the one before.", show_default="merged where it is a state"),
    ] = None


@dataclass(frozen=True, kw_only=True)
class Writing:
    """How values are written in the files."""

    date_format: Annotated[
        str | None,
        typer.Option(
            metavar="F",
            help="day-first, month-first, epoch-s, excel... or a pattern such as dd.MM.yyyy HH:mm.",
            show_default="found in the whole column",
        ),
    ] = None
    decimal: Annotated[
        str | None, typer.Option(metavar=".|,", help="The decimal mark.", show_default="found in the whole column")
    ] = None
    zone: Annotated[
        str | None, typer.Option(metavar="Z", help="The zone of times that name none.", show_default="UTC")
    ] = None
    encoding: Annotated[
        str | None, typer.Option(metavar="E", help="The encoding of a text file.", show_default="found, and said")
    ] = None
    delimiter: Annotated[
        str | None, typer.Option(metavar="C", help="What stands between columns.", show_default="found, and said")
    ] = None
    header: Annotated[
        int | None,
        typer.Option(min=0, metavar="LINE", help="The line of the header, 0 for none.", show_default="found, and said"),
    ] = None
    null: Annotated[list[str] | None, typer.Option(metavar="TOKEN", help="A further token that means nothing.")] = None


@dataclass(frozen=True, kw_only=True)
class Keeping:
    """What is kept of the files."""

    snapshot_at: Annotated[
        str | None,
        typer.Option(
            metavar="DATE",
            help="Items stood so at this instant; none: no snapshot.",
            show_default="the day in the name",
        ),
    ] = None
    complete: Annotated[bool, typer.Option("--complete", help="What is not in the file is gone.")] = False
    max_bad: Annotated[
        float | None,
        typer.Option(min=0, max=100, metavar="PERCENT", help="More bad rows: keep nothing.", show_default="20"),
    ] = None
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be read, and keep nothing.")] = False
    rejects: Annotated[bool, typer.Option("--rejects", help="List the rows that were put aside.")] = False
    lake: Lake = None


@spread
def import_files(
    files: Annotated[
        list[str] | None, typer.Argument(metavar="FILE", show_default=False, help="Exported files, of any kind.")
    ] = None,
    *,
    what: What,
    log: Log,
    writing: Writing,
    keeping: Keeping,
    output: TextOrJson,
    display: Display,
) -> None:
    """Import exported files into the lake. CSV, JSON, Parquet, Excel, XES, OCEL; also as gzip or zip.

    Columns are mapped by options or a mapping file, else guessed and said. Importing again changes only what changed.
    """
    if keeping.rejects:
        _rejects(keeping.lake, output)
        return
    request = importing.request(tuple(files or ()), what, log, writing, keeping)
    found = _dry(request, keeping, display) if keeping.dry_run else _import(request, keeping, display)
    for one in found:
        if one.failure is not None:
            faults.tell_known(one.failure)
    if output.format is Format.json:
        terminal.print_json({"document": "import", "files": [importing.plain(one, keeping.dry_run) for one in found]})
    else:
        importing.show(found, dry_run=keeping.dry_run, no_color=display.no_color)
    raise typer.Exit(faults.joint_exit_code([one.failure for one in found if one.failure], of=len(found)))


def _import(request: "Request", keeping: Keeping, display: Display) -> tuple[Any, ...]:
    from streamgauge.intake import take
    from streamgauge.surfaces.cli.reading import open_lake

    with terminal.watched(display.progress) as progress:
        return take(open_lake(keeping.lake), request, progress)


def _dry(request: "Request", keeping: Keeping, display: Display) -> tuple[Any, ...]:
    """Look at the lake where there is one, else at an empty one that is made for this look alone."""
    from tempfile import TemporaryDirectory

    from streamgauge.errors import ForeignLake
    from streamgauge.intake import look
    from streamgauge.surfaces.cli.reading import open_lake

    with TemporaryDirectory() as folder:
        try:
            lake = open_lake(keeping.lake, create=False)
        except ForeignLake:
            lake = open_lake(folder)
        with terminal.watched(display.progress) as progress:
            return look(lake, request, progress)


def _rejects(lake: str | None, output: TextOrJson) -> None:
    from dataclasses import asdict

    from streamgauge.answers.rejects import rejects
    from streamgauge.surfaces.cli.reading import open_lake

    every = rejects(open_lake(lake, create=False))
    found, total = every[: importing.MOST_REJECTS], len(every)
    if output.format is Format.json:
        terminal.print_json({"document": "rejects", "total": total, "rows": [asdict(one) for one in found]})
    else:
        importing.show_rejects(found, total)
