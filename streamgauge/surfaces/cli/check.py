"""`streamgauge check`: is the company file right?"""

from typing import Annotated

import typer

from streamgauge.surfaces.cli import terminal
from streamgauge.surfaces.cli.options import COMPANY_FILE


def check(
    file: Annotated[str, typer.Argument(metavar="FILE", help="The company file.")] = COMPANY_FILE,
) -> None:
    """Check the company file. Every mistake is named with its line; else what the file holds is said."""
    from streamgauge.company.file import load
    from streamgauge.surfaces.cli import figures

    company = load(file)
    lines = sum(len(service.releases) for service in company.services)
    held = [
        figures.plural(len(company.services), "service"),
        figures.plural(lines, "release line named", "release lines named"),
        f"zone {company.zone}",
    ]
    terminal.sheet().say(f"OK: {file} holds {', '.join(held)}.")
