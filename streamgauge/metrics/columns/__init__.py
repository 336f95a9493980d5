"""Facts about flow as plain columns: read once a snapshot, and asked many times."""

from streamgauge.metrics.columns.columns import Columns, Kept, at_or_none, columns_of, window
from streamgauge.metrics.columns.spread import LATE

__all__ = ["LATE", "Columns", "Kept", "at_or_none", "columns_of", "window"]
