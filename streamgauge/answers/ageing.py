"""Answers which work that is under way is at risk now: by its age, its stage's pace and the expectation."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from streamgauge.answers.ageing_report import Ageing, AgeingItem, Pace
from streamgauge.answers.flow import expectation
from streamgauge.answers.flow_question import Question, hold_late, question
from streamgauge.answers.flow_terms import SLICE, FlowRequest, FlowTerms
from streamgauge.answers.remembered import remembered
from streamgauge.lake import Lake
from streamgauge.metrics import FLOW_TIME
from streamgauge.metrics.columns import Ages, ages, window
from streamgauge.metrics.grouped import in_order
from streamgauge.metrics.measured import coded, observed
from streamgauge.metrics.metric import SCOPE
from streamgauge.metrics.observations import parameters
from streamgauge.metrics.statistics import Floats
from streamgauge.metrics.under_way import AT_PRESENT, LATE, UNDER_WAY
from streamgauge.metrics.walked import PASSED

OPEN = f"WITH {LATE},\nscope AS ({SCOPE}),\n{UNDER_WAY}"
"""The flow items that are under way at the end of the window."""

_OF_OLD = f"""{OPEN.replace("NOT f.left_truncated", "f.left_truncated")}
SELECT item, (unix_micros(moment) - unix_micros(started_at)) / 8.64e10 AS days FROM open ORDER BY days DESC, item
"""
_ITEMS = f"""WITH {LATE},
scope AS ({SCOPE}),
{AT_PRESENT}
SELECT o.item, o.title, o.type, o.team, p.status, p.stage, p.state, o.started_at,
       (unix_micros(o.moment) - unix_micros(o.started_at)) / 3.6e9 AS age,
       (unix_micros(o.moment) - unix_micros(p.entered_at)) / 3.6e9 AS stage_age
FROM open AS o JOIN present AS p ON p.line_id = o.line_id AND p.item = o.item
ORDER BY age DESC, o.item
"""
_AGES = f"{PASSED}SELECT stage, place, age_hours FROM passed WHERE age_hours IS NOT NULL"
LEAST_FOR_PACE = 10


@remembered
def ageing(lake: Lake, request: FlowRequest, *, limit: int | None = 50, now: datetime | None = None) -> Ageing:
    """Return the work under way, the oldest `limit` items one by one. Raises BadOption where the lake holds no work."""
    # What is read already is looked through on a thread of its own while the engine reads the rest.
    with question(lake, request, now) as asking, ThreadPoolExecutor(max_workers=1) as beside:
        view, asked = asking.view, asking.asked
        pace = _paces_of(asking, beside)
        said = hold_late(view, asked)
        seen = observed(view, [FLOW_TIME], asked.scopes, known=asking.known(FLOW_TIME))[FLOW_TIME.name]
        promised = expectation(view, asked, seen)
        paces = pace.result()
        rows = view.query(_ITEMS, said)
        old = view.rows(_OF_OLD, said)
        notes = (*asked.notes, *_of_old(old, listed=10 if limit is None else min(limit, 10)))
        shown = _items(rows.slice(0, limit), seen.summaries()[SLICE].taken, promised.hours, paces)
        return Ageing(
            **asking.about | {"notes": notes},
            message=_message(rows, promised.hours, paces, len(old)),
            at=asked.end,
            items=tuple(_on_the_clock(item, asked) for item in shown),
            total=len(rows),
            under_way=len(rows) + len(old),
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


def shares_within(taken: Floats, hours: Floats) -> Floats:
    """Return for each of these spans the share of finished items that took no longer; NaN without any."""
    if not len(taken):
        return np.full(len(hours), np.nan)
    risen, place = np.unique(hours, return_inverse=True)
    beyond = np.searchsorted(risen, taken)
    found: Floats = np.cumsum(np.bincount(beyond, minlength=len(risen) + 1))[:-1][place] / len(taken)
    return found


def chance(before: float, within: float) -> float:
    """Return the chance that an item is still done within what is promised (definitions 2.3).

    `before` is the share of finished items that took no longer than its age, `within` than what is promised.
    """
    return max(0.0, (within - before) / (1 - before)) if before < 1 else 0.0


_Aged = tuple[str, float, Floats]
"""A stage, its first place, and how old finished work was when it left it."""


def _paces_of(asking: Question, beside: ThreadPoolExecutor) -> Future[tuple[Pace, ...]]:
    """Return the paces of the stages, from how old finished work was when it left each."""
    kept, span = asking.kept, window(asking.asked.scope)
    if kept is None:
        rows = asking.view.query(_AGES, parameters(asking.asked.scopes))
        return beside.submit(lambda: _paces(_split(rows)))
    known: Ages | None = kept.things.get("ages")
    if known is not None:
        return beside.submit(lambda: _paces(known.within(*span)))
    made = ages(asking.view, {"line_ids": asking.asked.line_ids})

    def within() -> tuple[Pace, ...]:
        found = kept.things["ages"] = made()
        return _paces(found.within(*span))

    return beside.submit(within)


def _split(rows: pa.Table) -> list[_Aged]:
    """Return the ages of rows by stage."""
    if not len(rows):
        return []
    stages, of = coded(rows["stage"])
    order = in_order(of)
    ends = np.cumsum(np.bincount(of, minlength=len(stages)))[:-1]
    places, aged = (np.split(rows[name].to_numpy()[order], ends) for name in ("place", "age_hours"))
    return [
        (stage, float(np.fmin(np.fmin.reduce(place), np.inf)), age)
        for stage, place, age in zip(stages, places, aged, strict=True)
        if stage is not None
    ]


def _paces(aged: Iterable[_Aged]) -> tuple[Pace, ...]:
    """Return how old finished work was when it left each stage, by nearest rank, in the order of the stages."""
    found = [(place, _pace(stage, hours)) for stage, place, hours in aged if len(hours) >= LEAST_FOR_PACE]
    return tuple(pace for _, pace in sorted(found, key=lambda one: (one[0], one[1].stage)))


def _pace(stage: str, ages: Floats) -> Pace:
    p50, p70, p85, p95 = np.percentile(ages, (50, 70, 85, 95), method="inverted_cdf").tolist()
    return Pace(stage=stage, n=len(ages), p50_hours=p50, p70_hours=p70, p85_hours=p85, p95_hours=p95)


def _items(rows: pa.Table, taken: Floats, promised: float | None, paces: Sequence[Pace]) -> Iterator[AgeingItem]:
    """Give the items of these rows, each beside what finished items took."""
    *before, within = shares_within(taken, np.append(rows["age"].to_numpy(), promised or 0.0)).tolist()
    known = {pace.stage: pace for pace in paces}
    for row, share in zip(rows.to_pylist(), before, strict=True):
        pace = known.get(row["stage"])
        yield AgeingItem(
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
            percentile=share if len(taken) else None,
            chance=chance(share, within) if len(taken) and promised is not None else None,
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


def _message(rows: pa.Table, promised: float | None, paces: Sequence[Pace], old: int) -> str:
    """Return what is at risk, in plain words; the start of `old` items more is not recorded."""
    n = len(rows)
    if not n and old:
        which = f"{old:,} items are" if old > 1 else "1 item is"
        return f"{which} under way; nobody recorded {'when they' if old > 1 else 'when it'} began."
    if not n:
        return "Nothing is under way."
    ages, (stages, of) = rows["age"].to_numpy(), coded(rows["stage"])
    known = {pace.stage: pace.p85_hours for pace in paces}
    late = int((ages > np.array([known.get(stage or "", np.inf) for stage in stages])[of]).sum())
    count = f"{n + old:,} items are under way" if n + old > 1 else "1 item is under way"
    which = f"of {n:,} the age is known, and {late:,} of these are" if old else f"{late:,} of them"
    text = f"{count}; {which} older than 85 % of the work was when it left the stage they are in"
    if promised is not None:
        text += f", {int((ages > promised).sum()):,} beyond the service level expectation"
    return f"{text}."
