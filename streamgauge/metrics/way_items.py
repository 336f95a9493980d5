"""Items of a way: how many went through exactly these statuses, one after the other."""

from streamgauge.metrics.metric import Better, Metric, Of, Shape
from streamgauge.metrics.ways import NOTHING_MORE, TRACED

WAY_ITEMS = Metric(
    name="way_items",
    title="Items of a way",
    asks="How many items went exactly this way?",
    formula="items whose statuses from the first to the last are exactly these",
    leaves_out="Items that went another way; work that is not done yet, but for that of a log of events.",
    unit="items",
    better=Better.NEITHER,
    source="definitions 4.4",
    shape=Shape.COUNT,
    has_months=False,
    of=Of.WAY,
    given=TRACED,
    sql=f"""
SELECT p.slice, p.path AS place, {NOTHING_MORE}, p.ended_at AS observed_at, CAST(NULL AS DOUBLE) AS value,
       p.item AS evidence, p.title AS detail, p.left_out
FROM paths AS p
""",
)
