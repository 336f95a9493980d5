"""A forge for tests: pull requests, reviews, runs and deployments, written into a lake as a tool would tell of them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from streamgauge.facts import FACTS
from streamgauge.lake import Lake
from streamgauge.records import Build, Commit, Deployment, PullRequest, Record, Review, schema

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
RECORDED = datetime(2026, 6, 1, tzinfo=UTC)
Row = dict[str, Any]


def hour(number: float) -> datetime:
    """Return the instant so many hours after midnight of Monday, 2 March 2026, UTC."""
    return MONDAY + timedelta(hours=number)


def _row(name: str, source: str, blank: Mapping[str, Any], more: Mapping[str, Any]) -> Row:
    shared = {"id": name, "source": source, "repository": "shop", "recorded_at": RECORDED, "deleted": False}
    return shared | dict(blank) | dict(more)


def pull(name: str, **more: Any) -> Row:
    """Return the row of a pull request that was opened by somebody at hour 8, and is still open."""
    blank = {"state": "open", "author": "a", "is_bot": False, "created_at": hour(8), "commits": [], "labels": []}
    return _row(name, "forge", blank | {"issue_keys": []}, more)


def merged(name: str, at: float, **more: Any) -> Row:
    """Return the row of a pull request that was merged at an hour; its merge commit is `m` and its name."""
    return pull(name, state="merged", merged_at=hour(at), closed_at=hour(at), merge_commit=f"m{name}") | more


def review(of: str, at: float, state: str = "approved", **more: Any) -> Row:
    """Return the row of a review by a second person."""
    blank = {"pull_request": of, "reviewer": "b", "is_bot": False, "is_author": False, "state": state}
    return _row(f"{of}/{at}/{state}", "forge", blank | {"submitted_at": hour(at), "comments": 0}, more)


def deployment(commit: str, at: float, **more: Any) -> Row:
    """Return the row of a successful deployment of a commit to production."""
    blank = {"service": "shop", "environment": "live", "tier": "production", "kind": "normal", "outcome": "success"}
    return _row(f"d{at}", "cd", blank | {"commit": commit, "finished_at": hour(at)}, more)


def commit(name: str, *parents: str, **more: Any) -> Row:
    """Return the row of a commit."""
    blank: Row = {"parents": list(parents), "is_truncated": False, "author": "a", "committer": "a", "is_bot": False}
    lists = {name: [] for name in ("co_authors", "reverts", "cherry_picked_from", "issue_keys", "pull_requests")}
    return _row(name, "git", blank | lists | {"subject": "", "trailers": []}, more)


def build(name: str, outcome: str | None, at: float, **more: Any) -> Row:
    """Return the row of a run on the default branch that ended at an hour, having begun half an hour before."""
    blank = {"pipeline": "ci", "branch": "main", "is_default_branch": True, "commit": f"c{name}", "attempt": 1}
    times = {"queued_at": hour(at - 0.75), "started_at": hour(at - 0.5), "finished_at": hour(at)}
    return _row(name, "forge", blank | times | {"outcome": outcome}, more)


_KINDS: tuple[tuple[str, type[Record]], ...] = (
    ("pulls", PullRequest),
    ("reviews", Review),
    ("builds", Build),
    ("deployments", Deployment),
    ("commits", Commit),
)


def forge(place: Path, **rows: Sequence[Row]) -> Lake:
    """Write rows, by the plural of what they are, into the lake at a place, made where there is none."""
    lake = Lake.open(str(place), create=True, facts=FACTS)
    with lake.writing() as writer:
        for name, kind in _KINDS:
            if rows.get(name):
                writer.append(kind, pa.Table.from_pylist(list(rows[name]), schema=schema(kind)))
        writer.publish({})
    return lake
