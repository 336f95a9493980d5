"""Limits on work in progress: those of the company file, for a team of known size the usual one (definitions 2.3)."""

import pyarrow as pa

from streamgauge.company import Company

LIMITS = pa.schema(
    [
        pa.field("line_id", pa.string()),
        pa.field("team", pa.string()),
        pa.field("stage", pa.string()),
        pa.field("wip_limit", pa.int64()),
        pa.field("said_by", pa.string()),
    ]
)
"""One row per limit. A null `team` or `stage` stands for all of them; `said_by` is the company file's own limit, or the
size of the team: one item less than it has members, and at least one."""

SAID, BY_SIZE = "company file", "size of the team"


def limits(line_id: str, company: Company) -> pa.Table:
    """Return the limits of the company file; teams are in small letters, for the tools write them in their own way."""
    said = {((one.team or "").lower(), one.stage): (one.limit, SAID) for one in company.wip_limits}
    usual = {(t.name.lower(), None): (max(1, t.members - 1), BY_SIZE) for t in company.teams if t.members is not None}
    rows = [
        {"line_id": line_id, "team": team or None, "stage": stage, "wip_limit": limit, "said_by": by}
        for (team, stage), (limit, by) in (usual | said).items()
    ]
    return pa.Table.from_pylist(rows, schema=LIMITS)
