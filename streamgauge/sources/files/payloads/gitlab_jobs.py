"""Jobs of GitLab, each pipeline with all of its own."""

from collections.abc import Sequence

from streamgauge.records import Build
from streamgauge.sources.files.flat import Flat
from streamgauge.sources.files.payloads.gitlab_pipelines import ENDS
from streamgauge.sources.files.payloads.payload import Fields, Payload, first, in_order, places


def _read(rows: Sequence[Flat]) -> Fields:
    row = rows[0]
    began, ended = (in_order(first(one, name) for one in rows) for name in ("started_at", "finished_at"))
    status = first(row, "pipeline.status")
    is_over = status in ENDS
    return {
        "pipeline": "/".join(places(first(row, "pipeline.web_url", "web_url"), until="-")) or "pipeline",
        "attempt": "1",
        "branch": None if row.get("tag") == "true" else first(row, "pipeline.ref", "ref"),
        "started_at": began[0] if began else None,
        "finished_at": ended[-1] if ended and is_over else None,
        "outcome": status if is_over else None,
    }


GITLAB_JOBS = Payload(
    title="jobs of GitLab, each pipeline with all of its own",
    makes=Build,
    marks=(frozenset(("id", "stage", "name", "status", "pipeline.id", "pipeline.status")),),
    by="pipeline.id",
    fields={
        "id": ("pipeline.id",),
        "url": ("pipeline.web_url",),
        "commit": ("pipeline.sha", "commit.id"),
        "queued_at": ("pipeline.created_at", "created_at"),
    },
    read=_read,
    note="A pipeline lasted from the start of its first job that is there to the end of its last.",
)
