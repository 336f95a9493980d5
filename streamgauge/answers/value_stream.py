"""Answers where work waits, and for whom: the value stream map, discovered from the statuses that work went through."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from streamgauge.answers.bottleneck import Floats, bottleneck, candidates
from streamgauge.answers.deviations import deviations
from streamgauge.answers.flow_question import question
from streamgauge.answers.flow_terms import FlowRequest, FlowTerms
from streamgauge.answers.handoffs import handoffs, handovers
from streamgauge.answers.remembered import remembered
from streamgauge.answers.stream_map import Candidate, Cases, Edge, Stage, StreamMap, Variant, Variants
from streamgauge.lake import Lake, View
from streamgauge.metrics.metric import HIGHER_LEVEL, SCOPE, WANTED_ITEM
from streamgauge.metrics.observations import parameters

WALKED = f"""WITH scope AS ({SCOPE}),
chosen AS (
  SELECT f.line_id, f.item, f.episode, f.started_at, f.finished_at, f.returns, f.active_hours, f.waiting_hours
  FROM flow_items AS f JOIN scope ON scope.line_id = f.line_id
  WHERE f.finished_at IS NOT NULL AND f.started_at IS NOT NULL AND NOT f.left_truncated
    AND {WANTED_ITEM} AND {HIGHER_LEVEL} IS NULL
    AND (scope.since IS NULL OR f.finished_at >= scope.since) AND f.finished_at < scope.until),
walked AS (
  SELECT c.episode, v.*, (unix_micros(v.left_at) - unix_micros(v.entered_at)) / 3.6e9 AS hours,
         lag(v.stage) OVER way AS former_stage, lag(v.place) OVER way AS former_place
  FROM visits AS v JOIN chosen AS c ON c.line_id = v.line_id AND c.item = v.item
    AND v.entered_at >= c.started_at AND v.entered_at < c.finished_at
  WINDOW way AS (PARTITION BY v.line_id, v.item, c.episode ORDER BY v.ordinal))
"""
"""The way of each item that was finished in the window, from its start to its end."""

_STAGES = f"""{WALKED},
by_item AS (
  SELECT stage, min(place) AS place, min(phase) AS phase, line_id, item, episode,
         sum(CASE WHEN state = 'active' THEN hours - blocked_hours ELSE 0 END) AS active,
         sum(CASE WHEN state = 'active' THEN blocked_hours WHEN state <> 'unmapped' THEN hours ELSE 0 END) AS waiting,
         sum(hours) AS hours, min(ordinal) AS ordinal, bool_or(state = 'active') AS has_active,
         bool_or(state <> 'unmapped') AS is_known
  FROM walked WHERE state NOT IN ('done', 'cancelled') GROUP BY stage, line_id, item, episode)
SELECT stage, min(place) AS place, min(phase) AS phase, count(*) AS items,
       percentile(CASE WHEN has_active THEN active END, 0.5) AS process_time,
       percentile(CASE WHEN is_known THEN waiting END, 0.5) AS queue,
       percentile(hours, 0.5) AS lead_time, sum(active) AS process_total,
       sum(waiting) AS queue_total, sum(hours) AS lead_total
FROM by_item GROUP BY stage ORDER BY min(place) NULLS LAST, avg(ordinal), stage
"""
# What a stage handed on is bad where the receiver sent it back before it handed it on itself. What was done for good
# was accepted.
_ACCURATE = f"""{WALKED}
SELECT supplier, count(*) AS handed_on, sum(came_back) AS came_back FROM (
SELECT former_stage AS supplier, CASE WHEN next_place < place THEN 1 ELSE 0 END AS came_back
FROM (SELECT *, lead(place) OVER (PARTITION BY line_id, item, episode ORDER BY ordinal) AS next_place
      FROM (SELECT line_id, item, episode, ordinal, stage, place, former_stage, former_place FROM walked
            WHERE stage IS DISTINCT FROM former_stage) AS entries) AS e
WHERE former_place < place
UNION ALL
SELECT max_by(stage, ordinal), 0 FROM walked GROUP BY line_id, item, episode) AS handed GROUP BY supplier
"""
_TOUCHED = f"""{WALKED}
SELECT w.stage, percentile((unix_micros(t.completed_at) - unix_micros(t.started_at)) / 6e7, 0.5) AS minutes
FROM touches AS t JOIN (SELECT DISTINCT line_id, item, status, stage FROM walked) AS w
  ON w.line_id = t.line_id AND w.item = t.item AND w.status = t.status
GROUP BY w.stage
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
_QUEUES = """
SELECT stage, count(*) AS n FROM visits AS v
WHERE line_id IN (SELECT unnest($line_ids)) AND state = 'waiting' AND entered_at < $end
  AND (left_at IS NULL OR left_at >= $end) {wanted_only}
GROUP BY stage
"""
_DAILY = """
SELECT stage, date_trunc('day', from_utc_timestamp(moment, $zone)) AS day, CAST(sum(step) AS DOUBLE) AS change
FROM (SELECT stage, entered_at AS moment, 1 AS step FROM visits AS v
      WHERE line_id IN (SELECT unnest($line_ids)) AND state = 'waiting' {wanted_only}
      UNION ALL
      SELECT stage, left_at, -1 FROM visits AS v
      WHERE line_id IN (SELECT unnest($line_ids)) AND state = 'waiting' AND left_at IS NOT NULL {wanted_only}) AS m
WHERE moment < $end GROUP BY 1, 2 ORDER BY 1, 2
"""
_WAITS = f"""{WALKED}
SELECT line_id, item, episode, stage,
       sum(CASE WHEN state = 'active' THEN blocked_hours ELSE hours END) AS hours
FROM walked WHERE state IN ('waiting', 'active') GROUP BY line_id, item, episode, stage
"""
_EDGES = f"""{WALKED}
SELECT status AS source, next_status AS target, count(*) AS n, percentile(hours, 0.5) AS wait,
       bool_or(next_place < place) AS is_return
FROM (SELECT *, lead(place) OVER (PARTITION BY line_id, item, episode ORDER BY ordinal) AS next_place FROM walked) AS w
WHERE next_status IS NOT NULL GROUP BY status, next_status ORDER BY n DESC, source, target
"""
_VARIANTS = f"""{WALKED}
SELECT path, count(*) AS n FROM (
  SELECT string_agg(status, $mark ORDER BY ordinal) || $mark || max_by(next_status, ordinal) AS path
  FROM walked GROUP BY line_id, item, episode) AS p
GROUP BY path ORDER BY n DESC, path
"""
_CASES = f"""{WALKED}
SELECT count(*) AS n, avg(CASE WHEN returns = 0 THEN 1.0 ELSE 0.0 END) AS first_pass,
       percentile(hours, 0.5) AS p50, percentile(hours, 0.85) AS p85, percentile(hours, 0.95) AS p95,
       try_divide(sum(active_hours), sum(active_hours + waiting_hours)) AS efficiency
FROM (SELECT *, (unix_micros(finished_at) - unix_micros(started_at)) / 3.6e9 AS hours FROM chosen) AS c
"""
_MARK = "\x1f"
_TOP = 10


@remembered
def stream_map(lake: Lake, request: FlowRequest, now: datetime | None = None) -> StreamMap:
    """Return the value stream map, facts brought up to date first; raises BadOption where the lake holds no work."""
    with question(lake, request, now) as asking:
        view, asked = asking.view, asking.asked
        said = parameters(asked.scopes) | {"end": asked.end, "zone": asked.zone, "mark": _MARK}
        stages = _stages(view, asked, said)
        found = candidates([s.stage for s in stages], _waits(view, said, stages), _daily(view, asked, said))
        (cases,) = view.rows(_CASES, said)
        return StreamMap(
            **asking.about,
            message=_message(found, cases["n"]),
            window=asked.window,
            as_of=request.as_of,
            stages=stages,
            activity_ratio=_ratio(stages),
            flow_efficiency=cases["efficiency"],
            rolled_complete_and_accurate=_rolled(stages),
            first_pass_yield=cases["first_pass"],
            edges=tuple(_edge(row) for row in view.rows(_EDGES, said)),
            variants=_variants(view, said),
            bottleneck=bottleneck(found),
            candidates=found,
            handoffs=handoffs(view, WALKED, said),
            conformance=deviations(view, asked),
            cases=Cases(
                n=cases["n"],
                duration_p50_hours=cases["p50"],
                duration_p85_hours=cases["p85"],
                duration_p95_hours=cases["p95"],
            ),
        )


def _stages(view: View, asked: FlowTerms, said: Mapping[str, object]) -> tuple[Stage, ...]:
    touched = {row["stage"]: row["minutes"] for row in view.rows(_TOUCHED, said)}
    accurate = {row["supplier"]: row for row in view.rows(_ACCURATE, said)}
    working = {r["stage"]: r["hours"] for r in view.rows(_WORKING, said)} if asked.company.calendars() else {}
    passed_on = handovers(view, WALKED, said)
    queues = {row["stage"]: row["n"] for row in view.rows(_of_wanted(_QUEUES, asked), said)}
    return tuple(
        Stage(
            stage=row["stage"],
            phase=row["phase"],
            items=row["items"],
            process_time_p50_hours=row["process_time"],
            touch_time_p50_minutes=touched.get(row["stage"]),
            queue_before_p50_hours=row["queue"],
            lead_time_p50_hours=row["lead_time"],
            lead_time_p50_working_hours=working.get(row["stage"]),
            process_time_total_hours=row["process_total"],
            queue_before_total_hours=row["queue_total"],
            complete_and_accurate=_accuracy(accurate.get(row["stage"])),
            handed_on=int(accurate[row["stage"]]["handed_on"]) if row["stage"] in accurate else 0,
            queue=queues.get(row["stage"], 0),
            handovers=passed_on.get(row["stage"], 0),
        )
        for row in view.rows(_STAGES, said)
    )


def _accuracy(row: Mapping[str, Any] | None) -> float | None:
    return None if row is None or not row["handed_on"] else 1 - float(row["came_back"]) / float(row["handed_on"])


def _ratio(stages: Sequence[Stage]) -> float | None:
    work = sum(s.process_time_total_hours for s in stages)
    total = work + sum(s.queue_before_total_hours for s in stages)
    return work / total if total else None


def _rolled(stages: Sequence[Stage]) -> float | None:
    shares = [s.complete_and_accurate for s in stages if s.complete_and_accurate is not None]
    return float(np.prod(shares)) if shares else None


def _waits(view: View, said: Mapping[str, object], stages: Sequence[Stage]) -> Floats:
    """Return the hours that each item waited (rows) at each stage (columns)."""
    places = {stage.stage: i for i, stage in enumerate(stages)}
    rows = view.query(_WAITS, said)
    items = rows.select(["line_id", "item", "episode"]).to_pylist()
    numbers: dict[tuple[Any, ...], int] = {}
    index = [numbers.setdefault(tuple(item.values()), len(numbers)) for item in items]
    waits = np.zeros((len(numbers), len(stages)))
    columns = [places[stage] for stage in rows["stage"].to_pylist()]
    np.add.at(waits, (index, columns), rows["hours"].to_numpy())
    return waits


def _daily(view: View, asked: FlowTerms, said: Mapping[str, object]) -> dict[str, Floats]:
    """Return by stage how many items waited at the end of each day of the window, oldest first."""
    since = asked.window.since
    if since is None:
        return {}
    first = since.astimezone(ZoneInfo(asked.zone)).date()
    last = (asked.end - timedelta(microseconds=1)).astimezone(ZoneInfo(asked.zone)).date()
    length = (last - first).days + 1
    found: dict[str, Floats] = {}
    for row in view.rows(_of_wanted(_DAILY, asked), said):
        steps = found.setdefault(row["stage"], np.zeros(max(length, 1)))
        steps[min(max((row["day"].date() - first).days, 0), len(steps) - 1)] += row["change"]
    return {stage: np.cumsum(steps) for stage, steps in found.items()}


def _of_wanted(sql: str, asked: FlowTerms) -> str:
    """Return a statement over visits that holds only those of the work asked for."""
    scope = asked.scope
    narrowed = (scope.team, scope.type, scope.stream) != (None, None, None)
    return sql.replace("{wanted_only}", _WANTED_ONLY if narrowed else "")


def _edge(row: Mapping[str, Any]) -> Edge:
    return Edge(
        from_=row["source"],
        to=row["target"],
        count=row["n"],
        wait_p50_hours=row["wait"],
        is_return=bool(row["is_return"]),
    )


def _variants(view: View, said: Mapping[str, object]) -> Variants:
    rows = view.rows(_VARIANTS, said)
    total = sum(row["n"] for row in rows)
    top = (Variant(path=tuple(r["path"].split(_MARK)), count=r["n"], share=r["n"] / total) for r in rows[:_TOP])
    return Variants(count=len(rows), top=tuple(top))


def _message(found: Sequence[Candidate], cases: int) -> str:
    """Return where work waits most, in plain words, and how sure that is."""
    one = bottleneck(found)
    if not cases:
        return "Nothing was finished in this window, so there is no stream to map."
    if one is not None:
        return f"{one.stage} holds the stream up: {' and '.join(one.signals)} ({one.wait_share:.0%} of all waiting)."
    if not found:
        return "No status says that work waits, so that nothing can be said about where it does."
    names = ", ".join(f"{c.stage} ({c.probability:.0%})" for c in found[:3] if c.probability > 0)
    return f"No single bottleneck shows; most waiting may be before {names}."
