"""Deployments of GitLab."""

from collections.abc import Sequence

from streamgauge.records import Deployment
from streamgauge.sources.files.flat import Flat
from streamgauge.sources.files.payloads.payload import Fields, Payload, first, places
from streamgauge.sources.files.payloads.tiers import tier_of

_OUTCOMES = {"success": "success", "failed": "failed", "canceled": "not started", "skipped": "not started"}


def _read(rows: Sequence[Flat]) -> Fields:
    row = rows[0]
    outcome = _OUTCOMES.get(first(row, "status") or "")
    project = places(first(row, "deployable.web_url", "deployable.pipeline.web_url"), until="-")
    environment = first(row, "environment.name")
    return {
        "service": first(row, "environment.project.path", "project.path") or (project[-1] if project else None),
        "tier": tier_of(environment, first(row, "environment.tier")),
        "kind": "normal",
        "outcome": outcome,
        "finished_at": first(row, "finished_at", "deployable.finished_at", "updated_at") if outcome else None,
    }


GITLAB_DEPLOYMENTS = Payload(
    title="deployments of GitLab",
    makes=Deployment,
    marks=(frozenset(("id", "sha", "status", "environment.name", "created_at")),),
    fields={
        "id": ("id",),
        "url": ("deployable.web_url",),
        "environment": ("environment.name",),
        "commit": ("sha",),
        "run": ("deployable.pipeline.id",),
        "started_at": ("deployable.started_at", "created_at"),
    },
    read=_read,
)
