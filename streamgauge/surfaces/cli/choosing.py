"""Finds what the user named: a metric, a service, a release line, a month."""

import re
import shlex
from collections.abc import Sequence

from streamgauge.errors import BadOption
from streamgauge.surfaces.cli.delivery import full_name
from streamgauge.surfaces.harmless import one_line

Line = tuple[str, str | None]
"""A service and one of its release lines."""


def metric(named: str, known: Sequence[str]) -> str:
    """Return the metric's name; hyphens do for underscores. Raises BadOption with the nearest name."""
    name = named.strip().lower().replace("-", "_")
    if name not in known:
        raise BadOption.unknown("metric", named, known)
    return name


def bucket(named: str | None) -> str | None:
    """Return a calendar month such as 2025-03, null for the whole window. Raises BadOption."""
    if named is None or re.fullmatch(r"(19|2\d)\d\d-(0[1-9]|1[0-2])", named):
        return named
    raise BadOption(f"--bucket: '{named}' is not a month.", advice="Allowed: a calendar month, such as 2025-03.")


def limit(named: str) -> int | None:
    """Return how many records to show, null for all. Raises BadOption."""
    if named.strip().lower() == "all":
        return None
    if re.fullmatch(r"\d{1,9}", named.strip()):
        return int(named)
    raise BadOption(f"--limit: '{named}' is not a number of records.", advice="Allowed: 0, 20, 1000, or all.")


def line(service: str | None, release_line: str | None, known: Sequence[Line]) -> Line:
    """Return the one release line that is meant by NAME, NAME/LINE, or nothing where there is only one.

    Raises BadOption, which lists what could be meant.
    """
    if not known:
        raise BadOption("There is no service yet.", advice="Read a repository first: streamgauge report PATH")
    meant = [each for each in known if _is_meant(each, service, release_line)]
    # A whole NAME/LINE means that line even where a service's own name looks like it.
    exact = [each for each in meant if full_name(*each) == service]
    if len(exact) == 1 or len(meant) == 1:
        return (exact or meant)[0]
    names = [full_name(*each) for each in (meant or known)]
    if meant:
        same = " Where two are called the same, name the PATH too." if len(set(names)) < len(names) else ""
        raise BadOption(_several(service, len(meant)), advice=f"Name one: {_listed(list(dict.fromkeys(names)))}.{same}")
    if service in {name for name, _ in known}:
        lines = [own or "" for name, own in known if name == service]
        raise BadOption.unknown(f"release line of {service}", release_line or "", lines)
    unknown = BadOption.unknown("service", service or release_line or "", [*names, *(name for name, _ in known)])
    raise BadOption(unknown.wrong, advice=f"{unknown.advice} What is missing is read first: streamgauge report PATH")


def _is_meant(each: Line, service: str | None, release_line: str | None) -> bool:
    by_service = service is None or service in (each[0], full_name(*each))
    return by_service and (release_line is None or release_line == each[1])


def _several(service: str | None, number: int) -> str:
    if service is None:
        return f"There are {number} release lines; which one?"
    return f"'{service}' has {number} release lines; which one?"


def _listed(names: Sequence[str], most: int = 40) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(f"--service {shlex.quote(one_line(name))}" for name in names[:most]) + more
