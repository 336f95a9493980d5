"""An outcome review: what came of a release, against what was believed."""

from datetime import datetime
from typing import ClassVar

from streamgauge.records.record import Record


class OutcomeReview(Record, frozen=True, kw_only=True):
    """One review. `id` is its key."""

    table: ClassVar[str] = "outcome_reviews"
    hypothesis: str | None
    """Id of the hypothesis."""
    initiative: str | None
    """Id of the initiative."""
    verdict: str
    """`validated`, `partly`, `refuted`, `inconclusive` or `not measured`."""
    decision: str | None
    """`scale`, `iterate`, `stop` or `pivot`."""
    effect: float | None
    """Effect on the primary metric, in its unit."""
    low: float | None
    """Lower end of its 95 % interval."""
    high: float | None
    """Upper end of its 95 % interval."""
    learning: str | None
    """What was learned, addresses masked."""
    released_at: datetime | None
    """When users first had it."""
    reviewed_at: datetime
    """When it was reviewed."""
