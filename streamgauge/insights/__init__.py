"""What is claimed about how work goes: the list of insights, in the order in which they are looked for."""

from streamgauge.insights.bottleneck import BOTTLENECK
from streamgauge.insights.ground import Ground
from streamgauge.insights.insight import Effect, Evidence, Finding, Insight, Unknown

INSIGHTS: tuple[Insight, ...] = (BOTTLENECK,)
"""All insights: each is one file, one line here, and one section of docs/insights.md."""

__all__ = ["INSIGHTS", "Effect", "Evidence", "Finding", "Ground", "Insight", "Unknown"]
