"""A deployment: the running version of one service in one environment changed, or was meant to."""

from datetime import datetime
from typing import ClassVar

from streamgauge.records.record import Record


class Deployment(Record, frozen=True, kw_only=True):
    """A deployment of one service. `id` is its key in the tool."""

    table: ClassVar[str] = "deploys"
    service: str
    """Name of the service."""
    environment: str
    """Name of the environment."""
    tier: str
    """`production`, `staging`, `test` or `development`."""
    kind: str
    """`normal`, `hotfix`, `rollback`, `redeploy`, `config` or `flag`."""
    outcome: str | None
    """`success`, `failed` (production changed and it had to be mended), `not started` (production never changed),
    null while it runs."""
    commit: str | None
    """Hash of the commit that runs from then on."""
    previous_commit: str | None
    """Hash of the commit that ran before."""
    artifact: str | None
    """Version or digest of what was deployed."""
    release: str | None
    """Id of the release that it brings out."""
    run: str | None
    """Key of the pipeline run; one run that deploys several services counts once above the level of a service."""
    change_request: str | None
    """Id of the change that authorised it."""
    started_at: datetime | None
    """When it began."""
    first_exposed_at: datetime | None
    """When the first users met it."""
    finished_at: datetime | None
    """When its last stage was at the target exposure, or when it was given up."""
