"""Answers which work that is under way is at risk now: by its age, its stage's pace and the expectation."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from streamgauge.answers.ageing_report import Ageing, AgeingItem, Pace
from streamgauge.answers.flow import expectation
from streamgauge.answers.flow_question import question
from streamgauge.answers.flow_terms import SLICE, FlowRequest, FlowTerms
from streamgauge.answers.remembered import remembered
from streamgauge.lake import Lake, View
from streamgauge.metrics import FLOW_TIME
from streamgauge.metrics.measured import observed
from streamgauge.metrics.metric import SCOPE
from streamgauge.metrics.observations import parameters
from streamgauge.metrics.statistics import Floats
from streamgauge.metrics.under_way import AT_PRESENT, UNDER_WAY
from streamgauge.metrics.walked import PASSED

OPEN = f"WITH scope AS ({SCOPE}),\n{UNDER_WAY}"
"""The flow items that are under way at the end of the window."""

_OF_OLD = f"""{OPEN.replace("NOT f.left_truncated", "f.left_truncated")}
SELECT item, (unix_micros(moment) - unix_micros(started_at)) / 8.64e10 AS days FROM open ORDER BY days DESC, item
"""
_ITEMS = f"""WITH scope AS ({SCOPE}),
{AT_PRESENT}
SELECT o.item, o.title, o.type, o.team, p.status, p.stage, p.state, o.started_at,
       (unix_micros(o.moment) - unix_micros(o.started_at)) / 3.6e9 AS age,
       (unix_micros(o.moment) - unix_micros(p.entered_at)) / 3.6e9 AS stage_age
FROM open AS o JOIN present AS p ON p.line_id = o.line_id AND p.item = o.item
ORDER BY age DESC, o.item
"""
_PACES = f"""{PASSED}
SELECT stage, min(place) AS place, count(age_hours) AS n, percentile_disc(0.5) WITHIN GROUP (ORDER BY age_hours) AS p50,
       percentile_disc(0.7) WITHIN GROUP (ORDER BY age_hours) AS p70,
       percentile_disc(0.85) WITHIN GROUP (ORDER BY age_hours) AS p85,
       percentile_disc(0.95) WITHIN GROUP (ORDER BY age_hours) AS p95
FROM passed GROUP BY stage ORDER BY place NULLS LAST, stage
"""
LEAST_FOR_PACE = 10


def hold_open(view: View, said: Mapping[str, object]) -> None:
    """Hold the work that is under way: it is little beside all, and several statements look at it."""
    view.hold(OPEN, ("scope", "open"), said)


@remembered
def ageing(lake: Lake, request: FlowRequest, *, limit: int | None = 50, now: datetime | None = None) -> Ageing:
    """Return the work under way, the oldest `limit` items one by one. Raises BadOption where the lake holds no work."""
    with question(lake, request, now) as asking:
        view, asked = asking.view, asking.asked
        said = parameters(asked.scopes)
        hold_open(view, said)
        paces = tuple(_pace(row) for row in view.rows(_PACES, said) if row["n"] >= LEAST_FOR_PACE)
        seen = observed(view, [FLOW_TIME], asked.scopes)[FLOW_TIME.name]
        taken = seen.summaries()[SLICE].values
        promised = expectation(view, asked, seen)
        rows = view.rows(_ITEMS, said)
        items = [_item(row, taken, promised.hours, paces) for row in rows]
        old = view.rows(_OF_OLD, said)
        notes = (*asked.notes, *_of_old(old, listed=10 if limit is None else min(limit, 10)))
        shown = items if limit is None else items[:limit]
        return Ageing(
            **asking.about | {"notes": notes},
            message=_message(items, promised.hours, len(old)),
            at=asked.end,
            items=tuple(_on_the_clock(item, asked) for item in shown),
            total=len(items),
            paces=paces,
            expectation=promised,
        )


def _of_old(old: Sequence[Mapping[str, Any]], listed: int) -> tuple[str, ...]:
    """Return what to say of work under way that was begun before what the tool tells, of which some are `listed`."""
    if not old:
        return ()
    which = f"{len(old):,} items are" if len(old) > 1 else "1 item is"
    said = f"{which} under way whose start nobody recorded, so that no age is known"
    named = ", ".join(f"{one['item'][:60]} (at least {int(one['days']):,} d)" for one in old[:listed])
    return (f"{said}{': ' if named else ''}{named}{' and more' if named and len(old) > listed else ''}.",)


def share_within(taken: Floats, hours: float) -> float | None:
    """Return the share of finished items that took no longer; null without any."""
    return float(np.searchsorted(taken, hours, side="right")) / len(taken) if len(taken) else None


def chance(taken: Floats, age: float, promised: float | None) -> float | None:
    """Return the chance that an item of this age is still done within what is promised (definitions 2.3)."""
    if promised is None or not len(taken):
        return None
    if age > promised:
        return 0.0
    before, within = share_within(taken, age) or 0.0, share_within(taken, promised) or 0.0
    return (within - before) / (1 - before) if before < 1 else 0.0


def _pace(row: Mapping[str, Any]) -> Pace:
    hours = {f"{p}_hours": row[p] for p in ("p50", "p70", "p85", "p95")}
    return Pace(stage=row["stage"], n=row["n"], **hours)


def _item(row: Mapping[str, Any], taken: Floats, promised: float | None, paces: Sequence[Pace]) -> AgeingItem:
    pace = next((p for p in paces if p.stage == row["stage"]), None)
    return AgeingItem(
        item=row["item"],
        title=row["title"],
        type=row["type"],
        team=row["team"],
        status=row["status"],
        stage=row["stage"],
        state=row["state"],
        started_at=row["started_at"].astimezone(UTC),
        age_hours=row["age"],
        age_working_hours=None,
        stage_age_hours=row["stage_age"],
        percentile=share_within(taken, row["age"]),
        chance=chance(taken, row["age"], promised),
        pace=None if pace is None else _beyond(row["age"], pace),
    )


def _on_the_clock(item: AgeingItem, asked: FlowTerms) -> AgeingItem:
    """Return the item with its age in working time, where its team has a calendar."""
    hours = asked.company.hours_of(item.team)
    if hours is None:
        return item
    return replace(item, age_working_hours=hours.between(item.started_at, asked.end) / timedelta(hours=1))


def _beyond(age: float, pace: Pace) -> str | None:
    bands = (("P95", pace.p95_hours), ("P85", pace.p85_hours), ("P70", pace.p70_hours), ("P50", pace.p50_hours))
    return next((name for name, hours in bands if age > hours), None)


def _message(items: Sequence[AgeingItem], promised: float | None, old: int) -> str:
    """Return what is at risk, in plain words; the start of `old` items more is not recorded."""
    if not items and old:
        which = f"{old:,} items are" if old > 1 else "1 item is"
        return f"{which} under way; nobody recorded {'when they' if old > 1 else 'when it'} began."
    if not items:
        return "Nothing is under way."
    late = sum(item.pace in ("P85", "P95") for item in items)
    count = f"{len(items):,} items are under way" if len(items) > 1 else "1 item is under way"
    text = f"{count}; {late:,} of them older than 85 % of the work was when it left the stage they are in"
    if promised is not None:
        text += f", {sum(item.age_hours > promised for item in items):,} beyond the service level expectation"
    return f"{text}."
