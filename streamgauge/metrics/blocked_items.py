"""Blocked items: the work under way that cannot go on."""

from streamgauge.metrics.metric import Better, Metric, Shape
from streamgauge.metrics.under_way import HELD_UP, LATE, STOPPED

BLOCKED_ITEMS = Metric(
    name="blocked_items",
    title="Blocked now",
    asks="How much of the work under way cannot go on?",
    formula="items under way that are flagged as blocked, whose status says that they wait for something, or that wait "
    "for an item that is not done; the percentiles are of how long they have been blocked",
    leaves_out="Work of a higher level. What began before the tool tells is blocked since it was first seen, at least.",
    unit="items",
    better=Better.LOWER,
    source="definitions 2.0",
    shape=Shape.INVENTORY,
    has_months=False,
    given=f"{LATE},\n{HELD_UP},\n{STOPPED}",
    sql="""
SELECT s.slice, s.since AS observed_at,
       CASE WHEN s.reason IS NOT NULL THEN (unix_micros(s.moment) - unix_micros(s.since)) / 3.6e9 END AS value,
       s.item AS evidence, CAST(NULL AS STRING) AS release,
       concat(CASE WHEN s.reason = 'status' THEN s.status ELSE coalesce(s.reason, s.status, '') END,
              coalesce(concat(': ', s.title), '')) AS detail,
       CASE WHEN s.reason IS NULL THEN 'under way and not blocked' END AS left_out
FROM stopped AS s
""",
)
