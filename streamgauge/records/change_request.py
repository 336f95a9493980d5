"""A change: the request to alter what runs, and how it was decided and went."""

from datetime import datetime
from typing import ClassVar

from streamgauge.records.record import Record


class ChangeRequest(Record, frozen=True, kw_only=True):
    """A change request. `id` is its key in the tool."""

    table: ClassVar[str] = "change_requests"
    title: str | None
    """What it is called, addresses masked."""
    service: str | None
    """Name of the service that it alters."""
    team: str | None
    """Name of the team that asked."""
    type: str
    """`standard`, `normal` or `emergency`."""
    model: str | None
    """Name of the change model that it follows."""
    risk: str | None
    """The tool's risk, in its own words."""
    status: str | None
    """The tool's status now."""
    authority: str | None
    """Who authorises it: `peer`, `board`, `manager` or `pre-authorised`."""
    requested_at: datetime | None
    """When it was asked for."""
    approved_at: datetime | None
    """When it was authorised."""
    rejected_at: datetime | None
    """When it was refused."""
    planned_start_at: datetime | None
    """When it was to begin."""
    planned_end_at: datetime | None
    """When it was to end."""
    started_at: datetime | None
    """When it began."""
    ended_at: datetime | None
    """When it ended."""
    outcome: str | None
    """`successful`, `successful with issues`, `backed out`, `failed` or `cancelled`; null while it is open."""
    deployment: str | None
    """Id of the deployment that carried it out."""
