"""What a reader asks for: which repositories, which span of time, which policy."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from streamgauge.company import Company

LeadTimeFrom = Literal["authored", "committed"]
Lines = Literal["none", "shown", "all"]


@dataclass(frozen=True, kw_only=True)
class Request:
    """One question about delivery. Instants are UTC; null means: no bound, or what the company file says.

    `paths` are the repositories (empty: all that the lake holds). `releases` are regular expressions over
    whole tag names, one per release line; empty means found by themselves or named in the company file.
    `service` (NAME or NAME/LINE) and `line` are whose release lines are shown.
    """

    paths: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    as_of: datetime | None = None
    releases: tuple[str, ...] = ()
    lead_time_from: LeadTimeFrom | None = None
    include_merges: bool | None = None
    lines: Lines = "shown"
    service: str | None = None
    line: str | None = None
    company: Company = field(default_factory=Company)
