"""What was found in repositories, as a company file writes it down."""

import os
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from streamgauge.company import globs
from streamgauge.company.draft import FoundLine, FoundService
from streamgauge.company.pattern import problem

if TYPE_CHECKING:
    from streamgauge.answers.tags import LineTags
    from streamgauge.company import Service
    from streamgauge.surfaces.cli.reading import Reading
    from streamgauge.sync import Synced

_LONGEST_NAME = 100

_VERSIONS = [
    re.compile(rf"(?s)(?P<before>.*?)(?P<version>{numbers})(?P<after>{after})")
    for numbers, after in (
        (r"(?<!\d)\d+(?:(?P<between>[._])\d+)(?:(?P=between)\d+)*", ".*"),
        (r"(?<!\d)\d+(?:(?P<between>-)\d+)+", ".*"),
        (r"\d+(?P<between>(?!))?", r"\D*"),
    )
]
"""The forms of a version in a tag: numbers with dots or underscores between, else with hyphens, else the last one."""


def services(reading: "Reading", folder: str) -> list[FoundService]:
    """Return the repositories that were read, each with its release lines; paths as seen from `folder`.

    Packages that have a folder of their own are services of their own, behind that of their repository.
    """
    from streamgauge.answers.tags import tags_of_lines

    read = [synced for synced in reading.synced if synced.failure is None]
    tags = tags_of_lines(reading.lake, [key for synced in read for key in synced.line_ids])
    found: dict[str, FoundService] = {}
    for synced in read:
        place = _seen_from(folder, synced.path)
        for one in synced.services:
            lines = tags.get(one.name, {})
            own = _packages(reading, synced, one, lines, place)
            others = {name: line for name, line in lines.items() if not any(_has(each, name) for each in own)}
            whole = FoundService(name=one.name, repository=place, lines=_drafted(others, exact=len(lines) > 1))
            for service in [*([whole] if others or not own else []), *own]:
                name = f"{one.name}/{service.name}" if service.name in found else service.name
                found[name] = replace(service, name=name)
    return list(found.values())


def _has(service: FoundService, line: str) -> bool:
    return any(own.name == line for own in service.lines)


def _packages(
    reading: "Reading", synced: "Synced", service: "Service", lines: "Mapping[str, LineTags]", place: str
) -> list[FoundService]:
    """Return the packages of a repository with several release lines that have folders of their own."""
    found = reading.packages(synced, service, lines) if len(lines) > 1 else {}
    drafts = (
        FoundService(name=name, repository=place, paths=folders, lines=_drafted(tags.lines, exact=True))
        for name, (tags, folders) in found.items()
        if len(name) <= _LONGEST_NAME and name.isprintable() and not any(map(_is_no_folder, folders))
    )
    return [draft for draft in drafts if draft.lines]


def _is_no_folder(path: str) -> bool:
    """Return whether a path would be read as a pattern, or as none."""
    return "*" in path or "?" in path or globs.problem(path) is not None


def pattern(tags: Iterable[str], *, exact: bool) -> str:
    """Return a regular expression over whole tag names that fits all of `tags`.

    The version in each becomes numbers with what stands between them: as many as the tags have where `exact`, which
    keeps lines of one tag space apart, else any number of them. So do the numbers behind it; those before it stay.
    """
    shapes: dict[tuple[str, str, str], set[int]] = defaultdict(set)
    for tag in tags:
        match = next(filter(None, (form.fullmatch(tag) for form in _VERSIONS)), None)
        if match is None:
            shapes[tag, "", ""].add(0)
        else:
            between = match["between"] or ""
            shapes[match["before"], between, match["after"]].add(len(match["version"].split(between or None)))
    found = (_shape(*shape, numbers, exact=exact) for shape, numbers in _alike(shapes).items())
    return "|".join(dict.fromkeys(found))


def _alike(shapes: dict[tuple[str, str, str], set[int]]) -> dict[tuple[str, str, str], set[int]]:
    """Return the shapes in order, with how many numbers each has; one number alone goes with those that have more."""
    found: dict[tuple[str, str, str], set[int]] = defaultdict(set)
    for (before, between, after), numbers in sorted(shapes.items(), reverse=True):
        behind = _numbered(after)
        more = next((s for s in found if not between and (s[0], s[2]) == (before, behind)), None)
        found[more or (before, between, behind)] |= numbers
    return dict(sorted(found.items()))


def _numbered(text: str) -> str:
    return re.sub(r"\d+", r"\\d+", _literal(text))


def _shape(before: str, between: str, after: str, numbers: set[int], *, exact: bool) -> str:
    least, most = min(numbers) - 1, max(numbers) - 1
    if most < 0:
        return _literal(before)
    one = rf"({_literal(between)}\d+)"
    more = _repeated(one, least, most) if exact else f"{one}+" if least else f"{one}*" if most else ""
    return rf"{_literal(before)}\d+{more}{after}"


def _repeated(one: str, least: int, most: int) -> str:
    if most == 0:
        return ""
    return f"{one}{{{most}}}" if least == most else f"{one}{{{least},{most}}}"


def _literal(text: str) -> str:
    # Outside of a set a hyphen means nothing; without the backslash a person reads it more easily.
    return re.escape(text).replace(r"\-", "-")


def _seen_from(folder: str, path: str) -> str:
    return os.path.relpath(os.path.realpath(path), os.path.realpath(folder))


def _drafted(tags: "Mapping[str, LineTags]", *, exact: bool) -> tuple[FoundLine, ...]:
    """Return the lines of one service; none where a line's tags have no common shape, to be found by itself again."""
    drafts: Sequence[FoundLine] = [
        FoundLine(name=name, tags=pattern(own.names, exact=exact), prereleases=own.prereleases, examples=own.names[:3])
        for name, own in tags.items()
    ]
    return () if any(problem(draft.tags) for draft in drafts) else tuple(drafts)
