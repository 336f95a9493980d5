"""Facts about flow as plain columns: read once a snapshot, and asked many times."""

from streamgauge.metrics.columns.ages import Ages, ages
from streamgauge.metrics.columns.ahead import Ahead, ahead
from streamgauge.metrics.columns.asked import Asked
from streamgauge.metrics.columns.columns import Columns, Kept, asked_of, at_or_none, columns_of, keeps, window
from streamgauge.metrics.columns.spans import Spans, spans
from streamgauge.metrics.columns.spread import LATE

__all__ = [
    "LATE",
    "Ages",
    "Ahead",
    "Asked",
    "Columns",
    "Kept",
    "Spans",
    "ages",
    "ahead",
    "asked_of",
    "at_or_none",
    "columns_of",
    "keeps",
    "spans",
    "window",
]
