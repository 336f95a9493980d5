"""Rows of imported files that could not be read: where they stand, and why they were put aside."""

import json
from dataclasses import dataclass

from streamgauge.lake import Lake

SOURCE = "files"


@dataclass(frozen=True, kw_only=True)
class Reject:
    """One row that an import put aside: where it stands, and why; the value only where it is of no person."""

    dataset: str
    file: str
    sheet: str
    line: int
    column: str
    reason: str
    value: str | None


def rejects(lake: Lake) -> tuple[Reject, ...]:
    """Return the rows that the newest import of each file put aside, by dataset, file and line."""
    snapshot = lake.snapshot()
    newest = {
        (name.removeprefix(f"{SOURCE}:"), file): digest
        for name, said in (snapshot.cursors if snapshot else {}).items()
        if name.startswith(f"{SOURCE}:")
        for file, digest in json.loads(said).items()
    }
    if not newest:
        return ()
    with lake.view() as view:
        kept = view.raw(SOURCE, "reject").select(["repository", "payload"]).to_pylist()
    rows = ((row["repository"], json.loads(row["payload"])) for row in kept)
    found = [
        Reject(dataset=dataset, **{name: said[name] for name in ("file", "sheet", "line", "column", "reason", "value")})
        for dataset, said in rows
        if newest.get((dataset, said["file"])) == said["digest"]
    ]
    return tuple(sorted(found, key=lambda reject: (reject.dataset, reject.file, reject.sheet, reject.line)))
