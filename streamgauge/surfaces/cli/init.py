"""`streamgauge init`: a company file to start from, with the release lines and packages that were found."""

import os
from typing import Annotated

import typer

from streamgauge.surfaces.cli import terminal, writing
from streamgauge.surfaces.cli.options import COMPANY_FILE, Display, Place, spread


@spread
def init(
    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="PATH", show_default=False, help="Git repositories (default: the current folder)."),
    ] = None,
    *,
    out: Annotated[str, typer.Option(metavar="FILE", help="The file to write; - for the terminal.")] = COMPANY_FILE,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if there is one.")] = False,
    place: Place,
    display: Display,
) -> None:
    """Write a company file to start from. It names the release lines, packages and statuses that were found.

    Where one repository holds several packages, each that has a folder becomes a service with the paths that are its
    own: the folder that tags name, or in which a package.json, Cargo.toml, pyproject.toml, composer.json or
    pubspec.yaml gives the name. Look these over.

    Every threshold is explained in it. Statuses are those of the work that the lake holds, with what their names are
    understood as; those that are not recognised stand there to be filled in.
    """
    from streamgauge.answers.request import Request
    from streamgauge.answers.status_map import found_statuses
    from streamgauge.company import default
    from streamgauge.company.draft import starter
    from streamgauge.errors import BadOption
    from streamgauge.surfaces.cli.found import services
    from streamgauge.surfaces.cli.reading import Reading, open_lake

    writing.check("--out", out)
    if out != "-" and os.path.lexists(out) and not force:
        raise BadOption(f"{out} is there already.", advice="Use --force to replace it, or --out to name another file.")
    lake = open_lake(place.lake)
    statuses = found_statuses(lake)
    request = Request(paths=tuple(paths or (".",)), lines="none", company=default())
    reading = Reading(lake, request, progress=display.progress)
    # A lake of work alone needs no repository.
    code = 0 if statuses and not paths and not os.path.exists(".git") else reading.sync()
    if code == 0 or not reading.failed:
        folder = os.path.dirname(os.path.abspath(out)) if out != "-" else os.getcwd()
        writing.write(starter(services(reading, folder), statuses), out)
        if out != "-":
            terminal.sheet(no_color=display.no_color).say(f"Wrote {out}. Look it over, then: streamgauge check {out}")
    raise typer.Exit(code)
