"""Complete and accurate: what of a stage's work its receivers could use as it was."""

from streamgauge.metrics.metric import Better, Metric, Of, Shape
from streamgauge.metrics.ways import HANDED, NOTHING_MORE

COMPLETE_AND_ACCURATE = Metric(
    name="complete_and_accurate",
    title="Complete and accurate (% C&A)",
    asks="What share of what a stage hands on can its receivers use as it is?",
    formula="what the receiver neither sent back nor was blocked with for want of clarification before it handed it on "
    "itself / all that the stage handed on; what was done for good was accepted",
    leaves_out="Work that is not done yet, and work whose start nobody recorded.",
    unit="share",
    better=Better.HIGHER,
    source="definitions 4.1",
    shape=Shape.SHARE,
    has_months=False,
    of=Of.STAGE,
    given=HANDED,
    sql=f"""
SELECT h.slice, h.stage AS place, {NOTHING_MORE}, h.ended_at AS observed_at, h.value, h.item AS evidence, h.detail,
       h.left_out
FROM handed AS h
""",
)
