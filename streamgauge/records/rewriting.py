"""A rewriting: how many of the lines that one change touched were young themselves."""

from datetime import datetime
from typing import ClassVar

from streamgauge.records.record import Record


class Rewriting(Record, frozen=True, kw_only=True):
    """Young lines that a change of the default branch rewrote. `id` is the hash of its commit there."""

    table: ClassVar[str] = "rewritings"
    happened_at: datetime
    """When the change came into the default branch."""
    changed_lines: int
    """Lines that it changed: added, replaced or taken away; one that is replaced counts once."""
    rewritten_lines: int
    """How many of them replace or take away a line that was young."""
    within_days: float
    """A line was young that had come into the default branch fewer than so many days before."""
