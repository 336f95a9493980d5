"""Too many initiatives: a team works on more of them at a time than it can keep in mind."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import numpy as np

from streamgauge.insights.ground import Ground
from streamgauge.insights.insight import MOST_EVIDENCE, Effect, Evidence, Finding, Insight, Unknown
from streamgauge.metrics.metric import HIGHER_LEVEL, SCOPE, WANTED_ITEM
from streamgauge.records.transition import OF_SNAPSHOTS

# The owner is whose item it is, not who acted last; its initiative may stand in another dataset of the tool. An item
# counts for a fortnight in which it was under way and something happened to it.
_WORK = f"""WITH scope AS ({SCOPE}),
up AS (SELECT source, id, max(parent) AS parent, max(level) AS level FROM items
       WHERE id IN (SELECT parent FROM items) GROUP BY source, id),
owned AS (
  SELECT d.line_id, d.source, d.dataset, i.id AS item, coalesce(i.team, f.team) AS team, f.started_at,
         coalesce(f.finished_at, f.cancelled_at) AS ended_at,
         CASE WHEN a.level = 'initiative' THEN a.id WHEN b.level = 'initiative' THEN b.id
              WHEN c.level = 'initiative' THEN c.id ELSE coalesce(c.id, b.id, a.id, i.parent) END AS initiative
  FROM flow_items AS f JOIN scope ON scope.line_id = f.line_id JOIN datasets AS d ON d.line_id = f.line_id
  JOIN items AS i ON i.source = d.source AND i.repository = d.dataset AND i.id = f.item
  LEFT JOIN up AS a ON a.source = d.source AND a.id = i.parent
  LEFT JOIN up AS b ON b.source = d.source AND b.id = a.parent
  LEFT JOIN up AS c ON c.source = d.source AND c.id = b.parent
  WHERE f.started_at IS NOT NULL AND {WANTED_ITEM} AND {HIGHER_LEVEL} IS NULL
    AND (coalesce(f.finished_at, f.cancelled_at) IS NULL OR coalesce(f.finished_at, f.cancelled_at) >= $earliest)),
touched AS (
  SELECT DISTINCT source, repository, item,
         CAST(floor((unix_micros($end) - unix_micros(happened_at) - 1) / 1.2096e12) AS BIGINT) AS fortnight
  FROM transitions WHERE happened_at < $end AND happened_at >= $back
    AND field NOT IN {OF_SNAPSHOTS})
SELECT o.team, t.fortnight, o.initiative, count(*) AS n, min(o.item) AS item, min(o.dataset) AS dataset
FROM owned AS o JOIN touched AS t ON t.source = o.source AND t.repository = o.dataset AND t.item = o.item
WHERE o.team IS NOT NULL
  AND unix_micros(o.started_at) < unix_micros($end) - t.fortnight * 1.2096e12
  AND (o.ended_at IS NULL OR unix_micros(o.ended_at) >= unix_micros($end) - (t.fortnight + 1) * 1.2096e12)
GROUP BY o.team, t.fortnight, o.initiative ORDER BY o.team, t.fortnight, n DESC, o.initiative
"""


def _look(ground: Ground) -> Iterator[Finding | Unknown]:
    terms, most = ground.company.insights.too_many_initiatives, ground.company.thresholds.most_initiatives
    back = ground.back(14 * terms.fortnights)
    # The fortnight of what happened first may have begun before it.
    rows = ground.rows(_WORK, back=back, earliest=back - timedelta(days=14)) if ground.scopes else []
    if not any(row["initiative"] for row in rows):
        yield Unknown("No item says what it is a part of.")
        return
    for team in sorted({row["team"] for row in rows}):
        parts = [[r for r in rows if r["team"] == team and r["fortnight"] == n] for n in range(terms.fortnights)]
        counts = [_initiatives(part) for part in parts if part]
        often = float(np.mean(np.array(counts) > most)) if counts else 0.0
        if len(counts) >= terms.least_fortnights and often >= terms.often:
            yield _finding(team, parts, counts, often)


def _initiatives(part: Sequence[dict[str, Any]]) -> int:
    """Return on how many initiatives a team worked; work that is part of none, as most mending is, is no initiative."""
    return sum(row["initiative"] is not None for row in part)


def _finding(team: str, parts: Sequence[Sequence[dict[str, Any]]], counts: Sequence[int], often: float) -> Finding:
    middle = float(np.median(counts))
    latest = next(part for part in parts if part)
    names = [row["initiative"] for row in latest if row["initiative"] is not None]
    recent = {row["initiative"]: row for part in reversed(parts) for row in part if row["initiative"] is not None}
    shown = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
    return TOO_MANY_INITIATIVES.found(
        message=(
            f"{team} works on {middle:.0f} initiatives at a time (in each fortnight of the last "
            f"{2 * len(counts)} weeks, {min(counts)} to {max(counts)}); now on {shown or 'work that is part of none'}."
        ),
        place={"team": team},
        effect=Effect(
            value=middle,
            unit="initiatives",
            means="at a time, the median over fortnights",
            low=float(min(counts)),
            high=float(max(counts)),
        ),
        probability=often,
        n=len(counts),
        weight=min(0.7, 0.15 * middle),
        evidence=[
            Evidence(table="items", id=row["item"], of=row["dataset"], detail=f"a part of {row['initiative']}")
            for row in list(recent.values())[:MOST_EVIDENCE]
        ],
    )


TOO_MANY_INITIATIVES = Insight(
    name="too_many_initiatives",
    claim="A team works on more than two initiatives at a time.",
    why="Each change between them costs the time to find back in, and each of them ends later than it could.",
    hint="Let the team finish one before it takes up the next, and say which one waits.",
    wrong_when="They are parts of one thing under several names, or a team that serves others is not meant to choose.",
    source="definitions 2.3",
    look=_look,
)
