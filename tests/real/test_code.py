"""Real pull requests and runs come to the figures that plain Python finds in the same tables."""

import csv
import gzip
import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from tests.end_to_end.command import here

SHARED = Path(os.environ.get("STREAMGAUGE_SHARED", Path(__file__).parents[3] / "shared"))
DATA = SHARED / "data"
CHANGES = DATA / "devlake-e2e/dora/e2e/change_lead_time"
ANTS = DATA / "devlake-e2e/github/e2e/snapshot_tables"
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not DATA.is_dir(), reason=f"real data is not at hand: no folder {DATA}"),
]


def brought(lake: Path, file: Path, kind: str, *options: str) -> None:
    ran = here("import", file, "--as", kind, "--dataset", "r", "--lake", lake, *options)
    assert ran.code == 0, ran.err


def mapped(**columns: str) -> list[str]:
    return [word for field, column in columns.items() for word in ("--map", f"{field}={column}")]


def table(file: Path) -> list[dict[str, str]]:
    csv.field_size_limit(1 << 30)
    with file.open(newline="", encoding="utf-8-sig") as opened:
        return list(csv.DictReader(opened))


def at(text: str) -> datetime:
    """Return the instant of "2023-4-13 4:51:47" or of an ISO text, UTC."""
    day, _, time = text.replace("T", " ").partition(" ")
    year, month, date = (int(part) for part in day.split("-"))
    hour, minute, second = (float(part) for part in time.partition("+")[0].split(":"))
    return datetime(year, month, date, int(hour), int(minute), int(second), tzinfo=UTC)


def document(lake: Path, *words: str) -> dict[str, Any]:
    ran = here(*words, "--lake", lake, "--format", "json")
    assert ran.code == 0, ran.err
    read: dict[str, Any] = json.loads(ran.out)
    return read


def counted(lake: Path, metric: str) -> dict[str, float]:
    """Return the minutes of each record that counts, by the pull request's number."""
    records: Sequence[dict[str, Any]] = document(lake, "why", metric, "--limit", "all")["records"]
    return {r["id"].partition("#")[2]: r["value"] * 60 for r in records if r["left_out"] is None}


def minutes(later: str, earlier: str) -> float:
    return (at(later) - at(earlier)).total_seconds() / 60


def test_phases_of_pull_requests_beside_those_of_a_peer(tmp_path: Path) -> None:
    """Where the peer's own figures are sound they are ours, but for its rounding; what cannot be true is left out."""
    lake = tmp_path / "lake"
    named = {"created_at": "created_date", "merged_at": "merged_date", "merge_commit": "merge_commit_sha"}
    brought(lake, CHANGES / "pull_requests.csv", "PullRequest", "--set", "state=merged",
            *mapped(**named, author="author_id"))  # fmt: skip
    said = {"pull_request": "pull_request_id", "submitted_at": "created_date", "reviewer": "account_id"}
    brought(lake, CHANGES / "pull_request_comments.csv", "Review", "--set", "state=commented", *mapped(**said))
    commits, blank = CHANGES / "pull_request_commits.csv", ["author=x", "committer=x", "subject=x"]
    brought(lake, commits, "Commit", *mapped(id="commit_sha", authored_at="commit_authored_date"),
            *(word for one in blank for word in ("--set", one)))  # fmt: skip
    brought(lake, commits, "Contains", *mapped(part="commit_sha", whole="pull_request_id"),
            "--set", "whole_kind=pull request", "--set", "part_kind=commit")  # fmt: skip
    told = {"service": "repo_url", "outcome": "result", "commit": "commit_sha", "finished_at": "finished_date"}
    rows = [row | {"tier": row["environment"] or "none"} for row in table(CHANGES / "cicd_deployment_commits.csv")]
    with (tmp_path / "deployments.csv").open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, rows[0])
        writer.writeheader()
        writer.writerows(row | {"environment": row["tier"]} for row in rows)
    brought(lake, tmp_path / "deployments.csv", "Deployment", *mapped(**told, tier="tier", environment="environment"),
            "--set", "kind=normal")  # fmt: skip
    _contained(lake, tmp_path / "contains.csv")
    pulls = {row["id"]: row for row in table(CHANGES / "pull_requests.csv")}
    peer = {row["id"]: row for row in table(CHANGES / "project_pr_metrics.csv")}
    assert counted(lake, "coding_time") == {
        "pr0": float(peer["pr0"]["pr_coding_time"]),
        "pr1": float(peer["pr1"]["pr_coding_time"]),
        "pr2": 0.0,  # its first commit is later than its merge
        "pr4": pytest.approx(minutes("2023-4-13 7:55:01", "2023-4-05 4:51:47")),
    }
    assert counted(lake, "pickup_time") == {"pr1": float(peer["pr1"]["pr_pickup_time"]), "pr2": pytest.approx(2 / 60)}
    waits = {name: minutes("2023-04-13T07:29:14", pulls[name]["merged_date"]) for name in ("pr1", "pr2")}
    assert counted(lake, "release_wait") == {name: pytest.approx(wait) for name, wait in waits.items()}
    assert [round(wait + 0.5) for wait in waits.values()] == [int(peer[n]["pr_deploy_time"]) for n in ("pr1", "pr2")]
    lead = counted(lake, "pull_request_lead_time")
    parts = [counted(lake, metric) for metric in ("coding_time", "pickup_time", "review_to_merge_time", "release_wait")]
    assert lead["pr1"] == pytest.approx(sum(part["pr1"] for part in parts))
    quality = document(lake, "code")["data_quality"]
    assert (quality["impossible"], quality["start_clamped"], quality["deliveries"]) == (2, 1, "deployments")


def _contained(lake: Path, file: Path) -> None:
    """Bring in which deployment contains which pull request, by the peer's own table of differences."""
    merges = {row["merge_commit_sha"]: row["id"] for row in table(CHANGES / "pull_requests.csv")}
    deployed = {row["commit_sha"]: row["id"] for row in table(CHANGES / "cicd_deployment_commits.csv")}
    pairs = [(deployed[r["new_commit_sha"]], merges[r["commit_sha"]]) for r in table(CHANGES / "commits_diffs.csv")
             if r["old_commit_sha"]]  # fmt: skip
    lines = ["whole_kind,whole,part_kind,part", *(f"deployment,{whole},pull request,{part}" for whole, part in pairs)]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    brought(lake, file, "Contains")


def test_runs_of_a_pipeline(tmp_path: Path) -> None:
    lake, rows = tmp_path / "lake", table(ANTS / "cicd_pipelines.csv")
    named = {"pipeline": "name", "outcome": "result", "started_at": "started_date", "finished_at": "finished_date"}
    brought(lake, ANTS / "cicd_pipelines.csv", "Build", *mapped(**named))
    found = {m["metric"]: m for m in document(lake, "code")["measures"]}
    ended = [row for row in rows if row["result"] in ("SUCCESS", "FAILURE")]
    passed = [row for row in ended if row["result"] == "SUCCESS"]
    assert (found["build_success_rate"]["n"], found["build_success_rate"]["value"]) == (
        len(ended),
        pytest.approx(len(passed) / len(ended)),
    )
    spans = [minutes(row["finished_date"], row["started_date"]) / 60 for row in passed]
    assert found["build_duration"]["value"] == pytest.approx(median(spans))
    assert found["open_pull_requests"]["value"] is None


def test_an_hour_of_a_forge(tmp_path: Path) -> None:
    """The last event of a pull request counts; nobody tells of reviews, so it is not said that there was none."""
    (source,) = (DATA / "gharchive").glob("*.json.gz")
    with gzip.open(source, "rt", encoding="utf-8") as opened:
        events = [event for event in map(json.loads, opened) if event["type"] == "PullRequestEvent"]
    (tmp_path / "events.jsonl").write_text("".join(json.dumps(event) + "\n" for event in events), encoding="utf-8")
    inside = ["id", "state", "created_at", "merged_at", "closed_at", "title"]
    named = {field: f"payload.pull_request.{field}" for field in inside}
    named |= {"author": "payload.pull_request.user.login", "added_lines": "payload.pull_request.additions",
              "deleted_lines": "payload.pull_request.deletions"}  # fmt: skip
    brought(tmp_path / "lake", tmp_path / "events.jsonl", "PullRequest", *mapped(**named))
    last = {e["payload"]["pull_request"]["id"]: e["payload"]["pull_request"] for e in events}
    merged = [one for one in last.values() if one["merged_at"]]
    waits = [minutes(one["merged_at"].rstrip("Z"), one["created_at"].rstrip("Z")) / 60 for one in merged]
    found = {m["metric"]: m for m in document(tmp_path / "lake", "code")["measures"]}
    assert (found["merge_time"]["n"], found["merge_time"]["value"]) == (len(merged), pytest.approx(median(waits)))
    assert found["pull_request_size"]["value"] == median(one["additions"] + one["deletions"] for one in merged)
    assert found["open_pull_requests"]["n"] == sum(one["closed_at"] is None for one in last.values())
    assert found["unreviewed_share"]["value"] is found["merged_not_delivered"]["value"] is None
