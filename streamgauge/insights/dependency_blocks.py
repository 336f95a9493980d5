"""Dependency blocks: one team's work waits for another team's."""

from collections.abc import Iterator, Sequence
from typing import Any

from streamgauge.insights.ground import Ground
from streamgauge.insights.insight import MOST_EVIDENCE, Effect, Evidence, Finding, Insight, Unknown
from streamgauge.insights.words import hours, times
from streamgauge.metrics.blocks import BLOCKS
from streamgauge.metrics.metric import HIGHER_LEVEL, SCOPE, WANTED_ITEM

# It holds until what blocks is done or cancelled, or the link is taken away.
_SPANS = f"""WITH scope AS ({SCOPE}),
{BLOCKS},
held AS (
  SELECT f.item, d.dataset, f.team AS waits, b.blocker, g.team AS for_team, g.title,
         greatest(coalesce(b.linked_at, f.started_at), f.started_at) AS since,
         least(coalesce(b.unlinked_at, TIMESTAMPTZ '9999-12-30'),
               coalesce(g.finished_at, g.cancelled_at, TIMESTAMPTZ '9999-12-30'),
               coalesce(f.finished_at, f.cancelled_at, TIMESTAMPTZ '9999-12-30')) AS until
  FROM blocks AS b
  JOIN flow_items AS f ON f.line_id = b.line_id AND f.item = b.item
  JOIN datasets AS d ON d.line_id = b.line_id
  JOIN scope ON scope.line_id = f.line_id
  JOIN flow_items AS g ON g.line_id = b.blocker_line_id AND g.item = b.blocker
  WHERE (b.linked_at IS NULL OR b.linked_at < $end) AND f.started_at IS NOT NULL AND {WANTED_ITEM}
    AND {HIGHER_LEVEL} IS NULL)
SELECT item, dataset, waits, blocker, for_team, title, since, CASE WHEN until < $end THEN until END AS until,
       (unix_micros(least(until, $end)) - unix_micros(greatest(since, $recent))) / 3.6e9 AS cost,
       (unix_micros(least(until, $end)) - unix_micros(since)) / 3.6e9 AS lasted
FROM held WHERE since < least(until, $end) AND until >= $recent ORDER BY since, item, blocker
"""


def _look(ground: Ground) -> Iterator[Finding | Unknown]:
    terms = ground.company.insights.dependency_blocks
    rows = [row for row in ground.rows(_SPANS) if row["cost"] > 0] if ground.scopes else []
    if not rows:
        yield Unknown("No link says that one item blocks another.")
    pairs: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows:
        if row["waits"] and row["for_team"] and row["waits"] != row["for_team"]:
            pairs.setdefault((row["waits"], row["for_team"]), []).append(row)
    whole = sum(row["cost"] for row in rows)
    for (waits, other), mine in sorted(pairs.items()):
        now = [row for row in mine if row["until"] is None]
        lasted = [row["lasted"] for row in now]
        if sum(lasted) >= terms.least_hours_now and max(lasted) >= terms.least_hours:
            yield _finding(waits, other, mine, now, whole)


def _finding(
    waits: str, other: str, mine: Sequence[dict[str, Any]], now: Sequence[dict[str, Any]], whole: float
) -> Finding:
    cost = sum(row["cost"] for row in mine)
    items = len({row["item"] for row in now})
    verb = "waits" if items == 1 else "wait"
    first = min(now, key=lambda row: row["since"])
    return DEPENDENCY_BLOCKS.found(
        message=(
            f"{times(items, 'item')} of {waits} {verb} for {other}, the longest ({first['item']}, for "
            f"{first['blocker']}) for {hours(first['lasted'])}. Of late {waits} has waited "
            f"{cost:,.0f} item hours for them."
        ),
        place={"team": waits, "for_team": other},
        since=first["since"],
        effect=Effect(value=cost, unit="hours", means="item hours of waiting for that team in the recent past"),
        n=len(mine),
        weight=min(0.7, 0.2 + 0.5 * cost / max(whole, 1.0)),
        evidence_total=2 * len(now),
        evidence=[
            Evidence(table="items", id=key, of=row["dataset"] if key == row["item"] else None, detail=detail)
            for row in sorted(now, key=lambda row: -row["lasted"])[: MOST_EVIDENCE // 2]
            for key, detail in ((row["item"], f"waits {hours(row['lasted'])}"), (row["blocker"], "what it waits for"))
        ],
    )


DEPENDENCY_BLOCKS = Insight(
    name="dependency_blocks",
    claim="One team's work waits for another team's.",
    why="A team that waits for another can plan nothing; what it begins in between makes both slower.",
    hint=(
        "Settle with the other team what comes first and when. Where the same two wait again and again, move the work, "
        "or the skill, to where it is needed."
    ),
    wrong_when="Links are left standing after the question is settled, or say only that two things belong together.",
    source="definitions 4.2",
    look=_look,
)
