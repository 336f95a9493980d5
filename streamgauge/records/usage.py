"""A usage: somebody did something with the product."""

from datetime import datetime
from typing import ClassVar

from streamgauge.records.record import Record


class Usage(Record, frozen=True, kw_only=True):
    """One event of use, or several alike that were counted together. `id` is the event's key."""

    table: ClassVar[str] = "usage"
    event: str
    """What was done."""
    user: str | None
    """Pseudonym of the user."""
    account: str | None
    """Key of the customer's account."""
    feature: str | None
    """Name of the feature."""
    workflow: str | None
    """Key of the workflow instance that the event is a step of."""
    step: str | None
    """Which step."""
    release: str | None
    """Id of the release that the user met."""
    variant: str | None
    """Variant of the experiment or flag that the user met."""
    is_internal: bool
    """Whether the user belongs to the company, or is a machine."""
    times: int
    """How many events are counted here."""
    happened_at: datetime
    """When; of several, the first."""
