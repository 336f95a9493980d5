"""Flow velocity: how much work is done in a span of time."""

from streamgauge.metrics.metric import HIGHER_LEVEL, WANTED_ITEM, Better, Metric, Shape

FLOW_VELOCITY = Metric(
    name="flow_velocity",
    title="Flow velocity (throughput)",
    asks="How many pieces of work are finished?",
    formula="finished items / days in the window",
    leaves_out="Cancelled work. Size does not count; an item reopened within the grace counts once, at its last end.",
    unit="items/day",
    better=Better.HIGHER,
    source="definitions 2.1",
    shape=Shape.FREQUENCY,
    sql=f"""
SELECT scope.slice, f.finished_at AS observed_at, CAST(1 AS DOUBLE) AS value,
       f.item AS evidence, CAST(NULL AS STRING) AS release, f.title AS detail, {HIGHER_LEVEL} AS left_out
FROM flow_items AS f JOIN scope ON scope.line_id = f.line_id
WHERE f.finished_at IS NOT NULL AND {WANTED_ITEM}
""",
)
