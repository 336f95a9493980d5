"""A crowd of made-up work and code, with every hole and tie that records have, for comparing two ways to compute."""

import random
from collections.abc import Sequence
from datetime import time
from pathlib import Path
from typing import Any

import pyarrow as pa

from streamgauge.company import Calendar, Company, OffTool, Service, Team, ValueStream, WipLimit
from streamgauge.lake import Lake
from streamgauge.records import Branch, Record, Release, Rewriting, schema
from tests.kit.board import Steps, day, item, link, transitions, write
from tests.kit.forge import Row, build, commit, deployment, forge, hour, merged, pull, review

COMPANY = Company(
    zone="Europe/Berlin",
    calendar=Calendar(opens=time(9), closes=time(17)),
    services=(Service(name="till", repository="shop"),),
    teams=(Team(name="Red", calendar=Calendar(zone="America/New_York", opens=time(8), closes=time(12))),),
    value_streams=(
        ValueStream(name="Pay", teams=("Red",)),
        ValueStream(name="All"),
        ValueStream(name="Far", labels=("x",), agreed=("Ready", "Development", "Review", "Done")),
    ),
    wip_limits=(WipLimit(limit=3), WipLimit(limit=2, team="Red", stage="Development")),
    off_tool=(
        OffTool(item="I?7", stage="Legal", entered="2026-05-01", left="2026-05-09 12:00", team="Blue"),
        OffTool(item="I7", stage="Funding", state="active", entered="2026-04-01", left="2026-07-01"),
        OffTool(item="I*", stage="Stop", entered="2026-08-01 08:00"),
    ),
)
"""A company with working hours in two zones, value streams by team, by label, and without any rule, and steps outside
of the tools."""
STATUSES = ("New", "Ready", "Development", "Blocked", "Waiting for review", "Test", "Done", "Frobnicating")
OUTCOMES = ("success", "success", "failure", "timed out", "cancelled", None)
STATES = ("approved", "approved", "changes requested", "commented", "dismissed")


def way(rng: random.Random) -> tuple[Steps, float]:
    """Return a way through statuses with the day of its end; some steps fall on one instant."""
    at, steps = rng.random() * 200, []
    for _ in range(rng.randint(1, 9)):
        steps.append((rng.choice(STATUSES), at))
        at += rng.choice((0, rng.expovariate(1 / 3)))
    return [*steps, ("Done", at)] if rng.random() < 0.7 else steps, at


def work(place: Path, count: int, *, seed: int = 4, first: int = 0) -> Lake:
    """Write many items with flags, changes of team and type, links, and holes in what is known; some vanished since.

    The lake is made where there is none; `first` numbers them.
    """
    rng = random.Random(seed)
    moves: list[dict[str, Any]] = []
    items: list[dict[str, Any]] = []
    for n in range(first, first + count):
        steps, at = way(rng)
        told_of = transitions(f"I{n}", steps, team=rng.choice((None, "Red", "Blue")))
        moves += [row | {"team": ("Red", "Blue")[k % 2]} for k, row in enumerate(told_of)] if n % 4 == 0 else told_of
        changes = (("flag", "blocked", ""), ("team", "Red", "Blue"), ("type", "story", "defect"))
        for field, one, other in changes:
            if rng.random() < 0.3:
                moves += transitions(f"I{n}", [(one, at - 4), (other, at - 1)], field=field)
        if rng.random() < 0.9:
            told: dict[str, Any] = {
                "labels": rng.choice(([], ["x", "y"])),
                "type": rng.choice(("story", "defect", None)),
                "team": "Red",
                "status": steps[-1][0],
            }
            items.append(item(f"I{n}", title=f"Item {n}", created_at=day(steps[0][1] - rng.random()), **told))
            if n % 11 == 0:
                items.append(items[-1] | {"recorded_at": day(95 + at / 2), "deleted": True})
    links = [link("blocks", f"I{n}", f"I{n + 1}") for n in range(first, first + count - 1, 5)]
    for n in range(first, first + count, 9):
        desk = {"source": "desk", "dataset": "cases"}
        steps, at = way(rng)
        moves += transitions(f"C{n}", steps, **desk)
        items.append(item(f"C{n}", created_at=day(steps[0][1] - 1), status=steps[-1][0], **desk))
        links.append(link("same", f"I{n}", f"C{n}"))
    for n in range(first, first + count, 8):
        moves += _log(rng, f"L{n}")
        items.append(item(f"U{n}", status="Ready", created_at=day(n)))
    return write(place, moves, items, links)


def _log(rng: random.Random, name: str) -> list[dict[str, Any]]:
    """Return what a log of starts and ends tells of one case; some starts and some ends are missing."""
    told, at = [], rng.random() * 200
    for nth, stage in enumerate(rng.choices(("Development", "Test", "Done"), k=4)):
        for mark in rng.choice((("start", "complete"), ("start", "suspend", "resume", "complete"), ("complete",))):
            at += rng.random()
            more: dict[str, Any] = {"lifecycle": mark, "source": "desk", "dataset": "cases"}
            more["team"] = rng.choice((None, "Red"))
            told += [row | {"id": f"{name}-{nth}-{mark}"} for row in transitions(name, [(stage, at)], **more)]
    return told


def code(place: Path, count: int, *, seed: int = 5) -> Lake:
    """Write pull requests of items, their reviews, commits, runs, deployments, releases and rewritten lines."""
    rng = random.Random(seed)
    pulls = [_pull(rng, n) for n in range(count)]
    reviews = [
        review(row["id"], _hours(n) + rng.choice((1, rng.random() * 60)), rng.choice(STATES), id=f"{n}/{k}",
               reviewer=rng.choice("abc"), is_bot=rng.random() < 0.1, comments=rng.randrange(3))
        for n, row in enumerate(pulls) for k in range(rng.choice((0, 1, 1, 3)))
    ]  # fmt: skip
    commits = [commit(f"m{n}", *([f"m{n - 1}"] if n else []), **_written(rng, n)) for n in range(count)]
    deployments = [
        deployment(f"m{n}", _hours(n) + rng.randrange(10, 90), id=f"d{n}", service=rng.choice(("till", "shop")))
        for n in range(0, count, 4)
    ]
    lake = forge(place, pulls=pulls, reviews=reviews, builds=list(_builds(rng, count)), commits=commits,
                 deployments=deployments)  # fmt: skip
    shared = {"repository": "shop", "deleted": False, "recorded_at": day(90), "source": "git"}
    rewritten = [
        shared | {"id": f"m{n}", "happened_at": hour(_hours(n)), "changed_lines": 9, "rewritten_lines": n % 4,
                  "within_days": 21.0}
        for n in range(count)
    ]  # fmt: skip
    releases = [shared | {"id": f"v1.{n}.0", "commit": f"m{n}", "released_at": hour(_hours(n) + 40)}
                for n in range(3, count, 5)]  # fmt: skip
    head = [shared | {"id": "HEAD", "commit": f"m{count - 1}", "target": "refs/heads/main"}]
    with lake.writing() as writer:
        for kind, rows in ((Rewriting, rewritten), (Release, releases), (Branch, head)):
            writer.append(kind, _table(kind, rows))
        writer.publish({})
    return lake


def _hours(number: int) -> float:
    return 24.0 + 18 * number


def _pull(rng: random.Random, n: int) -> Row:
    at = _hours(n)
    more: Row = {
        "title": f"Change {n}", "author": rng.choice("abcd"), "is_bot": rng.random() < 0.1, "created_at": hour(at),
        "ready_at": rng.choice((None, hour(at + 1))), "issue_keys": rng.choice(([], [f"I{n}"], [f"I{n}", "I1"])),
        "labels": rng.choice(([], ["x"])), "commits": rng.choice(([], [f"m{n}"])),
        "changed_files": rng.choice((None, 3)), "added_lines": rng.choice((None, 10 * n)),
        "deleted_lines": rng.choice((None, n)),
    }  # fmt: skip
    if rng.random() < 0.15:
        return pull(str(n), **more)
    return merged(str(n), at + rng.choice((2, 12, 60)), **more)


def _written(rng: random.Random, n: int) -> Row:
    reverts = [f"m{n - 2}"] if n > 2 and rng.random() < 0.1 else []
    return {"authored_at": hour(_hours(n) - rng.random() * 30), "committed_at": hour(_hours(n) + 1), "reverts": reverts}


def _builds(rng: random.Random, count: int) -> Sequence[Row]:
    rows = []
    for n in range(2 * count):
        at = _hours(n) / 2
        more: Row = {"is_default_branch": rng.choice((None, True)), "trigger": rng.choice(("push", "schedule")),
                     "commit": f"m{n // 2}", "pipeline": rng.choice(("ci", "ci", "nightly")),
                     "pull_request": rng.choice((None, None, str(n // 2)))}  # fmt: skip
        rows += [build(f"b{n}-{k}", rng.choice(OUTCOMES), at + rng.choice((0, k)), attempt=k, **more)
                 for k in range(1, rng.choice((2, 2, 4)))]  # fmt: skip
    return rows


def _table(kind: type[Record], rows: Sequence[Row]) -> pa.Table:
    return pa.Table.from_pylist([dict(row) for row in rows], schema=schema(kind))
