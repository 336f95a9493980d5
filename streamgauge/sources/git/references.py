"""Reads a repository's references into records: branches and tags."""

from datetime import datetime

import pyarrow as pa

from streamgauge.records import Branch, Release, schema
from streamgauge.sources.git.repository import Reference, State

_TAGS = "refs/tags/"


def branches(state: State, *, repository: str, recorded_at: datetime) -> pa.Table:
    """Return Branch records, with one called `HEAD` for what the repository shows by default."""
    rows: list[tuple[str, str, str | None]] = [(b.name, b.commit, None) for b in state.branches]
    rows += [("HEAD", state.head, state.head_target)] if state.head else []
    columns = _shared([r[0] for r in rows], repository, recorded_at)
    columns |= {"commit": [r[1] for r in rows], "target": [r[2] for r in rows]}
    return pa.table({f.name: columns[f.name] for f in schema(Branch)}, schema=schema(Branch))


def releases(state: State, *, repository: str, recorded_at: datetime) -> pa.Table:
    """Return Release records, one per tag that names a commit; times are UTC."""
    tags = state.tags
    columns = _shared([_short(t) for t in tags], repository, recorded_at)
    columns |= {
        "commit": [t.commit for t in tags],
        "released_at": [t.at for t in tags],
        "annotated": [t.annotated for t in tags],
    }
    return pa.table({f.name: columns[f.name] for f in schema(Release)}, schema=schema(Release))


def _short(tag: Reference) -> str:
    return tag.name.removeprefix(_TAGS)


def _shared(ids: list[str], repository: str, recorded_at: datetime) -> dict[str, list[object]]:
    n = len(ids)
    return {
        "source": ["git"] * n,
        "repository": [repository] * n,
        "id": list(ids),
        "recorded_at": [recorded_at] * n,
        "deleted": [False] * n,
        "url": [None] * n,
    }
