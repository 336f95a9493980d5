"""Chooses release lines by name: those of one service, or the one that is meant."""

from collections.abc import Sequence

from streamgauge.answers.terms import LineTerms
from streamgauge.errors import BadOption


def of_service(lines: Sequence[LineTerms], service: str | None, name: str | None) -> list[LineTerms]:
    """Return the lines of a service, or the one of them called `name`; `service` may be `NAME` or `NAME/LINE`.

    Without a service, those of all. A whole `NAME/LINE` means that line even where a service's own name looks like it.
    Raises BadOption with the nearest name.
    """
    if not lines:
        raise BadOption(
            "The lake holds no service yet.", advice="Run 'streamgauge report PATH' first, or give the PATH."
        )
    exact = [line for line in lines if service == f"{line.service}/{line.release_line}"]
    mine = exact or [line for line in lines if service in (None, line.service)]
    if not mine and service is not None:
        raise BadOption.unknown("service", service, {line.service for line in lines})
    chosen = [line for line in mine if name is None or line.release_line == name]
    if not chosen:
        raise BadOption.unknown("release line", name or "", {line.release_line for line in mine})
    return chosen


def the_one(lines: Sequence[LineTerms], service: str, name: str | None) -> LineTerms:
    """Return the one line that is meant; raises BadOption where there are several, or none."""
    chosen = of_service(lines, service, name)
    if len(chosen) > 1:
        names = ", ".join(f"'{line.release_line}'" for line in chosen[:30])
        raise BadOption(f"'{service}' has {len(chosen)} release lines.", advice=f"Choose one with --line: {names}.")
    return chosen[0]
