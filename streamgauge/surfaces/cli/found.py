"""What was found in repositories, as a company file writes it down."""

import os
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from streamgauge.company import FoundLine, FoundService
from streamgauge.company.pattern import problem

if TYPE_CHECKING:
    from streamgauge.surfaces.cli.reading import Reading

_VERSION = re.compile(r"(?P<before>.*?)(?P<version>\d+(?:\.\d+)*)(?P<after>\D*)", re.DOTALL)


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

    The last version in each becomes numbers with dots between: as many as the tags have where `exact`, which keeps
    lines of one tag space apart, else any number of them.
    """
    shapes: dict[tuple[str, str], set[int]] = defaultdict(set)
    for tag in tags:
        match = _VERSION.fullmatch(tag)
        if match is None:
            shapes[tag, ""].add(0)
        else:
            shapes[match["before"], match["after"]].add(match["version"].count(".") + 1)
    return "|".join(_shape(before, numbers, after, exact=exact) for (before, after), numbers in sorted(shapes.items()))


def _shape(before: str, numbers: set[int], after: str, *, exact: bool) -> str:
    least, most = min(numbers) - 1, max(numbers) - 1
    if most < 0:
        return _literal(before)
    more = _repeated(least, most) if exact else r"(\.\d+)+" if least else r"(\.\d+)*"
    return rf"{_literal(before)}\d+{more}{_literal(after)}"


def _repeated(least: int, most: int) -> str:
    if most == 0:
        return ""
    return rf"(\.\d+){{{most}}}" if least == most else rf"(\.\d+){{{least},{most}}}"


def _literal(text: str) -> str:
    # Outside of a set a hyphen means nothing; without the backslash a person reads it more easily.
    return re.escape(text).replace(r"\-", "-")


def _seen_from(folder: str, path: str) -> str:
    return os.path.relpath(os.path.realpath(path), os.path.realpath(folder))


def _drafted(tags: dict[str, list[str]]) -> tuple[FoundLine, ...]:
    """Return the lines of one service; none where a line's tags have no common shape, to be found by itself again."""
    exact = len(tags) > 1
    drafts: Sequence[FoundLine] = [
        FoundLine(name=name, tags=pattern(own, exact=exact), examples=tuple(own[:3])) for name, own in tags.items()
    ]
    return () if any(problem(draft.tags) for draft in drafts) else tuple(drafts)
