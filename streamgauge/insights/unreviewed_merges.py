"""Unreviewed merges: much of what is merged nobody else has looked at."""

from collections.abc import Iterator, Sequence
from typing import Any

from streamgauge.insights.ground import Ground
from streamgauge.insights.insight import MOST_EVIDENCE, Effect, Evidence, Finding, Insight, Unknown
from streamgauge.insights.words import times
from streamgauge.metrics.statistics import wilson
from streamgauge.percent import percent

# A review is that of a person other than the author, before the merge; a machine's change needs none here.
_MERGES = """
SELECT p.source, p.repository, p.id, p.title, p.url, p.merged_at, r.pull_request IS NULL AS is_unreviewed
FROM pull_requests AS p LEFT JOIN (
  SELECT source, repository, pull_request, min(submitted_at) AS first FROM reviews
  WHERE NOT is_bot AND NOT is_author GROUP BY source, repository, pull_request) AS r
  ON r.source = p.source AND r.repository = p.repository AND r.pull_request = p.id AND r.first <= p.merged_at
WHERE p.merged_at IS NOT NULL AND p.merged_at >= $back AND p.merged_at < $end AND NOT p.is_bot
ORDER BY p.merged_at DESC, p.id
"""


def _look(ground: Ground) -> Iterator[Finding | Unknown]:
    terms = ground.company.insights.unreviewed_merges
    rows = ground.rows(_MERGES, back=ground.back(180))
    homes: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows:
        homes.setdefault((row["source"], row["repository"]), []).append(row)
    # A tool of which no review at all is known does not tell of reviews.
    tells = {source for (source, _), mine in homes.items() if not all(row["is_unreviewed"] for row in mine)}
    judged = {home: mine for home, mine in homes.items() if home[0] in tells and len(mine) >= terms.least_merges}
    if not judged:
        yield Unknown(f"No reviews are known, or fewer than {terms.least_merges} merges.")
    for (_, repository), mine in sorted(judged.items()):
        bare = [row for row in mine if row["is_unreviewed"]]
        low, high = wilson(len(bare), len(mine)) or (0.0, 1.0)
        if low >= terms.least_share:
            yield _finding(repository, mine, bare, (low, high))


def _finding(
    repository: str, mine: Sequence[dict[str, Any]], bare: Sequence[dict[str, Any]], span: tuple[float, float]
) -> Finding:
    share = len(bare) / len(mine)
    return UNREVIEWED_MERGES.found(
        message=(
            f"{percent(share)} of what was merged into {repository} nobody else had reviewed"
            f" ({times(len(bare), 'merge')} of {len(mine):,} in half a year)."
        ),
        place={"repository": repository},
        effect=Effect(value=share, unit="share", means="of merges without a review", low=span[0], high=span[1]),
        n=len(mine),
        weight=0.6 * share,
        evidence_total=len(bare),
        evidence=[
            Evidence(table="pull_requests", id=row["id"], of=repository, detail=row["title"], url=row["url"])
            for row in bare[:MOST_EVIDENCE]
        ],
    )


UNREVIEWED_MERGES = Insight(
    name="unreviewed_merges",
    claim="Much of what is merged nobody else has looked at.",
    why="A second pair of eyes finds what tests do not ask for, and is how others come to know the code.",
    hint="Ask for one approval before a merge, and keep changes small enough that it takes minutes.",
    wrong_when="The code was written by two together, is generated, or is reviewed in another tool or after the merge.",
    source="definitions 3.1",
    is_of_code=True,
    look=_look,
)
