"""Departures from a stage: how fast work leaves it."""

from streamgauge.metrics.metric import WANTED_ITEM, Better, Metric, Of, Shape

STAGE_DEPARTURES = Metric(
    name="stage_departures",
    title="Departures from a stage",
    asks="How fast does work leave a stage?",
    formula="times that an item left a status of the stage for another stage / days in the window",
    leaves_out="What is still there, and what changed its status within the stage only. What was cancelled left too.",
    unit="items/day",
    better=Better.HIGHER,
    source="definitions 4.1",
    shape=Shape.FREQUENCY,
    of=Of.STAGE,
    sql=f"""
SELECT scope.slice, v.stage AS place, CAST(NULL AS STRING) AS towards, CAST(NULL AS STRING) AS release,
       v.left_at AS observed_at, CAST(1 AS DOUBLE) AS value, v.item AS evidence, concat('to ', v.next_stage) AS detail,
       CAST(NULL AS STRING) AS left_out
FROM visits AS v JOIN scope ON scope.line_id = v.line_id
LEFT JOIN (SELECT DISTINCT f.line_id, f.item FROM flow_items AS f JOIN scope ON scope.line_id = f.line_id
           WHERE {WANTED_ITEM}) AS w ON w.line_id = v.line_id AND w.item = v.item
WHERE v.left_at IS NOT NULL AND v.next_stage <> v.stage AND v.state NOT IN ('done', 'cancelled')
  AND (w.item IS NOT NULL OR scope.team IS NULL AND scope.type IS NULL AND scope.stream IS NULL)
""",
)
