"""Joins a clone and the lake for code churn: reads which young lines each change rewrote, only where that is asked."""

from datetime import UTC, datetime

import pyarrow as pa

from streamgauge.company import Company, globs
from streamgauge.lake import Lake
from streamgauge.progress import Progress
from streamgauge.records import Rewriting, schema
from streamgauge.records.record import fields
from streamgauge.sources.git.repository import Repository
from streamgauge.sources.git.rewritings import IsGenerated, fetch


def read(lake: Lake, path: str, company: Company, since: datetime | None, progress: Progress) -> int:
    """Keep the rewritings of a clone's default branch, as one published snapshot; returns how many are new.

    Raises NotARepository, NoPermission, GitMissing or BrokenRepository.
    """
    repository = Repository(path)
    now = datetime.now(UTC)
    pattern = globs.regular_expression(company.thresholds.generated, anywhere=True)
    found: dict[str, list[object]] = {name: [] for name in fields(Rewriting)}
    days = company.thresholds.churn_days
    generated = IsGenerated(pattern)
    rows = fetch(
        repository.path, repository=repository.id, recorded_at=now, days=days, since=since, generated=generated
    )
    for n, row in enumerate(rows):
        for name, column in found.items():
            column.append(getattr(row, name))
        progress.step("changes of the default branch", n, None)
    with lake.writing() as writer:
        new = writer.append(Rewriting, pa.table(found, schema=schema(Rewriting)))
        writer.publish({})
    return new
