"""How work moved from one status to the next: the directly-follows graph, the ways through, and whole cases."""

from collections.abc import Mapping
from typing import Any

from streamgauge.answers.stream_map import Cases, Edge, Variant, Variants
from streamgauge.lake import View
from streamgauge.metrics.metric import HIGHER_LEVEL, SCOPE, WANTED_ITEM

# A case goes from its first start to its last end, whatever its episodes. Of a log of events that is from the first one
# to the last, and what ends as cancelled is a case like any other; elsewhere what a tool does to work that is done,
# such as closing it, is not part of it.
_ASKED = f"""WITH scope AS ({SCOPE}),
asked AS (
  SELECT f.line_id, f.item, min(scope.since) AS since, min(scope.until) AS until, bool_or(d.is_log) AS is_log,
         CASE WHEN bool_or(d.is_log) THEN min(f.first_at) ELSE min(f.started_at) END AS started_at,
         max(f.entered_at) AS last_at,
         CASE WHEN NOT bool_or(f.left_truncated) AND max_by(
                f.finished_at IS NOT NULL OR d.is_log AND f.cancelled_at IS NOT NULL, f.episode)
              THEN CASE WHEN bool_or(d.is_log) THEN max(f.entered_at)
                        ELSE max(coalesce(f.finished_at, f.started_at)) END END AS ended_at,
         max_by(f.cancelled_at IS NOT NULL, f.episode) AS is_cancelled, sum(f.returns) AS returns
  FROM flow_items AS f JOIN scope ON scope.line_id = f.line_id JOIN datasets AS d ON d.line_id = f.line_id
  WHERE {WANTED_ITEM} AND {HIGHER_LEVEL} IS NULL
  GROUP BY f.line_id, f.item),
ended AS (
  SELECT * FROM asked
  WHERE started_at IS NOT NULL AND ended_at IS NOT NULL AND (since IS NULL OR ended_at >= since) AND ended_at < until)
"""
_EDGES = f"""{_ASKED},
moves AS (
  SELECT v.line_id, v.item, v.status, v.next_status, v.left_at AS moved_at, v.next_is_return,
         (unix_micros(v.left_at) - unix_micros(v.entered_at)) / 3.6e9 AS wait
  FROM visits AS v JOIN datasets AS d ON d.line_id = v.line_id AND NOT d.has_marks WHERE v.next_status IS NOT NULL
  UNION ALL
  SELECT line_id, item, status, next_status, next_at, next_is_return, wait_hours
  FROM touches WHERE next_status IS NOT NULL)
SELECT m.status AS source, m.next_status AS target, count(*) AS n, percentile(m.wait, 0.5) AS wait,
       2 * sum(CASE WHEN m.next_is_return THEN 1 ELSE 0 END) > count(*) AS is_return
FROM moves AS m JOIN asked AS a ON a.line_id = m.line_id AND a.item = m.item
WHERE (a.since IS NULL OR m.moved_at >= a.since) AND m.moved_at < a.until
GROUP BY m.status, m.next_status ORDER BY n DESC, source, target
"""
_VARIANTS = f"""{_ASKED},
traced AS (
  SELECT line_id, item FROM ended
  UNION
  SELECT line_id, item FROM asked WHERE is_log AND (since IS NULL OR last_at >= since) AND last_at < until),
steps AS (
  SELECT v.line_id, v.item, v.ordinal, v.status
  FROM visits AS v JOIN datasets AS d ON d.line_id = v.line_id AND NOT d.has_marks
  UNION ALL
  SELECT line_id, item, ordinal, status FROM touches)
SELECT path, count(*) AS n FROM (
  SELECT string_agg(s.status, $mark ORDER BY s.ordinal) AS path
  FROM steps AS s JOIN traced AS t ON t.line_id = s.line_id AND t.item = s.item GROUP BY s.line_id, s.item) AS p
GROUP BY path ORDER BY n DESC, path
"""
_CASES = f"""{_ASKED}
SELECT count(*) AS n, count(CASE WHEN is_cancelled THEN 1 END) AS cancelled,
       avg(CASE WHEN returns = 0 THEN 1.0 ELSE 0.0 END) AS first_pass,
       percentile(hours, 0.5) AS p50, percentile(hours, 0.85) AS p85, percentile(hours, 0.95) AS p95
FROM (SELECT returns, is_cancelled, (unix_micros(ended_at) - unix_micros(started_at)) / 3.6e9 AS hours FROM ended) AS c
"""
_MARK = "\x1f"
_TOP = 10


def edges(view: View, said: Mapping[str, object]) -> tuple[Edge, ...]:
    """Return how often each status directly followed another in the window, over all items, the commonest first."""
    return tuple(_edge(row) for row in view.rows(_EDGES, said))


def _edge(row: Mapping[str, Any]) -> Edge:
    return Edge(
        from_=row["source"],
        to=row["target"],
        count=row["n"],
        wait_p50_hours=row["wait"],
        is_return=bool(row["is_return"]),
    )


def variants(view: View, said: Mapping[str, object]) -> Variants:
    """Return the different ways that items went from their first status to their last, the commonest first."""
    rows = view.rows(_VARIANTS, {**said, "mark": _MARK})
    total = sum(row["n"] for row in rows)
    top = (Variant(path=tuple(r["path"].split(_MARK)), count=r["n"], share=r["n"] / total) for r in rows[:_TOP])
    return Variants(count=len(rows), top=tuple(top))


def cases(view: View, said: Mapping[str, object]) -> tuple[Cases, float | None]:
    """Return how long whole cases took that ended in the window, and the share of them that never went back."""
    (row,) = view.rows(_CASES, said)
    found = Cases(
        n=row["n"],
        cancelled=row["cancelled"],
        duration_p50_hours=row["p50"],
        duration_p85_hours=row["p85"],
        duration_p95_hours=row["p95"],
    )
    return found, row["first_pass"]
