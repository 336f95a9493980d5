"""Which tags are the releases of each line, as `streamgauge init` writes it down."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from streamgauge.company import Service
from streamgauge.facts.refresh import tags_of
from streamgauge.facts.release_lines import WITH_PRE_RELEASES, Entry, Line, packages
from streamgauge.lake import Lake

_TAGS = """
SELECT l.service, l.release_line, l.rule, d.deployment
FROM lines AS l JOIN deployments AS d ON d.line_id = l.line_id
WHERE l.line_id IN (SELECT unnest($lines)) AND l.proxy = 'release tags' AND d.left_out IS NULL
ORDER BY l.service, l.release_line, d.deployed_at DESC
"""


@dataclass(frozen=True, kw_only=True)
class LineTags:
    """The counted tags of a line, newest first, and whether pre-releases are among them."""

    names: tuple[str, ...]
    prereleases: bool


@dataclass(frozen=True, kw_only=True)
class PackageTags:
    """The release lines of one package, and the commits of its newest and its oldest release."""

    lines: dict[str, LineTags]
    commits: tuple[str, ...]

    @property
    def releases(self) -> int:
        """How many releases it has."""
        return sum(len(line.names) for line in self.lines.values())


def tags_of_lines(lake: Lake, line_ids: Sequence[str]) -> dict[str, dict[str, LineTags]]:
    """Return the tags by service and release line."""
    found: dict[str, dict[str, LineTags]] = defaultdict(dict)
    names: dict[tuple[str, str, bool], list[str]] = defaultdict(list)
    with lake.view() as view:
        for row in view.rows(_TAGS, {"lines": list(line_ids)}):
            names[row["service"], row["release_line"], WITH_PRE_RELEASES in row["rule"]].append(row["deployment"])
    for (service, line, prereleases), tags in names.items():
        found[service][line] = LineTags(names=tuple(tags), prereleases=prereleases)
    return found


def tags_of_packages(lake: Lake, repository: str, service: Service) -> dict[str, PackageTags]:
    """Return the lines of packages by their names, also of those which a report drops as naming over again."""
    with lake.view() as view:
        found = packages(tags_of(view, repository), service)
    return {package: _tagged(lines) for package, lines in found.items() if any(map(_counted, lines))}


def _tagged(lines: Sequence[Line]) -> PackageTags:
    counted = {line.name: _counted(line) for line in lines}
    ends = [entry.tag.commit for entries in counted.values() if entries for entry in (entries[-1], entries[0])]
    return PackageTags(
        lines={
            line.name: LineTags(
                names=tuple(entry.tag.name for entry in reversed(counted[line.name])),
                prereleases=WITH_PRE_RELEASES in line.rule,
            )
            for line in lines
            if counted[line.name]
        },
        commits=tuple(dict.fromkeys(ends)),
    )


def _counted(line: Line) -> list[Entry]:
    return [entry for entry in line.entries if entry.left_out is None]
