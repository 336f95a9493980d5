"""A feedback: what a user said unasked, or in words."""

from datetime import datetime
from typing import ClassVar

from streamgauge.records.record import Record


class Feedback(Record, frozen=True, kw_only=True):
    """One statement. `id` is the tool's key of it."""

    table: ClassVar[str] = "feedback"
    channel: str
    """Where it was said, such as `support`, `interview` or `store`."""
    text: str | None
    """What was said, addresses masked."""
    topic: str | None
    """What it is about."""
    sentiment: float | None
    """From -1 (bad) to 1 (good), where the tool says it."""
    feature: str | None
    """Name of the feature."""
    item: str | None
    """Id of the work item that answers it."""
    account: str | None
    """Key of the customer's account."""
    given_at: datetime
    """When it was said."""
