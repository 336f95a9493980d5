"""How much was under way against each limit on work in progress, of late."""

from typing import Any

from streamgauge.insights.ground import Ground
from streamgauge.insights.insight import MOST_EVIDENCE, Evidence, Unknown
from streamgauge.metrics.metric import SCOPE
from streamgauge.metrics.time_at_wip_limit import LEVELS

_AGAINST = f"""WITH scope AS ({SCOPE})
SELECT s.team, s.stage, max(s.wip_limit) AS wip_limit, sum(s.hours) AS hours,
       sum(CASE WHEN s.wip > s.wip_limit THEN s.hours ELSE 0.0 END) AS over_hours,
       CAST(sum(s.wip * s.hours) / sum(s.hours) AS DOUBLE) AS mean, CAST(max(s.wip) AS DOUBLE) AS most,
       CAST(max_by(s.wip, s.to_at) AS DOUBLE) AS now
FROM {LEVELS} AS s WHERE s.hours > 0 GROUP BY s.team, s.stage ORDER BY s.team NULLS LAST, s.stage NULLS LAST
"""
_UNDER_WAY = """
SELECT DISTINCT v.item, d.dataset, v.team, v.entered_at
FROM visits AS v JOIN datasets AS d ON d.line_id = v.line_id
WHERE v.line_id IN (SELECT unnest($line_ids)) AND v.state IN ('waiting', 'active', 'unmapped')
  AND v.entered_at < $end AND (v.left_at IS NULL OR v.left_at >= $end)
  AND ($team IS NULL OR lower(v.team) = $team) AND ($stage IS NULL OR v.stage = $stage)
ORDER BY v.entered_at, v.item LIMIT $most
"""


def against(ground: Ground) -> list[dict[str, Any]]:
    """Return each limit that the company file says with how much was under way: `mean`, `most`, `now`, and the `hours`.

    `over_hours` are those over it. What would be a usual limit for a team's size nobody has agreed on.
    """
    agreed = {((one.team or "").lower() or None, one.stage) for one in ground.company.wip_limits}
    rows = ground.rows(_AGAINST) if ground.scopes and agreed else []
    return [row for row in rows if (row["team"], row["stage"]) in agreed]


def unknown(ground: Ground) -> Unknown:
    """Return why no limit is looked at."""
    if ground.company.wip_limits and ground.scopes and ground.scopes[0].is_narrowed:
        return Unknown("No limit on work in progress is on just the work that is asked for, or nothing came to it.")
    return Unknown("No limit on work in progress is known: the company file says them under `wip_limits`.")


def named(ground: Ground, row: dict[str, Any]) -> dict[str, str]:
    """Return whom a limit is for, in the words of the tools."""
    team = next((one.name for one in ground.company.teams if one.name.lower() == row["team"]), row["team"])
    team = next((x.team for x in ground.company.wip_limits if x.team and x.team.lower() == row["team"]), team)
    return {name: value for name, value in (("team", team), ("stage", row["stage"])) if value}


def under_way(ground: Ground, row: dict[str, Any]) -> list[Evidence]:
    """Return the items that count against a limit now, the oldest first."""
    rows = ground.rows(_UNDER_WAY, team=row["team"], stage=row["stage"], most=MOST_EVIDENCE)
    return [
        Evidence(table="items", id=one["item"], of=one["dataset"], detail=f"since {one['entered_at']:%Y-%m-%d}")
        for one in rows
    ]
