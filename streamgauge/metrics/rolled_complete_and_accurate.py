"""Rolled complete and accurate: what would come right through all stages, did each err by itself."""

from streamgauge.metrics.metric import Better, Metric, Shape
from streamgauge.metrics.ways import HANDED

ROLLED_COMPLETE_AND_ACCURATE = Metric(
    name="rolled_complete_and_accurate",
    title="Rolled % C&A",
    asks="What share of the work would come through all stages without ever coming back, did each stage err by itself?",
    formula="product of the shares that are complete and accurate, over the stages",
    leaves_out="Stages that hand nothing on.",
    unit="share",
    better=Better.HIGHER,
    source="definitions 4.1",
    shape=Shape.PRODUCT,
    has_months=False,
    given=HANDED,
    sql="""
SELECT h.slice, CAST(NULL AS TIMESTAMPTZ) AS observed_at, avg(CASE WHEN h.left_out IS NULL THEN h.value END) AS value,
       h.stage AS evidence, CAST(NULL AS STRING) AS release,
       concat('of ', CAST(count(CASE WHEN h.left_out IS NULL THEN 1 END) AS STRING), ' handed on') AS detail,
       CASE WHEN count(CASE WHEN h.left_out IS NULL THEN 1 END) = 0 THEN min(h.left_out)
            WHEN max(t.stage) IS NULL THEN 'work ends there' END AS left_out
FROM handed AS h LEFT JOIN (SELECT DISTINCT stage FROM stays WHERE left_out IS NULL) AS t ON t.stage = h.stage
GROUP BY h.slice, h.stage
""",
)
