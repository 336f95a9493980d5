"""Which tags are the releases of each line, as `streamgauge init` writes it down."""

from collections import defaultdict
from collections.abc import Sequence

from streamgauge.lake import Lake

_TAGS = """
SELECT l.service, l.release_line, d.deployment
FROM lines AS l JOIN deployments AS d ON d.line_id = l.line_id
WHERE l.line_id IN (SELECT unnest($lines)) AND l.proxy = 'release tags' AND d.left_out IS NULL
ORDER BY l.service, l.release_line, d.deployed_at DESC
"""


def tags_of_lines(lake: Lake, line_ids: Sequence[str]) -> dict[str, dict[str, list[str]]]:
    """Return by service and release line the names of its counted tags, newest first."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    with lake.view() as view:
        for row in view.rows(_TAGS, {"lines": list(line_ids)}):
            found[row["service"]][row["release_line"]].append(row["deployment"])
    return found
