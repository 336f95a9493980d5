"""A build: one run of a pipeline on one state of the code."""

from datetime import datetime
from typing import ClassVar

from streamgauge.records.record import Record


class Build(Record, frozen=True, kw_only=True):
    """A pipeline run. `id` is the run's key, with the attempt behind it where there are several."""

    table: ClassVar[str] = "builds"
    pipeline: str
    """Name of the pipeline, workflow or job."""
    branch: str | None
    """Branch that it ran on."""
    is_default_branch: bool | None
    """Whether that is the default branch."""
    commit: str | None
    """Hash of the commit that it ran on."""
    pull_request: str | None
    """Id of the pull request that it ran for."""
    trigger: str | None
    """What started it, such as `push`, `schedule` or `manual`."""
    attempt: int
    """1 for the first run on this commit, 2 for the first repetition, and so on."""
    queued_at: datetime | None
    """When it was asked for."""
    started_at: datetime | None
    """When it began."""
    finished_at: datetime | None
    """When it ended."""
    outcome: str | None
    """`success`, `failure`, `timeout`, `startup failure`, `cancelled` or `skipped`; null while it runs."""
    tests_run: int | None
    """How many tests ran."""
    tests_failed: int | None
    """How many of them failed."""
