"""What was found in repositories, as a company file writes it down."""

import os
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from streamgauge.company.draft import FoundLine, FoundService
from streamgauge.company.pattern import problem

if TYPE_CHECKING:
    from streamgauge.answers.tags import LineTags
    from streamgauge.surfaces.cli.reading import Reading

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
    """Return the repositories that were read, each with its release lines; paths as seen from `folder`."""
    from streamgauge.answers.tags import tags_of_lines

    read = [synced for synced in reading.synced if synced.failure is None]
    tags = tags_of_lines(reading.lake, [key for synced in read for key in synced.line_ids])
    return [
        FoundService(name=s.name, repository=_seen_from(folder, synced.path), lines=_drafted(tags.get(s.name, {})))
        for synced in read
        for s in synced.services
    ]


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


def _drafted(tags: "Mapping[str, LineTags]") -> tuple[FoundLine, ...]:
    """Return the lines of one service; none where a line's tags have no common shape, to be found by itself again."""
    exact = len(tags) > 1
    drafts: Sequence[FoundLine] = [
        FoundLine(name=name, tags=pattern(own.names, exact=exact), prereleases=own.prereleases, examples=own.names[:3])
        for name, own in tags.items()
    ]
    return () if any(problem(draft.tags) for draft in drafts) else tuple(drafts)
