"""Says which tags are in no release line, and why."""

from collections import defaultdict
from collections.abc import Sequence

from streamgauge.facts.release_lines import Line, Tag, again, is_counted_up, is_early, unnamed
from streamgauge.facts.version import parse

_UNVERSIONED = "no version"
_COUNTED = "a word and a number, which may count anything"
_EARLY = "no final release among them"
_AGAIN = "further names of what a line releases"
_FEW = "few beside a large line"


def told(tags: Sequence[Tag], lines: Sequence[Line]) -> str | None:
    """Return in one sentence how many tags found lines leave out for which reason, each with one of them; null if none.

    `lines` were found among the tags; where somebody chose them, the choice is the only reason.
    """
    others = unnamed(tags, lines)
    if not others:
        return None
    said = f"{len(others):,} of {len(tags):,} tags {'is' if len(others) == 1 else 'are'} in no release line"
    if any(line.chosen_by != "found" for line in lines):
        return f"{said}, such as {', '.join(others[:3])}."
    reasons = _reasons({tag.name: tag for tag in tags}, others, lines)
    parts = (
        f"{why} ({len(names):,}{',' if len(names) == 1 else ', such as'} {names[0]})" for why, names in reasons.items()
    )
    return f"{said}: {', '.join(parts)}."


def _reasons(tags: dict[str, Tag], others: Sequence[str], lines: Sequence[Line]) -> dict[str, list[str]]:
    """Return the names of tags by the reason, that of most of them first."""
    groups = defaultdict(list)
    for name in others:
        version = parse(name)
        groups["" if version is None else f"={version.base.casefold()}"].append((tags[name], version))
    found: dict[str, list[str]] = defaultdict(list)
    for members in groups.values():
        versions = [(tag, version) for tag, version in members if version is not None]
        if not versions:
            why = _UNVERSIONED
        elif is_counted_up(versions):
            why = _COUNTED
        elif is_early(versions):
            why = _EARLY
        else:
            why = _AGAIN if again(versions, lines) else _FEW
        found[why] += [tag.name for tag, _ in members]
    return dict(sorted(found.items(), key=lambda one: (-len(one[1]), one[0])))
