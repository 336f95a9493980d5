"""Which tags are the releases of each line, as `streamgauge init` writes it down."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from streamgauge.facts.release_lines import WITH_PRE_RELEASES
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
