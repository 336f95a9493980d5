"""How much is under way in each team and each stage, and whether the limits on it bind (definitions 2.3)."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from streamgauge.answers.flow_question import hold_late
from streamgauge.answers.flow_report import UnderWay
from streamgauge.answers.flow_terms import FlowTerms
from streamgauge.lake import View
from streamgauge.metrics.columns import Asked
from streamgauge.metrics.metric import SCOPE
from streamgauge.metrics.observations import parameters
from streamgauge.metrics.time_at_wip_limit import LEVELS, MEASURED
from streamgauge.metrics.under_way import LATE, UNDER_WAY_OR_OLD, present

_NOW = f"""WITH {LATE},
scope AS ({SCOPE}),
{present(UNDER_WAY_OR_OLD)}
SELECT p.team, p.stage, count(*) AS n
FROM open AS o JOIN present AS p ON p.line_id = o.line_id AND p.item = o.item
  AND p.state IN ('waiting', 'active', 'unmapped')
GROUP BY p.team, p.stage
"""
_LIMITS = f"""WITH scope AS ({SCOPE})
SELECT DISTINCT l.team, l.stage, l.wip_limit, l.said_by
FROM wip_limits AS l JOIN scope ON scope.line_id = l.line_id WHERE {MEASURED}
ORDER BY team NULLS LAST, stage NULLS LAST
"""
_LEVELS = f"""WITH scope AS ({SCOPE})
SELECT s.team, s.stage, sum(CASE WHEN s.wip >= s.wip_limit THEN s.hours ELSE 0.0 END) / sum(s.hours) AS share,
       max(CASE WHEN s.to_at > $recent THEN s.wip END) AS peak
FROM {LEVELS} AS s WHERE s.hours > 0 GROUP BY s.team, s.stage
"""


def under_way(view: View, asked: FlowTerms, work: Asked | None) -> tuple[UnderWay, ...]:
    """Return how much each team and each stage has under way, and how that stands to its limit."""
    if work is None:
        rows = view.rows(_NOW, hold_late(view, asked))
    else:
        # A past end is another one for each question, which is not worth the holding of what had not ended then.
        known = work.under_way()
        rows = view.rows(_NOW, parameters(asked.scopes) | {"late": asked.late}) if known is None else known
    limits = view.rows(_LIMITS, parameters(asked.scopes))
    found = _limited(view, asked, rows, limits) if limits else []
    told = {((one.team or "").lower(), one.stage) for one in found}
    found += [one for one in _unlimited(rows) if ((one.team or "").lower(), one.stage) not in told]
    return tuple(sorted(found, key=lambda one: (one.team is None, one.team or "", one.stage is None, one.stage or "")))


def _limited(view: View, asked: FlowTerms, rows: list[dict[str, Any]], limits: list[dict[str, Any]]) -> list[UnderWay]:
    recent = asked.end - timedelta(days=asked.thresholds.idle_limit_days)
    levels = {_key(row): row for row in view.rows(_LEVELS, parameters(asked.scopes) | {"recent": recent})}
    names = {one.team.lower(): one.team for one in asked.company.wip_limits if one.team}
    names |= {one.name.lower(): one.name for one in asked.company.teams}
    names |= {row["team"].lower(): row["team"] for row in rows if row["team"]}
    is_old = asked.first_at is not None and asked.first_at <= recent
    return [
        _against(
            limit,
            names.get(limit["team"] or "", limit["team"]),
            items=sum(row["n"] for row in rows if _is_under(row, limit)),
            level=levels.get(_key(limit), {}),
            least=asked.thresholds.idle_limit_share if is_old else 0.0,
        )
        for limit in limits
    ]


def _key(limit: Mapping[str, Any]) -> tuple[str | None, str | None]:
    return limit["team"], limit["stage"]


def _is_under(row: Mapping[str, Any], limit: Mapping[str, Any]) -> bool:
    of_team = limit["team"] is None or (row["team"] or "").lower() == limit["team"]
    return of_team and limit["stage"] in (None, row["stage"])


def _against(
    limit: Mapping[str, Any], team: str | None, *, items: int, level: Mapping[str, Any], least: float
) -> UnderWay:
    most = limit["wip_limit"]
    is_idle = (level.get("peak") or 0) < least * most
    return UnderWay(
        team=team,
        stage=limit["stage"],
        items=items,
        limit=most,
        said_by=limit["said_by"],
        share_of_limit=items / most,
        over_by=max(0, items - most),
        state="over" if items > most else "never binding" if is_idle else "ok",
        share_of_time_at_limit=level.get("share"),
    )


def _unlimited(rows: list[dict[str, Any]]) -> Iterator[UnderWay]:
    """Give each team, and each stage, that has anything under way."""
    for field in ("team", "stage"):
        counts: dict[str, int] = {}
        for row in rows:
            if row[field] is not None:
                counts[row[field]] = counts.get(row[field], 0) + row["n"]
        for name, n in sorted(counts.items()):
            yield UnderWay(
                team=name if field == "team" else None,
                stage=name if field == "stage" else None,
                items=n,
                limit=None,
                said_by=None,
                share_of_limit=None,
                over_by=None,
                state=None,
                share_of_time_at_limit=None,
            )
