"""Queue at a stage now: how much work waits there at the end of the window."""

from streamgauge.metrics.metric import WANTED_ITEM, Better, Metric, Of, Shape
from streamgauge.metrics.walked import GOES_ON

STAGE_QUEUE = Metric(
    name="stage_queue",
    title="Queue at a stage now",
    asks="How much work waits at a stage now?",
    formula="items in a status of the stage that waits, at the end of the window; the percentiles are of how long "
    "they have waited",
    leaves_out="Work that somebody works on, and work whose last status counts as its end.",
    unit="items",
    better=Better.LOWER,
    source="definitions 4.1",
    shape=Shape.INVENTORY,
    has_months=False,
    of=Of.STAGE,
    sql=f"""
SELECT scope.slice, v.stage AS place, CAST(NULL AS STRING) AS towards, CAST(NULL AS STRING) AS release,
       v.entered_at AS observed_at,
       (unix_micros(least(scope.until, scope.known_at)) - unix_micros(v.entered_at)) / 3.6e9 AS value,
       v.item AS evidence, v.status AS detail,
       CASE WHEN NOT {GOES_ON} THEN 'its last status counts as its end' END AS left_out
FROM visits AS v JOIN scope ON scope.line_id = v.line_id
LEFT JOIN (SELECT DISTINCT f.line_id, f.item FROM flow_items AS f JOIN scope ON scope.line_id = f.line_id
           WHERE {WANTED_ITEM}) AS w ON w.line_id = v.line_id AND w.item = v.item
WHERE v.state = 'waiting' AND v.entered_at < least(scope.until, scope.known_at)
  AND (v.left_at IS NULL OR v.left_at >= least(scope.until, scope.known_at))
  AND (w.item IS NOT NULL OR scope.team IS NULL AND scope.type IS NULL AND scope.stream IS NULL)
""",
)
