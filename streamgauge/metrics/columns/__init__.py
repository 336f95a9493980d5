"""Facts about flow as plain columns: read once a snapshot, and asked many times."""

from streamgauge.metrics.columns.ages import Ages, ages
from streamgauge.metrics.columns.asked import Asked
from streamgauge.metrics.columns.kept import (
    Kept,
    asked_of,
    at_or_none,
    first_of,
    keeps,
    window,
    work_of,
)
from streamgauge.metrics.columns.spans import Spans, spans
from streamgauge.metrics.columns.spread import LATE

__all__ = [
    "LATE",
    "Ages",
    "Asked",
    "Kept",
    "Spans",
    "ages",
    "asked_of",
    "at_or_none",
    "first_of",
    "keeps",
    "spans",
    "window",
    "work_of",
]
