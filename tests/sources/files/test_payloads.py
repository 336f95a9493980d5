"""Raw answers of tools are read without an option: each has a case here, told in a few lines of plain Python."""

import json
from pathlib import Path
from typing import Any

import pytest

from streamgauge.sources.files.pages import held, path_of
from streamgauge.sources.files.payloads import PAYLOADS
from streamgauge.sources.files.payloads.tiers import tier_of
from tests.kit.imports import counts, lake_at, looked, made, rows, taken
from tests.sources.files import answers_of_boards as boards
from tests.sources.files import answers_of_delivery as delivery
from tests.sources.files import answers_of_operation as operation
from tests.sources.files import answers_of_work as work
from tests.sources.files.answers_of_delivery import SHA, Thing, at, when

CASES: dict[str, tuple[str, object, list[Thing]]] = {
    "runs of GitHub's workflows": ("Build", delivery.GITHUB_RUNS, delivery.RUNS),
    "runs of GitHub's workflows, by its command": ("Build", delivery.GITHUB_CLI_RUNS, delivery.CLI_RUNS),
    "pipelines of GitLab": ("Build", delivery.GITLAB_PIPELINES, delivery.PIPELINES),
    "jobs of GitLab, each pipeline with all of its own": ("Build", delivery.GITLAB_JOBS, delivery.OF_JOBS),
    "jobs of GitHub's workflows, each run with all of its own": (
        "Build",
        delivery.GITHUB_JOBS,
        delivery.OF_GITHUB_JOBS,
    ),
    "builds of Azure Pipelines": ("Build", delivery.AZURE_BUILDS, delivery.BUILDS),
    "builds of Jenkins": ("Build", delivery.JENKINS_BUILDS, delivery.JOB_BUILDS),
    "deployments of GitHub": ("Deployment", delivery.GITHUB_DEPLOYMENTS, delivery.DEPLOYMENTS),
    "states of GitHub's deployments, each deployment with all of its own": (
        "Deployment",
        delivery.GITHUB_STATES,
        delivery.OF_STATES,
    ),
    "deployments of GitLab": ("Deployment", delivery.GITLAB_DEPLOYMENTS, delivery.GITLAB_MADE),
    "pull requests of GitHub": ("PullRequest", delivery.GITHUB_PULLS, delivery.PULLS),
    "pull requests of GitHub, by a query": ("PullRequest", delivery.GITHUB_QUERY, delivery.OF_QUERY),
    "pull requests of GitHub, of several repositories": (
        "PullRequest",
        delivery.SEVERAL_REPOSITORIES,
        delivery.OF_SEVERAL,
    ),
    "pull requests of Azure Repos": ("PullRequest", delivery.AZURE_PULLS, delivery.AZURE_MADE),
    "incidents of PagerDuty": ("Incident", operation.PAGERDUTY_INCIDENTS, operation.INCIDENTS),
    "incidents as PagerDuty's analysis sums them up": ("Incident", operation.PAGERDUTY_ANALYSIS, operation.ANALYSED),
    "log entries of PagerDuty, each incident with all of its own": (
        "Incident",
        operation.PAGERDUTY_LOG,
        operation.LOGGED,
    ),
    "requests of Jira Service Management": ("Item", boards.JIRA_REQUESTS, boards.REQUESTS),
    "changes of issues of Jira, asked for at once": ("Transition", boards.JIRA_CHANGES, boards.OF_JIRA),
    "metric instances of ServiceNow": ("Transition", boards.SERVICENOW_METRICS, boards.OF_METRICS),
    "items of a project of GitHub": ("Item", boards.GITHUB_PROJECT, boards.PROJECT),
    "issues of YouTrack": ("Item", operation.YOUTRACK_ISSUES, operation.ISSUES),
    "activities of YouTrack": ("Transition", operation.YOUTRACK_CHANGES, operation.CHANGES),
    "changes of the state of GitLab's issues": ("Transition", operation.GITLAB_STATES, operation.OF_ISSUES),
    "changes of the labels of GitLab's issues": ("Transition", operation.GITLAB_LABELS, operation.LABELS),
    "events of GitHub's issues": ("Transition", operation.GITHUB_EVENTS, operation.ENDS),
    "issues of GitHub": ("Item", operation.GITHUB_ISSUES, operation.GITHUB_ITEMS),
    "issues of GitHub, by its command": ("Item", operation.CLI_ISSUES, operation.CLI_ITEMS),
    "reviews of GitHub's pull requests": ("Review", delivery.GITHUB_REVIEWS, delivery.REVIEWS),
    "merge requests of GitLab": ("PullRequest", delivery.GITLAB_REQUESTS, delivery.REQUESTS),
    "tasks of ClickUp": ("Item", work.CLICKUP_TASKS, work.CLICKUP_ITEMS),
    "tasks of Asana": ("Item", work.ASANA_TASKS, work.ASANA_ITEMS),
    "stories of Shortcut": ("Item", work.SHORTCUT_STORIES, work.STORIES),
    "incidents of Statuspage": ("Incident", work.STATUSPAGE_INCIDENTS, work.PAGE_INCIDENTS),
    "incidents of incident.io": ("Incident", work.INCIDENT_IO, work.IO_INCIDENTS),
    "incidents of Datadog": ("Incident", operation.DATADOG_INCIDENTS, operation.DATADOG_MADE),
}


def written(place: Path, content: object) -> Path:
    place.write_text(json.dumps(content, indent=1), encoding="utf-8")
    return place


def test_every_answer_has_a_case() -> None:
    assert {one.title for one in PAYLOADS} <= set(CASES)
    assert len({one.title for one in PAYLOADS}) == len(PAYLOADS)


@pytest.mark.parametrize("title", CASES)
def test_an_answer_is_read_without_an_option(tmp_path: Path, title: str) -> None:
    kind, content, expected = CASES[title]
    one = looked(written(tmp_path / "answer.json", content), said={})
    found = sorted(made(one, kind), key=lambda row: str(row["id"]))
    assert [row["id"] for row in found] == [row["id"] for row in expected]
    told = [{name: row.get(name) for name in wanted} for row, wanted in zip(found, expected, strict=True)]
    assert told == expected
    assert one.tables[0].rejected == 0
    assert f"It is read as {title.partition(', by ')[0].partition(', of ')[0]}." in one.tables[0].notes
    assert "Ada" not in str(one.tables[0].parts)
    assert "ada-l" not in str(one.tables[0].parts)


@pytest.mark.parametrize("title", CASES)
def test_one_thing_asked_for_by_itself_is_one_row(tmp_path: Path, title: str) -> None:
    """Whatever lists it holds, such as labels or reviewers, are parts of it and no tables."""
    kind, content, _ = CASES[title]
    alone = (content if isinstance(content, list) else held(content, path_of(content) or ""))[0]
    in_list = made(looked(written(tmp_path / "answer.json", [alone]), said={}), kind)
    for document in (alone, {"data": alone, "included": [{"id": "1", "type": "users"}]}):
        one = looked(written(tmp_path / "answer.json", document), said={})
        assert (made(one, kind), len(one.tables)) == (in_list, 1)


def test_an_answer_of_which_nothing_counts_is_read_and_holds_no_records(tmp_path: Path) -> None:
    pull = {**operation.GITHUB_ISSUES[0], "pull_request": {"url": "https://example.org/pulls/1"}}
    one = looked(written(tmp_path / "issues.json", [pull]), said={})
    assert (one.failure, made(one, "Item")) == (None, [])
    assert "Pull requests among the issues are left out." in one.tables[0].notes


@pytest.mark.parametrize("title", ["deployments of GitHub", "builds of Jenkins", "incidents of PagerDuty"])
def test_strange_values_harm_only_themselves(tmp_path: Path, title: str) -> None:
    kind, content, expected = CASES[title]
    held = content.values() if isinstance(content, dict) else [content]
    rows: list[Thing] = next(value for value in held if isinstance(value, list))
    kept = {"id", "number", "created_at", "result", "environment", "repository_url", "timestamp", "duration", "url"}
    for strange in ("\u202e<script>", 10**30, {"a": [None]}, ""):
        worse = {name: value if name in kept else strange for name, value in rows[0].items()}
        one = looked(written(tmp_path / "strange.json", [*rows[1:], worse]), said={})
        assert len(made(one, kind)) + one.tables[0].rejected == len(expected), strange


def test_what_a_user_says_goes_before_what_is_known(tmp_path: Path) -> None:
    path = written(tmp_path / "deployments.json", delivery.GITHUB_DEPLOYMENTS)
    assert made(looked(path, said={"constants": {"service": "dock"}}), "Deployment")[0]["service"] == "dock"
    columns = {"id": "sha", "service": "ref", "environment": "task", "tier": "environment", "kind": "task"}
    (one,) = made(looked(path, said={"kind": "Deployment", "columns": columns}), "Deployment")
    assert (one["id"], one["service"]) == (SHA, "main")
    said = {"kind": "event-log", "columns": {"case": "sha", "activity": "task", "at": "created_at"}}
    assert len(made(looked(path, said=said), "Transition")) == 3


def test_a_service_that_no_row_tells_has_to_be_said(tmp_path: Path) -> None:
    node = {"databaseId": 1, "environment": "production", "createdAt": at(1), "commitOid": SHA}
    node |= {"latestStatus": {"state": "SUCCESS", "createdAt": at(1, 10)}}
    pages = {"data": {"repository": {"deployments": {"nodes": [node]}}}}
    path = written(tmp_path / "deployments.json", pages)
    assert "service" in str(looked(path, said={}).failure)
    (one,) = made(looked(path, said={"constants": {"service": "quay"}}), "Deployment")
    assert (one["outcome"], one["finished_at"], one["commit"]) == ("success", when(1, 10), SHA)


@pytest.mark.parametrize(
    ("name", "told", "tier"),
    [
        ("production", None, "production"),
        ("prod-eu", None, "production"),
        ("pre-prod", None, "staging"),
        ("Staging", "other", "staging"),
        ("reproduce", None, "other"),
        ("qa2", None, "test"),
        ("test/1", "testing", "test"),
        ("live", "development", "development"),
        (None, None, None),
    ],
)
def test_the_tier_is_told_by_the_tool_or_by_the_name(name: str | None, told: str | None, tier: str | None) -> None:
    assert tier_of(name, told) == tier


def test_values_that_are_shown_beside_those_that_are_kept(tmp_path: Path) -> None:
    """ServiceNow shows dates in the zone of who asks, and all else in words: only dates are told better by value."""
    pairs = {
        "number": ("INC1", "INC1"),
        "state": ("Closed", "7"),
        "opened_at": ("2025-03-02 10:00:00", "2025-03-02 09:00:00"),
    }
    pairs |= {"short_description": ("Crane down", "Crane down"), "assignment_group": ("Tide", "8f" * 16)}
    pairs |= {"resolved_at": ("", ""), "severity": ("1 - High", "1"), "urgency": ("2 - Medium", "2")}
    row = {name: {"display_value": shown, "value": kept} for name, (shown, kept) in pairs.items()}
    (one,) = made(looked(written(tmp_path / "incidents.json", {"result": [row]}), said={}), "Incident")
    assert (one["id"], one["status"], one["team"], one["severity"]) == ("INC1", "Closed", "Tide", "1 - High")
    assert (one["detected_at"], one["resolved_at"]) == (when(2), None)


def test_the_key_that_people_use_names_an_item(tmp_path: Path) -> None:
    thing = {"id": "3f-uuid", "identifier": "ENG-7", "title": "Mend the crane", "state": {"name": "Todo"}}
    pages = "\n".join(json.dumps({"data": {"issues": {"nodes": [thing]}}}) for _ in range(2))
    path = tmp_path / "issues.jsonl"
    path.write_text(pages, encoding="utf-8")
    assert [row["id"] for row in made(looked(path, said={}), "Item")] == ["ENG-7"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (work.CLICKUP_TASKS, [("Q-1", "complete", 4)]),
        (work.ASANA_TASKS, [("1", "Completed", 4)]),
        (work.SHORTCUT_STORIES, [("1", "Started", 2), ("2", "Started", 2), ("1", "Completed", 4)]),
    ],
)
def test_dates_of_work_are_changes_of_status(tmp_path: Path, content: object, expected: list[Any]) -> None:
    found = made(looked(written(tmp_path / "answer.json", content), said={}), "Transition")
    assert [(row["item"], row["value"], row["happened_at"].day) for row in found] == expected


def test_the_end_of_an_issue_is_when_it_was_closed(tmp_path: Path) -> None:
    one = looked(written(tmp_path / "issues.json", operation.GITHUB_ISSUES), said={})
    found = [(row["item"], row["value"], row["happened_at"]) for row in made(one, "Transition")]
    assert found == [("2", "closed", when(2)), ("3", "not planned", when(3))]


def test_a_page_that_holds_nothing_says_so(tmp_path: Path) -> None:
    failure = looked(written(tmp_path / "runs.json", {"total_count": 0, "workflow_runs": []}), said={}).failure
    assert "holds no table" in str(failure)


def test_what_tells_which_page_is_the_last_is_no_row(tmp_path: Path) -> None:
    task = work.clickup(1, custom_id="Q-1")
    pages = [{"tasks": [task], "last_page": False}, {"tasks": [{**task, "custom_id": "Q-2"}], "last_page": True}]
    path = tmp_path / "tasks.json"
    path.write_text("".join(map(json.dumps, pages)), encoding="utf-8")
    assert [row["id"] for row in made(looked(path, said={}), "Item")] == ["Q-1", "Q-2"]


def test_one_page_and_several_are_one_dataset(tmp_path: Path) -> None:
    whole = operation.PAGERDUTY_INCIDENTS
    lake = lake_at(tmp_path / "lake")
    taken(lake, written(tmp_path / "incidents.json", whole), said={})
    pages = [{**whole, "incidents": [one]} for one in whole["incidents"]]
    path = tmp_path / "more" / "incidents.json"
    path.parent.mkdir()
    path.write_text("".join(map(json.dumps, pages)), encoding="utf-8")
    assert counts(taken(lake, path, said={}), "Incident") == (0, 0, 3, 0)
    assert rows(lake, "SELECT DISTINCT repository FROM incidents") == [("incidents",)]


def test_moves_on_a_board_of_github_are_changes_of_status_and_what_was_closed_has_ended(tmp_path: Path) -> None:
    one = looked(written(tmp_path / "answer.json", boards.GITHUB_PROJECT), said={})
    told = [(t["item"], t["former_value"], t["value"], t["happened_at"]) for t in made(one, "Transition")]
    assert sorted(told, key=lambda row: (row[0], row[-1])) == boards.MOVES


def test_statuses_of_requests_are_dated_whether_all_of_them_are_there_or_the_newest(tmp_path: Path) -> None:
    one = looked(written(tmp_path / "answer.json", boards.JIRA_REQUESTS), said={})
    told = {(t["item"], t["value"]): t["happened_at"] for t in made(one, "Transition")}
    assert told == {
        ("Q-1", "Waiting for support"): when(1),
        ("Q-1", "Resolved"): when(4),
        ("Q-2", "Waiting for customer"): when(3),
    }
