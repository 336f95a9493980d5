"""A gate decision: whether work may move on to the next phase, and on what ground."""

from datetime import datetime
from typing import ClassVar

import msgspec

from streamgauge.records.record import Record


class Criterion(msgspec.Struct, frozen=True):
    """One criterion of a gate; `state` is `met`, `not met`, `waived` or `not applicable`, `by` how it was judged."""

    name: str
    state: str
    by: str | None
    evidence: str | None


class GateDecision(Record, frozen=True, kw_only=True):
    """One review at a gate. `id` is its key."""

    table: ClassVar[str] = "gate_decisions"
    gate: str
    """`G1` to `G5`, or the company's own name."""
    subject: str
    """Id of the initiative or release that was judged."""
    decision: str | None
    """`pass`, `conditional`, `hold`, `recycle` or `stop`; null while it is open."""
    profile: str | None
    """Which set of criteria: `light`, `standard` or `regulated`."""
    criteria: list[Criterion]
    """Each criterion and its state."""
    requested_at: datetime | None
    """When the review was asked for."""
    decided_at: datetime | None
    """When it was decided."""
    decided_by: str | None
    """The role or board that decided."""
    conditions_due_at: datetime | None
    """By when the conditions are to be met."""
