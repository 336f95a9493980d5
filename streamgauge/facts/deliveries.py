"""Deliveries: which deployment or release was the first to bring a merged pull request to its users."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import pyarrow as pa

from streamgauge.facts.ancestry import Ancestry
from streamgauge.facts.outcomes import outcome_of
from streamgauge.lake import View
from streamgauge.records.record import UTC_INSTANT

CARRIED = pa.schema(
    [
        pa.field("service", pa.string()),
        pa.field("change", pa.string()),
        pa.field("deployed_at", UTC_INSTANT),
        pa.field("deployment", pa.string()),
    ]
)
"""One row per change and service, with its first deployment that contains the change; null stands for any service."""

IN_PRODUCTION = f"""lower(d.tier) IN ('production', 'prod') AND d.finished_at IS NOT NULL
  AND {outcome_of("d.outcome")} = 'success' AND d.finished_at <= $known_at"""
"""Whether a deployment `d` succeeded and was known (definitions 1.2)."""
_DEPLOYED = f"""
SELECT c.repository, d.id, d.service, d.commit, d.finished_at
FROM deploys AS d JOIN commits AS c ON c.id = d.commit WHERE {IN_PRODUCTION}
ORDER BY c.repository, d.finished_at, d.id
"""
_COMMITS = "SELECT id, parents FROM commits WHERE repository = $repository ORDER BY id"


def carried(view: View, changes: Sequence[str], known_at: Any) -> pa.Table:
    """Return for these commits the first production deployment that contains each, by ancestry and never by dates."""
    wanted = pa.array(sorted(set(changes)), pa.string())
    rows = view.rows(_DEPLOYED, {"known_at": known_at}) if len(wanted) else []
    found = [
        table
        for repository, group in groupby(rows, key=lambda row: row["repository"])
        for table in _carried(view, repository, list(group), wanted)
    ]
    return pa.concat_tables([CARRIED.empty_table(), *found])


def _carried(view: View, repository: str, rows: Sequence[dict[str, Any]], wanted: pa.Array) -> Iterator[pa.Table]:
    import numpy as np

    commits = view.query(_COMMITS, {"repository": repository}).combine_chunks()
    if not commits.num_rows:
        return
    ids, parents = commits["id"].chunk(0), commits["parents"].chunk(0)
    ancestry = Ancestry(ids, parents)
    mine = np.asarray(pa.compute.is_in(ids, value_set=wanted))
    for service in (None, *sorted({row["service"] for row in rows})):
        these = [row for row in rows if service in (None, row["service"])]
        owner = ancestry.claim(ancestry.numbers([row["commit"] for row in these]))
        places = np.nonzero(mine & (owner >= 0))[0]
        first = [these[n] for n in owner[places]]
        columns = {
            "service": [service] * len(first),
            "change": ids.take(pa.array(places)),
            "deployed_at": [row["finished_at"] for row in first],
            "deployment": [row["id"] for row in first],
        }
        yield pa.table(columns, schema=CARRIED)
