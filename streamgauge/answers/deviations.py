"""How well the work of each value stream fits the process agreed on, and in what it differs (definitions 4.4)."""

from typing import Any

from streamgauge.answers.flow_terms import FlowTerms
from streamgauge.answers.stream_map import Conformance
from streamgauge.lake import View
from streamgauge.metrics.metric import HIGHER_LEVEL, SCOPE, WANTED_ITEM
from streamgauge.metrics.observations import parameters

_FITNESS = f"""WITH scope AS ({SCOPE})
SELECT c.stream, count(*) AS n, avg(1 - c.cost / CAST(c.most AS DOUBLE)) AS trace_fitness,
       1 - sum(c.cost) / CAST(sum(c.most) AS DOUBLE) AS log_fitness,
       sum(CASE WHEN c.cost = 0 THEN 1 ELSE 0 END) AS fitting,
       sum(CASE WHEN c.skipped > 0 THEN 1 ELSE 0 END) AS skipped,
       sum(CASE WHEN c.backward > 0 THEN 1 ELSE 0 END) AS backward,
       sum(CASE WHEN c.unknown > 0 THEN 1 ELSE 0 END) AS unknown
FROM conformance AS c JOIN scope ON scope.line_id = c.line_id AND (scope.stream IS NULL OR c.stream = scope.stream)
JOIN flow_items AS f ON f.line_id = c.line_id AND f.item = c.item AND f.episode = c.episode
WHERE (scope.since IS NULL OR f.finished_at >= scope.since) AND f.finished_at < scope.until
  AND {WANTED_ITEM} AND {HIGHER_LEVEL} IS NULL
GROUP BY c.stream ORDER BY c.stream
"""


def deviations(view: View, asked: FlowTerms) -> tuple[Conformance, ...]:
    """Return each value stream whose stages are agreed on and that finished something in the window."""
    if not any(stream.agreed for stream in asked.company.value_streams):
        return ()
    ways = {stream.name: stream.agreed for stream in asked.company.value_streams}
    return tuple(_conformance(row, ways[row["stream"]]) for row in view.rows(_FITNESS, parameters(asked.scopes)))


def _conformance(row: dict[str, Any], way: tuple[str, ...]) -> Conformance:
    return Conformance(
        stream=row["stream"],
        agreed=way,
        n=row["n"],
        trace_fitness=row["trace_fitness"],
        log_fitness=row["log_fitness"],
        fitting=int(row["fitting"]),
        skipped=int(row["skipped"]),
        backward=int(row["backward"]),
        unknown=int(row["unknown"]),
    )
