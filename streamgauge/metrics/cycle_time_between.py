"""Cycle time between two points: from one stage of the stream to another."""

from streamgauge.metrics.metric import HIGHER_LEVEL, WANTED_ITEM, Better, Metric, Shape

CYCLE_TIME_BETWEEN = Metric(
    name="cycle_time_between",
    title="Cycle time between two stages",
    asks="How long does a piece of work take from one stage to another?",
    formula="last entry into the stage or status of --to - first entry into that of --from",
    leaves_out="Work that is not in the second stage yet, and work that was in it before it was in the first.",
    unit="hours",
    better=Better.LOWER,
    source="definitions 2.1",
    shape=Shape.MEDIAN,
    needs="--from and --to",
    sql=f"""
SELECT scope.slice, b.to_at AS observed_at, (unix_micros(b.to_at) - unix_micros(b.from_at)) / 3.6e9 AS value,
       f.item AS evidence, CAST(NULL AS STRING) AS release, f.title AS detail,
       coalesce({HIGHER_LEVEL}, CASE WHEN b.from_at IS NULL THEN 'never seen in the first stage'
                                     WHEN b.to_at < b.from_at THEN 'in the second stage before the first' END)
         AS left_out
FROM (SELECT v.line_id, v.item,
             min(CASE WHEN scope.from_stage IN (v.stage, v.status) THEN v.entered_at END) AS from_at,
             max(CASE WHEN scope.to_stage IN (v.stage, v.status) THEN v.entered_at END) AS to_at
      FROM visits AS v JOIN scope ON scope.line_id = v.line_id
      WHERE scope.from_stage IN (v.stage, v.status) OR scope.to_stage IN (v.stage, v.status)
      GROUP BY v.line_id, v.item) AS b
JOIN (SELECT *, row_number() OVER (PARTITION BY line_id, item ORDER BY episode DESC) AS nth FROM flow_items) AS f
  ON f.line_id = b.line_id AND f.item = b.item AND f.nth = 1
JOIN scope ON scope.line_id = b.line_id
WHERE b.to_at IS NOT NULL AND {WANTED_ITEM}
""",
)
