"""What one insight says of a lake, asked as every answer asks."""

from datetime import datetime
from typing import Any

from streamgauge.answers.findings import Findings, findings
from streamgauge.answers.flow_terms import FlowRequest
from streamgauge.insights import Finding
from streamgauge.lake import Lake


def said(lake: Lake, insight: str, *, until: datetime, **terms: Any) -> tuple[Finding, ...]:
    """Return the findings of one insight at an instant."""
    return answered(lake, insight, until=until, **terms).findings


def answered(lake: Lake, insight: str | None, *, until: datetime, **terms: Any) -> Findings:
    """Return the whole answer about one insight, or all, at an instant."""
    return findings(lake, FlowRequest(until=until, **terms), now=until, only=insight)
