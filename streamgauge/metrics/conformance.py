"""Conformance: how well the way of the work fits the agreed one."""

from streamgauge.metrics.metric import HIGHER_LEVEL, WANTED_ITEM, Better, Metric, Shape

CONFORMANCE = Metric(
    name="conformance",
    title="Conformance to the agreed process",
    asks="How well does the way of the finished work fit the process that was agreed on?",
    formula="log fitness: 1 - sum of alignment costs / sum of the greatest costs; a stage that is missing or too much "
    "costs 1",
    leaves_out="Work of value streams without agreed stages; work that is not done yet, and cancelled work.",
    unit="share",
    better=Better.HIGHER,
    source="definitions 4.4",
    shape=Shape.RATIO,
    record_unit="stages that fit",
    needs="agreed process of a value stream",
    sql=f"""
SELECT scope.slice, f.finished_at AS observed_at, CAST(c.most - c.cost AS DOUBLE) AS value,
       CAST(c.most AS DOUBLE) AS weight, f.item AS evidence, c.stream AS release, c.path AS detail,
       {HIGHER_LEVEL} AS left_out
FROM conformance AS c JOIN scope ON scope.line_id = c.line_id
  AND (scope.stream IS NULL OR c.stream = scope.stream)
JOIN flow_items AS f ON f.line_id = c.line_id AND f.item = c.item AND f.episode = c.episode
WHERE f.finished_at IS NOT NULL AND {WANTED_ITEM}
""",
)
