"""A transition: one field of one work item took a new value."""

from datetime import datetime
from typing import ClassVar

from streamgauge.records.record import Record

FIRST_SEEN, SNAPSHOT, VANISHED = "first seen", "snapshot", "vanished"
"""Fields of transitions that tell of snapshots and change nothing: which status an item had when one first had it, that
one was taken, told of the first of its items, and that a later one that lists all items no longer had it."""
OF_SNAPSHOTS = f"('{FIRST_SEEN}', '{SNAPSHOT}', '{VANISHED}')"
"""The same, for statements."""


class Transition(Record, frozen=True, kw_only=True):
    """A change of a field (status, type, team, flag, estimate, parent). `id` is the event's own key in its tool."""

    table: ClassVar[str] = "transitions"
    item: str
    """Id of the work item."""
    field: str
    """Which field changed, such as `status` or `type`; of snapshots also `first seen`, the status that an item had when
    it was first seen, `snapshot`, that one was taken, told of the first of its items, and `vanished`, that a later
    one that lists all items no longer had it."""
    value: str | None
    """What it holds from then on; null where it was emptied."""
    happened_at: datetime
    """When it changed; of a change seen between two snapshots, the time of the later one."""
    former_value: str | None
    """What it held before, where the tool says it."""
    not_before: datetime | None
    """For a change seen between two snapshots the time of the earlier one; null where the instant is exact."""
    lifecycle: str | None
    """`start`, `complete` and the like, where an event log tells the begin of work from its end."""
    team: str | None
    """Name of the team or group that acted."""
    actor: str | None
    """Pseudonym of who changed it."""
    sequence: int | None
    """Place in the tool's own order, which settles what happened first at one instant."""
    repeats: int | None
    """How many rows right after it in its log say the same state again, which are no events; null where none does."""
