"""Answers how work flows through the statuses of its tools."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from streamgauge.answers import months as monthly
from streamgauge.answers.flow_balance import balance, queueing
from streamgauge.answers.flow_cumulative import cumulative
from streamgauge.answers.flow_distribution import distribution
from streamgauge.answers.flow_question import question
from streamgauge.answers.flow_report import DataQuality, FlowReport, Promise, StateShare, Unmapped
from streamgauge.answers.flow_teams import teams
from streamgauge.answers.flow_terms import SLICE, FlowRequest, FlowTerms
from streamgauge.answers.flow_wip import under_way
from streamgauge.answers.headline import span
from streamgauge.answers.joined import joined
from streamgauge.answers.measures import plain_measure, promised
from streamgauge.answers.rejects import Reject, rejects
from streamgauge.answers.remembered import remembered
from streamgauge.answers.service_delivery import Measure, Point
from streamgauge.lake import Lake, View
from streamgauge.metrics import CYCLE_TIME_BETWEEN, FLOW_LOAD, FLOW_TIME, statistics
from streamgauge.metrics.columns import Asked
from streamgauge.metrics.flow_debt import FLOW_DEBT
from streamgauge.metrics.measured import by_month, observed, observing
from streamgauge.metrics.metric import HIGHER_LEVEL, SCOPE, WANTED_ITEM, Metric
from streamgauge.metrics.observations import Summary, parameters
from streamgauge.metrics.observed import Month, Observed
from streamgauge.percent import percent

_FINISHED = f"""
FROM flow_items AS f JOIN scope ON scope.line_id = f.line_id
WHERE f.finished_at IS NOT NULL AND {WANTED_ITEM} AND {HIGHER_LEVEL} IS NULL
  AND (scope.since IS NULL OR f.finished_at >= scope.since) AND f.finished_at < scope.until
"""
_STATES = f"""WITH scope AS ({SCOPE})
SELECT sum(in_micros(f.active_hours)) / 3.6e9 AS active, sum(in_micros(f.waiting_hours)) / 3.6e9 AS waiting,
       sum(in_micros(f.unmapped_hours)) / 3.6e9 AS unmapped
{_FINISHED} AND f.started_at IS NOT NULL AND NOT f.left_truncated"""
_UNMAPPED = """
SELECT status, CAST(sum(told) AS BIGINT) AS n FROM (
  SELECT line_id, status, detail, type, max(told) AS told FROM meanings
  WHERE state = 'unmapped' AND line_id IN (SELECT unnest($lines)) GROUP BY line_id, status, detail, type) AS m
GROUP BY status ORDER BY n DESC, status
"""
_REPEATED = """
SELECT t.value AS status, CAST(sum(t.repeats) AS BIGINT) AS n
FROM transitions AS t JOIN datasets AS d ON d.source = t.source AND d.dataset = t.repository
WHERE t.repeats IS NOT NULL AND d.line_id IN (SELECT unnest($lines)) GROUP BY t.value
"""
_TRUNCATED = f"""WITH scope AS ({SCOPE})
SELECT count(*) AS n FROM flow_items AS f JOIN scope ON scope.line_id = f.line_id
WHERE f.left_truncated AND {WANTED_ITEM}"""
_VANISHED = """
SELECT count(*) AS n FROM (SELECT DISTINCT h.source, h.repository, h.id FROM items_history AS h
  JOIN datasets AS d ON d.source = h.source AND d.dataset = h.repository
  WHERE h.deleted AND d.line_id IN (SELECT unnest($lines))) AS gone
ANTI JOIN items AS i ON i.source = gone.source AND i.repository = gone.repository AND i.id = gone.id
"""
_ENOUGH = 10


@remembered
def report(lake: Lake, request: FlowRequest, now: datetime | None = None) -> FlowReport:
    """Return how work flows; facts are brought up to date first. Raises BadOption where the lake holds no work."""
    # What is read already is summed up on a thread of its own while the rest is looked at.
    with question(lake, request, now, by_work=True) as asking, ThreadPoolExecutor(max_workers=1) as beside:
        view, asked, work = asking.view, asking.asked, asking.work
        says: dict[str, Callable[[], _Said]] = {}
        said: dict[str, Future[_Said]] = {}
        metrics = sorted(asked.metrics, key=lambda metric: metric is not FLOW_DEBT)  # what takes longest comes first
        for metric, read in observing(view, metrics, asked.scopes, known=None if work is None else work.reader):
            says[metric.name] = partial(_say, metric, read, asked)
            said[metric.name] = beside.submit(says[metric.name])
        types, kinds = distribution(view, asked, work)
        shown = asking.about | {
            "window": asked.window,
            "as_of": request.as_of,
            "states": _states(view, asked, work),
            "distribution": types,
            "kinds": kinds,
            "under_way": under_way(view, asked, work),
            "teams": teams(view, asked),
            "balance": balance(view, asked, work),
            "queueing": None if request.busy is None else queueing(view, asked, request.busy),
            "cumulative": cumulative(view, asked, work),
            "data_quality": _quality(view, asked, rejects(lake), work),
        }
        known = {} if work is None else {FLOW_LOAD.name: work.steps(asked.zone)}
        # What that thread has not begun by then is summed up here, from the last one on.
        mine = {name: say() for name, say in reversed(says.items()) if said[name].cancel()}
        told = {name: mine[name] if name in mine else one.result() for name, one in said.items()}
        return FlowReport(
            **shown,
            expectation=expectation(view, asked, told[FLOW_TIME.name].seen, work),
            series=tuple(_points(view, asked, told, known)),
            measures=tuple(told[metric.name].measure for metric in asked.metrics),
            message=_message(asked, told),
        )


class _Said(NamedTuple):
    """What the observations of one metric come to."""

    seen: Observed
    found: Summary
    measure: Measure
    months: list[Month]


def _say(metric: Metric, read: Callable[[], Observed], asked: FlowTerms) -> _Said:
    seen = read()
    found = seen.summaries()[SLICE]
    is_monthly = metric.has_months and metric.series is None
    return _Said(seen, found, measured(metric, found, asked), seen.months(asked.zone) if is_monthly else [])


def measured(metric: Metric, found: Summary, asked: FlowTerms) -> Measure:
    """Return one metric over the window, with its interval and what was left out."""
    told = plain_measure(metric, found, asked.window, is_known=asked.has_releases)
    if metric is not CYCLE_TIME_BETWEEN:
        return told
    return replace(told, label=f"Cycle time between ({asked.scope.from_stage} to {asked.scope.to_stage})")


def _points(
    view: View, asked: FlowTerms, told: Mapping[str, _Said], known: Mapping[str, list[Month]]
) -> Iterator[Point]:
    wanted = [metric for metric in asked.metrics if metric.has_months]
    rest = [metric for metric in wanted if metric.series and metric.name not in known]
    others = {**known, **by_month(view, rest, asked.scopes, asked.zone)}
    for metric in wanted:
        months = others[metric.name] if metric.name in others else told[metric.name].months
        yield from monthly.series(metric, months, asked)


def _states(view: View, asked: FlowTerms, work: Asked | None) -> tuple[StateShare, ...]:
    told = view.rows(_STATES, parameters(asked.scopes))[0] if work is None else work.hours_by_state()
    hours = {k: v or 0.0 for k, v in told.items()}
    total = sum(hours.values())
    return tuple(StateShare(state=k, share_of_time=v / total, hours=v) for k, v in hours.items()) if total else ()


def expectation(view: View, asked: FlowTerms, seen: Observed, work: Asked | None = None) -> Promise:
    """Return the service level expectation: the inverse percentile of the last days' flow times (definitions 2.3).

    `seen` are the flow times of the window, which are asked for again where it does not hold all of these days.
    """
    since, begin = expected_since(asked), asked.scope.since
    if begin is None or begin <= since:
        return expected(seen.later(since).summaries()[SLICE], asked)
    scopes = [replace(scope, since=since) for scope in asked.scopes]
    known = None if work is None else work.of(scopes[0]).reader
    found = {name: one.summaries() for name, one in observed(view, [FLOW_TIME], scopes, known=known).items()}
    return expected(found[FLOW_TIME.name][SLICE], asked)


def expected_since(asked: FlowTerms) -> datetime:
    """Return from when on flow times enter the service level expectation."""
    return asked.end - timedelta(days=asked.thresholds.expectation_days)


def expected(found: Summary, asked: FlowTerms) -> Promise:
    """Return the service level expectation that follows from these flow times."""
    share, days, n = asked.thresholds.expectation_share, asked.thresholds.expectation_days, found.n
    short = None if n >= _ENOUGH else f"insufficient data: {n} of {_ENOUGH} items done in the last {days} days"
    hours = None if short else promised(found.taken, share)
    return Promise(share=share, hours=hours, days=days, n=n, null_reason=short)


def _quality(view: View, asked: FlowTerms, put_aside: Sequence[Reject], work: Asked | None) -> DataQuality:
    cut = view.rows(_TRUNCATED, parameters(asked.scopes))[0]["n"] if work is None else work.left_truncated()
    lines = {"lines": asked.line_ids}
    return DataQuality(
        unmapped=_unmapped(view, lines),
        bad_rows=len({(r.dataset, r.file, r.sheet, r.line) for r in put_aside if r.dataset in asked.datasets}),
        left_truncated=cut,
        vanished=view.rows(_VANISHED, lines)[0]["n"],
        joined=joined(view, asked.line_ids),
    )


def _unmapped(view: View, lines: Mapping[str, Any]) -> tuple[Unmapped, ...]:
    """Return the statuses that are not understood with the rows that tell of each, the most first."""
    told = {row["status"]: row["n"] for row in view.rows(_UNMAPPED, lines)}
    if told:  # a log may say a state again and again, and each row of it is one to be understood
        again = {row["status"]: row["n"] for row in view.rows(_REPEATED, lines)}
        told = {status: n + again.get(status, 0) for status, n in told.items()}
    return tuple(Unmapped(status=s, rows=n) for s, n in sorted(told.items(), key=lambda one: (-one[1], one[0])))


def _message(asked: FlowTerms, said: Mapping[str, _Said]) -> str:
    """Return how work flows, in plain words; what is not known is not mentioned as if it were good."""
    time, load = said["flow_time"].found, said["flow_load"].found
    whose = f"{asked.scope.team}: " if asked.scope.team else ""
    if not time.n:
        return f"{whose}Nothing with a known start was finished in this window; {_under_way(load.n)}."
    text = f"{whose}Half of the work is done within {span(statistics.median(time.arranged))}"
    share = said["flow_efficiency"].measure.value
    if share == 1:
        text += "; no waiting is recorded, so how much of that time it waits is not known"
    elif share is not None:
        worked = "less than 1 %" if 0 < share < 0.005 else percent(share)
        text += f", and {worked} of that time somebody works on it"
    return f"{text}. {_under_way(load.n).capitalize()}."


def _under_way(n: int) -> str:
    return f"{n:,} {'item is' if n == 1 else 'items are'} under way" if n else "nothing is under way"
