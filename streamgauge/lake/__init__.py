"""Keeps raw items, records and facts in Delta tables; the only opener of storage and engines."""

from streamgauge.lake.lake import Lake
from streamgauge.lake.snapshots import Snapshot
from streamgauge.lake.view import View

__all__ = ["Lake", "Snapshot", "View"]
