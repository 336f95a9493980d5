"""Keeps raw items, records and facts in Delta tables; the only opener of storage and engines."""

from streamgauge.lake.lake import Lake
from streamgauge.lake.snapshots import Snapshot
from streamgauge.lake.upkeep import Status, TableStatus
from streamgauge.lake.view import View
from streamgauge.lake.writer import Kept, Writer

__all__ = ["Kept", "Lake", "Snapshot", "Status", "TableStatus", "View", "Writer"]
