"""A sign-off: a named role says that something is good enough."""

from datetime import datetime
from typing import ClassVar

from streamgauge.records.record import Record


class SignOff(Record, frozen=True, kw_only=True):
    """One sign-off. `id` is its key."""

    table: ClassVar[str] = "sign_offs"
    subject: str
    """Id of the release, initiative or item."""
    what: str
    """What was signed, such as `quality`, `security` or `acceptance`."""
    role: str
    """The role that signed."""
    person: str | None
    """Pseudonym of who signed."""
    is_given: bool
    """Whether it was given; false where it was refused."""
    evidence: str | None
    """Where the evidence is."""
    signed_at: datetime
    """When."""
