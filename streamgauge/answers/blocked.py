"""Answers what is blocked now: since when, by what, and whom it waits for."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from streamgauge.answers.ageing import OPEN
from streamgauge.answers.ageing_report import BlockedItem, BlockedReport
from streamgauge.answers.flow_question import question
from streamgauge.answers.flow_terms import FlowRequest
from streamgauge.answers.remembered import remembered
from streamgauge.facts.visits import SAYS_BLOCKED
from streamgauge.lake import Lake
from streamgauge.metrics.metric import HIGHER_LEVEL, SCOPE, WANTED_ITEM
from streamgauge.metrics.observations import parameters
from streamgauge.metrics.walked import AT_END

# `blocks` and its like are read from one end only; what is done or cancelled blocks nobody any more.
_BLOCKED = f"""{OPEN},
flags AS (
  SELECT o.line_id, o.item, max(t.happened_at) AS since,
         max_by({SAYS_BLOCKED.replace("{value}", "t.value")}, t.happened_at) AS is_flagged
  FROM open AS o JOIN datasets AS d ON d.line_id = o.line_id
  JOIN transitions AS t ON t.source = d.source AND t.repository = d.dataset AND t.item = o.item
    AND t.field IN ('flag', 'blocked') AND t.happened_at < o.moment
  GROUP BY o.line_id, o.item),
links AS (
  SELECT o.line_id, o.item, count(*) AS n, min(coalesce(l.linked_at, o.started_at)) AS since,
         collect_list(b.item) AS blockers, collect_list(b.team) AS teams
  FROM open AS o JOIN datasets AS d ON d.line_id = o.line_id
  JOIN links AS l ON l.source = d.source AND l.repository = d.dataset AND l.kind = 'blocks' AND l.other = o.item
    AND (l.linked_at IS NULL OR l.linked_at < o.moment) AND (l.unlinked_at IS NULL OR l.unlinked_at >= o.moment)
  JOIN flow_items AS b ON b.line_id = o.line_id AND b.item = l.item AND b.created_at < o.moment
    AND (coalesce(b.finished_at, b.cancelled_at) IS NULL OR coalesce(b.finished_at, b.cancelled_at) >= o.moment)
  GROUP BY o.line_id, o.item),
waits AS (
  SELECT status FROM meanings WHERE line_id IN (SELECT line_id FROM scope) AND is_held)
SELECT o.item, o.title, o.team, v.status, o.moment,
       CASE WHEN l.n > 0 THEN 'waits for an item' WHEN f.is_flagged THEN 'flagged' ELSE 'status' END AS reason,
       CASE WHEN f.is_flagged THEN f.since WHEN l.n > 0 THEN greatest(l.since, o.started_at) ELSE v.entered_at END
         AS since,
       l.blockers, l.teams
FROM open AS o JOIN visits AS v ON v.line_id = o.line_id AND v.item = o.item AND {AT_END}
LEFT JOIN flags AS f ON f.line_id = o.line_id AND f.item = o.item
LEFT JOIN links AS l ON l.line_id = o.line_id AND l.item = o.item
WHERE f.is_flagged OR l.n > 0 OR v.status IN (SELECT status FROM waits)
ORDER BY since, o.item
"""
_UNDER_WAY = f"{OPEN} SELECT count(*) AS n FROM open"
_TAKEN = f"""WITH scope AS ({SCOPE})
SELECT sum(f.blocked_hours) AS blocked,
       try_divide(sum(f.blocked_hours), sum(f.active_hours + f.waiting_hours + f.unmapped_hours)) AS share
FROM flow_items AS f JOIN scope ON scope.line_id = f.line_id
WHERE f.finished_at IS NOT NULL AND f.started_at IS NOT NULL AND {WANTED_ITEM} AND {HIGHER_LEVEL} IS NULL
  AND (scope.since IS NULL OR f.finished_at >= scope.since) AND f.finished_at < scope.until
"""


@remembered
def blocked(lake: Lake, request: FlowRequest, *, limit: int | None = 50, now: datetime | None = None) -> BlockedReport:
    """Return what is blocked, the longest `limit` one by one. Raises BadOption where the lake holds no work."""
    with question(lake, request, now) as asking:
        view, asked = asking.view, asking.asked
        said = parameters(asked.scopes) | {"end": asked.end}
        items = [_item(row) for row in view.rows(_BLOCKED, said)]
        (taken,) = view.rows(_TAKEN, said)
        under_way = view.rows(_UNDER_WAY, said)[0]["n"]
        return BlockedReport(
            **asking.about,
            message=_message(items, under_way),
            at=asked.end,
            items=tuple(items if limit is None else items[:limit]),
            total=len(items),
            under_way=under_way,
            finished_blocked_hours=taken["blocked"] or 0.0,
            finished_blocked_share=taken["share"],
        )


def _item(row: Mapping[str, Any]) -> BlockedItem:
    return BlockedItem(
        item=row["item"],
        title=row["title"],
        team=row["team"],
        status=row["status"],
        reason=row["reason"],
        since=row["since"].astimezone(UTC),
        blocked_hours=(row["moment"] - row["since"]).total_seconds() / 3600,
        blockers=tuple(sorted(set(row["blockers"] or ()))),
        waits_for_teams=tuple(sorted(set(row["teams"] or ()))),
    )


def _message(items: Sequence[BlockedItem], under_way: int) -> str:
    if not items:
        load = f"{under_way:,} {'item is' if under_way == 1 else 'items are'}" if under_way else "nothing is"
        return f"Nothing is blocked; {load} under way."
    teams: dict[str, int] = {}
    for item in items:
        for team in item.waits_for_teams:
            teams[team] = teams.get(team, 0) + (team != item.team)
    text = f"{len(items):,} of {under_way:,} items under way {'is' if len(items) == 1 else 'are'} blocked"
    most = max(teams, key=lambda team: (teams[team], team), default=None)
    return f"{text}, {teams[most]:,} of them wait for {most}." if most and teams[most] else f"{text}."
