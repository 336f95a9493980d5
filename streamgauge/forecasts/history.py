"""What a simulation tells: every event of one history, or the finish times of many replications."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pyarrow as pa

Numbers = npt.NDArray[np.int64]


class Event(IntEnum):
    """What happened; behind it what `other` holds, where it is not -1."""

    ARRIVED = 0  # the item exists
    HELD = 1  # waits before its stage for another item; other: that item
    QUEUED = 2  # available to the stage
    STARTED = 3  # a person, or the delay, took it up
    BLOCKED = 4  # an outside cause stops it; the person is free
    UNBLOCKED = 5  # may go on, and waits for a person
    INTERRUPTED = 6  # its person was called away; other: the incident
    RESUMED = 7  # a person goes on with it
    FINISHED = 8  # the work of the stage is done, or its gate passed
    RETURNED = 9  # goes back for rework; stage: where to; other: the stage it comes from
    CANCELLED = 10  # given up
    RELEASED = 11  # left with a release; other: the release
    DONE = 12  # left its stream
    REOPENED = 13  # came back; stage: where to
    RELEASE_MADE = 14  # other: the release
    INCIDENT_BEGAN = 15  # other: the incident
    DETECTED = 16  # other: the incident
    REPAIR_STARTED = 17  # a person took it up; other: the incident
    REPAIR_FINISHED = 18  # that person is free; other: the incident
    RESTORED = 19  # other: the incident
    REQUESTED = 20  # the item is blocked by a request; team: who is asked
    TAKEN_UP = 21  # a person of the asked team started on the request
    REQUEST_INTERRUPTED = 22  # that person was called away; other: the incident
    REQUEST_RESUMED = 23  # a person of the asked team goes on with it
    ANSWERED = 24  # the request is done; the item waits for a person of its own team


@dataclass(frozen=True, kw_only=True)
class History:
    """One history in columns; instants are whole seconds since `start`, names are looked up by index, -1 is none.

    `events`, in the order of their instants: happened (int64), event (int8, see `Event`), item, stream, stage, team,
    person (index within its team), other, visit (how often the item was in that stage, from 1).
    `items`, by index: name, class, stream, service, size (float64), arrival, due, priority, finished (-1: not), column
    (where it stands in `Replications`). A row is there for each item that arrived.
    `releases`, by index: service, stage (-1: a hotfix), made, items, incident (that its failure began, -1: none),
    repairs (the incident that a hotfix ends, -1: none).
    `incidents`, by index: service, team, release (its cause, -1: none), began, detected, restored (-1: not yet),
    hotfix (the release that ended it; -1: a rollback, or not yet).
    """

    start: datetime
    until: int
    streams: tuple[str, ...]
    stages: tuple[tuple[str, str], ...]
    teams: tuple[str, ...]
    services: tuple[str, ...]
    classes: tuple[str, ...]
    events: "pa.Table"
    items: "pa.Table"
    releases: "pa.Table"
    incidents: "pa.Table"

    def column(self, table: str, name: str) -> Any:
        """Return a column of one of the four tables as a numpy array."""
        return getattr(self, table).column(name).to_numpy()


@dataclass(frozen=True, kw_only=True)
class Replications:
    """Many replications of one model: `finished[r, i]` is when item i was done, in seconds since `start`; -1: not.

    `items` names the columns. An item that comes by chance is there in every replication, and -1 where it did not.
    """

    start: datetime
    until: int
    items: tuple[str, ...]
    finished: Numbers
