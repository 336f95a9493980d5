"""A lake in which something is the matter: streams with a known constraint, code that nobody tends."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from streamgauge.facts import FACTS
from streamgauge.lake import Lake
from streamgauge.records import Build, PullRequest, Record, Review, schema
from tests.kit.board import RECORDED, START, day, transitions, write
from tests.kit.tandem import Shape, play

STAGES = ("Analysis", "Development", "Test")
_STATUSES = (
    ("Ready for analysis", "Analysis"),
    ("Ready for development", "In Development"),
    ("Ready for test", "In Test"),
)


def stream(place: Path, shape: Shape, seed: int, *, days: float = 0.5) -> tuple[Lake, str | None]:
    """Return a lake with the items of a stream of three stages, and the stage that truly holds it up.

    A unit of time of the shape lasts `days`; what has not happened by its end is not told.
    """
    played = play(shape, seed)
    rows: list[dict[str, Any]] = []
    for i in range(len(played.came)):
        steps: list[tuple[str, float]] = []
        for j, (waits, works) in enumerate(_STATUSES):
            steps += [(waits, float(played.came[i, j])), (works, float(played.begun[i, j]))]
        steps.append(("Done", float(played.left[i, -1])))
        told = [(status, at * days) for status, at in steps if at < played.until]
        rows += transitions(f"S-{i}", told)
    return write(place, rows), None if played.constraint is None else STAGES[played.constraint]


def put(lake: Lake, kind: type[Record], rows: Sequence[Mapping[str, Any]]) -> None:
    """Write records of one kind into a lake."""
    blank = dict.fromkeys(schema(kind).names)
    shared = {"source": "forge", "repository": "quay", "recorded_at": RECORDED, "deleted": False}
    with lake.writing() as writer:
        writer.append(kind, pa.Table.from_pylist([blank | shared | dict(row) for row in rows], schema=schema(kind)))
        writer.publish({})


def pulls(lake: Lake, number: int, *, reviewed: int, repository: str = "quay") -> None:
    """Merge so many pull requests, one a day, of which the first so many were reviewed by another person."""
    merged = [
        {"id": str(n), "repository": repository, "state": "merged", "is_bot": False, "created_at": day(n)}
        | {"merged_at": day(n + 0.5), "commits": [], "labels": [], "issue_keys": []}
        for n in range(number)
    ]
    put(lake, PullRequest, merged)
    put(
        lake,
        Review,
        [
            {"id": f"r{n}", "repository": repository, "pull_request": str(n), "is_bot": False, "is_author": False}
            | {"state": "approved", "submitted_at": day(n + 0.2)}
            for n in range(reviewed)
        ],
    )


def builds(lake: Lake, outcomes: Sequence[Sequence[str]], *, repository: str = "quay", hours: float = 12.0) -> None:
    """Run a pipeline on one state of the default branch after the other; several outcomes are attempts on the same."""
    rows = []
    for n, attempts in enumerate(outcomes):
        for attempt, outcome in enumerate(attempts, 1):
            at = START + timedelta(hours=n * hours + attempt / 4)
            rows.append(
                {"id": f"{n}-{attempt}", "repository": repository, "pipeline": "check", "branch": "main"}
                | {"is_default_branch": True, "commit": f"c{n}", "attempt": attempt, "outcome": outcome}
                | {"queued_at": at, "started_at": at, "finished_at": at + timedelta(minutes=10)}
            )
    put(lake, Build, rows)


def empty(place: Path) -> Lake:
    """Return a lake that holds nothing yet."""
    return Lake.open(str(place), create=True, facts=FACTS)


def end(days: float) -> datetime:
    """Return the instant so many days after the start."""
    return day(days)
