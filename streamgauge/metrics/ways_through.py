"""Ways through: how many different ways work takes from its first status to its last."""

from streamgauge.metrics.metric import Better, Metric, Shape
from streamgauge.metrics.ways import TRACED

WAYS_THROUGH = Metric(
    name="ways_through",
    title="Ways through",
    asks="How many different ways does work take through its statuses?",
    formula="different sequences of statuses; each value is how many items went that way",
    leaves_out="Work that is not done yet, but for that of a log of events; work whose start nobody recorded.",
    unit="ways",
    better=Better.LOWER,
    source="definitions 4.4",
    shape=Shape.COUNT,
    has_months=False,
    record_unit="items",
    given=TRACED,
    sql="""
SELECT p.slice, CAST(NULL AS TIMESTAMPTZ) AS observed_at, CAST(count(*) AS DOUBLE) AS value,
       concat('way ', CAST(row_number() OVER (
         PARTITION BY p.slice, min(p.left_out) IS NULL ORDER BY count(*) DESC, p.path) AS STRING)) AS evidence,
       CAST(NULL AS STRING) AS release, replace(p.path, $mark, ' → ') AS detail, p.left_out
FROM paths AS p GROUP BY p.slice, p.path, p.left_out
""",
)
