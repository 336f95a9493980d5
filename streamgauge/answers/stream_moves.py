"""How work moved from one status to the next: the directly-follows graph, the ways through, and whole cases."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from typing import Any

import numpy as np

from streamgauge.answers.stream_map import Cases, Edge, Variant, Variants
from streamgauge.lake import View
from streamgauge.metrics.columns import window
from streamgauge.metrics.columns.columns import Columns
from streamgauge.metrics.metric import GIVEN_UP, HIGHER_LEVEL, SCOPE, WANTED_ITEM
from streamgauge.metrics.observations import Scope
from streamgauge.metrics.walked import only_wanted

# A case goes from its first start to its last end, whatever its episodes. Of a log of events that is from the first one
# to the last, and what ends as cancelled is a case like any other; elsewhere what a tool does to work that is done,
# such as closing it, is not part of it.
_EPISODES = f"""
SELECT f.line_id, f.item, f.episode, f.returns, f.left_truncated, f.path, scope.since, scope.until, d.is_log,
       CASE WHEN d.is_log THEN f.first_at ELSE f.started_at END AS started_at, f.entered_at AS last_at,
       f.finished_at IS NOT NULL OR d.is_log AND {GIVEN_UP} AS has_ended,
       CASE WHEN d.is_log THEN f.entered_at ELSE coalesce(f.finished_at, f.started_at) END AS ended_at,
       {GIVEN_UP} AS is_cancelled
FROM flow_items AS f JOIN scope ON scope.line_id = f.line_id JOIN datasets AS d ON d.line_id = f.line_id
WHERE {WANTED_ITEM} AND {HIGHER_LEVEL} IS NULL AND f.episodes"""
# Most items have one episode, which then says all of them.
_ASKED = f"""WITH scope AS ({SCOPE}),
asked AS (
  SELECT since, until, is_log, started_at, last_at, CASE WHEN NOT left_truncated AND has_ended THEN ended_at END
           AS ended_at, is_cancelled, returns, path
  FROM ({_EPISODES} = 1) AS e
  UNION ALL
  SELECT min(since), min(until), bool_or(is_log), min(started_at), max(last_at),
         CASE WHEN NOT bool_or(left_truncated) AND max_by(has_ended, episode) THEN max(ended_at) END,
         max_by(is_cancelled, episode), CAST(sum(returns) AS BIGINT), min(path)
  FROM ({_EPISODES} > 1) AS e GROUP BY line_id, item),
ended AS (
  SELECT * FROM asked
  WHERE started_at IS NOT NULL AND ended_at IS NOT NULL AND (since IS NULL OR ended_at >= since) AND ended_at < until)
"""
_MARKED = "SELECT line_id FROM datasets WHERE has_marks AND line_id IN (SELECT unnest($line_ids))"
_HIGHER = f"SELECT f.item FROM flow_items AS f WHERE {HIGHER_LEVEL} IS NOT NULL LIMIT 1"
_OF_VISITS = """
  SELECT m.status AS source, m.next_status AS target, m.next_is_return AS is_return,
         (unix_micros(m.left_at) - unix_micros(m.entered_at)) / 3.6e9 AS wait
  FROM visits AS m {only_wanted}
  WHERE m.line_id IN (SELECT unnest($unmarked)) AND m.next_status IS NOT NULL
    AND m.left_at < $until_when AND (NOT $has_since OR m.left_at >= $since_when)"""
_OF_TOUCHES = """
  SELECT m.status AS source, m.next_status AS target, m.next_is_return AS is_return, m.wait_hours AS wait
  FROM touches AS m {only_wanted}
  WHERE m.line_id IN (SELECT unnest($marked)) AND m.next_status IS NOT NULL
    AND m.next_at < $until_when AND (NOT $has_since OR m.next_at >= $since_when)"""
_EDGES = f"""WITH scope AS ({SCOPE}),
moves AS ({{moves}})
SELECT source, target, count(*) AS n, percentile(wait, 0.5) AS wait,
       2 * sum(CASE WHEN is_return THEN 1 ELSE 0 END) > count(*) AS is_return
FROM moves GROUP BY source, target ORDER BY n DESC, source, target
"""
_VARIANTS = f"""{_ASKED}
SELECT path, count(*) AS n FROM (
  SELECT path FROM asked
  WHERE path <> 0 AND (started_at IS NOT NULL AND (since IS NULL OR ended_at >= since) AND ended_at < until
                       OR is_log AND (since IS NULL OR last_at >= since) AND last_at < until)) AS traced
GROUP BY path ORDER BY n DESC, path
"""
_EXAMPLES = """
SELECT path, min_by(line_id, item) AS line_id, min(item) AS item FROM flow_items
WHERE line_id IN (SELECT unnest($line_ids)) AND path IN (SELECT unnest($paths)) GROUP BY path
"""
_WAYS = """
SELECT line_id, item, string_agg(status, $mark ORDER BY ordinal) AS way
FROM (SELECT line_id, item, ordinal, status FROM visits
      WHERE item IN (SELECT unnest($items)) AND line_id IN (SELECT line_id FROM datasets WHERE NOT has_marks)
      UNION ALL
      SELECT line_id, item, ordinal, status FROM touches WHERE item IN (SELECT unnest($items))) AS steps
GROUP BY line_id, item
"""
_CASES = f"""{_ASKED}
SELECT count(*) AS n, count(CASE WHEN is_cancelled THEN 1 END) AS cancelled,
       avg(CASE WHEN returns = 0 THEN 1.0 ELSE 0.0 END) AS first_pass,
       percentile(hours, 0.5) AS p50, percentile(hours, 0.85) AS p85, percentile(hours, 0.95) AS p95
FROM (SELECT returns, is_cancelled, (unix_micros(ended_at) - unix_micros(started_at)) / 3.6e9 AS hours FROM ended) AS c
"""
_MARK = "\x1f"
_TOP = 10
_MOST = 1_000
"""So many ways that are equally common are spelled out to be put in order."""


def edges(
    view: View, said: Mapping[str, object], asked: Sequence[Scope], columns: Columns | None, beside: Executor
) -> Callable[[], tuple[Edge, ...]]:
    """Return what gives how often each status directly followed another in the window, the commonest first.

    That is over all items. What needs no engine is worked out beside.
    """
    marked = {row["line_id"] for row in view.rows(_MARKED, said)}
    if columns is not None and not marked:
        return beside.submit(lambda: tuple(map(_edge, columns.visits.moves(columns.moved, *window(asked[0]))))).result
    lines = {
        "marked": [scope.line_id for scope in asked if scope.line_id in marked],
        "unmarked": [scope.line_id for scope in asked if scope.line_id not in marked],
    }
    until, since = asked[0].until, asked[0].since
    bounds = {"until_when": until, "since_when": since or until, "has_since": since is not None}
    moves = " UNION ALL ".join(sql for sql, of in ((_OF_VISITS, "unmarked"), (_OF_TOUCHES, "marked")) if lines[of])
    narrowed = asked[0].is_narrowed
    kept = only_wanted("m", narrowed=narrowed) if narrowed or view.rows(_HIGHER) else ""
    sql = _EDGES.replace("{moves}", moves).replace("{only_wanted}", kept)
    found = tuple(_edge(row) for row in view.rows(sql, {**said, **lines, **bounds}))
    return lambda: found


def _edge(row: Mapping[str, Any]) -> Edge:
    return Edge(
        from_=row["source"],
        to=row["target"],
        count=row["n"],
        wait_p50_hours=row["wait"],
        is_return=bool(row["is_return"]),
    )


def variants(view: View, said: Mapping[str, object], scope: Scope, columns: Columns | None) -> Variants:
    """Return the different ways that items went from their first status to their last, the commonest first."""
    if columns is None:
        found = view.query(_VARIANTS, said)
        paths, counts = np.asarray(found["path"]), np.asarray(found["n"]).astype(np.int64)
    else:
        paths, counts = columns.items.cases(columns.counted).paths(*window(scope))
    shown = int((counts >= counts[:_TOP].min(initial=np.iinfo(np.int64).max)).sum())
    common = dict(zip(paths[: min(shown, _MOST)].tolist(), counts.tolist(), strict=False))
    ways = _ways(view, said, list(common), columns)
    rows = sorted(ways, key=lambda row: (-common[row["path"]], row["way"]))
    total = int(counts.sum())
    top = (
        Variant(path=tuple(r["way"].split(_MARK)), count=common[r["path"]], share=common[r["path"]] / total)
        for r in rows[:_TOP]
    )
    return Variants(count=len(counts), top=tuple(top))


def _ways(
    view: View, said: Mapping[str, object], paths: Sequence[int], columns: Columns | None
) -> list[dict[str, Any]]:
    """Return the statuses on these ways."""
    known = {} if columns is None else columns.ways
    missing = [path for path in paths if path not in known]
    if missing and columns is not None and not view.rows(_MARKED, said):
        known |= {path: _MARK.join(steps) for path, steps in columns.statuses(missing).items()}
    elif missing:
        found = _examples(view, said, missing, columns)
        ways = view.rows(_WAYS, {"items": sorted({item for _, item in found}), "mark": _MARK})
        told = {(row["line_id"], row["item"]): row["way"] for row in ways}
        known |= {path: told[one] for one, path in found.items() if one in told}
    return [{"path": path, "way": known[path]} for path in paths if path in known]


def _examples(
    view: View, said: Mapping[str, object], paths: Sequence[int], columns: Columns | None
) -> dict[tuple[str, str], int]:
    """Return an item of each of these ways, by its line and name."""
    if columns is not None:
        return {(one.line, one.item): path for path, (one,) in columns.items.examples(paths).items()}
    rows = view.rows(_EXAMPLES, {**said, "paths": paths})
    return {(row["line_id"], row["item"]): row["path"] for row in rows}


def cases(view: View, said: Mapping[str, object], scope: Scope, columns: Columns | None) -> tuple[Cases, float | None]:
    """Return how long whole cases took that ended in the window, and the share of them that never went back."""
    row = (
        view.rows(_CASES, said)[0]
        if columns is None
        else columns.items.cases(columns.counted).durations(*window(scope))
    )
    found = Cases(
        n=row["n"],
        cancelled=row["cancelled"],
        duration_p50_hours=row["p50"],
        duration_p85_hours=row["p85"],
        duration_p95_hours=row["p95"],
    )
    return found, row["first_pass"]
