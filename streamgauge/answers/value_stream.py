"""Answers where work waits, and for whom: the value stream map, discovered from the statuses that work went through."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import datetime
from typing import Any

import numpy as np

from streamgauge.answers import stream_moves, surveyed
from streamgauge.answers.deviations import deviations
from streamgauge.answers.flow_question import question
from streamgauge.answers.flow_terms import FlowRequest, FlowTerms
from streamgauge.answers.handoffs import handoffs
from streamgauge.answers.remembered import remembered
from streamgauge.answers.stream_map import Stage, StreamMap
from streamgauge.insights.bottleneck import suspects
from streamgauge.insights.constraint import Candidate, bottleneck
from streamgauge.lake import Lake, View
from streamgauge.lake.instants import micros
from streamgauge.metrics.columns import window
from streamgauge.metrics.columns.columns import Columns
from streamgauge.metrics.metric import SCOPE, WANTED_ITEM
from streamgauge.metrics.observations import parameters
from streamgauge.metrics.walked import CHOSEN, GOES_ON, PASSED, WALKED, stays_at_end
from streamgauge.percent import percent

_STAGES = f"""{PASSED}
SELECT stage, min(place) AS place, min(phase) AS phase, sum(CASE WHEN is_through THEN 1 ELSE 0 END) AS items,
       percentile(active_hours, 0.5) AS process_time, percentile(queue_hours, 0.5) AS queue,
       percentile(hours, 0.5) AS lead_time, coalesce(sum(in_micros(active_hours)), 0) / 3.6e9 AS process_total,
       coalesce(sum(in_micros(queue_hours)), 0) / 3.6e9 AS queue_total,
       coalesce(sum(in_micros(hours)), 0) / 3.6e9 AS lead_total, sum(handed_on) AS handed_on,
       sum(came_back) AS came_back, sum(handovers) AS handovers
FROM passed GROUP BY stage HAVING bool_or(is_through) ORDER BY place NULLS LAST, stage
"""
_SAMPLE = 2_000
# Which stage items usually come to first, where no order of stages is known: a sample of items is enough for that.
_BEFORE = f"""{PASSED},
firsts AS (
  SELECT w.line_id, w.item, w.episode, w.stage, w.ordinal
  FROM passed AS w JOIN (SELECT line_id, item FROM (SELECT DISTINCT line_id, item FROM passed) AS c
                         ORDER BY line_id, item LIMIT {_SAMPLE}) AS s ON s.line_id = w.line_id AND s.item = w.item
  WHERE w.ordinal IS NOT NULL)
SELECT stage, avg(share) AS share FROM (
  SELECT a.stage, b.stage AS other, avg(CASE WHEN a.ordinal < b.ordinal THEN 1.0 ELSE 0.0 END) AS share
  FROM firsts AS a JOIN firsts AS b
    ON b.line_id = a.line_id AND b.item = a.item AND b.episode = a.episode AND b.stage <> a.stage
  GROUP BY a.stage, b.stage) AS pairs
GROUP BY stage
"""
_HAS_TOUCHES = "SELECT line_id FROM touches WHERE line_id IN (SELECT unnest($line_ids)) LIMIT 1"
_TOUCHED = f"""{CHOSEN}
SELECT stage, percentile(touched * 60, 0.5) AS minutes, percentile(total, 0.5) AS hours FROM (
  SELECT t.stage, t.touched_hours AS touched,
         CASE WHEN row_number() OVER (PARTITION BY t.line_id, t.item, t.stage ORDER BY t.ordinal) = 1
              THEN sum(t.touched_hours) OVER (PARTITION BY t.line_id, t.item, t.stage) END AS total
  FROM touches AS t JOIN (SELECT DISTINCT line_id, item FROM chosen) AS c ON c.line_id = t.line_id AND c.item = t.item
  WHERE t.touched_hours IS NOT NULL) AS h
GROUP BY stage
"""
_WORKING = f"""{WALKED}
SELECT stage, percentile(hours, 0.5) AS hours FROM (
  SELECT v.stage, sum(w.working_hours) AS hours
  FROM walked AS v JOIN working AS w ON w.line_id = v.line_id AND w.item = v.item AND w.ordinal = v.ordinal
  WHERE v.state NOT IN ('done', 'cancelled') GROUP BY v.stage, v.line_id, v.item, v.episode) AS by_item
GROUP BY stage
"""
_WANTED_ONLY = f"""AND EXISTS (
    SELECT 1 FROM flow_items AS f JOIN ({SCOPE}) AS scope ON scope.line_id = f.line_id
    WHERE f.line_id = v.line_id AND f.item = v.item AND {WANTED_ITEM})"""
_QUEUES = f"""
SELECT stage, count(*) AS n FROM {{stays}} AS v
WHERE line_id IN (SELECT unnest($line_ids)) AND state = 'waiting' AND entered_at < $end
  AND (left_at IS NULL OR left_at >= $end) AND {GOES_ON} {{wanted_only}}
GROUP BY stage
"""
_LOGS = "SELECT line_id FROM datasets WHERE is_log AND line_id IN (SELECT unnest($line_ids)) LIMIT 1"
_MOMENTS = """
SELECT coalesce(bool_and(by_activity AND NOT has_marks), FALSE) AS are FROM datasets
WHERE line_id IN (SELECT unnest($line_ids))
"""
"""Whether the statuses are activities of which only a moment is told."""
_EFFICIENCY = f"""{CHOSEN}
SELECT try_divide(active / 3.6e9, (active + waiting) / 3.6e9) AS share FROM (
  SELECT sum(in_micros(active_hours)) AS active, sum(in_micros(waiting_hours)) AS waiting FROM chosen
  WHERE unmapped_hours = 0) AS h
"""


@remembered
def stream_map(lake: Lake, request: FlowRequest, now: datetime | None = None) -> StreamMap:
    """Return the value stream map, facts brought up to date first; raises BadOption where the lake holds no work."""
    with question(lake, request, now, by_columns=True) as asking, ThreadPoolExecutor(max_workers=1) as beside:
        view, asked, columns = asking.view, asking.asked, asking.columns
        said = parameters(asked.scopes) | {"end": asked.end, "zone": asked.zone}
        edges = stream_moves.edges(view, said, asked.scopes, columns, beside)
        by_stage = _by_stage(view, asked, said, columns, beside)
        between_teams = handoffs(view, said, asked.scope, columns, beside)
        found = suspects(asking.ground)
        stages = _stages(view, asked, said, columns, by_stage)
        about = {**asking.about, "notes": asking.about["notes"] + surveyed.notes(surveyed.surveys(asked), stages)}
        cases, first_pass = stream_moves.cases(view, said, asked.scope, columns)
        where = "after" if view.rows(_MOMENTS, said)[0]["are"] else "in"
        return StreamMap(
            **about,
            message=_message(found, stages, cases.n, where, asked.company.insights.bottleneck.sure),
            window=asked.window,
            as_of=request.as_of,
            stages=stages,
            activity_ratio=_ratio(stages),
            flow_efficiency=(
                view.rows(_EFFICIENCY, said)[0]["share"]
                if columns is None
                else columns.items.efficiency(columns.counted, *window(asked.scope))
            ),
            rolled_complete_and_accurate=_rolled(stages),
            first_pass_yield=first_pass,
            edges=edges(),
            variants=stream_moves.variants(view, said, asked.scope, columns),
            bottleneck=bottleneck(found),
            candidates=found,
            handoffs=between_teams(),
            conformance=deviations(view, asked),
            cases=cases,
        )


def _by_stage(
    view: View, asked: FlowTerms, said: Mapping[str, object], columns: Columns | None, beside: Executor
) -> Callable[[], list[dict[str, Any]]]:
    """Return what gives what finished work did by stage; what needs no engine is worked out beside."""
    if columns is not None:
        return beside.submit(lambda: columns.passages.by_stage(columns.passed(*window(asked.scope)))).result
    found = view.rows(_STAGES, said)
    return lambda: found


def _stages(
    view: View,
    asked: FlowTerms,
    said: Mapping[str, object],
    columns: Columns | None,
    by_stage: Callable[[], list[dict[str, Any]]],
) -> tuple[Stage, ...]:
    touched = {r["stage"]: r for r in view.rows(_TOUCHED, said)} if view.rows(_HAS_TOUCHES, said) else {}
    working = {r["stage"]: r["hours"] for r in view.rows(_WORKING, said)} if asked.company.calendars() else {}
    queues, surveys = _queues(view, asked, said, columns), surveyed.surveys(asked)
    found = list(by_stage())
    if any(row["place"] is None for row in found):
        before = {row["stage"]: row["share"] for row in view.rows(_BEFORE, said)}
        found.sort(key=lambda row: (row["place"] is None, row["place"] or 0, -before.get(row["stage"], 0.0)))
    return tuple(
        Stage(
            stage=row["stage"],
            is_placed=row["place"] is not None,
            phase=row["phase"],
            items=int(row["items"]),
            process_time_p50_hours=touched[row["stage"]]["hours"] if row["stage"] in touched else row["process_time"],
            touch_time_p50_minutes=touched[row["stage"]]["minutes"] if row["stage"] in touched else None,
            queue_before_p50_hours=row["queue"],
            lead_time_p50_hours=row["lead_time"],
            lead_time_p50_working_hours=working.get(row["stage"]),
            process_time_total_hours=row["process_total"],
            queue_before_total_hours=row["queue_total"],
            lead_time_total_hours=row["lead_total"],
            complete_and_accurate=one.share if (one := surveyed.of_stage(surveys, row["stage"])) else _accuracy(row),
            surveyed=one.answers if one else None,
            handed_on=int(row["handed_on"]),
            queue=queues.get(row["stage"], 0),
            handovers=int(row["handovers"]),
        )
        for row in found
    )


def _queues(
    view: View, asked: FlowTerms, said: Mapping[str, object], columns: Columns | None
) -> Mapping[str | None, int]:
    """Return by stage how many items wait in it at the end of the window."""
    if columns is not None and not view.rows(_LOGS, said):
        return columns.visits.queues(columns.stayed, micros(asked.end))
    queued = _of_wanted(_QUEUES, asked).replace("{stays}", stays_at_end(view, said))
    return {row["stage"]: row["n"] for row in view.rows(queued, said)}


def _accuracy(row: Mapping[str, Any]) -> float | None:
    return None if not row["handed_on"] else 1 - float(row["came_back"]) / float(row["handed_on"])


def _ratio(stages: Sequence[Stage]) -> float | None:
    if all(s.process_time_p50_hours is None for s in stages):
        return None
    work = sum(s.process_time_total_hours for s in stages)
    total = work + sum(s.queue_before_total_hours for s in stages)
    return work / total if total else None


def _rolled(stages: Sequence[Stage]) -> float | None:
    shares = [s.complete_and_accurate for s in stages if s.complete_and_accurate is not None]
    return float(np.prod(shares)) if shares else None


def _of_wanted(sql: str, asked: FlowTerms) -> str:
    """Return a statement over visits that holds only those of the work asked for."""
    return sql.replace("{wanted_only}", _WANTED_ONLY if asked.scope.is_narrowed else "")


def _message(found: Sequence[Candidate], stages: Sequence[Stage], cases: int, where: str, sure: float) -> str:
    """Return where work waits most, in plain words, and how sure that is."""
    one = bottleneck(found)
    if not stages and cases:
        return "What was finished in this window went through no stage before its end, so there is no stream to map."
    if not stages:
        return "Nothing was finished in this window, so there is no stream to map."
    if one is not None:
        signals = " and ".join(one.signals)
        return f"{one.stage} holds the stream up: {signals} ({percent(one.wait_share)} of all waiting)."
    if not found:
        return _longest(stages, where)
    if len(found) == 1:
        return (
            f"All waiting that is recorded is before {found[0].stage}: nothing else says that work waits, so that there"
            " is nothing to compare it with."
        )
    if found[0].probability >= sure:
        return (
            f"Most waiting is before {found[0].stage} ({percent(found[0].wait_share)} of it); no second sign says"
            " that it is the bottleneck."
        )
    names = ", ".join(f"{c.stage} ({percent(c.probability)})" for c in found[:3] if c.probability > 0)
    return f"No single bottleneck shows; most waiting may be before {names}."


def _longest(stages: Sequence[Stage], where: str) -> str:
    """Return where time passes, where nothing says whether work waits."""
    none = "No status says that work waits, so that nothing can be said about where it does"
    total = sum(stage.lead_time_total_hours for stage in stages)
    if not total:
        return f"{none}."
    most = max(stages, key=lambda stage: stage.lead_time_total_hours)
    return f"{none}; {percent(most.lead_time_total_hours / total)} of all time passes {where} {most.stage}."
