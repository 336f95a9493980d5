"""Work item age: how long the work that is under way has been so."""

from streamgauge.metrics.metric import HIGHER_LEVEL, PRESENT, WANTED_ITEM, Better, Metric, Shape

WORK_ITEM_AGE = Metric(
    name="work_item_age",
    title="Work item age",
    asks="How old is the work that is under way?",
    formula="end of the window - start, of each item that is started and neither done nor cancelled",
    leaves_out="Work whose start nobody recorded.",
    unit="hours",
    better=Better.LOWER,
    source="definitions 2.1",
    shape=Shape.MEDIAN,
    has_months=False,
    sql=f"""
SELECT scope.slice, CAST(NULL AS TIMESTAMPTZ) AS observed_at,
       (unix_micros(least(scope.until, scope.known_at)) - unix_micros(f.started_at)) / 3.6e9 AS value,
       f.item AS evidence, CAST(NULL AS STRING) AS release, f.status AS detail,
       coalesce({HIGHER_LEVEL}, CASE WHEN f.left_truncated THEN 'begun before what the tool tells' END) AS left_out
FROM {PRESENT} AS f JOIN scope ON scope.line_id = f.line_id
WHERE f.began_at < scope.until AND (f.ended_at IS NULL OR f.ended_at >= scope.until) AND {WANTED_ITEM}
""",
)
