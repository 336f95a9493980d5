"""Facts and answers for a large synthetic history: their time and memory against fixed limits."""

import resource
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from time import perf_counter
from typing import TYPE_CHECKING, Any

from bench.clock import apart
from bench.figure import Figure
from bench.ground import Ground
from tests.kit.synthetic import Change, changes, name

if TYPE_CHECKING:
    import pyarrow as pa

COMMITS, TAGS = 1_000_000, 5_000
REPOSITORY = "synthetic"
_BATCH = 100_000


def facts(ground: Ground) -> Iterator[Figure]:
    """Give the time and the peak memory of one refresh with its report, on two cores, after a lake was filled."""
    commits, lake = ground.commits or COMMITS, str(ground.folder / "facts")
    apart(None, fill, lake, commits)
    refreshed, answered, mebibytes = apart(2, derive, lake)
    what = f"facts of {commits:,} commits"
    yield Figure(name=what, ours=refreshed + answered, against="time", limit=10)
    yield Figure(name=f"{what}, memory", ours=mebibytes, unit="MiB", against="memory", limit=2048)


def fill(lake: str, commits: int) -> None:
    """Make a lake that holds the records of a synthetic history, as a sync would leave them."""
    from streamgauge.facts import FACTS
    from streamgauge.lake import Lake
    from streamgauge.records import Branch, Commit, Release

    history = changes(commits, release_every=max(1, COMMITS // TAGS))
    tags: list[Change] = []
    with Lake.open(lake, create=True, facts=FACTS).writing() as writer:
        while batch := list(islice(history, _BATCH)):
            writer.append(Commit, _table(Commit, [_commit(change) for change in batch]))
            tags += [change for change in batch if change.release]
        writer.append(Release, _table(Release, [_release(tag) for tag in tags]))
        head = {"id": "HEAD", "commit": name(commits - 1), "target": "refs/heads/main"}
        writer.append(Branch, _table(Branch, [head]))
        writer.publish({})


def derive(lake: str) -> tuple[float, float, float]:
    """Return the seconds of the refresh, those of the report, and this process's peak memory in MiB."""
    from streamgauge.answers.delivery import deliver
    from streamgauge.answers.request import Request
    from streamgauge.company import Service, Thresholds
    from streamgauge.facts import FACTS
    from streamgauge.facts.refresh import Terms, refresh
    from streamgauge.lake import Lake
    from streamgauge.sync import Synced

    service = Service(name=REPOSITORY, repository=REPOSITORY)
    terms = Terms(
        repository=REPOSITORY, service=service, patterns=(), thresholds=Thresholds(), basis="bench", identity="bench"
    )
    start = perf_counter()
    opened = Lake.open(lake, facts=FACTS)
    with opened.writing() as writer:
        lines = refresh(writer, terms)
        writer.publish({})
    refreshed = perf_counter()
    synced = Synced(path=REPOSITORY, repository=REPOSITORY, services=(service,), line_ids=tuple(lines))
    deliver(opened, Request(paths=(REPOSITORY,)), (synced,))
    return refreshed - start, perf_counter() - refreshed, _peak()


def _peak() -> float:
    """Return the most memory that this process held, in MiB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10


def _table(kind: Any, rows: list[dict[str, Any]]) -> "pa.Table":
    import pyarrow as pa

    from streamgauge.records import schema

    shared = {"source": "git", "repository": REPOSITORY, "recorded_at": datetime.now(UTC), "deleted": False}
    return pa.Table.from_pylist([shared | row for row in rows], schema=schema(kind))


def _commit(change: Change) -> dict[str, Any]:
    """Return a commit; every hundredth takes back one that came shortly before."""
    person = f"p-{change.number % 400:016x}"
    is_revert = change.number % 100 == 99
    return {
        "id": name(change.number),
        "parents": [name(parent) for parent in change.parents],
        "is_truncated": False,
        "authored_at": datetime.fromtimestamp(change.authored, UTC),
        "authored_offset_minutes": 0,
        "committed_at": datetime.fromtimestamp(change.committed, UTC),
        "committed_offset_minutes": 0,
        "author": person,
        "committer": person,
        "co_authors": [],
        "is_bot": change.number % 20 == 0,
        "subject": f"Change {change.number} (#{change.number})",
        "reverts": [name(change.number - 30)] if is_revert else [],
        "cherry_picked_from": [],
        "issue_keys": [f"PROJ-{change.number % 997}"],
        "pull_requests": [change.number],
        "trailers": [],
    }


def _release(change: Change) -> dict[str, Any]:
    at = datetime.fromtimestamp(change.committed + 60, UTC)
    return {"id": change.release, "commit": name(change.number), "released_at": at, "annotated": True}
