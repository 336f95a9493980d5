"""Code sets: the repositories of a forge or a build server whose pull requests and runs are measured."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from streamgauge.company import Company
from streamgauge.lake import View
from streamgauge.records.record import UTC_INSTANT

CODE_SETS = pa.schema(
    [
        pa.field("line_id", pa.string()),
        pa.field("source", pa.string()),
        pa.field("repository", pa.string()),
        pa.field("service", pa.string()),
        pa.field("default_branch", pa.string()),
        pa.field("basis", pa.string()),
        pa.field("known_at", UTC_INSTANT),
        pa.field("pull_requests", pa.int64()),
        pa.field("reviews", pa.int64()),
        pa.field("runs", pa.int64()),
        pa.field("delivered_by", pa.string()),
    ]
)
"""One row per repository with pull requests or pipeline runs, as one tool tells of it.

`service` is the service of the company file whose repository it is, where there is just one. `basis` is what the facts
rest on, `known_at` the last thing that happened; `reviews` are those by people other than the author. `delivered_by`
says what stands for the delivery of a change: `deployments` to production where the lake has any of this code, else
`releases`; null where it knows of neither.
"""

_STATES = """
SELECT t.source, t.repository, count(*) AS n, max(t.recorded_at) AS last, max(t.happened_at) AS known_at
FROM (SELECT source, repository, recorded_at, coalesce(closed_at, merged_at, created_at) AS happened_at
      FROM pull_requests_history
      UNION ALL SELECT source, repository, recorded_at, coalesce(finished_at, started_at, queued_at)
      FROM builds_history
      UNION ALL SELECT source, repository, recorded_at, happened_at FROM rewritings_history) AS t
GROUP BY t.source, t.repository ORDER BY t.source, t.repository
"""
_AROUND = " UNION ALL ".join(
    f"SELECT '{table}' AS name, count(*) AS n, max(recorded_at) AS last FROM {table}_history"
    for table in ("branches", "commits", "contains", "deploys", "items", "releases", "reviews")
)
_HEADS = """
SELECT repository, replace(max(target), 'refs/heads/', '') AS branch FROM branches
WHERE id = 'HEAD' AND target IS NOT NULL GROUP BY repository
"""


@dataclass(frozen=True, kw_only=True)
class CodeSet:
    """A repository with pull requests, runs or rewritten lines: the state of its records, and the company's terms."""

    source: str
    repository: str
    service: str | None
    terms: str
    default_branch: str | None
    known_at: datetime | None
    records: str

    @property
    def line_id(self) -> str:
        """Its key in the facts."""
        named = f"code\0{self.source}\0{self.repository}"
        return hashlib.sha256(named.encode("utf-8", "surrogatepass")).hexdigest()[:24]

    def basis(self, form: str) -> str:
        """Return the mark of all that its facts rest on, in the form of this version."""
        terms = repr((self.records, self.service, self.terms, self.default_branch, form))
        return hashlib.sha256(terms.encode()).hexdigest()[:24]


def code_sets(view: View, company: Company) -> tuple[CodeSet, ...]:
    """Return the repositories of which the lake holds pull requests, runs or rewritten lines."""
    rows = view.rows(_STATES)
    if not rows:
        return ()
    around = sorted(tuple(map(str, row.values())) for row in view.rows(_AROUND))
    heads = {row["repository"]: row["branch"] for row in view.rows(_HEADS)}
    return tuple(
        CodeSet(
            source=row["source"],
            repository=row["repository"],
            service=_service(row["repository"], company),
            terms=repr((company.value_streams, company.thresholds.churn_days)),
            default_branch=heads.get(row["repository"]),
            known_at=row["known_at"],
            records=f"{row['n']} {row['last']} {around}",
        )
        for row in rows
    )


def _service(repository: str, company: Company) -> str | None:
    """Return the only service of the company that lives in a repository."""
    names = [service.name for service in company.services if service.repository == repository]
    return names[0] if len(names) == 1 else None
