"""Deployments of a line with their verdict; for plain git, releases stand in for them."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from streamgauge.company import Thresholds
from streamgauge.records.record import UTC_INSTANT

# What judges is loaded where facts are made: the schema is of all that reads them.
if TYPE_CHECKING:
    from streamgauge.facts.failures import Inference, Repair
    from streamgauge.facts.release_lines import Entry

DEPLOYMENTS = pa.schema(
    [
        pa.field("line_id", pa.string()),
        pa.field("deployment", pa.string()),
        pa.field("deployment_group", pa.string()),
        pa.field("commit", pa.string()),
        pa.field("deployed_at", UTC_INSTANT),
        pa.field("ordinal", pa.int64()),
        pa.field("kind", pa.string()),
        pa.field("left_out", pa.string()),
        pa.field("commits", pa.int64()),
        pa.field("is_cut", pa.bool_()),
        pa.field("verdict", pa.string()),
        pa.field("is_inferred", pa.bool_()),
        pa.field("why", pa.string()),
        pa.field("failed_at", UTC_INSTANT),
        pa.field("restored_at", UTC_INSTANT),
    ]
)
"""One row per deployment or tag of a line (definitions 1.0).

`kind` is normal, hotfix, rollback, redeploy, config or flag; `left_out` says why a tag does not count; `verdict` is ok,
failed or not measurable; `restored_at` is null while a failure is open, and a failure that `is_inferred` was only known
from then on. One pipeline run is one `deployment_group`.
"""

REVERTS = """
SELECT r.deployment AS repair, r.deployed_at AS repaired_at, r.change AS revert,
       c.deployment AS failed, c.change AS reverted
FROM (SELECT deployment, deployed_at, ordinal, change, unnest(reverts) AS target FROM shipped
      WHERE line_id = $line AND is_revert) AS r
JOIN shipped AS c ON c.change = r.target
WHERE c.line_id = $line AND NOT c.is_revert AND c.ordinal < r.ordinal
ORDER BY repaired_at, revert, reverted
"""
"""Releases that carry the revert of a change of an earlier release. A revert of a revert is new work, no failure."""


def repairs(rows: Sequence[dict[str, Any]]) -> "list[Repair]":
    """Return the repairs that the rows of REVERTS show."""
    from streamgauge.facts.failures import Repair

    return [
        Repair(r["failed"], r["repair"], r["repaired_at"], f"{r['repair']} reverts {r['reverted'][:10]}") for r in rows
    ]


def judge(entries: "Sequence[Entry]", reverts: "Sequence[Repair]", terms: Thresholds) -> "Inference":
    """Return what the two rules infer for the counted entries of a line."""
    from streamgauge.facts.failures import Shipment, infer

    counted = [e for e in entries if e.left_out is None]
    shipments = [Shipment(e.tag.name, e.tag.at, e.version.numbers if e.version else ()) for e in counted if e.tag.at]
    return infer(shipments, reverts, bool(reverts), terms)


def table(line_id: str, entries: "Sequence[Entry]", sizes: pa.Table, inference: "Inference") -> pa.Table:
    """Return the fact for all tags of a line; `sizes` has commits and is_cut for the counted ones, in order."""
    repaired = {r.failed: r for r in inference.repairs}  # of several the last: only then is it restored
    hotfixes = {r.by for r in inference.repairs}
    counts, cuts = sizes["commits"].to_pylist(), sizes["is_cut"].to_pylist()
    rows, ordinal = [], 0
    for entry in entries:
        counted = entry.left_out is None
        repair = repaired.get(entry.tag.name) if counted else None
        rows.append(
            {
                "line_id": line_id,
                "deployment": entry.tag.name,
                "commit": entry.tag.commit,
                "deployed_at": entry.tag.at,
                "ordinal": ordinal if counted else None,
                "kind": "hotfix" if counted and entry.tag.name in hotfixes else "normal",
                "left_out": entry.left_out,
                "commits": counts[ordinal] if counted else None,
                "is_cut": cuts[ordinal] if counted else None,
            }
            | _verdict(counted, entry.tag.at, repair, inference)
        )
        ordinal += counted
    return pa.Table.from_pylist(rows, schema=DEPLOYMENTS)


def _verdict(counted: bool, at: datetime | None, repair: "Repair | None", inference: "Inference") -> dict[str, Any]:
    if not counted:
        return {}
    if repair is not None:
        return {"verdict": "failed", "is_inferred": True, "why": repair.why, "failed_at": at, "restored_at": repair.at}
    return {"is_inferred": True, "verdict": "not measurable" if inference.unmeasurable else "ok"}
