"""Answers how work flows through the statuses of its tools."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np

from streamgauge import __version__
from streamgauge.answers import months as monthly
from streamgauge.answers.flow_balance import balance
from streamgauge.answers.flow_report import DataQuality, FlowReport, Promise, StateShare, TypeShare, Unmapped
from streamgauge.answers.flow_terms import SLICE, FlowRequest, FlowTerms, terms
from streamgauge.answers.headline import span
from streamgauge.answers.measures import percentile_unit, percentiles_of, value_of
from streamgauge.answers.rejects import Reject, rejects
from streamgauge.answers.service_delivery import LeftOut, Measure, Point
from streamgauge.errors import BadOption
from streamgauge.facts import FACTS, flow
from streamgauge.facts.rehearsal import Rehearsal
from streamgauge.lake import Lake, View
from streamgauge.metrics import FLOW, FLOW_TIME, statistics
from streamgauge.metrics.metric import HIGHER_LEVEL, SCOPE, WANTED_ITEM, Metric
from streamgauge.metrics.observations import Summary, by_month, parameters, summaries

_FINISHED = f"""
FROM flow_items AS f JOIN scope ON scope.line_id = f.line_id
WHERE f.finished_at IS NOT NULL AND {WANTED_ITEM} AND {HIGHER_LEVEL} IS NULL
  AND (scope.since IS NULL OR f.finished_at >= scope.since) AND f.finished_at < scope.until
"""
_STATES = f"""WITH scope AS ({SCOPE})
SELECT sum(f.active_hours) AS active, sum(f.waiting_hours) AS waiting, sum(f.unmapped_hours) AS unmapped
{_FINISHED} AND f.started_at IS NOT NULL AND NOT f.left_truncated"""
_TYPES = f"WITH scope AS ({SCOPE}) SELECT f.type, count(*) AS n {_FINISHED} GROUP BY f.type ORDER BY n DESC, f.type"
_UNMAPPED = """
SELECT status, count(*) AS n FROM visits WHERE state = 'unmapped' AND line_id IN (SELECT unnest($lines))
GROUP BY status ORDER BY n DESC, status
"""
_TRUNCATED = "SELECT count(*) AS n FROM flow_items WHERE left_truncated AND line_id IN (SELECT unnest($lines))"
_VANISHED = """
SELECT count(*) AS n FROM (SELECT DISTINCT h.source, h.repository, h.id FROM items_history AS h
  JOIN datasets AS d ON d.source = h.source AND d.dataset = h.repository
  WHERE h.deleted AND d.line_id IN (SELECT unnest($lines))) AS gone
ANTI JOIN items AS i ON i.source = gone.source AND i.repository = gone.repository AND i.id = gone.id
"""
_SHARE, _DAYS, _ENOUGH = 0.85, 180, 10


def report(lake: Lake, request: FlowRequest, now: datetime | None = None) -> FlowReport:
    """Return how work flows; facts are brought up to date first. Raises BadOption where the lake holds no work."""
    now = now or datetime.now(UTC)
    snapshot = lake.snapshot()
    with opened(lake, request) as view:
        asked = asked_for(view, request, now)
        found = {name: by_slice[SLICE] for name, by_slice in summaries(view, FLOW, asked.scopes).items()}
        measures = tuple(measured(metric, found[metric.name], asked) for metric in FLOW)
        return FlowReport(
            datasets=asked.datasets,
            team=asked.scope.team,
            type=asked.scope.type,
            message=_message(asked, found),
            window=asked.window,
            as_of=request.as_of,
            measures=measures,
            series=tuple(_points(view, asked)),
            states=_states(view, asked),
            distribution=_types(view, asked),
            expectation=expectation(view, asked),
            balance=balance(view, asked),
            data_quality=_quality(view, asked, rejects(lake)),
            notes=asked.notes,
            made_at=now,
            lake_version=snapshot.id if snapshot else "none",
            streamgauge_version=__version__,
        )


def asked_for(view: View, request: FlowRequest, now: datetime) -> FlowTerms:
    """Return the terms of a question; raises BadOption where the lake holds no work items."""
    asked = terms(view, request, now)
    if asked is None:
        advice = "Bring some in: `streamgauge import FILE`, such as an export of a board or an event log."
        raise BadOption("The lake holds no work items yet.", advice=advice)
    return asked


@contextmanager
def opened(lake: Lake, request: FlowRequest) -> Iterator[View]:
    """Give a view whose facts about flow are up to date, or those that follow from what was known on a past day."""
    if request.as_of is not None:
        with lake.view(as_of=request.as_of) as past:
            flow.refresh(Rehearsal(past, FACTS, ()), flow.datasets(past), request.company)
            yield past
        return
    with lake.view() as view:
        stale = flow.stale(view, request.company)
    if stale:
        with lake.writing() as writer:
            with writer.view() as view:
                stale = flow.stale(view, request.company)
            flow.refresh(writer, stale, request.company)
            writer.publish({})
    with lake.view() as view:
        yield view


def measured(metric: Metric, found: Summary, asked: FlowTerms) -> Measure:
    """Return one metric over the window, with its interval and what was left out."""
    value, low, high = value_of(metric, found, asked.window, is_known=asked.has_releases)
    return Measure(
        metric=metric.name,
        label=metric.title,
        asks=metric.asks,
        value=value,
        unit=metric.unit,
        better=metric.better.value,
        n=found.n,
        low=low,
        high=high,
        percentiles=percentiles_of(metric, found),
        percentile_unit=percentile_unit(metric, found),
        band=None,
        score=None,
        edition=None,
        band_note=None,
        null_reason="no data: nothing counts in this window" if value is None else None,
        provisional=False,
        left_out=tuple(LeftOut(reason=reason, n=n) for reason, n in sorted(found.left_out.items())),
        caveats=metric.caveats,
    )


def _points(view: View, asked: FlowTerms) -> Iterator[Point]:
    wanted = [metric for metric in FLOW if metric.name != "work_item_age"]  # what is open now has no month
    months = by_month(view, wanted, asked.scopes, asked.zone)
    for metric in wanted:
        yield from monthly.series(metric, months[metric.name], asked)


def _states(view: View, asked: FlowTerms) -> tuple[StateShare, ...]:
    hours = {k: v or 0.0 for k, v in view.rows(_STATES, parameters(asked.scopes))[0].items()}
    total = sum(hours.values())
    return tuple(StateShare(state=k, share_of_time=v / total, hours=v) for k, v in hours.items()) if total else ()


def _types(view: View, asked: FlowTerms) -> tuple[TypeShare, ...]:
    rows = view.rows(_TYPES, parameters(asked.scopes))
    total = sum(row["n"] for row in rows)
    return tuple(_type(row, total) for row in rows)


def _type(row: Mapping[str, object], total: int) -> TypeShare:
    n = int(str(row["n"]))
    low, high = statistics.wilson(n, total) or (0.0, 1.0)
    kind = row["type"]
    return TypeShare(type=None if kind is None else str(kind), n=n, share=n / total, low=low, high=high)


def expectation(view: View, asked: FlowTerms) -> Promise:
    """Return the service level expectation: the inverse percentile of the last days' flow times (definitions 2.3)."""
    found = _recent(view, asked)
    n = found.n
    short = None if n >= _ENOUGH else f"insufficient data: {n} of {_ENOUGH} items done in the last {_DAYS} days"
    hours = None if short else float(np.percentile(found.values, _SHARE * 100, method="inverted_cdf"))
    return Promise(share=_SHARE, hours=hours, days=_DAYS, n=n, null_reason=short)


def _recent(view: View, asked: FlowTerms) -> Summary:

    since = asked.end - timedelta(days=_DAYS)
    scopes = [replace(scope, since=since) for scope in asked.scopes]
    return summaries(view, [FLOW_TIME], scopes)[FLOW_TIME.name][SLICE]


def _quality(view: View, asked: FlowTerms, put_aside: Sequence[Reject]) -> DataQuality:
    lines = {"lines": asked.line_ids}
    return DataQuality(
        unmapped=tuple(Unmapped(status=r["status"], rows=r["n"]) for r in view.rows(_UNMAPPED, lines)),
        bad_rows=len({(r.dataset, r.file, r.sheet, r.line) for r in put_aside if r.dataset in asked.datasets}),
        left_truncated=view.rows(_TRUNCATED, lines)[0]["n"],
        vanished=view.rows(_VANISHED, lines)[0]["n"],
    )


def _message(asked: FlowTerms, found: Mapping[str, Summary]) -> str:
    """Return how work flows, in plain words; what is not known is not mentioned as if it were good."""
    time, load = found["flow_time"], found["flow_load"]
    whose = f"{asked.scope.team}: " if asked.scope.team else ""
    if not time.n:
        return f"{whose}Nothing with a known start was finished in this window; {load.n:,} items are under way."
    text = f"{whose}Half of the work is done within {span(float(np.median(time.values)))}"
    efficiency = found["flow_efficiency"]
    share = value_of(_metric("flow_efficiency"), efficiency, asked.window, is_known=True)[0]
    if share is not None:
        text += f", and {share:.0%} of that time somebody works on it"
    return f"{text}. {load.n:,} {'item is' if load.n == 1 else 'items are'} under way."


def _metric(name: str) -> Metric:
    return next(metric for metric in FLOW if metric.name == name)
