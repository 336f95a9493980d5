"""What a lake brings with it: the company whose records it was filled with, and the end of their history."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from streamgauge.company import Company
from streamgauge.lake import Lake

BROUGHT = "brought"
"""The cursor under which a lake keeps what it brings with it."""


@dataclass(frozen=True, kw_only=True)
class Brought:
    """What a lake was filled with: its mark, the company whose records they are, and the end of its history (UTC)."""

    mark: str
    company: Company
    until: datetime
    rows: Mapping[str, int] = field(default_factory=dict)
    """How many records of each table it was given."""


def brought(lake: Lake) -> Brought | None:
    """Return what a lake brings with it; none where it was filled by reading tools."""
    from streamgauge.company.file import parse

    snapshot = lake.snapshot()
    said = snapshot.cursors.get(BROUGHT) if snapshot else None
    if said is None:
        return None
    held = json.loads(said)
    company = parse(json.dumps(held["company"]), name="the lake's company file")
    return Brought(mark=held["mark"], company=company, until=datetime.fromisoformat(held["until"]), rows=held["rows"])
