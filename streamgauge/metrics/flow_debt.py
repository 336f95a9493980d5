"""Flow debt: how much longer the open work takes than the finished work tells."""

from streamgauge.metrics.metric import HIGHER_LEVEL, PRESENT, WANTED_ITEM, Better, Metric, Shape

_IS_DONE = "f.finished_at = f.ended_at AND f.finished_at < scope.until"
# What changed its team or type has several spans, and is one item all the same.
FLOW_DEBT = Metric(
    name="flow_debt",
    title="Flow debt",
    asks="Does open work grow older while younger work overtakes it?",
    formula="load / throughput - mean flow time of what was finished: (time under way in the window, summed over all "
    "items, less the flow times of the finished ones) / finished items; above 0 debt grows, below 0 it is repaid",
    leaves_out="Work whose start nobody recorded.",
    unit="hours",
    better=Better.LOWER,
    source="definitions 2.2",
    shape=Shape.EXCESS,
    has_months=False,
    sql=f"""
SELECT scope.slice, CAST(NULL AS TIMESTAMPTZ) AS observed_at,
       (sum(unix_micros(least(f.ended_at, scope.until, scope.known_at))
            - unix_micros(greatest(f.began_at, scope.since)))
        - max(CASE WHEN {_IS_DONE} THEN unix_micros(f.finished_at) - unix_micros(f.started_at) ELSE 0 END))
         / 3.6e9 AS value,
       max(CASE WHEN {_IS_DONE} THEN CAST(1 AS DOUBLE) ELSE CAST(0 AS DOUBLE) END) AS weight,
       f.item AS evidence, CAST(NULL AS STRING) AS release, max(f.status) AS detail,
       max(coalesce({HIGHER_LEVEL}, CASE WHEN f.left_truncated THEN 'begun before what the tool tells' END)) AS left_out
FROM {PRESENT} AS f JOIN scope ON scope.line_id = f.line_id
WHERE f.began_at < least(scope.until, scope.known_at)
  AND (f.ended_at IS NULL OR scope.since IS NULL OR f.ended_at > scope.since) AND {WANTED_ITEM}
GROUP BY scope.slice, f.line_id, f.item, f.episode
""",
)
