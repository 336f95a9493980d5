"""Raw answers of tools for code and delivery, and what is to be read of each."""

from datetime import UTC, datetime, timedelta
from typing import Any

Thing = dict[str, Any]
SHA = "c0ffee00" * 5
ADA = {"login": "ada-l", "id": 7, "type": "User", "name": "Ada Example", "username": "ada-l"}


def at(day: int, hour: int = 9) -> str:
    return f"2025-03-{day:02d}T{hour:02d}:00:00Z"


def when(day: int, hour: int = 9) -> datetime:
    return datetime(2025, 3, day, hour, tzinfo=UTC)


def github_run(number: int, **more: Any) -> Thing:
    run = {"id": 900 + number, "name": "CI", "head_branch": "main", "head_sha": SHA, "run_number": number}
    run |= {"event": "push", "status": "completed", "conclusion": "success", "workflow_id": 4, "run_attempt": 2}
    run |= {"url": "https://api.example.com/1", "html_url": "https://example.com/1", "pull_requests": []}
    run |= {"created_at": at(number), "run_started_at": at(number, 10), "updated_at": at(number, 11), "actor": ADA}
    return run | more


GITHUB_RUNS = {
    "total_count": 3,
    "workflow_runs": [
        github_run(1, pull_requests=[{"number": 12, "id": 4}]),
        github_run(2, status="in_progress", conclusion=None),
        github_run(3, conclusion="timed_out", head_branch=None, actor=None, pull_requests=None),
    ],
}
RUNS = [
    {"id": "901", "outcome": "success", "pull_request": "12", "finished_at": when(1, 11), "attempt": 2},
    {"id": "902", "outcome": None, "finished_at": None, "queued_at": when(2), "started_at": when(2, 10)},
    {"id": "903", "outcome": "timed_out", "branch": None, "pipeline": "CI", "url": "https://example.com/1"},
]


def github_cli_run(number: int, **more: Any) -> Thing:
    run = {"databaseId": number, "headSha": SHA, "headBranch": "main", "conclusion": "", "status": "queued"}
    run |= {"workflowName": "CI", "name": "CI", "createdAt": at(1), "startedAt": "0001-01-01T00:00:00Z"}
    return run | {"updatedAt": at(1, 10), "event": "push", "attempt": 1, "url": "https://example.com"} | more


GITHUB_CLI_RUNS = [github_cli_run(1), github_cli_run(2, status="completed", conclusion="failure", startedAt=at(1))]
CLI_RUNS = [
    {"id": "1", "started_at": None, "finished_at": None, "outcome": None},
    {"id": "2", "started_at": when(1), "finished_at": when(1, 10), "outcome": "failure", "commit": SHA},
]


def gitlab_pipeline(number: int, status: str, **more: Any) -> Thing:
    pipeline = {"id": number, "iid": number, "project_id": 3, "sha": SHA, "ref": "main", "status": status}
    pipeline |= {"source": "push", "name": None, "created_at": at(number), "updated_at": at(number, 12)}
    return pipeline | {"web_url": f"https://git.example.com/fleet/quay/-/pipelines/{number}"} | more


GITLAB_PIPELINES = [
    gitlab_pipeline(1, "success", started_at=at(1, 10), finished_at=at(1, 11), user=ADA),
    gitlab_pipeline(2, "failed"),
    gitlab_pipeline(3, "running", ref="refs/merge-requests/8/merge"),
    gitlab_pipeline(4, "canceled", ref="v1.2", tag=True, name="Release"),
]
PIPELINES = [
    {"id": "1", "pipeline": "fleet/quay", "started_at": when(1, 10), "finished_at": when(1, 11), "branch": "main"},
    {"id": "2", "outcome": "failed", "finished_at": when(2, 12), "started_at": None},
    {"id": "3", "outcome": None, "finished_at": None, "branch": None, "pull_request": "8"},
    {"id": "4", "outcome": "canceled", "branch": None, "pipeline": "Release", "commit": SHA},
]


def azure_build(number: int, **more: Any) -> Thing:
    build = {"id": number, "status": "completed", "result": "succeeded", "queueTime": at(number), "uri": "vstfs:///1"}
    build |= {"startTime": at(number, 10), "finishTime": at(number, 11), "definition": {"id": 2, "name": "Nightly"}}
    build |= {"sourceBranch": "refs/heads/main", "sourceVersion": SHA, "reason": "individualCI"}
    return build | {"requestedFor": {"displayName": "Ada Example"}} | more


AZURE_BUILDS = {
    "count": 2,
    "value": [
        azure_build(1),
        azure_build(2, result="partiallySucceeded", sourceBranch="refs/pull/31/merge", finishTime=None),
    ],
}
BUILDS = [
    {"id": "1", "branch": "main", "outcome": "succeeded", "finished_at": when(1, 11), "pipeline": "Nightly"},
    {"id": "2", "branch": None, "pull_request": "31", "finished_at": None, "trigger": "individualCI"},
]
MILLIS = 1_741_597_200_000


def jenkins_build(number: int, result: str | None, **more: Any) -> Thing:
    build = {"_class": "hudson.model.Run", "number": number, "result": result, "timestamp": MILLIS, "duration": 90_500}
    build |= {"building": result is None, "url": f"https://ci.example.com/job/fleet/job/the%20quay/{number}/"}
    causes = [{"_class": "hudson.model.Cause$UserIdCause", "shortDescription": "Started by user Ada Example"}]
    revision = {"SHA1": SHA, "branch": [{"SHA1": SHA, "name": "refs/remotes/origin/main"}]}
    actions = [{}, {"causes": causes}, {"lastBuiltRevision": revision}, {"causes": "no list"}]
    return build | {"actions": actions, "fullDisplayName": f"the quay #{number}"} | more


JENKINS_BUILDS = {
    "_class": "hudson.model.FreeStyleProject",
    "builds": [
        jenkins_build(1, "SUCCESS"),
        jenkins_build(2, None),
        jenkins_build(3, "ABORTED", url=None, actions=None),
    ],
}
JOB_BUILDS = [
    {
        "id": "fleet/the quay#1",
        "started_at": datetime(2025, 3, 10, 9, tzinfo=UTC),
        "finished_at": datetime(2025, 3, 10, 9, tzinfo=UTC) + timedelta(seconds=90.5),
        "commit": SHA,
        "branch": "main",
        "trigger": "manual",
    },
    {"id": "fleet/the quay#2", "outcome": None, "finished_at": None},
    {"id": "the quay#3", "outcome": "ABORTED", "commit": None, "trigger": None, "pipeline": "the quay"},
]


def state(word: str, day: int, hour: int) -> Thing:
    return {"id": day * 100 + hour, "state": word, "created_at": at(day, hour), "creator": ADA}


def github_deployment(number: int, **more: Any) -> Thing:
    address = "https://api.example.com/repos/fleet/quay"
    deployment = {"id": number, "sha": SHA, "ref": "main", "environment": "production", "created_at": at(number)}
    deployment |= {"updated_at": at(number, 23), "url": f"{address}/deployments/{number}", "creator": ADA}
    deployment |= {"statuses_url": f"{address}/deployments/{number}/statuses", "repository_url": address}
    return deployment | {"production_environment": True, "payload": {}, "task": "deploy"} | more


GITHUB_DEPLOYMENTS = [
    github_deployment(1, statuses=[state("inactive", 9, 9), state("success", 1, 11), state("in_progress", 1, 10)]),
    github_deployment(2, statuses=[state("error", 2, 12), state("failure", 2, 11)], environment="blue"),
    github_deployment(3, statuses=[], environment="Pre-Prod / 3", production_environment=False),
]
DEPLOYMENTS = [
    {"id": "1", "outcome": "success", "finished_at": when(1, 11), "tier": "production", "service": "quay"},
    {"id": "2", "outcome": "failed", "finished_at": when(2, 12), "environment": "blue", "tier": "production"},
    {"id": "3", "outcome": None, "finished_at": None, "tier": "staging", "commit": SHA, "started_at": when(3)},
]


def github_state(deployment: int, word: str, day: int, hour: int) -> Thing:
    address = "https://api.example.com/repos/fleet/quay"
    more = {"deployment_url": f"{address}/deployments/{deployment}", "repository_url": address}
    return state(word, day, hour) | more | {"environment": "prod", "url": f"{address}/deployments/1/statuses/2"}


GITHUB_STATES = [
    github_state(1, "success", 1, 11),
    github_state(2, "queued", 2, 9),
    github_state(1, "pending", 1, 9),
    github_state(2, "failure", 2, 10),
]
OF_STATES = [
    {"id": "1", "outcome": "success", "started_at": when(1), "finished_at": when(1, 11), "commit": None},
    {"id": "2", "outcome": "failed", "started_at": when(2), "finished_at": when(2, 10), "tier": "production"},
]


def gitlab_deployment(number: int, status: str, **more: Any) -> Thing:
    job = {"web_url": "https://git.example.com/fleet/quay/-/jobs/4", "started_at": at(number, 10), "user": ADA}
    job |= {"finished_at": at(number, 11), "pipeline": {"id": 70 + number}}
    deployment = {"id": number, "iid": number, "ref": "main", "sha": SHA, "status": status, "deployable": job}
    deployment |= {"created_at": at(number), "updated_at": at(number, 12), "user": ADA}
    return deployment | {"environment": {"id": 1, "name": "eu-1", "tier": "production"}} | more


GITLAB_DEPLOYMENTS = [
    gitlab_deployment(1, "success"),
    gitlab_deployment(2, "running"),
    gitlab_deployment(3, "canceled", environment={"id": 2, "name": "review/wharf", "tier": None}),
]
GITLAB_MADE = [
    {"id": "1", "outcome": "success", "finished_at": when(1, 11), "run": "71", "tier": "production"},
    {"id": "2", "outcome": None, "finished_at": None, "started_at": when(2, 10), "service": "quay"},
    {"id": "3", "outcome": "not started", "tier": "development", "environment": "review/wharf"},
]


def github_pull(number: int, repository: str = "fleet/quay", **more: Any) -> Thing:
    pull = {"number": number, "id": 5000 + number, "state": "closed", "title": "Mend the crane", "user": ADA}
    pull |= {"created_at": at(number), "closed_at": at(number, 12), "merged_at": at(number, 12)}
    pull |= {"merge_commit_sha": SHA, "html_url": "https://example.com/pull", "labels": [{"name": "bug"}, {}]}
    ends = {"head": {"ref": "crane", "sha": SHA}, "base": {"ref": "main", "repo": {"full_name": repository}}}
    return pull | ends | more


GITHUB_PULLS = [
    github_pull(1, user={"login": "robot[bot]", "type": "Bot"}),
    github_pull(2, merged_at=None),
    github_pull(3, state="open", merged_at=None, closed_at=None, user=None, labels=None),
]
PULLS = [
    {"id": "1", "state": "merged", "is_bot": True, "merge_commit": SHA, "labels": ["bug"], "merged_at": when(1, 12)},
    {"id": "2", "state": "closed", "merge_commit": None, "closed_at": when(2, 12), "source_branch": "crane"},
    {"id": "3", "state": "open", "merge_commit": None, "author": None, "is_bot": False},
]
GITHUB_QUERY = {
    "data": {
        "repository": {
            "pullRequests": {
                "nodes": [
                    {
                        "number": 4,
                        "title": "x",
                        "state": "MERGED",
                        "createdAt": at(4),
                        "mergedAt": at(5),
                        "headRefName": "crane",
                        "baseRefName": "main",
                        "mergeCommit": {"oid": SHA},
                        "additions": 3,
                        "deletions": 2,
                        "changedFiles": 1,
                        "author": {"login": "ada-l"},
                        "commits": {
                            "nodes": [
                                {"commit": {"oid": "a" * 40, "authoredDate": at(3)}},
                                {"commit": {"oid": "b" * 40, "authoredDate": at(2)}},
                            ]
                        },
                    }
                ]
            }
        }
    }
}
OF_QUERY = [
    {
        "id": "4",
        "state": "merged",
        "commits": ["a" * 40, "b" * 40],
        "first_commit_at": when(2),
        "added_lines": 3,
        "deleted_lines": 2,
        "changed_files": 1,
        "merge_commit": SHA,
    }
]
SEVERAL_REPOSITORIES = [github_pull(1), github_pull(1, "fleet/wharf")]
OF_SEVERAL = [{"id": "fleet/quay#1"}, {"id": "fleet/wharf#1"}]


def azure_pull(number: int, status: str, **more: Any) -> Thing:
    pull = {"pullRequestId": number, "status": status, "creationDate": "2025-03-01T09:00:00.1234567Z", "title": "x"}
    pull |= {"sourceRefName": "refs/heads/crane/a", "targetRefName": "refs/heads/main", "createdBy": None}
    pull |= {"lastMergeCommit": {"commitId": SHA}, "repository": {"name": "quay"}, "isDraft": False}
    return pull | more


AZURE_PULLS = {
    "value": [
        azure_pull(1, "completed", closedDate=at(2), labels=[{"name": "bug", "active": True}]),
        azure_pull(2, "abandoned", closedDate=at(3)),
        azure_pull(3, "active", createdBy={"displayName": "Ada Example", "uniqueName": "ada@example.com"}),
    ],
    "count": 3,
}
AZURE_MADE = [
    {"id": "1", "state": "merged", "merged_at": when(2), "closed_at": when(2), "merge_commit": SHA, "labels": ["bug"]},
    {"id": "2", "state": "closed", "merged_at": None, "closed_at": when(3), "merge_commit": None},
    {"id": "3", "state": "open", "source_branch": "crane/a", "target_branch": "main", "closed_at": None},
]

GITHUB_REVIEWS = [
    {
        "id": 70 + number,
        "user": {"login": "ada-l", "type": "User"},
        "state": state,
        "submitted_at": at(number) if state != "PENDING" else None,
        "pull_request_url": "https://api.example.com/repos/fleet/quay/pulls/12",
    }
    for number, state in enumerate(("APPROVED", "CHANGES_REQUESTED", "PENDING"), 1)
]
REVIEWS = [
    {"id": "71", "pull_request": "12", "state": "approved", "submitted_at": when(1), "is_bot": False},
    {"id": "72", "pull_request": "12", "state": "changes requested", "submitted_at": when(2)},
]


def gitlab_request(number: int, state: str, **more: Any) -> Thing:
    """Return a merge request of GitLab."""
    request = {"id": 9000 + number, "iid": number, "project_id": 3, "title": "Mend the crane", "state": state}
    request |= {"source_branch": "crane", "target_branch": "main", "created_at": at(number), "merged_at": None}
    request |= {"closed_at": None, "merge_commit_sha": None, "squash_commit_sha": SHA, "labels": ["bug"]}
    return request | {"author": {"username": "ada-l", "name": "Ada Example"}, "sha": "d" * 40} | more


GITLAB_REQUESTS = [
    gitlab_request(1, "merged", merged_at=at(2), merge_commit_sha="e" * 40),
    gitlab_request(2, "merged", merged_at=at(3)),
    gitlab_request(3, "closed", closed_at=at(4)),
    gitlab_request(4, "opened"),
]
REQUESTS = [
    {"id": "1", "state": "merged", "merged_at": when(2), "closed_at": when(2), "merge_commit": "e" * 40},
    {"id": "2", "state": "merged", "merge_commit": SHA, "labels": ["bug"], "source_branch": "crane"},
    {"id": "3", "state": "closed", "merge_commit": None, "closed_at": when(4)},
    {"id": "4", "state": "open", "merge_commit": None, "closed_at": None},
]


def gitlab_job(number: int, status: str, began: int, ended: int | None, **more: Any) -> Thing:
    """Return a job of GitLab."""
    pipeline = {"id": 40 + number, "sha": SHA, "ref": "main", "status": status, "created_at": at(number)}
    pipeline |= {"web_url": f"https://git.example.com/fleet/quay/-/pipelines/{40 + number}"}
    job = {"id": began, "stage": "test", "name": "unit", "status": status, "ref": "main", "tag": False, "user": ADA}
    job |= {"started_at": at(number, began), "finished_at": at(number, ended) if ended else None, "pipeline": pipeline}
    return job | {"created_at": at(number), "web_url": "https://git.example.com/fleet/quay/-/jobs/1"} | more


GITLAB_JOBS = [
    gitlab_job(1, "success", 12, 13),
    gitlab_job(2, "running", 10, None),
    gitlab_job(1, "success", 10, 11),
]
OF_JOBS = [
    {"id": "41", "started_at": when(1, 10), "finished_at": when(1, 13), "outcome": "success", "pipeline": "fleet/quay"},
    {"id": "42", "started_at": when(2, 10), "finished_at": None, "outcome": None, "queued_at": when(2), "commit": SHA},
]


def github_job(run: int, attempt: int, conclusion: str | None, began: int, ended: int | None) -> Thing:
    return {
        "id": run * 1000 + began,
        "run_id": run,
        "run_url": f"https://api.github.com/repos/fleet/quay/actions/runs/{run}",
        "run_attempt": attempt,
        "head_sha": SHA,
        "head_branch": "main",
        "status": "completed" if conclusion else "in_progress",
        "conclusion": conclusion,
        "workflow_name": None,
        "name": "tests",
        "created_at": at(1, 9),
        "started_at": at(1, began),
        "completed_at": ended and at(1, ended),
        "steps": [{"name": "Set up", "status": "completed", "number": 1, "started_at": at(1, began)}],
        "labels": ["ubuntu-latest"],
    }


GITHUB_JOBS = {
    "total_count": 6,
    "jobs": [
        github_job(7, 1, "success", 12, 13),
        github_job(7, 1, "failure", 10, 11),
        github_job(7, 2, "success", 14, 15),
        github_job(8, 1, "success", 10, 11),
        github_job(8, 1, None, 11, None),
        github_job(9, 1, "skipped", 10, 11),
    ],
}
OF_GITHUB_JOBS = [
    {"id": "7/1", "attempt": 1, "outcome": "failure", "started_at": when(1, 10), "finished_at": when(1, 13)},
    {"id": "7/2", "attempt": 2, "outcome": "success", "started_at": when(1, 14), "finished_at": when(1, 15)},
    {"id": "8", "pipeline": "fleet/quay", "outcome": None, "finished_at": None, "commit": SHA, "branch": "main"},
    {"id": "9", "attempt": 1, "outcome": "skipped", "queued_at": when(1, 9)},
]
