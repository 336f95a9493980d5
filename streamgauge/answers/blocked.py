"""Answers what is blocked now: since when, by what, and whom it waits for."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from streamgauge.answers.ageing_report import BlockedItem, BlockedReport
from streamgauge.answers.flow_question import hold_late, question
from streamgauge.answers.flow_terms import SLICE, FlowRequest
from streamgauge.answers.measures import value_of
from streamgauge.answers.remembered import remembered
from streamgauge.lake import Lake
from streamgauge.metrics import BLOCKED_TIME_SHARE
from streamgauge.metrics.measured import observed
from streamgauge.metrics.metric import SCOPE
from streamgauge.metrics.statistics import total
from streamgauge.metrics.under_way import HELD_UP, LATE, STOPPED, UNDER_WAY_OR_OLD

_HELD_UP = f"WITH {LATE},\n{HELD_UP}"
_BLOCKED = f"""{_HELD_UP},
scope AS ({SCOPE}),
{STOPPED}
SELECT item, title, team, status, moment, reason, since, blockers, teams,
       left_truncated AND since <= started_at AS is_older
FROM stopped
WHERE reason IS NOT NULL ORDER BY since, item
"""
_UNDER_WAY = f"WITH {LATE},\nscope AS ({SCOPE}),\n{UNDER_WAY_OR_OLD} SELECT count(*) AS n FROM open"


@remembered
def blocked(lake: Lake, request: FlowRequest, *, limit: int | None = 50, now: datetime | None = None) -> BlockedReport:
    """Return what is blocked, the longest `limit` one by one. Raises BadOption where the lake holds no work."""
    with question(lake, request, now) as asking:
        view, asked = asking.view, asking.asked
        said = hold_late(view, asked)
        view.hold(_HELD_UP, ("flag_changes", "late_blockers"), said, with_=("late",))
        rows = view.rows(_BLOCKED, said)
        items = [_item(row) for row in rows]
        taken = observed(view, [BLOCKED_TIME_SHARE], asked.scopes, known=asking.known(BLOCKED_TIME_SHARE))
        found = taken[BLOCKED_TIME_SHARE.name].summaries()[SLICE]
        share = value_of(BLOCKED_TIME_SHARE, found, asked.window, is_known=True)[0]
        under_way = view.rows(_UNDER_WAY, said)[0]["n"]
        return BlockedReport(
            **asking.about | {"notes": (*asked.notes, *_of_old(rows))},
            message=_message(items, under_way),
            at=asked.end,
            items=tuple(items if limit is None else items[:limit]),
            total=len(items),
            under_way=under_way,
            finished_blocked_hours=total(found.taken),
            finished_blocked_share=share,
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


def _of_old(rows: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return what to say of work that was blocked before what the tool tells."""
    old = sum(row["is_older"] for row in rows)
    which = f"{old:,} of the blocked items were" if old > 1 else "1 of the blocked items was"
    return (f"{which} so when first seen, and may be blocked for longer than is told.",) if old else ()


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
